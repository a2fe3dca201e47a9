"""Service times grow with concurrency, as the Universal Scalability Law has it."""

from __future__ import annotations

from pydantic import Field

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import AtStation, ServiceKind
from scenarios.language.registry import FAULTS


@FAULTS.kind("capacity", rank=5)
class Contention(AtStation, ServiceKind):
    """Service times grow with the number served at once: 1 + contention·(N − 1) + coherency·N·(N − 1) times as long.

    Source: N. Gunther, *Guerrilla Capacity Planning*, 2007 (the Universal Scalability Law).
    """

    contention: float = Field(default=0.0, ge=0, le=1, description="σ, the share of work that only one can do at once")
    coherency: float = Field(default=0.0, ge=0, le=1, description="κ, what each pair costs to agree")

    def words(self) -> str:
        return f"contention at {self.station}: σ {self.contention:g}, κ {self.coherency:g}"

    def begin(self, effect: Effect) -> None:
        """Work takes 1 + σ·(N − 1) + κ·N·(N − 1) times as long, N being the servers that are busy as it begins."""
        effect.contend(self.contention, self.coherency)
