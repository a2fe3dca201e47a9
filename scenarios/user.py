"""The user without I/O: a session is a generator that says what it wants and is told what came of it.

    session = behave(plan, draws, row)
    step = next(session)                    # a Call, a Pause or a Mark: perform it, in virtual time or over HTTP
    step = session.send((outcome, took_s))  # after a Call
    step = session.send(None)               # after a Pause or a Mark

Think times, timeouts, retries with back-off and jitter, patience and giving up all live here and nowhere else: the
simulator and the load test both perform this generator. When it ends, `StopIteration.value` is an ending.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

from scenarios.distributions import Constant, Distribution, Exponential, Uniform
from scenarios.draws import name_key
from scenarios.journeys import CALL, CHOOSE, LOOP, THINK, Choice, Loop, Plan
from scenarios.outcomes import FINISHED, GAVE_UP, GOOD
from scenarios.people import BackOff
from scenarios.sessions import Draws
from scenarios.steps import GONE, INTENDED, Answer, Call, Pause, Session, Step

_BACK_OFF = name_key("back-off")
_SHARE = Uniform(0.0, 1.0)


def behave(plan: Plan, draws: Draws, row: int) -> Session:
    """One session of `plan`, with the draws of row `row`."""
    steps, last, counter = plan.steps, len(plan.steps), 0
    rounds: dict[int, int] = {}
    visits: dict[int, int] = {}  # by place; a place that no loop came back to is on its visit 0
    delivered = plan.carries is None
    if not delivered:
        yield INTENDED
    while counter < last:
        code, what = steps[counter]
        visit = visits.get(counter, 0) if visits else 0
        counter += 1
        if code == CALL:
            call: Call = what if visit == 0 else Call(what.site, visit, 0)
            answer = yield call
            if answer[0] != GOOD:  # type: ignore[index]  # a Call is always answered
                answer = yield from _persist(plan, draws, row, call, cast(tuple[int, float], answer))
                if answer[0] != GOOD:
                    if call.site.optional:
                        continue
                    if not delivered:
                        yield GONE[plan.behaviour.gives_up_to]
                    return GAVE_UP
            achieved = call.site.achieved
            if achieved is not None:
                yield achieved
                delivered = delivered or achieved.name == plan.delivered_by
        elif code == THINK:
            yield Pause(draws.value(row, what.key, visit, what.distribution))
        elif code == CHOOSE:
            counter = _chosen(what, draws.value(row, what.key, visit, _SHARE))
        elif code == LOOP:
            rounds[counter] = rounds.get(counter, 1) + 1
            visits.update((place, visits.get(place, 0) + 1) for place in range(what.target, counter))
            counter = _after_round(what, rounds, counter)
        else:
            counter = what
    return FINISHED


def _persist(
    plan: Plan, draws: Draws, row: int, call: Call, answer: tuple[int, float]
) -> Generator[Step, Answer, tuple[int, float]]:
    """Try a failed call again while retries and patience last; the last answer."""
    behaviour, waited_s = plan.behaviour, answer[1]
    most = float("inf") if behaviour.retries == "unlimited" else behaviour.retries
    attempt = 0
    while answer[0] != GOOD and attempt < most and behaviour.back_off is not None:
        attempt += 1
        wait = back_off(behaviour.back_off, attempt)
        pause_s = draws.value(row, call.site.key ^ _BACK_OFF, call.visit, wait, attempt)
        if behaviour.patience is not None and waited_s + pause_s > behaviour.patience:
            break
        yield Pause(pause_s, retrying=True)
        answer = cast(tuple[int, float], (yield Call(call.site, call.visit, attempt)))
        waited_s += pause_s + answer[1]
    return answer


def back_off(policy: BackOff, attempt: int) -> Distribution:
    """How long to wait before try number `attempt` + 1: exponential back-off, capped, with jitter.

    Source: M. Brooker, *Exponential Backoff and Jitter*, AWS Architecture Blog, 2015 (full and equal jitter).
    """
    longest = policy.longest if policy.longest is not None else float("inf")
    seconds = min(longest, policy.first * policy.factor ** min(attempt - 1, 200))
    jittered: dict[str, Any] = {
        "none": Constant(seconds),
        "full": Uniform(0.0, seconds),
        "equal": Uniform(seconds / 2, seconds),
        "exponential": Exponential(seconds),
    }
    return cast(Distribution, jittered[policy.jitter])


def _chosen(choice: Choice, u: float) -> int:
    return next(target for limit, target in zip(choice.until, choice.targets, strict=True) if u < limit)


def _after_round(loop: Loop, rounds: dict[int, int], counter: int) -> int:
    """Back to the loop's start, or past it, its count set back for the next time it is entered."""
    if loop.times is None or rounds[counter] <= loop.times:
        return loop.target
    del rounds[counter]
    return counter
