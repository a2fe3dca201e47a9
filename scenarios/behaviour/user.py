"""The user without I/O: a session is a generator that says what it wants and is told what came of it.

    session = behave(plan, draws, row)
    step = next(session)                             # a Call, a Pause, …: perform it, in virtual time or over HTTP
    step = session.send((outcome, took_s, after_s))  # after a Call
    step = session.send(None)                        # after anything else

Think times and giving up are here; retries with back-off and jitter, and patience, in `persistence`, for when a call
fails; and nowhere else. `runner` performs this generator on both clocks and sees to time-outs. When it ends,
`StopIteration.value` is an ending.
"""

from __future__ import annotations

from typing import Any

from scenarios.behaviour.guards import Guards
from scenarios.behaviour.journeys import CALL, CHOOSE, LOOP, SHARE, THINK, Loop, Plan, chosen
from scenarios.behaviour.persistence import Persistence
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.standstill import STEPS_MOST_AT_ONCE, standstill
from scenarios.behaviour.steps import GONE, INTENDED, Call, Pause, Session
from scenarios.language.outcomes import FINISHED, GAVE_UP, GOOD


def behave(plan: Plan, draws: Draws, row: int, guards: Guards | None = None) -> Session:
    """One session of `plan`, with the draws of row `row` and the guards of its population."""
    steps, last, counter, quiet = plan.steps, len(plan.steps), 0, 0
    rounds: dict[int, int] = {}
    visits: dict[int, int] = {}  # by place; a place that no loop came back to is on its visit 0
    delivered = plan.carries is None
    persistence = None if guards is None else Persistence(plan, draws, row, guards)
    if not delivered:
        yield INTENDED
    while counter < last:
        code, what = steps[counter]
        visit = visits.get(counter, 0) if visits else 0
        counter += 1
        if code == CALL:
            quiet = 0
            call: Call = what if visit == 0 else Call(what.site, visit, 0)
            answer: Any = (yield call) if persistence is None else (yield from persistence.first_try(call))
            if answer[0] != GOOD:
                persistence = persistence or Persistence(plan, draws, row, guards)
                answer = yield from persistence.persist(call, answer)
                if answer[0] != GOOD:
                    if call.site.skips is not None:
                        counter += call.site.skips
                        continue
                    if not delivered:
                        yield GONE[plan.behaviour.gives_up_to]
                    return GAVE_UP
            achieved = call.site.achieved
            if achieved is not None:
                yield achieved
                delivered = delivered or achieved.name == plan.delivered_by
        elif code == THINK:
            quiet = 0
            yield Pause(draws.value(row, what.key, visit, what.distribution))
        elif code == CHOOSE:
            counter = chosen(what, draws.value(row, what.key, visit, SHARE))
        elif code == LOOP:
            rounds[counter] = rounds.get(counter, 1) + 1
            quiet = _rounds_in_quiet(quiet + 1, plan.population)
            visits.update((place, visits.get(place, 0) + 1) for place in range(what.target, counter))
            counter = _after_round(what, rounds, counter)
        else:
            counter = what
    return FINISHED


def _rounds_in_quiet(rounds: int, population: str) -> int:
    """Rounds of loops since anything was last to be told to anybody. Raises `StandstillError` for too many."""
    if rounds > STEPS_MOST_AT_ONCE:
        raise standstill(population, "the choice of an `either`")
    return rounds


def _after_round(loop: Loop, rounds: dict[int, int], counter: int) -> int:
    """Back to the loop's start, or past it, its count set back for the next time it is entered."""
    if loop.times is None or rounds[counter] <= loop.times:
        return loop.target
    del rounds[counter]
    return counter
