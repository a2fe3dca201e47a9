"""The precautions of a user's software: what keeps a call from being sent, and what sends it twice.

    guards = guards_of(behaviour, now)        # one for all sessions of a population in one engine
    admitted = guards.first_try(draw)         # or `retry`; None: held back
    guards.heard(admitted, outcome)           # once the call has ended
    guards.of_session()                       # where a session has precautions of its own

No I/O, no clock and no generator of their own: the time is asked of `now`, and the draw is the session's.

Sources: M. Nygard, *Release It!*, 2nd ed. 2018, ch. 5 (circuit breaker); Beyer et al., *Site Reliability Engineering*,
2016, ch. 21 (adaptive throttling) and 22 (retry budget); Dean and Barroso, *The Tail at Scale*, CACM 2013 (hedging).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from scenarios.language.behaviours import AdaptiveThrottling, Behaviour, CircuitBreaker, RetryBudget
from scenarios.language.outcomes import BUSY, ERROR, GOOD, LEFT_QUEUE, RATE_LIMITED, REFUSED, TIMEOUT

# the service was not able to; whoever is told of a conflict, a lost session or a place in line was served
FAILURES = frozenset({BUSY, RATE_LIMITED, LEFT_QUEUE, ERROR, REFUSED, TIMEOUT})
_CLOSED, _OPEN, _TRYING = "closed", "open", "trying"
UniformDraw = Callable[[], float]  # uniform in (0, 1)


class _Recent:
    """How many calls there were within the last `over_s` seconds, and how many of them counted."""

    def __init__(self, over_s: float) -> None:
        self._over_s = over_s
        self._seen: deque[tuple[float, bool]] = deque()
        self.calls = self.counted = 0

    def add(self, now_s: float, counts: bool) -> None:
        self._seen.append((now_s, counts))
        self.calls += 1
        self.counted += counts

    def forget_old(self, now_s: float) -> None:
        while self._seen and self._seen[0][0] <= now_s - self._over_s:
            self.counted -= self._seen.popleft()[1]
            self.calls -= 1

    def clear(self) -> None:
        self._seen.clear()
        self.calls = self.counted = 0


class Breaker:
    """A circuit breaker: closed, open for a while, then trying a few calls.

    `era` rises with each change of state, so that what was sent in another state and is answered now says nothing.
    """

    def __init__(self, policy: CircuitBreaker) -> None:
        self.policy, self.state, self.era = policy, _CLOSED, 0
        self._since_s = 0.0
        self._sent = self._succeeded = 0  # trials
        self._recent = _Recent(policy.within)

    def lets(self, now_s: float) -> bool:
        """Whether a call may be sent now."""
        if self.state == _CLOSED:
            return True
        # trials that nobody answers must not keep it shut for ever
        if now_s >= self._since_s + self.policy.opens_for and (self.state == _OPEN or not self._may_try()):
            self._turn(_TRYING, now_s)
        return self.state == _TRYING and self._may_try()

    def may_hedge(self, _: float) -> bool:
        """Whether a call that is waited for may be sent once more."""
        return self.state == _CLOSED

    def sent(self) -> int:
        """A call is sent; the era in which it was."""
        self._sent += self.state == _TRYING
        return self.era

    def heard(self, era: int, outcome: int, now_s: float) -> None:
        """What came of a call."""
        if era != self.era:
            return
        failed = outcome in FAILURES
        if self.state == _TRYING:
            self._succeeded += not failed
            if failed:
                self._turn(_OPEN, now_s)
            elif self._succeeded >= self.policy.trial_calls:
                self._turn(_CLOSED, now_s)
            return
        recent = self._recent
        recent.add(now_s, failed)
        recent.forget_old(now_s)
        if recent.calls >= self.policy.of_at_least and recent.counted >= self.policy.failures * recent.calls:
            self._turn(_OPEN, now_s)

    def _may_try(self) -> bool:
        return self._sent < self.policy.trial_calls

    def _turn(self, state: str, now_s: float) -> None:
        self.state, self._since_s = state, now_s
        self.era += 1
        self._sent = self._succeeded = 0
        self._recent.clear()


class RetryBreaker:
    """A circuit breaker of retries alone. It needs no trials: what first tries come to goes on showing how the service
    is, so retries are held back just as long as too many of the last calls have failed.

    Source: M. Brooker, *Fixing retries with token buckets and circuit breakers*, 2022.
    """

    def __init__(self, policy: CircuitBreaker) -> None:
        self.policy = policy
        self._recent = _Recent(policy.within)

    def lets(self, now_s: float) -> bool:
        """Whether a retry may be sent now."""
        recent = self._recent
        recent.forget_old(now_s)
        return recent.calls < self.policy.of_at_least or recent.counted < self.policy.failures * recent.calls

    def may_hedge(self, now_s: float) -> bool:
        """Whether a call that is waited for may be sent once more: likewise."""
        return self.lets(now_s)

    def sent(self) -> int:
        """A call is sent; all are of one era."""
        return 0

    def heard(self, _: int, outcome: int, now_s: float) -> None:
        """What came of a call, first try or retry."""
        self._recent.add(now_s, outcome in FAILURES)


class Budget:
    """A token bucket for retries, full at first."""

    def __init__(self, policy: RetryBudget) -> None:
        self.policy, self.tokens = policy, policy.burst

    def earn(self) -> None:
        """A first try is sent."""
        self.tokens = min(self.policy.burst, self.tokens + self.policy.per_request)

    def spend(self) -> bool:
        """Take a token, if there is a whole one."""
        if self.tokens < 1 - 1e-9:  # ten tenths are a whole
            return False
        self.tokens -= 1
        return True


class Throttle:
    """Adaptive throttling: a call counts once its end is known, so that slow answers alone hold nobody back."""

    def __init__(self, policy: AdaptiveThrottling) -> None:
        self.policy = policy
        self._recent = _Recent(policy.over)

    def share(self, now_s: float) -> float:
        """The share of calls that is held back now: max(0, (requests − k · accepts) / (requests + 1))."""
        recent = self._recent
        recent.forget_old(now_s)
        return max(0.0, (recent.calls - self.policy.k * recent.counted) / (recent.calls + 1))

    def holds(self, now_s: float, draw: UniformDraw) -> bool:
        """Whether this call is held back; if so, it is a request that was not accepted."""
        share = self.share(now_s)
        held = share > 0 and draw() < share
        if held:
            self._recent.add(now_s, False)
        return held

    def heard(self, outcome: int, now_s: float) -> None:
        """What came of a call."""
        self._recent.add(now_s, outcome not in FAILURES)


class Guards:
    """All that may hold back the calls of a population in one engine, or of one session of it.

    What a behaviour has `for_each` session is made anew for each; of the population, there is one.
    """

    def __init__(self, behaviour: Behaviour, now: Callable[[], float], shared: Guards | None = None) -> None:
        """`shared` are the population's guards, for those of one session."""
        self._behaviour, self._now = behaviour, now

        def made(policy: Any, held: Any, kind: Callable[[Any], Any]) -> Any:
            if policy is None or (shared is not None and policy.for_each == "population"):
                return held
            return kind(policy)

        breaker, budget = behaviour.circuit_breaker, behaviour.retry_budget
        throttle = behaviour.adaptive_throttling
        self.breaker: Breaker | RetryBreaker | None = made(breaker, shared and shared.breaker, _breaker)
        self.budget: Budget | None = made(budget, shared and shared.budget, Budget)
        self.throttle: Throttle | None = made(throttle, shared and shared.throttle, Throttle)
        self._retries_only = isinstance(self.breaker, RetryBreaker)
        self._is_each_sessions = any(one and one.for_each == "session" for one in (breaker, budget, throttle))

    def of_session(self) -> Guards:
        """The guards of a session that begins."""
        return Guards(self._behaviour, self._now, self) if self._is_each_sessions else self

    def first_try(self, draw: UniformDraw) -> int | None:
        """Admit a call's first try: what `heard` will want to know; None when it is held back."""
        if self._shuts(draw, past_breaker=self._retries_only):
            return None
        if self.budget is not None:
            self.budget.earn()
        return self.breaker.sent() if self.breaker is not None else 0

    def retry(self, draw: UniformDraw) -> int | None:
        """Admit another try of a call that failed, likewise."""
        if self._shuts(draw) or (self.budget is not None and not self.budget.spend()):
            return None
        return self.breaker.sent() if self.breaker is not None else 0

    def further_try(self, draw: UniformDraw) -> int | None:
        """Admit a call that was not refused, only put off: it neither earns nor spends."""
        if self._shuts(draw, past_breaker=self._retries_only):
            return None
        return self.breaker.sent() if self.breaker is not None else 0

    def may_hedge(self) -> bool:
        """Whether a call that is waited for may be sent once more: not into an open breaker, and out of the budget."""
        if self.breaker is not None and not self.breaker.may_hedge(self._now()):
            return False
        return self.budget is None or self.budget.spend()

    def heard(self, admitted: int, outcome: int) -> None:
        """What came of a call that was admitted."""
        now_s = self._now()
        if self.breaker is not None:
            self.breaker.heard(admitted, outcome, now_s)
        if self.throttle is not None:
            self.throttle.heard(outcome, now_s)

    def _shuts(self, draw: UniformDraw, *, past_breaker: bool = False) -> bool:
        now_s = self._now()
        if self.breaker is not None and not past_breaker and not self.breaker.lets(now_s):
            return True
        return self.throttle is not None and self.throttle.holds(now_s, draw)


def _breaker(policy: CircuitBreaker) -> Breaker | RetryBreaker:
    return RetryBreaker(policy) if policy.stops == "retries" else Breaker(policy)


class Race:
    """The requests of one hedged call: the first good answer is taken, and a bad one when nothing else is open."""

    __slots__ = ("_open", "_sent", "is_over")

    def __init__(self) -> None:
        self._sent, self.is_over = 0, False
        self._open: set[int] = set()

    def start(self) -> int:
        """One more is sent; which of them it is, from 0."""
        number = self._sent
        self._open.add(number)
        self._sent += 1
        return number

    def settles(self, number: int, outcome: int) -> bool:
        """One has ended: whether this is what becomes of the call."""
        if self.is_over or number not in self._open:
            return False
        self._open.remove(number)
        self.is_over = outcome == GOOD or not self._open
        return self.is_over


def guards_of(behaviour: Behaviour, now: Callable[[], float]) -> Guards | None:
    """The guards of a population; None where nothing holds anything back."""
    return Guards(behaviour, now) if behaviour.is_guarded else None
