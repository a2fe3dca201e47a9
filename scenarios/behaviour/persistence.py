"""What a user does about a call that did not succeed at once: wait in line, log on again, try again, or let it be.

`scenarios.behaviour.user.behave` comes here only when it must: before each call where there are guards, and after a bad
answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Final, cast

from scenarios.behaviour.distributions import Constant, Distribution, Exponential, Uniform
from scenarios.behaviour.draws import name_key
from scenarios.behaviour.guards import Guards, UniformDraw
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Answer, Answered, Call, HeldBack, LetBe, Line, Pause, Step
from scenarios.language.behaviours import BackOff, Behaviour
from scenarios.language.outcomes import GOOD, HELD_BACK, IN_LINE, LOGGED_OUT, NO_SLOT
from scenarios.numerics.elementary import whole_power

LOG_ONS_MOST = 5  # for one call: a service that forgets every session at once is not worth more
IN_LINE_LEAST_S = 0.1  # to one who is told to come back in no time, or a moment too early
BACK_OFF_KEY: Final = name_key("back-off")
THROTTLE_KEY: Final = name_key("throttle")
_ANY = Uniform(0.0, 1.0)
Tries = Generator[Step, Answer, Answered]


class Persistence:
    """One session's; `log_ons` counts how often it had to log on again."""

    __slots__ = ("draws", "guards", "log_ons", "plan", "row")

    def __init__(self, plan: Plan, draws: Draws, row: int, guards: Guards | None) -> None:
        self.plan, self.draws, self.row, self.guards = plan, draws, row, guards
        self.log_ons = 0

    def first_try(self, call: Call) -> Tries:
        """Send the call, if the guards let it."""
        return self.sent(call, Guards.first_try)

    def sent(self, call: Call, admission: Callable[[Guards, UniformDraw], int | None]) -> Tries:
        """Send the call, if the guards admit it in this way; what came of it."""
        guards = self.guards
        if guards is None:
            return cast(Answered, (yield call))
        site, draws = call.site, self.draws
        admitted = admission(
            guards, lambda: draws.value(self.row, site.key ^ THROTTLE_KEY, call.visit, _ANY, call.attempt)
        )
        if admitted is None:
            yield HeldBack(call)
            return HELD_BACK, 0.0, 0.0
        answer = cast(Answered, (yield call))
        guards.heard(admitted, answer[0])
        return answer

    def made(self, call: Call) -> Tries:
        """Send the call, and do what there is to do about a bad answer; the last answer."""
        answer = yield from self.first_try(call)
        return answer if answer[0] == GOOD else (yield from self.persist(call, answer))

    def persist(self, call: Call, answer: Answered) -> Tries:
        """Do what there is to do about an answer that is not good; the last answer."""
        return _Effort(self, call).made(answer)


