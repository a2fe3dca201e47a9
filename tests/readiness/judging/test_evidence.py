"""How sure the verdicts are: known intervals, their coverage, three values, and what would settle an open verdict."""

from __future__ import annotations

import math
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from readiness.judging.bounds import Bounds
from readiness.judging.evidence import binomial_interval, of_launches, t_interval
from readiness.judging.evidence import of_one as of_one_value
from recordings.evidence import Evidence, Verdict
from scenarios.language.objectives import Objective


def at_most(seconds: float, **more: Any) -> Objective:
    return Objective.model_validate({"measure": "response mean", "at_most": f"{seconds} s", **more})


def at_least(share: str, **more: Any) -> Objective:
    return Objective.model_validate({"measure": "good share", "at_least": share, **more})


def judged(objective: Objective, *values: float) -> Evidence:
    return of_launches(objective, [Bounds(value, value) for value in values])


def of_one(objective: Objective, value: float) -> Evidence:
    return of_one_value(objective, Bounds(value, value))


def test_the_t_interval_of_five_values_is_the_textbook_one() -> None:
    mean, low, high = t_interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert mean == 3.0
    assert (high - low) / 2 == pytest.approx(2.776445 * math.sqrt(2.5) / math.sqrt(5), rel=1e-6)
    assert (low + high) / 2 == pytest.approx(3.0)


def test_more_confidence_is_a_wider_interval() -> None:
    values = np.array([1.0, 2.0, 4.0])
    assert t_interval(values, 0.99)[2] > t_interval(values, 0.95)[2] > t_interval(values, 0.5)[2]


def test_equal_values_leave_no_doubt() -> None:
    assert t_interval(np.array([2.0, 2.0])) == (2.0, 2.0, 2.0)


@pytest.mark.parametrize("launches", [2, 5, 20])
def test_a_95_per_cent_t_interval_covers_the_mean_95_times_of_100(launches: int) -> None:
    rng = np.random.default_rng(launches)
    covered = 0
    for _ in range(2000):
        _, low, high = t_interval(rng.normal(7.0, 3.0, launches))
        covered += low <= 7.0 <= high
    assert covered / 2000 == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 2000))


def test_twenty_good_launches_of_twenty_are_at_least_83_in_100() -> None:
    """With half of the error on each side the lower end of n of n is 0.025^(1/n)."""
    assert binomial_interval(20, 20) == pytest.approx((0.025 ** (1 / 20), 1.0))
    assert binomial_interval(72, 72)[0] > 0.95 > binomial_interval(71, 71)[0]


@pytest.mark.parametrize(
    ("holding", "launches", "low", "high"),
    [(8, 10, 0.4439, 0.9748), (1, 20, 0.0013, 0.2487), (50, 100, 0.3983, 0.6017)],
)
def test_the_exact_interval_is_that_of_clopper_and_pearson(
    holding: int, launches: int, low: float, high: float
) -> None:
    assert binomial_interval(holding, launches) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors_its_complement(case: tuple[int, int]) -> None:
    holding, launches = case
    low, high = binomial_interval(holding, launches)
    assert 0 <= low <= holding / launches <= high <= 1
    mirrored = binomial_interval(launches - holding, launches)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize("p", [0.5, 0.9, 0.943, 0.952, 0.97, 0.99])
def test_the_exact_interval_covers_at_least_what_it_says(p: float) -> None:
    number = np.arange(61)
    inside = np.array([low <= p <= high for low, high in (binomial_interval(int(k), 60) for k in number)])
    assert stats.binom.pmf(number, 60, p)[inside].sum() >= 0.95


def test_a_verdict_is_met_when_the_whole_interval_holds() -> None:
    assert judged(at_most(3), 1.0, 1.1, 0.9, 1.0).verdict is Verdict.MET


def test_a_verdict_is_missed_when_the_whole_interval_breaks_the_limit() -> None:
    assert judged(at_most(3), 4.0, 4.1, 3.9, 4.0).verdict is Verdict.MISSED


def test_a_verdict_is_open_when_the_limit_lies_within_the_interval() -> None:
    found = judged(at_most(3), 2.0, 3.8, 2.5, 3.0)
    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert found.low is not None and found.high is not None
    assert found.low < 3 < found.high
    assert found.settled_by is not None
    assert found.settled_by > 4


def test_what_most_launches_surely_miss_is_missed_however_wide_the_interval_of_the_mean() -> None:
    """18 mornings a little below the limit, and two so bad that the interval of the mean reaches above it."""
    mornings = [0.985] * 18 + [0.5, 0.9]
    found = judged(at_least("99 %"), *mornings)
    assert found.high is not None and found.high > 0.99
    assert (found.missed_in, found.verdict) == (20, Verdict.MISSED)
    assert judged(at_least("99 %"), *[0.985] * 14, *[0.999] * 6).verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert judged(at_least("99 %"), *[0.985] * 15, *[0.999] * 5).verdict is Verdict.MISSED, "at least 51 in 100"


