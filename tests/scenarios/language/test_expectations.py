"""What is published and compared with the outcomes: how it is written, and what is said to who writes it otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.language.expectations import PublishedFigure
from scenarios.sources.problems import ScenarioError
from tests.fixtures.readiness.followed import followed_scenario


def expected(measure: str, published: Any, **more: Any) -> PublishedFigure:
    told = {"measure": measure, "published": published, "source": "somebody", **more}
    return PublishedFigure.model_validate(told)


@pytest.mark.parametrize(
    ("measure", "published", "low", "high"),
    [
        ("referrals", "24000 to 26000", 24_000, 26_000),
        ("referrals", "24,000 to 26,000", 24_000, 26_000),
        ("referrals", 25_000, 24_999.5, 25_000.5),  # a single value is what rounds to it
        ("referrals", "25,000", 24_999.5, 25_000.5),
        ("referrals", 2.5, 2.45, 2.55),
        ("referrals", "25e3", 24_500, 25_500),
        ("referrals", 0, 0, 0.5),
        ("delay p95", "4 min", 210, 270),
        ("delay p95", "4.0 min", 237, 243),
        ("delay p95", "4 min to 5 min", 240, 300),
        ("late share", "12 %", 0.115, 0.125),
        ("late share", "1.5 % to 3 %", 0.015, 0.03),
        ("late share", 0.8, 0.75, 0.85),
        ("late share", "5 % to 5 %", 0.05, 0.05),
        ("goodput", "18 / s", 17.5, 18.5),
    ],
)
def test_a_published_figure_is_a_range(measure: str, published: Any, low: float, high: float) -> None:
    more = {"later_than": "24 h"} if measure == "late share" else {}
    assert expected(measure, published, **more).published_range == pytest.approx((low, high))


@given(st.decimals(0, 10**6, places=2))
def test_a_value_lies_within_what_rounds_to_it(value: Any) -> None:
    low, high = expected("referrals", str(value)).published_range
    assert low <= float(value) <= high and high - low == pytest.approx(0.01 if value else 0.005)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (False, []),
        ("the habit's failure", ["the habit's failure"]),
        (["practices.habit.failure", "practices.habit.start"], ["practices.habit.failure", "practices.habit.start"]),
    ],
)
def test_what_was_tuned_is_named(given: Any, names: list[str]) -> None:
    assert expected("referrals", 5, tuned=given).tuned == names


def expecting(told: str, more: str = "") -> str:
    return f"expect: {{figure: {{{told}}}{more}}}"


WHOLE = "measure: referrals, published: 5, source: somebody"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("measure: referrals, published: 5", "expect.figure.source: is missing"),
        ("measure: referrals, source: somebody", "expect.figure.published: is missing"),
        ("measure: referrals, published: 5, source: ' '", "expect.figure.source: found ' '"),
        ("measure: delay p0, published: 5 s, source: a", "expect.figure.measure: found 'delay p0'"),
        ("measure: delay p95, published: 5, source: a", "found 5; allowed is a duration such as 250 ms"),
        ("measure: delay p95, published: 4 to 5 min, source: a", "found '4 to 5 min'; allowed is a duration"),
        ("measure: referrals, published: 9 to 5, source: a", "the second not less than the first"),
        (
            "measure: referrals, published: 5 to 6 to 7, source: a",
            "found '5 to 6 to 7'; allowed is one value or a range",
        ),
        ("measure: referrals, published: true, source: a", "expect.figure.published: found true; allowed is one value"),
        (f"{WHOLE}, tuned: true", "found true; allowed is the values that were tuned to meet it, by name, or false"),
        (f"{WHOLE}, of: electronics", "expect.figure.of: found 'electronics'; allowed is one of electronic,"),
        (f"{WHOLE}, during: 0 h to 9 h", "expect.figure.during: lies outside the period"),
        (f"{WHOLE}, at_most: 5", "expect.figure.at_most: no such key; allowed is one of measure, of, among"),
        ("measure: achieved share, published: 5 %, source: a", "expect.figure.of: `achieved share` needs `of`"),
    ],
)
def test_what_is_wrong_is_said(told: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        followed_scenario(expecting(told))
    assert said in str(error.value)


def test_one_figure_is_left_out_of_the_tuning() -> None:
    tuned = f"{WHOLE}, tuned: practices.habit.failure"
    with pytest.raises(ScenarioError, match="expect: at least one published figure must be left out of the tuning"):
        followed_scenario(expecting(tuned))
    assert len(followed_scenario(expecting(tuned, f", other: {{{WHOLE}}}")).expect) == 2


def test_what_cannot_be_reproduced_says_why() -> None:
    told = "not_reproduced: {a slow page: {published: 4 min, source: a newspaper"
    assert followed_scenario(told + ", because: pages are no part of it}}").not_reproduced["a slow page"].because
    with pytest.raises(ScenarioError, match=r"not_reproduced\.a slow page\.because: is missing"):
        followed_scenario(told + "}}")
