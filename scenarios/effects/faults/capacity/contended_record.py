"""Many requests want to change the same record."""

from __future__ import annotations

from typing import Literal

from scenarios.effects.effect import AffectedRequest, Effect
from scenarios.effects.kinds import Aimed, ServiceKind
from scenarios.language.outcomes import CONFLICT
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
            _Versions(effect)
        else:
            _Owner(effect)


class _Versions:
    """What version of the record each request has read."""

    def __init__(self, effect: Effect) -> None:
        self._effect = effect
        self._version = 0
        self._read: dict[AffectedRequest, int] = {}
        effect.admission("inside", self._read_version)
        effect.after_work(self._change, decides=True)
        effect.ended(self._forget)

    def _read_version(self, request: AffectedRequest) -> None:
        if self._effect.touches(request):
            self._read[request] = self._version

    def _change(self, request: AffectedRequest) -> None:
        read = self._read.get(request)
        if read is None or not self._effect.changes(request):
            return
        if read == self._version:
            self._version += 1
        else:
            self._effect.hit()
            request.outcome, request.response_fault = CONFLICT, ("conflict",)

    def _forget(self, request: AffectedRequest) -> None:
        self._read.pop(request, None)


class _Owner:
    """Who has the record."""

    def __init__(self, effect: Effect) -> None:
        self._effect = effect
        self._owner: AffectedRequest | None = None
        effect.admission("inside", self._take)
        effect.ended(self._give_back)

    def _take(self, request: AffectedRequest) -> int | None:
        if not self._effect.touches(request):
            return None
        if self._owner is None:
            self._owner = request
            return None
        self._effect.hit()
        request.response_fault = ("locked",)
        return CONFLICT

    def _give_back(self, request: AffectedRequest) -> None:
        if self._owner is request:
            self._owner = None