def test_five_bad_launches_of_five_are_not_surely_most_of_all() -> None:
    """At least 47.8 in a hundred; six of six are at least 54."""
    assert judged(at_most(3), 3.1, 3.1, 3.1, 3.1, 30).verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert judged(at_most(3), 3.1, 3.1, 3.1, 3.1, 3.1, 30).verdict is Verdict.MISSED


@given(st.lists(st.floats(0, 10), min_size=2, max_size=40))
def test_what_is_met_is_not_missed_by_most_launches(values: list[float]) -> None:
    found = judged(at_most(5), *values)
    if found.verdict is Verdict.MET:
        assert found.missed_low is not None and found.missed_low <= 0.5


def test_at_least_is_judged_from_the_other_side() -> None:
    assert judged(at_least("99 %"), 0.999, 0.998, 0.999).verdict is Verdict.MET
    assert judged(at_least("99 %"), 0.7, 0.71, 0.69).verdict is Verdict.MISSED


def test_a_value_at_the_very_limit_holds() -> None:
    assert judged(at_most(3), 3.0, 3.0).verdict is Verdict.MET
    assert of_one(at_least("99 %"), 0.99).verdict is Verdict.MET


def test_launches_with_nothing_to_measure_do_not_count() -> None:
    assert judged(at_most(3), 1.0, math.nan, 1.1, math.nan, 0.9).replications == 3


@pytest.mark.parametrize("values", [(), (math.nan,), (1.0,), (1.0, math.nan)])
def test_fewer_than_two_launches_are_not_enough_evidence(values: tuple[float, ...]) -> None:
    found = judged(at_most(3), *values)
    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert (found.low, found.high) == (None, None)


def test_a_single_replay_is_compared_and_has_no_interval() -> None:
    assert of_one(at_most(3), 2.9).verdict is Verdict.MET
    assert of_one(at_most(3), 3.1).verdict is Verdict.MISSED
    assert of_one(at_most(3), math.nan).verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert of_one(at_most(3), 2.9) == Evidence(Verdict.MET, 2.9)
    assert of_one(at_most(3), 3.1).missed_in == 1
    assert of_one(at_most(3), math.nan).value is None


def test_a_share_of_launches_is_judged_by_how_many_hold_not_by_their_mean() -> None:
    mostly = at_most(3, in_launches="90 %")
    bad_days = [2.0] * 60 + [1000.0] * 1
    assert judged(mostly, *bad_days).verdict is Verdict.MET
    assert judged(mostly, *bad_days).value == pytest.approx(60 / 61)
    assert judged(mostly, *bad_days).missed_in == 1
    assert judged(at_most(3), *bad_days).verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert judged(mostly, *([2.0] * 30 + [4.0] * 30)).verdict is Verdict.MISSED
    assert judged(mostly, *([2.0] * 9 + [4.0])).verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_seventy_two_launches_that_all_hold_settle_95_per_cent() -> None:
    assert judged(at_most(3, in_launches="95 %"), *[2.0] * 72).verdict is Verdict.MET
    assert judged(at_most(3, in_launches="95 %"), *[2.0] * 71).verdict is Verdict.NOT_ENOUGH_EVIDENCE
    none_of_two = judged(at_most(3, in_launches="50 %"), 4.0, 5.0)
    assert (none_of_two.verdict, none_of_two.settled_by) == (Verdict.NOT_ENOUGH_EVIDENCE, 6)  # 0 to 84 %
    assert judged(at_most(3, in_launches="95 %"), *[4.0] * 4).verdict is Verdict.MISSED
    open_still = judged(at_most(3, in_launches="95 %"), *[2.0] * 20)
    assert open_still.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert open_still.settled_by in range(72, 80)


def settled(objective: Objective, draw: Any, replications: int, tries: int = 300) -> float:
    """How often so many launches settle the verdict."""
    verdicts = [judged(objective, *draw(replications).tolist()).verdict for _ in range(tries)]
    return float(np.mean([verdict is not Verdict.NOT_ENOUGH_EVIDENCE for verdict in verdicts]))


