"""What protects the service: the `defences` of a scenario.

A defence is exactly one kind, of those that are registered (`registry`), one module each in
`scenarios/effects/defences`. Most act on the service; those of demand change who comes when, and are asked where
sessions are drawn (`scenarios/behaviour/rollout.py`). The client's own defences (breakers, budgets, throttling,
hedging) belong to a population's `behaviours`.
"""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from scenarios.language.registry import DEFENCES, know_kinds
from scenarios.quantities.fields import Part, chosen_key


class Defence(Part):
    """One defence: exactly one of these."""

    @model_validator(mode="after")
    def _one(self) -> Defence:
        chosen_key(self)
        return self

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return chosen_key(self)

    @property
    def settings(self) -> Any:
        """The kind with its own values: an `EffectKind`."""
        return getattr(self, self.kind)


know_kinds(Defence, DEFENCES)
