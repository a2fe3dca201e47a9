"""Some operations are turned away while a station's queue is long."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import DEFENCES
from scenarios.quantities.fields import Name, Share
from scenarios.text.phrases import only, share_words


@DEFENCES.kind("admission", rank=2)
class Shedding(AtStation, ServiceKind):
    """Some operations are turned away while a station's queue is long."""

    queue_above: int = Field(ge=0, description="while more than this many wait at the station")
    operations: list[Name] = Field(default_factory=list, description="these operations; none is all")
    spares: list[Literal["two_week_wait", "urgent", "routine"]] = Field(
        default_factory=list, description="but not for work of these priorities"
    )
    share: Share = Field(default=1.0, description="how many of them")

    def words(self) -> str:
        which = only(self.operations, "requests to ", "requests")
        which = f"{share_words(self.share)} of {which}" if self.share < 1 else which
        spared = only([each.replace("_", "-") for each in self.spares], ", but not what is ")
        return f"{which} turned away while more than {self.queue_above:,} wait for {self.station}{spared}"

    def begin(self, effect: Effect) -> None:
        """What can be done without is refused before it costs anything, so that the rest gets through."""
        effect.shed(self.queue_above, self.spares, self.share, self.operations)
