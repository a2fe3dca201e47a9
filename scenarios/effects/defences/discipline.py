"""Who of those that wait at a station is served next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import DEFENCES, Misfit, Surroundings
from scenarios.quantities.fields import PositiveDuration
from scenarios.quantities.units import duration_text


@DEFENCES.kind("queues", rank=1)
class Discipline(AtStation, ServiceKind):
    """Who of those that wait is served next.

    adaptive_lifo: the last first once `from_queue` wait, else the first. codel: whoever has waited longer than `target`
    is turned away if the queue has not been empty within `interval`, longer than `interval` if it has. Source of both:
    B. Maurer, *Fail at Scale*, ACM Queue 13(8), 2015; Nichols and Jacobson, *Controlling Queue Delay*, 2012.
    priority: two-week waits first, then urgent work, then routine; each in order of arrival.
    """

    order: Literal["fifo", "lifo", "adaptive_lifo", "codel", "priority"]
    from_queue: int = Field(default=1, ge=1, description="of adaptive_lifo")
    target: PositiveDuration = Field(default=0.005, description="of codel")
    interval: PositiveDuration = Field(default=0.1, description="of codel")

    def words(self) -> str:
        by_order = {
            "fifo": "first come, first served",
            "lifo": "last come, first served",
            "adaptive_lifo": f"last come, first served once {self.from_queue:,} wait",
            "codel": f"CoDel: waits of more than {duration_text(self.target)} are cut short",
            "priority": "two-week waits first, then urgent work, then routine",
        }
        return f"queue of {self.station}: {by_order[self.order]}"

    def contradictions(self, scenario: Surroundings, name: str) -> Iterator[Misfit]:
        disciplines = {
            other: defence.settings.station
            for other, defence in scenario.defences.items()
            if isinstance(defence.settings, Discipline)
        }
        first = next(other for other, station in disciplines.items() if station == self.station)
        if first != name:
            yield (), f"{first!r} orders the queue of {self.station!r} already"

    def begin(self, effect: Effect) -> None:
        """Puts another kind of queue at the station; those who wait move over."""
        if self.order == "codel":
            effect.drop_long_waits(self.target, self.interval)
        else:
            effect.order_queue(self.order, self.from_queue)
