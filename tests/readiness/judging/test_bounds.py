"""The least and the greatest value that a measure may still have, worked out on paper for hand_made.py.

There one `refer` is open at the end, one log-on timed out, a clerk still tries to log on, and that session is cut.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from readiness.judging.bounds import Bounds, bounds, percentile_is_open
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.objectives import MEASURES, Objective, measure_family
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from simulations.launch import simulate_launch
from tests.fixtures.readiness.hand_made import BUSY, FORM, GOOD, TIMEOUT, about, hand_made

NEVER = math.inf
LIMIT = {"duration": "1 s", "share": "1 %", "rate": "1 / s", "count": 1}
TEXT = """
title: Practices that refer, and clerks
period: 0 s to 20 s
service:
  stations: {app: {servers: 2}, database: {servers: 1}}
  operations:
    log-on: {steps: [{use: app, time: 1 s}]}
    refer: {steps: [{use: database, time: 1 s}]}
behaviours: {busy: {gives_up_to: paper}}
journeys:
  day:
    carries: referral
    delivered_by: created
    steps: [{call: log-on}, {call: refer, achieves: created}]
  look: {steps: [{call: log-on}]}
populations:
  practices: {arrivals: 1 / s, journey: day, behaviour: busy}
  clerks: {arrivals: 1 / s, journey: look, behaviour: busy}
