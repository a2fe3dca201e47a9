"""Users over HTTP whose software takes precautions, or who meet a lost session or a waiting room."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from readiness.judging.people import people_who_wanted
from scenarios.behaviour.schedule import schedule
from scenarios.language.reading import read_text
from tests.fixtures.loadtests.replays import Replayed, one_call

Replay = Callable[..., Replayed]
TURN_S = 0.15  # at the small server's door


def marks(run: Replayed, name: str) -> int:
    return int(run.measured.marks[run.measured.form.marks.index(name)].sum())


def hangs(scenario: str) -> tuple[list[bool], list[bool]]:
    """Of each session, whether the server lets its first request hang, and its first hedge."""
    told = read_text(scenario)
    drawn = schedule(told, told.seed)
    call, block = drawn.plans[0].steps[0][1], next(drawn.blocks())
    draws = block.draws[0]
    rows = range(len(drawn))
    return [draws.key(r, call.salt) % 2 == 1 for r in rows], [draws.key(r, call.hedge_salt(1)) % 2 == 1 for r in rows]


def test_a_hedge_is_sent_when_there_is_no_answer_and_its_answer_is_taken(replay: Replay) -> None:
    scenario = one_call("even", "{timeout: 600 ms, hedging: {after: 150 ms}}")
    first, hedge = hangs(scenario)
    both = sum(a and b for a, b in zip(first, hedge, strict=True))
    assert 0 < both < sum(first) < len(first)
    run = replay(scenario)
    assert run.outcomes("even").get("timeout", 0) + run.outcomes("even").get("unfinished", 0) == both
    assert run.outcomes("even")["good"] == len(first) - both
    assert marks(run, "hedged") == sum(first)
    assert sum(part.requests_due for part in run.parts) == len(first)


def test_without_an_answer_to_either_a_hedged_call_times_out_once(replay: Replay) -> None:
    run = replay(one_call("hang", "{timeout: 300 ms, hedging: {after: 100 ms}}"))
    assert set(run.outcomes("hang")) <= {"timeout", "unfinished"}
    assert sum(run.outcomes("hang").values()) == run.measured.sessions.sum() == 40
    assert marks(run, "hedged") == 40


def test_a_breaker_holds_back_what_would_only_fail(replay: Replay) -> None:
    run = replay(one_call("busy", "{circuit_breaker: {of_at_least: 5, opens_for: 30 s}}"))
    seen = run.outcomes("busy")
    assert seen["busy"] >= 5 and seen["held_back"] > 20
    assert seen["busy"] + seen["held_back"] == 40
    assert sum(part.requests_sent for part in run.parts) == seen["busy"]
    assert run.endings() == {"gave_up": 40}


def test_who_is_in_line_comes_back_with_the_ticket(replay: Replay) -> None:
    run = replay(one_call("door", "{timeout: 5 s}").replace("drain: 500 ms", "drain: 4 s"))
    assert run.outcomes("door") == {"in_line": 40, "good": 40}
    assert run.endings() == {"finished": 40}
    waited, wanted = run.measured.in_line, people_who_wanted(run.measured, ["door"], [])
    assert waited.number([0], [0], slice(None)) == wanted.got_there.count == 40
    assert waited.least_s.min() == waited.most_s.max() == pytest.approx(TURN_S), "each their turn"
    assert wanted.got_there.least_s > TURN_S > run.measured.responses(outcomes=["good"]).least_s
    assert people_who_wanted(run.measured, ["served"], []).got_there.count == 40


def test_who_finds_the_session_lost_logs_on_again(replay: Replay) -> None:
    scenario = one_call("guarded").replace("  stations:", "  log_on: [enter]\n  stations:")
    scenario = scenario.replace("  operations:", "  operations:\n    enter: {steps: [{use: app, time: 20 ms}]}")
    run = replay(scenario)
    assert run.outcomes("guarded") == {"good": 40, "logged_out": 5}
    assert run.outcomes("enter") == {"good": 5}
    assert run.endings() == {"finished": 40}


def test_without_a_slot_there_is_something_else_to_do(replay: Replay) -> None:
    scenario = one_call("full", "{retries: 3, back_off: {first: 10 ms}}")
    scenario = scenario.replace("  operations:", "  operations:\n    good: {steps: [{use: app, time: 20 ms}]}")
    scenario = scenario.replace("achieves: served}", "achieves: served, otherwise: [{call: good, achieves: put off}]}")
    run = replay(scenario)
    assert (run.outcomes("full"), run.outcomes("good")) == ({"no_slot": 40}, {"good": 40})
    assert (marks(run, "served"), marks(run, "put off")) == (0, 40)
    assert run.endings() == {"finished": 40}


@pytest.mark.parametrize(("operation", "seen"), [("full", [0, 40]), ("good", [40, 0]), ("busy", [0, 0])])
def test_a_client_notes_whether_it_found_a_slot_and_knows_no_day(
    replay: Replay, operation: str, seen: list[int]
) -> None:
    clinic = "clinic: {at_start: 1, ahead: 1 day to 1 day}"
    run = replay(one_call(operation) + f"supply: {{operations: [{operation}], specialties: {{{clinic}}}}}\n")
    assert run.measured.form.bookers == (("clinic", "routine", 0),)
    assert run.measured.slots.by_outcome().tolist() == [seen]
    assert run.measured.slots.total_s.sum() == run.measured.slots_free.sum() == 0.0


def test_a_service_on_which_something_acts_is_told_who_asks_and_how_long_they_wait(replay: Replay) -> None:
    defended = "defences: {few: {bulkhead: {operations: [told], at_most: 5}}}\n"
    run = replay(one_call("told", "{timeout: 5 s}") + defended)
    assert run.outcomes("told") == {"good": 40}
