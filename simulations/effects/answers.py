"""Primitives of faults that act on answers: what they say, and how long they take to leave."""

from __future__ import annotations

from scenarios.effects.effect import EVERY, Only, WireFault
from simulations.effects.hooks import HookedEffect
from simulations.service.request import Request


class OnAnswers(HookedEffect):
    """What clients hear."""

    def change_answers(
        self, fault: WireFault, outcome: int | None = None, *, only: Only = EVERY, decides: bool = False
    ) -> None:
        """When the work of requests that it touches and that are meant is done, their answer looks so, with another
        outcome where one is given."""

        def change(request: Request) -> None:
            if not (self.is_meant(request, only) and self.changes(request)):
                return
            self.hit()
            request.response_fault = fault
            if outcome is not None:
                request.outcome = outcome

        self.after_work(change, decides=decides)

    def slow_answers(self, takes_s: float) -> None:
        """Answers to requests that it touches take so much longer to leave, whatever they say."""

        def slow(request: Request) -> float:
            if not self.touches(request):
                return 0.0
            self.hit()
            return takes_s

        self.answer(slow)
