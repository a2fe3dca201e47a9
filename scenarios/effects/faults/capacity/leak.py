"""A leak eats a station's capacity, server by server."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import FAULTS
from scenarios.quantities.fields import PositiveRate
from scenarios.text.phrases import rate_words


@FAULTS.kind("capacity", rank=3)
class Leak(AtStation, ServiceKind):
    """Capacity is eaten bit by bit, until a restart at the fault's end gives it back."""

    loses: PositiveRate = Field(description="servers lost by time, such as 4 / h")
    least: int = Field(default=0, ge=0, description="so many servers stay")

    def words(self) -> str:
        least = f" until {self.least:,} are left" if self.least else ""
        return f"leak at {self.station}: {rate_words(self.loses)} servers{least}"

    def intervals(self) -> Iterator[tuple[str, float]]:
        yield "loses", 1.0 / self.loses

    def begin(self, effect: Effect) -> None:
        """A server is lost each 1/`loses` until only `least` are left; a restart brings all back: a crash, or the
        end."""

        def lose() -> None:
            if effect.station.servers > self.least:
                effect.lose_servers(1)
                effect.hit()

        effect.every(1.0 / self.loses, lose)
        effect.crashed(effect.regain_servers)
