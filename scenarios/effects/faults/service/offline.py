"""The service is taken offline completely."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.outcomes import BUSY
from scenarios.language.registry import FAULTS


@FAULTS.kind("service", rank=1)
class Offline(ServiceKind):
    """The service is taken offline completely, with a maintenance page."""

    status_page: Literal["stands", "fails"] = Field(default="stands", description="whether the status page goes too")

    def words(self) -> str:
        return f"taken offline, with a maintenance page; the status page {self.status_page}"

    def begin(self, effect: Effect) -> None:
        """Every request is answered with the maintenance page; the status page may go down with the service."""
        effect.refuse("edge", BUSY, ("maintenance",))
        if self.status_page == "fails":
            effect.take_down_status_page()
