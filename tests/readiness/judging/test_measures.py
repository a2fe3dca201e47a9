"""Every measure, worked out on paper for the recording of hand_made.py."""

from __future__ import annotations

import math
from typing import Any

import pytest

from readiness.judging.bounds import bounds
from readiness.judging.evidence import of_one
from readiness.judging.measures import _MEASURES, measure
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.objectives import MEASURES, OF_PRACTICES, Objective, measure_family, percentile_of
from scenarios.language.outcomes import BUSY, GOOD, OUTCOMES
from tests.fixtures.readiness.hand_made import FORM, hand_made
from tests.fixtures.readiness.report_runs import CLOCKED, scenario_of

LIMIT = {"duration": "1 s", "working time": "1 s", "share": "1 %", "rate": "1 / s", "count": 1}
FIRST, SECOND = "0 s to 10 s", "10 s to 20 s"

# measure, of, during, value; a request that was turned away (busy, error) has no response time
WORKED_OUT: list[tuple[str, list[str], str | None, float]] = [
    ("response mean", ["log-on"], None, (1 + 2 + 3 + 4 + 10) / 5),
    ("response mean", [], None, (1 + 2 + 3 + 4 + 10 + 0.5 + 0.5 + 3) / 8),
    ("response mean", ["refer"], SECOND, (0.5 + 3) / 2),
    ("response p50", ["log-on"], None, 3),
    ("response p83", ["log-on"], None, 10),  # 5 of 6 were not turned away
    ("response p84", ["log-on"], None, math.inf),
    ("response p50", ["refer"], None, 0.5),
    ("response p99.9", ["log-on"], SECOND, 10),
    ("response p50", ["log-on"], FIRST, 2),
    ("response max", [], None, 10),
    ("response max", [], FIRST, 3),
    ("good share", ["log-on"], None, 4 / 6),
    ("good share", [], None, 6 / 10),
    ("good share", ["refer"], SECOND, 1 / 3),
    ("failed share", ["log-on"], None, 2 / 6),
    ("failed share", ["refer"], FIRST, 0),
    ("goodput", ["log-on"], None, 4 / 20),
    ("goodput", [], SECOND, 2 / 10),
    ("offered rate", ["log-on"], None, 6 / 20),
    ("offered rate", [], FIRST, 5 / 10),
    ("sent rate", ["log-on"], None, 7 / 20),
    ("sent rate", ["refer"], None, 4 / 20),
    ("received rate", ["log-on"], None, 7 / 20),
    ("time to p20", ["log-on"], None, 1),
    ("time to p50", ["log-on"], None, 4),
    ("time to p50", ["log-on"], FIRST, 2),
    ("time to p80", ["log-on"], None, 16),  # at least: the clerk still tries
    ("time to p81", ["log-on"], None, math.inf),
    ("time to p50", ["created"], None, 8),
    ("people share", ["log-on"], None, 3 / 5),
    ("people share", ["created"], None, 1 / 2),
    ("people share", ["log-on"], SECOND, 1),
    ("time in line p60", ["log-on"], None, 0),
    ("time in line p80", ["log-on"], None, 1.5),
    ("time in line p60", ["log-on"], FIRST, 1.5),  # two of four
    ("time in line p99", [], None, 3),
    ("session time p50", ["practices"], None, 5),
    ("session time p50", [], None, 7),
    ("session time p30", ["practices"], None, 5),
    ("session time p30", ["practices"], FIRST, 4),
    ("session time p81", [], None, math.inf),
    ("makespan", ["practices"], None, 18),
    ("makespan", [], None, 19),  # at least: the clerk's session is open
    ("wait mean", ["database"], None, (2 + 4 + 5) / (5 + 3)),
    ("wait mean", ["app"], None, 1 / 7),
    ("wait mean", [], FIRST, (1 + 2) / (3 + 1 + 4 + 1)),
    ("wait p50", ["database"], None, 0),
    ("wait p62.5", ["database"], None, 0),  # five of eight did not wait
    ("wait p63", ["database"], None, 2),
    ("wait p75", ["database"], None, 2),
    ("wait p99", ["database"], None, 5),
    ("wait p95", ["app"], FIRST, 1),
    ("waited share", ["database"], None, (2 + 1) / 9),
    ("waited share", ["app"], SECOND, 0),
    ("refused share", ["app"], None, 2 / 9),
    ("refused share", [], None, 3 / 18),
    ("left share", ["database"], None, 1 / 9),
    ("left share", ["app"], None, 0),
    ("hit share", ["database"], None, 12 / 20),
    ("busy share", ["app"], None, (0 + 2 + 2 + 1) / 4 / 2),
    ("busy share", [], None, (5 + 3) / 4 / 3),
    ("busy share", ["app"], SECOND, 3 / 4),
    ("idle share", ["app"], None, 1 / 4),
    ("idle share", ["app"], SECOND, 0),
    ("full share", ["app"], None, 2 / 4),
    ("full share", ["database"], None, 3 / 4),
    ("queue mean", ["database"], None, 7 / 4),
    ("queue mean", [], None, 8 / 4),
    ("queue max", ["database"], None, 4),
    ("queue max", [], FIRST, 3),
    ("in system mean", ["app"], None, (0 + 3 + 2 + 1) / 4),
    ("in system mean", [], SECOND, (2 + 5 + 1 + 1) / 2),
    ("session good share", ["practices"], None, 3 / 4),
    ("session good share", [], None, 3 / 5),
    ("session good share", ["practices"], SECOND, 1),
    ("waiting to retry mean", [], None, (0 + 1 + 2 + 1) / 4),
    ("waiting to retry mean", [], SECOND, 3 / 2),
    ("achieved share", ["created"], None, 2 / 4),
    ("achieved share", ["created", "booked"], None, 3 / 4),
    ("achieved share", ["booked"], SECOND, 1),
    ("paper share", [], None, 1 / 4),
    ("paper share", [], FIRST, 0),
]
ON_PAPER = pytest.mark.parametrize(("name", "of", "during", "value"), WORKED_OUT)


