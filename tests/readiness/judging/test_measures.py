"""Every measure, worked out on paper for the recording of hand_made.py."""

from __future__ import annotations

import math
from typing import Any

import pytest

from readiness.judging.measures import _MEASURES, measure
from recordings.recording import Recording
from scenarios.language.objectives import MEASURES, Objective, measure_family, percentile_of
from tests.fixtures.readiness.hand_made import FORM, hand_made

LIMIT = {"duration": "1 s", "share": "1 %", "rate": "1 / s", "count": 1}
FIRST, SECOND = "0 s to 10 s", "10 s to 20 s"

# measure, of, during, value; a request that was turned away (busy, error) has no response time
WORKED_OUT: list[tuple[str, list[str], str | None, float]] = [
    ("response mean", ["log-on"], None, (1 + 2 + 3 + 4 + 10) / 5),
    ("response mean", [], None, (1 + 2 + 3 + 4 + 10 + 0.5 + 0.5 + 3) / 8),
    ("response mean", ["refer"], SECOND, (0.5 + 3) / 2),
    ("response p50", ["log-on"], None, 3),
    ("response p99.9", ["log-on"], None, 10),
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
    ("wait mean", ["database"], None, (2 + 4 + 5) / (5 + 3)),
    ("wait mean", ["app"], None, 1 / 7),
    ("wait mean", [], FIRST, (1 + 2) / (3 + 1 + 4 + 1)),
    ("wait p50", ["database"], None, 0),
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
    return Objective.model_validate(given)


@ON_PAPER
def test_a_measure_is_what_was_worked_out_on_paper(name: str, of: list[str], during: str | None, value: float) -> None:
    assert measure(objective(name, of, during), hand_made()) == pytest.approx(value, rel=0.005)


def test_every_measure_of_the_language_has_an_implementation_and_a_test() -> None:
    assert set(_MEASURES) == set(MEASURES)
    elsewhere = {"recovery time"}  # test_recovery.py
    assert {measure_family(name) for name, *_ in WORKED_OUT} == set(MEASURES) - elsewhere


def of_something(name: str) -> list[str]:
    """What the measure cannot do without."""
    return ["created"] if name == "achieved share" else []


@pytest.mark.parametrize("name", MEASURES)
def test_a_recording_of_nothing_measures_nothing_or_zero(name: str) -> None:
    blank = Recording.blank(FORM).plus(Recording.blank(FORM), launches=1)
    value = measure(objective(name.replace("NN", "95"), of_something(name)), blank)
    assert math.isnan(value) or value == 0.0


@pytest.mark.parametrize("name", MEASURES)
def test_no_window_begins_within_a_short_moment_so_nothing_is_measured(name: str) -> None:
    short = objective(name.replace("NN", "95"), of_something(name), "1 s to 9 s")
    assert math.isnan(measure(short, hand_made()))


@ON_PAPER
def test_two_equal_launches_together_give_the_same_level(
    name: str, of: list[str], during: str | None, value: float
) -> None:
    both = hand_made().plus(hand_made())
    assert measure(objective(name, of, during), both) == pytest.approx(value, rel=0.005)


@pytest.mark.parametrize(
    ("name", "p"), [("response p95", 95.0), ("wait p99.9", 99.9), ("response p5", 5.0), ("response mean", None)]
)
def test_a_percentile_is_read_from_the_name_of_the_measure(name: str, p: float | None) -> None:
    assert percentile_of(name) == p