"""
CLERKS_LOOK = read_text(TEXT)
CLERKS_REFER = read_text(TEXT.replace("journey: look", "journey: day"))


def found(name: str, of: list[str], scenario: Scenario = CLERKS_LOOK, recording: Recording | None = None) -> Bounds:
    limit = LIMIT[MEASURES[measure_family(name)][1]]
    told: dict[str, Any] = {"measure": name, "of": of, "at_most": limit}
    return bounds(Objective.model_validate(told), recording or hand_made(), scenario)


@pytest.mark.parametrize(
    ("name", "of", "low", "high"),
    [
        ("response p80", ["log-on"], 4, 4),  # four of the five who were not turned away were answered within 4 s
        ("response p83", ["log-on"], 10, NEVER),  # the fifth stopped waiting
        ("response max", ["log-on"], 10, NEVER),
        ("response mean", ["log-on"], 4, 4),  # four in five were answered
        ("good share", ["refer"], 2 / 4, 3 / 4),
        ("failed share", ["refer"], 1 / 4, 2 / 4),
        ("good share", ["log-on"], 4 / 6, 4 / 6),
        ("goodput", ["refer"], 2 / 20, 2 / 20),
        ("time to p60", ["log-on"], 4, 4),
        ("time to p80", ["log-on"], 16, NEVER),
        ("people share", ["log-on"], 3 / 5, 4 / 5),
        ("time in line p99", ["log-on"], 3, 3),
        ("session time p50", ["practices"], 5, 5),
        ("session time p80", [], 16, NEVER),
        ("session good share", [], 3 / 5, 4 / 5),
        ("session good share", ["practices"], 3 / 4, 3 / 4),
        ("makespan", ["practices"], 18, 18),
        ("makespan", [], 19, NEVER),
        ("queue max", ["database"], 4, 4),
    ],
)
def test_what_was_cut_off_may_yet_come_out_either_way(name: str, of: list[str], low: float, high: float) -> None:
    seen = found(name, of)
    assert seen == Bounds(about(low), about(high))


@pytest.mark.parametrize(
    ("scenario", "paper", "created"),
    [(CLERKS_LOOK, (1 / 4, 1 / 4), (2 / 4, 2 / 4)), (CLERKS_REFER, (1 / 4, 2 / 4), (2 / 4, 3 / 4))],
    ids=["clerks look", "clerks refer"],
)
def test_a_referral_that_is_open_at_the_end_may_yet_be_made_or_go_on_paper(
    scenario: Scenario, paper: tuple[float, float], created: tuple[float, float]
) -> None:
    """Of four two are made and one is on paper; the fourth is open if the clerk whose session is cut carries it."""
    assert found("paper share", [], scenario) == Bounds(*paper)
    assert found("achieved share", ["created"], scenario) == Bounds(*created)


def test_no_more_referrals_can_go_on_paper_than_are_open() -> None:
    """Five sessions are cut, and of four referrals one is open: the other sessions are there after theirs was made."""
    recorder = Recorder(FORM)
    recorder.sessions.cells[0][2] += (4.0, 16.0) * 4
    for name, number in {"intended": 4, "created": 2, "put_off": 1, "on_paper": 0}.items():
        recorder.marks[name] += [1.0] * number
    assert found("paper share", [], CLERKS_REFER, recorder.recording()) == Bounds(0, 1 / 4)
    assert found("achieved share", ["created"], CLERKS_REFER, recorder.recording()) == Bounds(1 / 2, 1)


def test_where_every_referral_is_made_or_gone_none_can_go_on_paper_any_more() -> None:
    recorder = Recorder(FORM)
    recorder.sessions.cells[0][2] += (4.0, 16.0)
    for name, number in {"intended": 4, "created": 2, "given_up": 1, "on_paper": 1}.items():
        recorder.marks[name] += [1.0] * number
    assert found("paper share", [], CLERKS_REFER, recorder.recording()) == Bounds(1 / 4, 1 / 4)


def test_where_nothing_was_intended_no_share_of_it_is_known() -> None:
    assert not found("paper share", [], CLERKS_REFER, Recorder(FORM).recording()).is_known


@pytest.mark.parametrize(("timeouts", "high"), [(4, 5.5), (5, NEVER)])
def test_a_mean_has_no_upper_bound_once_most_were_cut_off(timeouts: int, high: float) -> None:
    """Four are answered after 1 s, the others stop waiting after 10 s."""
    recorder = Recorder(FORM)
    recorder.responses.cells[0][GOOD] += (1.0, 1.0) * 4
    recorder.responses.cells[0][TIMEOUT] += (1.0, 10.0) * timeouts
    seen = found("response mean", ["log-on"], CLERKS_LOOK, recorder.recording())
    assert seen.low == pytest.approx((4 + 10 * timeouts) / (4 + timeouts))
    assert seen.high == pytest.approx(high)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("response p20", 0.5, NEVER),  # the clerk, one of five, may yet come to it
        ("response p21", NEVER, NEVER),
        ("response p50", NEVER, NEVER),
        ("response mean", NEVER, NEVER),
        ("response max", NEVER, NEVER),
    ],
)
def test_response_times_are_never_where_too_few_come_to_ask_at_all(name: str, low: float, high: float) -> None:
    """Of five people on whose way it lies nobody came to refer, as far as wishes tell."""
    seen = found(name, ["refer"], CLERKS_REFER)
    assert seen == Bounds(about(low), high)
    assert seen.is_never == (low == NEVER)


def people(called: int, finished: int, cut: int) -> Recording:
    """So many of the practices' sessions came to refer; some finished, others were cut, and each call took 1 s."""
    recorder = Recorder(FORM)
    recorder.sessions.cells[0][0] += (1.0, 5.0) * finished
    recorder.sessions.cells[0][2] += (1.0, 5.0) * cut
    recorder.wishes.cells[1][0] += (2.0, 1.0) * called
    recorder.responses.cells[1][GOOD] += (2.0, 1.0) * called
    return recorder.recording()


@pytest.mark.parametrize(
    ("launch", "name", "low", "high"),
    [
        (people(9, 10, 0), "response p90", 1, 1),
        (people(9, 10, 0), "response p91", NEVER, NEVER),
        (people(8, 9, 1), "response p90", 1, NEVER),  # who was cut may yet come, or not
        (people(7, 9, 1), "response p90", NEVER, NEVER),
        (people(10, 9, 1), "response p95", 1, 1),  # everybody came already
        (people(5, 10, 0), "response mean", 1, 1),
        (people(4, 10, 0), "response mean", NEVER, NEVER),
    ],
)
def test_a_percentile_is_never_where_fewer_than_its_share_came(
    launch: Recording, name: str, low: float, high: float
) -> None:
    assert found(name, ["refer"], CLERKS_LOOK, launch) == Bounds(low, high)