def objective(name: str, of: list[str], during: str | None = None) -> Objective:
    limit = LIMIT[MEASURES[measure_family(name)][1]]
    given: dict[str, Any] = {"measure": name, "of": of, "at_most": limit, "during": during}
    given |= {"later_than": "1 h"} if name == "late share" else {}
    return Objective.model_validate(given)


@ON_PAPER
def test_a_measure_is_what_was_worked_out_on_paper(name: str, of: list[str], during: str | None, value: float) -> None:
    assert measure(objective(name, of, during), hand_made()) == pytest.approx(value, rel=0.005)


def test_every_measure_of_the_language_has_an_implementation_and_a_test() -> None:
    assert set(_MEASURES) == set(MEASURES)
    elsewhere = {"recovery time"}  # test_recovery.py
    elsewhere |= {name for name, (of, _) in MEASURES.items() if of in ("specialties", "priorities")}  # test_slots.py
    elsewhere |= {name for name, (subject, _) in MEASURES.items() if subject in OF_PRACTICES}  # test_referrals.py
    assert {measure_family(name) for name, *_ in WORKED_OUT} == set(MEASURES) - elsewhere


def of_something(name: str) -> list[str]:
    """What the measure cannot do without."""
    return ["created"] if MEASURES[measure_family(name)][0] in ("achievements", "goals") else []


@pytest.mark.parametrize("name", MEASURES)
def test_a_recording_of_nothing_measures_nothing_or_zero(name: str) -> None:
    blank = Recording.blank(FORM).plus(Recording.blank(FORM), launches=1)
    value = measure(objective(name.replace("NN", "95"), of_something(name)), blank)
    assert math.isnan(value) or value == 0.0


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "makespan"])
def test_no_window_begins_within_a_short_moment_so_nothing_is_measured(name: str) -> None:
    short = objective(name.replace("NN", "95"), of_something(name), "1 s to 9 s")
    assert math.isnan(measure(short, hand_made()))


