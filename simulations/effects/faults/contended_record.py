"""Many requests want to change the same record."""

from __future__ import annotations

from scenarios.language.outcomes import CONFLICT
from simulations.effects.effect import Effect
from simulations.service.hooked_service import INSIDE
from simulations.service.service import Request


class ContendedRecord(Effect):
    """Optimistic: who began before another's change was done, and finishes after it, is refused with 409. Pessimistic:
    who comes while another has the record is refused with 423."""

    def begin(self) -> None:
        self._version = 0
        self._read: dict[Request, int] = {}
        self._owner: Request | None = None
        if self.settings.lock == "optimistic":
            self.admission_hook(INSIDE, self._read_version)
            self.decide(self._change)
        else:
            self.admission_hook(INSIDE, self._take)
        self.hook(self.service.ended_hooks, self._forget)

    def _read_version(self, request: Request) -> None:
        if self.touches(request):
            self._read[request] = self._version

    def _change(self, request: Request) -> float:
        read = self._read.get(request)
        if read is None or not self.changes(request):
            return 0.0
        if read == self._version:
            self._version += 1
        else:
            self.hit()
            request.outcome, request.response_fault = CONFLICT, ("conflict",)
        return 0.0

    def _take(self, request: Request) -> int | None:
        if not self.touches(request):
            return None
        if self._owner is None:
            self._owner = request
            return None
        self.hit()
        request.response_fault = ("locked",)
        return CONFLICT

    def _forget(self, request: Request) -> None:
        self._read.pop(request, None)
        if self._owner is request:
            self._owner = None
