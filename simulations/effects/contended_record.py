"""Primitives of faults in which many requests want to change the same record."""

from __future__ import annotations

from scenarios.language.outcomes import CONFLICT
from simulations.effects.hooks import HookedEffect
from simulations.service.request import Request


class OnRecord(HookedEffect):
    """One record, which requests that the effect touches want to change."""

    def keep_versions(self) -> None:
        """Requests that it touches change one record: who came before another's change was done, and whose work is
        done after it, is refused (409)."""
        version = 0
        read: dict[Request, int] = {}  # the version of the record that each has seen

        def read_version(request: Request) -> None:
            if self.touches(request):
                read[request] = version

        def change(request: Request) -> None:
            nonlocal version
            seen = read.get(request)
            if seen is None or not self.changes(request):
                return
            if seen == version:
                version += 1
            else:
                self.hit()
                request.outcome, request.response_fault = CONFLICT, ("conflict",)

        def forget(request: Request) -> None:
            read.pop(request, None)

        self.admission("inside", read_version)
        self.after_work(change, decides=True)
        self.ended(forget)

    def lock_record(self) -> None:
        """Requests that it touches change one record: who comes while another has it is refused (423). A request has it
        from its admission to its end."""
        owner: Request | None = None

        def take(request: Request) -> int | None:
            nonlocal owner
            if not self.touches(request):
                return None
            if owner is None:
                owner = request
                return None
            self.hit()
            request.response_fault = ("locked",)
            return CONFLICT

        def give_back(request: Request) -> None:
            nonlocal owner
            if owner is request:
                owner = None

        self.admission("inside", take)
        self.ended(give_back)