@pytest.mark.parametrize("distance", [0.3, 0.7, 1.2])
def test_so_many_replications_really_settle_an_open_mean(distance: float) -> None:
    rng = np.random.default_rng(5)
    pilot = np.array([-1.2, -0.6, 0.0, 0.6, 1.2])
    pilot = 3.0 - distance + pilot / pilot.std(ddof=1)  # mean 3 − distance, standard deviation 1
    stated = judged(at_most(3), *pilot).settled_by
    assert stated is not None
    share = settled(at_most(3), lambda n: rng.normal(3.0 - distance, 1.0, n), stated)
    assert 0.85 <= share <= 0.98
    assert settled(at_most(3), lambda n: rng.normal(3.0 - distance, 1.0, n), max(2, stated // 2)) < share


@pytest.mark.parametrize("limit", [2.5, 2.9, 3.43])
def test_so_many_replications_settle_a_mean_as_the_distance_and_students_t_ask_for(limit: float) -> None:
    """Values with a mean of 2 s and a deviation of 1 s; nine times in ten the mean shall stay on its side."""
    distance = limit - 2.0
    enough = (n for n in count(4) if (stats.t.ppf(0.975, n - 1) + stats.norm.ppf(0.9)) / math.sqrt(n) <= distance)
    assert judged(at_most(limit), 1.0, 2.0, 3.0).settled_by == next(enough)


def test_no_share_is_above_1_though_a_time_may_be_above_everything_seen() -> None:
    assert judged(at_least("95 %"), 0.9, 1.0, 1.0).high == 1.0
    assert (judged(at_most(3), 0.9, 1.0, 1.0).high or 0.0) > 1.1


@pytest.mark.parametrize(("wanted", "holding"), [("80 %", 18), ("95 %", 18), ("50 %", 12)])
def test_so_many_replications_really_settle_an_open_share(wanted: str, holding: int) -> None:
    rng = np.random.default_rng(5)
    objective = at_most(3, in_launches=wanted)
    found = judged(objective, *([2.0] * holding + [4.0] * (20 - holding)))
    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
    assert found.settled_by is not None
    share = settled(objective, lambda n: np.where(rng.random(n) < holding / 20, 2.0, 4.0), found.settled_by)
    assert share >= 0.85


def test_what_no_number_of_replications_would_settle_is_said_to_have_none() -> None:
    assert judged(at_most(3), 2.0, 4.0).settled_by is None
    assert judged(at_most(3), 2.0, 4.0001).settled_by is None
    assert judged(at_most(3, in_launches="50 %"), 2.0, 4.0).settled_by is None


@given(st.lists(st.floats(0.1, 10), min_size=2, max_size=30), st.floats(0.1, 10))
def test_a_number_that_settles_is_given_for_open_verdicts_only_and_is_more_than_there_are(
    values: list[float], limit: float
) -> None:
    found = judged(at_most(limit), *values)
    if found.settled_by is not None:
        assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
        assert found.settled_by > found.replications


def test_the_value_of_each_launch_is_kept_and_the_bad_ones_are_counted_beside_their_mean() -> None:
    """A mean of five good mornings and one on which nobody got in says neither."""
    found = judged(at_most(3), 1.0, 1.0, 1.0, 1.0, 1.0, 31.0, math.nan)
    assert found.values == [1.0, 1.0, 1.0, 1.0, 1.0, 31.0, None]
    assert (found.value, found.missed_in, found.replications) == (6.0, 1, 6)
    assert (found.missed_low, found.missed_high) == pytest.approx((0.00421, 0.64123), abs=1e-5)


def test_what_may_still_become_more_is_judged_where_that_makes_no_difference() -> None:
    up_to_97 = Bounds(0.0, 0.97)
    at_most_1 = Objective.model_validate({"measure": "paper share", "at_most": "1 %"})
    found = of_one_value(at_most_1, up_to_97)
    assert (found.verdict, found.value, found.is_open, found.up_to) == (Verdict.NOT_ENOUGH_EVIDENCE, 0.0, True, 0.97)
    assert of_one_value(at_most_1, Bounds(0.0, 0.005)).verdict is Verdict.MET
    assert of_one_value(at_most_1, Bounds(0.02, 0.97)).verdict is Verdict.MISSED


def test_times_that_are_longer_than_what_was_seen_miss_what_they_miss_already_and_are_never_met() -> None:
    longer = [Bounds(60.0, math.inf)] * 4
    missed, undecided = of_launches(at_most(3), longer), of_launches(at_most(90), longer)
    assert (missed.verdict, missed.value, missed.is_open, missed.up_to) == (Verdict.MISSED, 60.0, True, None)
    assert (undecided.verdict, undecided.settled_by) == (Verdict.NOT_ENOUGH_EVIDENCE, None)
    one_of_four = [Bounds(1.0, 1.0)] * 3 + [Bounds(60.0, math.inf)]
    assert of_launches(at_most(90), one_of_four).verdict is Verdict.NOT_ENOUGH_EVIDENCE


def test_a_launch_that_is_open_counts_neither_as_good_nor_as_bad_among_launches() -> None:
    found = of_launches(at_most(90, in_launches="50 %"), [Bounds(1.0, 1.0)] * 10 + [Bounds(60.0, math.inf)] * 10)
    assert (found.value, found.up_to, found.is_open, found.missed_in) == (0.5, 1.0, True, 0)
    assert found.verdict is Verdict.NOT_ENOUGH_EVIDENCE