class _Effort:
    """To get one call done. `waited_s` is the time since its first try began."""

    __slots__ = ("call", "log_ons", "mine", "paused_s", "retries", "waited_s")

    def __init__(self, mine: Persistence, call: Call) -> None:
        self.mine, self.call = mine, call
        self.retries = self.log_ons = 0
        self.waited_s = self.paused_s = 0.0

    def made(self, answer: Answered) -> Tries:
        """Go on until the call is done, or let it be."""
        answer = yield from self._go_on(answer)
        if answer[0] != GOOD:
            yield LetBe(self.call.site, self.waited_s if answer[0] == IN_LINE else None)
        return answer

    def _go_on(self, answer: Answered) -> Tries:
        mine, site, attempt = self.mine, self.call.site, 0
        self.waited_s = answer[1]
        while answer[0] != GOOD:
            attempt += 1
            admission = Guards.further_try
            if answer[0] == LOGGED_OUT and self._may_log_on():
                logged_on = yield from self._log_on_again()
                if logged_on[0] != GOOD:
                    return logged_on
                if self._is_too_long(0.0):
                    break
            else:
                pause = self._in_line(answer) if answer[0] == IN_LINE else self._back_off(answer, attempt)
                if pause is None or self._is_too_long(pause.seconds):
                    break
                yield pause
                self.waited_s += pause.seconds
                if pause.retrying:
                    admission = Guards.retry
            call = Call(site, self.call.visit, attempt)
            if mine.guards is None:
                answer = cast(Answered, (yield call))
            else:
                answer = yield from mine.sent(call, admission)
            self.waited_s += answer[1]
        return answer

    def _in_line(self, answer: Answered) -> Pause:
        return Pause(max(answer[2], IN_LINE_LEAST_S), line=Line(self.call.site, self.waited_s))

    def _back_off(self, answer: Answered, attempt: int) -> Pause | None:
        """The wait before try number `attempt`, drawn for the place, the visit and the try; None for no further try."""
        mine, call = self.mine, self.call
        behaviour = mine.plan.behaviour
        policy = behaviour.back_off
        if answer[0] == NO_SLOT or policy is None or self.retries >= _most(behaviour):
            return None
        self.retries += 1
        wait = back_off(policy, self.retries, self.paused_s)
        pause_s = mine.draws.value(mine.row, call.site.key ^ BACK_OFF_KEY, call.visit, wait, attempt)
        if policy.jitter == "decorrelated":
            pause_s = self.paused_s = min(pause_s, longest_s(policy))
        if behaviour.honours_retry_after:
            pause_s = max(pause_s, answer[2])
        return Pause(pause_s, retrying=True)

    def _log_on_again(self) -> Tries:
        """The operations that begin a session, each with the same persistence; what came of the last."""
        mine, self.log_ons = self.mine, self.log_ons + 1
        nth, mine.log_ons = mine.log_ons, mine.log_ons + 1
        answer: Answered = (GOOD, 0.0, 0.0)
        for site in mine.plan.log_on:
            effort = _Effort(mine, Call(site, nth, 0))
            answer = yield from effort.made((yield from mine.first_try(effort.call)))
            self.waited_s += effort.waited_s
            if answer[0] != GOOD:
                break
        return answer

    def _may_log_on(self) -> bool:
        """Who is logging on already does not begin to."""
        sites = self.mine.plan.log_on
        return bool(sites) and self.log_ons < LOG_ONS_MOST and not any(site is self.call.site for site in sites)

    def _is_too_long(self, pause_s: float) -> bool:
        mine, patience = self.mine, self.mine.plan.patience
        if patience is None:
            return False
        return self.waited_s + pause_s > mine.draws.value(mine.row, patience.key, 0, patience.distribution)


def back_off(policy: BackOff, retry: int, paused_s: float = 0.0) -> Distribution:
    """How long to wait before this retry (from 1), the last wait having been `paused_s`: exponential back-off, capped,
    with jitter. What decorrelated jitter draws is capped by whoever draws it.

    Source: M. Brooker, *Exponential Backoff and Jitter*, AWS Architecture Blog, 2015.
    """
    if policy.jitter == "decorrelated":
        return Uniform(policy.first, max(paused_s, policy.first) * 3)
    seconds = back_off_s(policy, retry)
    if policy.jitter == "none":
        return Constant(seconds)
    if policy.jitter == "exponential":
        return Exponential(seconds)
    return Uniform(seconds / 2 if policy.jitter == "equal" else 0.0, seconds)


def back_off_s(policy: BackOff, retry: int) -> float:
    """The wait before this retry (from 1) without jitter, or what jitter is measured by, in seconds."""
    return min(longest_s(policy), policy.first * whole_power(policy.factor, min(retry - 1, 200)))


def longest_s(policy: BackOff) -> float:
    """The cap of a policy, in seconds."""
    return policy.longest if policy.longest is not None else float("inf")


def _most(behaviour: Behaviour) -> float:
    return float("inf") if behaviour.retries == "unlimited" else behaviour.retries
