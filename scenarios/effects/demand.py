"""What a defence of demand may do to sessions before anything is simulated or sent: both clocks see the same ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol


class SessionStarts(Protocol):
    """When the sessions of one population start. `scenarios.behaviour.rollout` has them as arrays."""

    @property
    def population(self) -> str: ...

    @property
    def regions(self) -> Collection[str]:
        """The scenario's regions."""

    def spread(self, over_s: float) -> None:
        """Each comes later by a draw of its own, spread evenly; whom the period's end overtakes does not come."""

    def keep_away(self, later: Mapping[str, int], share: float) -> None:
        """Those of these regions do not come on so many of the period's first days, and of those that come only this
        share."""
