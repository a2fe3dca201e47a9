"""Everything, or one station, stands still for a while: a garbage collector, a lock, a backup."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import ServiceKind
from scenarios.language.registry import FAULTS
from scenarios.quantities.fields import Name, PositiveDuration
from scenarios.quantities.units import duration_text


@FAULTS.kind("capacity", rank=4, name="pause")
class ServicePause(ServiceKind):
    """Everything, or one station, stands still: a collector, a lock. What was under way goes on afterwards."""

    station: Name | None = Field(default=None, description="only this station; without it everything")
    length: PositiveDuration | None = Field(default=None, description="how long each is; without it the whole time")
    every: PositiveDuration | None = Field(default=None, description="again and again, from start to start")

    @model_validator(mode="after")
    def _whole(self) -> ServicePause:
        if self.every is not None and (self.length is None or self.length >= self.every):
            raise ValueError("`every` needs a `length` that is shorter")
        return self

    def words(self) -> str:
        length = f" for {duration_text(self.length)}" if self.length else ""
        every = f" every {duration_text(self.every)}" if self.every else ""
        return f"pause: {self.station or 'everything'} stands still{length}{every}"

    def intervals(self) -> Iterator[tuple[str, float]]:
        if self.every is not None:
            yield "every", self.every

    def begin(self, effect: Effect) -> None:
        """One pause, or one each `every`. Work under way goes on afterwards for as long as it still had."""
        gate = effect.work_gate(self.station)
        effect.at_end(gate.reopen)

        def stop() -> None:
            gate.close()
            effect.hit()
            if self.length is not None:
                effect.after(self.length, gate.reopen)

        stop()
        if self.every is not None:
            effect.every(self.every, stop)
