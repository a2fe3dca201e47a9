"""Not everybody comes on day one."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.demand import SessionStarts
from scenarios.effects.kinds import DemandKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name, Share
from scenarios.text.phrases import share_words


@DEFENCES.kind("demand", rank=2)
class PhasedRollout(DemandKind):
    """Not everybody comes on day one: the regions whose day is later stay away (and a share of those that come). In a
    period of days each is one day further."""

    day: int = Field(default=1, ge=1, description="which day of the rollout this launch, or its first day, is")
    from_day: dict[Name, int] = Field(default_factory=dict, description="by region; without a day it comes on day 1")
    share: Share = Field(default=1.0, description="how many sessions of the regions that come")

    def words(self) -> str:
        share = f", {share_words(self.share)} of their sessions" if self.share < 1 else ""
        return f"phased rollout: day {self.day}, regions whose day has come{share}"

    def change(self, sessions: SessionStarts) -> None:
        """Sessions stay away because their region's day is later or only a share comes."""
        days = {name: self.from_day.get(name, 1) - self.day for name in sessions.regions}
        sessions.keep_away({name: later for name, later in days.items() if later > 0}, self.share)
