"""Work takes longer than it should."""

from __future__ import annotations

from pydantic import Field, model_validator

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.registry import FAULTS
from scenarios.quantities.fields import Duration, Name
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import only


@FAULTS.kind("capacity", rank=2)
class Slowdown(Aimed, ServiceKind):
    """Work takes longer: a slow identity provider, hospital system or database, or a slow everything."""

    station: Name | None = Field(default=None, description="work at this station; without it all work")
    factor: float = Field(default=1.0, gt=0, le=1000, description="work takes so many times as long")
    extra: Duration = Field(default=0.0, description="and so much longer")

    @model_validator(mode="after")
    def _does_something(self) -> Slowdown:
        if self.factor == 1.0 and self.extra == 0.0:
            raise ValueError("give `factor`, `extra` or both")
        return self

    def words(self) -> str:
        times = [f"{self.factor:g} times as long"] if self.factor != 1 else []
        extra = [f"{duration_text(self.extra)} longer"] if self.extra else []
        return f"slowdown{only([self.station] if self.station else [], ' at ')}: {' and '.join(times + extra)}"

    def begin(self, effect: Effect) -> None:
        """Work that begins while it lasts takes `factor` times as long, and `extra`."""
        effect.lengthen_work(self.factor, self.extra, self.station)
