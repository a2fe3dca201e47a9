"""A scenario: everything that shall happen, in one immutable value."""

from __future__ import annotations

from pydantic import ValidationInfo, model_validator

from scenarios.language.contents import Contents
from scenarios.language.fitting import MisfitsError, misfits
from scenarios.quantities.fields import known_calendar


class Scenario(Contents):
    """The whole scenario. Field by field in docs/scenario-language.md."""

    @model_validator(mode="after")
    def _fits_together(self, info: ValidationInfo) -> Scenario:
        self._calendar = known_calendar(info)
        if errors := misfits(self):
            raise MisfitsError(errors)
        return self
