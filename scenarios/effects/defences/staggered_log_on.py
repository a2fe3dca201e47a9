"""People are told when to log on."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.demand import SessionStarts
from scenarios.effects.kinds import DemandKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name, PositiveDuration
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import only


@DEFENCES.kind("demand", rank=1)
class StaggeredLogOn(DemandKind):
    """People are told when to log on: each session starts later, by a draw that spreads them evenly over `over`."""

    over: PositiveDuration
    populations: list[Name] = Field(default_factory=list, description="whose; none is all")

    def words(self) -> str:
        return f"log-ons{only(self.populations, ' of ')} spread over {duration_text(self.over)}"

    def change(self, sessions: SessionStarts) -> None:
        """Each session comes later by a draw of its own."""
        if not self.populations or sessions.population in self.populations:
            sessions.spread(self.over)