@ON_PAPER
def test_two_equal_launches_together_give_the_same_level(
    name: str, of: list[str], during: str | None, value: float
) -> None:
    both = hand_made().plus(hand_made())
    assert measure(objective(name, of, during), both) == pytest.approx(value, rel=0.005)


def test_only_people_of_some_populations_are_measured_among_them() -> None:
    told = {"measure": "people share", "of": ["log-on"], "at_most": "1 %"}
    assert measure(Objective.model_validate(told | {"among": "practices"}), hand_made()) == 3 / 4
    assert measure(Objective.model_validate(told | {"among": ["clerks"]}), hand_made()) == 0


def test_only_the_time_in_line_of_some_populations_is_measured_among_them() -> None:
    """Of four practices two stood in line, for 1.5 and 3 s; the clerk did not."""
    told = {"measure": "time in line p75", "of": ["log-on"], "at_most": "1 s"}
    among_practices = Objective.model_validate(told | {"among": "practices"})
    assert measure(among_practices, hand_made()) == pytest.approx(1.5, rel=0.005)
    assert measure(Objective.model_validate(told | {"among": ["clerks"]}), hand_made()) == 0
    assert measure(Objective.model_validate(told | {"measure": "time in line p81"}), hand_made()) == 3


def test_a_time_that_is_only_known_to_be_longer_says_nothing_of_a_limit_beyond_it() -> None:
    told = {"measure": "time to p80", "of": ["log-on"], "at_most": "15 s"}
    found = bounds(Objective.model_validate(told), hand_made(), scenario_of(CLOCKED))
    assert found.low == pytest.approx(16, rel=0.005) and found.high == math.inf
    verdicts = [of_one(Objective.model_validate(told | {"at_most": f"{limit} s"}), found).verdict for limit in (15, 17)]
    assert verdicts == ["missed", "not enough evidence"]


def test_a_mean_of_few_survivors_is_never() -> None:
    recorder = Recorder(FORM)
    recorder.responses.cells[0][GOOD] += (1.0, 1.0) * 4
    recorder.responses.cells[0][BUSY] += (1.0, 0.0) * 4
    assert measure(objective("response mean", ["log-on"]), recorder.recording()) == 1
    recorder = Recorder(FORM)
    recorder.responses.cells[0][GOOD] += (1.0, 1.0) * 4
    recorder.responses.cells[0][BUSY] += (1.0, 0.0) * 5
    for name in ("response mean", "response max", "response p50"):
        assert measure(objective(name, ["log-on"]), recorder.recording()) == math.inf


def test_what_finds_no_connection_is_sent_and_not_received_and_what_is_held_back_is_offered_only() -> None:
    recorder = Recorder(FORM)
    for outcome, many in {
        "good": 1,
        "refused": 2,
        "held_back": 4,
        "not_let_in": 8,
        "not_started": 16,
        "in_line": 32,
    }.items():
        recorder.responses.cells[0][OUTCOMES.index(outcome)] += (1.0, 0.0) * many
    recorder.hedges[0] += [1.0] * 64
    launch = recorder.recording()
    rates = {
        name: measure(objective(f"{name} rate", ["log-on"]), launch) * 20 for name in ("offered", "sent", "received")
    }
    assert rates == {"offered": 31, "sent": 99, "received": 97}


@pytest.mark.parametrize(
    ("name", "p"), [("response p95", 95.0), ("wait p99.9", 99.9), ("response p5", 5.0), ("response mean", None)]
)
def test_a_percentile_is_read_from_the_name_of_the_measure(name: str, p: float | None) -> None:
    assert percentile_of(name) == p
