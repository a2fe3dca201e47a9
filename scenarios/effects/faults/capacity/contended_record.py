"""Many requests want to change the same record."""

from __future__ import annotations

from typing import Literal

from scenarios.effects.effect import Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.registry import FAULTS


@FAULTS.kind("capacity", rank=6)
class ContendedRecord(Aimed, ServiceKind):
    """Many want to change one record. Optimistic: who finishes after another's change is refused (409). Pessimistic:
    who comes while another has it is refused (423)."""

    lock: Literal["optimistic", "pessimistic"] = "optimistic"

    def words(self) -> str:
        how = "the slower of two changes fails" if self.lock == "optimistic" else "one at a time, others refused"
        return f"contended record, {self.lock} lock: {how}"

    def begin(self, effect: Effect) -> None:
        """Optimistic: who began before another's change was done, and finishes after it, is refused with 409.
        Pessimistic: who comes while another has the record is refused with 423."""
        if self.lock == "optimistic":
            effect.keep_versions()
        else:
            effect.lock_record()
