"""Published figures beside launches made by hand: inside, outside or undecided, worked out on paper."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.bounds import UNKNOWN, Bounds
from readiness.judging.expectations import agreement, compared
from readiness.summarise import Forecasts, Replayed, summarise
from recordings.summary import ExpectationSummary
from scenarios.language.expectations import PublishedFigure
from tests.fixtures.readiness.followed import followed, followed_scenario
from tests.fixtures.readiness.measured_folders import generator

SCENARIO = followed_scenario()
T_OF_4 = 3.18244630528371  # Student's t at 97.5 % with three degrees of freedom


def beside(published: Any, *found: float | Bounds, **more: Any) -> ExpectationSummary:
    told = {"measure": "referrals", "published": published, "source": "somebody", **more}
    known = [each if isinstance(each, Bounds) else Bounds(each, each) for each in found]
    return compared("figure", PublishedFigure.model_validate(told), SCENARIO, known, is_whole=True)


def test_the_mean_has_students_interval_over_launches() -> None:
    """19, 20, 21 and 20: the mean is 20, the spread √(2/3)."""
    seen = beside("18 to 22", 19.0, 20.0, 21.0, 20.0)
    half = T_OF_4 * math.sqrt(2 / 3) / 2
    assert seen.value == 20
    assert seen.low == pytest.approx(20 - half) and seen.high == pytest.approx(20 + half)
    assert (seen.verdict, seen.replications, seen.inside_in, seen.values) == ("inside", 4, 4, [19, 20, 21, 20])
    assert (seen.published, seen.published_low, seen.published_high) == ("18 to 22", 18, 22)


@pytest.mark.parametrize(
    ("published", "verdict", "inside_in"),
    [
        ("18 to 22", "inside", 4),
        ("18.7 to 21.3", "inside", 4),  # 20 ± 1.299
        ("19 to 22", "undecided", 4),
        ("20 to 30", "undecided", 3),
        ("19 to 19.5", "undecided", 1),
        ("22 to 30", "outside", 0),
        ("0 to 18", "outside", 0),
        (20, "undecided", 2),  # 19.5 to 20.5 is narrower than the interval
    ],
)
def test_the_whole_interval_decides(published: Any, verdict: str, inside_in: int) -> None:
    seen = beside(published, 19.0, 20.0, 21.0, 20.0)
    assert (seen.verdict, seen.inside_in) == (verdict, inside_in)


def test_what_the_recordings_do_not_see_to_its_end_is_open() -> None:
    seen = beside("18 to 22", Bounds(20, 40), Bounds(20, 44))
    assert (seen.verdict, seen.value, seen.is_open, seen.up_to, seen.inside_in) == ("undecided", 20, True, 42, 0)
    assert beside("18 to 60", Bounds(20, 40), Bounds(20, 40)).verdict == "inside"
    assert beside("1 to 2", Bounds(20, 40), Bounds(20, 44)).verdict == "outside"
    without_end = beside("18 to 22", Bounds(20, math.inf), Bounds(20, 20), measure="referrals")
    assert (without_end.verdict, without_end.is_open, without_end.up_to) == ("undecided", True, None)


def test_a_time_that_is_never_is_outside() -> None:
    never = Bounds(math.inf, math.inf)
    seen = beside("1 h to 2 h", never, Bounds(3600, 3600), measure="delay p95")
    assert (seen.verdict, seen.value, seen.never, seen.values) == ("outside", None, 1, [None, 3600])


def test_of_one_launch_nothing_follows() -> None:
    assert beside("18 to 22", 20.0).verdict == "undecided"
    assert beside("18 to 22", 20.0, UNKNOWN).value == 20
    nothing = beside("18 to 22", UNKNOWN)
    assert (nothing.verdict, nothing.value, nothing.replications) == ("undecided", None, 0)


ENDS = st.tuples(st.floats(0, 100), st.floats(0, 100)).map(sorted)


@given(published=ENDS, least=ENDS, more=st.floats(0, 50))
def test_what_is_true_of_every_possible_value_is_said(published: Any, least: Any, more: float) -> None:
    """The truth lies somewhere between the two intervals: if it may be either, nothing is said."""
    at_least, at_most = (least[0], least[1]), (least[0] + more, least[1] + more)
    said = agreement((published[0], published[1]), at_least, at_most)
    for part in (0.0, 0.5, 1.0):
        low, high = at_least[0] + part * more, at_least[1] + part * more
        if said == "inside":
            assert published[0] <= low + 1e-9 and high <= published[1] + 1e-9
        if said == "outside":
            assert high < published[0] + 1e-9 or published[1] < low + 1e-9


EXPECTING = """
objectives: {few are lost: {measure: referrals, of: lost, at_most: 5}}
expect:
  by other channels: {measure: referrals, of: other channels, during: 0 h to 1 h, published: 3, source: A, tuned: post}
  late: {measure: late share, later_than: 1 h, published: 70 % to 80 %, source: B}
not_reproduced: {a slow page: {published: 4 min, source: C, because: pages are no part of it}}
"""


def test_a_summary_has_them_and_its_verdict_does_not_change() -> None:
    scenario = followed_scenario(EXPECTING)
    forecasts = Forecasts(scenario)
    for _ in range(3):
        forecasts.add(followed())
    summary = summarise("followed", scenario, 1, forecasts, None)
    first, second = summary.expectations
    assert (first.verdict, first.value, first.tuned, first.during) == ("inside", 3, ["post"], "0 s to 60 min")
    assert (second.verdict, second.value, second.later_than_s) == ("outside", 6 / 20, 3600)
    assert second.is_open and second.up_to == 7 / 20  # one is held that is not late yet
    assert summary.not_reproduced[0].because == "pages are no part of it"
    assert summary.verdict == "met"


def test_a_forecast_that_was_cut_short_decides_nothing() -> None:
    forecasts = Forecasts(followed_scenario(EXPECTING), asked=3)
    for _ in range(2):
        forecasts.add(followed())
    summary = summarise("followed", forecasts.scenario, 1, forecasts, None)
    assert [each.verdict for each in summary.expectations] == ["undecided", "undecided"]
    assert summary.expectations[0].value == 3


def test_a_run_without_a_forecast_compares_nothing() -> None:
    summary = summarise(
        "a replay", followed_scenario(EXPECTING), 1, None, Replayed(followed(), None, None, generator())
    )
    assert summary.expectations == [] and len(summary.not_reproduced) == 1