def test_who_does_not_have_it_on_their_way_is_not_missed() -> None:
    """Only the clerks are there, who do not refer; and of no operation in particular everybody is asked."""
    recorder = Recorder(FORM)
    recorder.sessions.cells[1][0] += (1.0, 5.0) * 10
    recorder.responses.cells[1][GOOD] += (2.0, 1.0)
    assert found("response p90", ["refer"], CLERKS_LOOK, recorder.recording()) == Bounds(1, 1)
    assert found("response p90", [], CLERKS_REFER, recorder.recording()) == Bounds(1, 1)
    assert found("response p90", ["refer"], CLERKS_REFER, recorder.recording()) == Bounds(NEVER, NEVER)


def test_who_comes_to_ask_later_than_the_part_that_is_judged_has_not_stayed_away() -> None:
    """Everybody thinks for a minute first: of those who start in the second minute nobody looks in it, and all do."""
    later = """
title: Think first
period: 0 s to 4 min
service: {stations: {shelf: {servers: 9}}, operations: {look: {steps: [{use: shelf, time: 1 s}]}}}
journeys: {visit: {steps: [{think: 1 min}, {call: look}]}}
populations: {thinkers: {arrivals: {rate: 6 / min, spacing: even}, journey: visit}}
objectives: {looking is quick: {measure: response p95, of: look, at_most: 2 s, during: 30 s to 90 s}}
"""
    scenario = read_text(later)
    seen = bounds(scenario.objectives["looking is quick"], simulate_launch(scenario, 1, 0), scenario)
    assert (seen.low, seen.high, seen.served) == (about(1), about(1), 1)


@pytest.mark.parametrize(
    "aside",
    [
        "{call: log-on, otherwise: [{call: refer}]}",
        "{either: [{share: 50 %, steps: [{call: refer}]}, {share: 50 %, steps: [{call: log-on}]}]}",
    ],
)
def test_what_is_called_when_something_fails_or_by_some_lies_on_nobodys_way(aside: str) -> None:
    recorder = Recorder(FORM)
    recorder.sessions.cells[1][0] += (1.0, 5.0) * 10
    recorder.responses.cells[1][GOOD] += (2.0, 1.0)
    told = read_text(TEXT.replace("look: {steps: [{call: log-on}]}", f"look: {{steps: [{aside}]}}"))
    assert told != CLERKS_LOOK
    assert found("response p90", ["refer"], told, recorder.recording()) == Bounds(1, 1)


def test_of_two_operations_the_one_that_fewer_reach_decides() -> None:
    """All ten log on, and four come to refer."""
    recorder = Recorder(FORM)
    recorder.sessions.cells[0][0] += (1.0, 5.0) * 10
    for operation, many in enumerate((10, 4)):
        recorder.wishes.cells[operation][0] += (2.0, 1.0) * many
        recorder.responses.cells[operation][GOOD] += (2.0, 1.0) * many
    launch = recorder.recording()
    assert found("response p50", ["log-on"], CLERKS_LOOK, launch) == Bounds(1, 1)
    for both in (["log-on", "refer"], ["refer", "log-on"]):
        assert found("response p40", both, CLERKS_LOOK, launch) == Bounds(1, 1)
        assert found("response p50", both, CLERKS_LOOK, launch).is_never


@pytest.mark.parametrize(
    ("count", "cut_off", "q", "is_open"),
    [(10, 1, 0.9, False), (10, 1, 0.91, True), (10, 0, 1.0, False), (10, 10, 0.1, True), (0, 0, 0.5, False)],
)
def test_a_percentile_is_open_when_its_rank_lies_beyond_those_that_were_seen_to_their_end(
    count: int, cut_off: int, q: float, is_open: bool
) -> None:
    assert percentile_is_open(count, cut_off, q) == is_open


def test_whoever_is_turned_away_at_once_is_in_no_response_time() -> None:
    recorder = Recorder(FORM)
    recorder.responses.cells[0][GOOD] += (1.0, 1.0) * 9
    recorder.responses.cells[0][BUSY] += (1.0, 0.0)
    assert found("response p90", ["log-on"], CLERKS_LOOK, recorder.recording()) == Bounds(1, 1)
    assert found("response p91", ["log-on"], CLERKS_LOOK, recorder.recording()).is_never
