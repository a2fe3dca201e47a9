"""The search for the highest demand that holds, against services whose limit is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.limit.search import LimitSearch, SearchBounds, Trial, TrialVerdict, knee

HOLDS, MISSED, GENERATOR = TrialVerdict.HOLDS, TrialVerdict.MISSED, TrialVerdict.GENERATOR


def searched(answer: Callable[[float, int], TrialVerdict], **bounds: float) -> LimitSearch:
    """A search to its end. `answer` is asked with the demand and the number of the trial."""
    search = LimitSearch(SearchBounds(**bounds))  # type: ignore[arg-type]
    while (demand := search.next_demand()) is not None:
        verdict = answer(demand, len(search.trials))
        search.tell(Trial(demand, verdict, missed=("quick",) if verdict == MISSED else ()))
    return search


@given(st.floats(0.02, 60), st.floats(1.1, 4), st.floats(0.01, 0.3))
def test_a_sharp_limit_is_found_as_closely_as_was_asked(true: float, growth: float, precision: float) -> None:
    found = searched(
        lambda demand, _: HOLDS if demand <= true else MISSED, growth=growth, precision=precision, trials=300
    )
    assert found.limit is not None and found.is_confirmed
    assert found.limit <= true < found.limit * (1 + precision) * (1 + 1e-9)
    assert sum(trial.demand == found.limit for trial in found.trials) == 3  # once, and confirmed twice
    assert found.broke_first == ("quick",)


def test_a_service_that_holds_all_that_may_be_tried_has_no_limit_below_it() -> None:
    found = searched(lambda *_: HOLDS, most=10.0)
    assert found.limit == 10.0
    assert found.lowest_failed is None and found.broke_first == ()


def test_a_service_that_holds_nothing_has_no_limit() -> None:
    found = searched(lambda *_: MISSED)
    assert found.limit is None and not found.is_confirmed
    assert found.trials[-1].demand >= 0.01


def test_a_limit_that_does_not_hold_again_is_none() -> None:
    tried: dict[float, int] = {}

    def lucky_once_above_one(demand: float, _: int) -> TrialVerdict:
        tried[demand] = tried.get(demand, 0) + 1
        return HOLDS if demand <= 1.0 or (demand < 2.0 and tried[demand] == 1) else MISSED

    found = searched(lucky_once_above_one, growth=1.9, trials=200)
    assert found.limit is not None and found.limit <= 1.0


def test_when_the_generator_can_do_no_more_the_limit_is_its_own() -> None:
    found = searched(lambda demand, _: HOLDS if demand < 5 else GENERATOR)
    assert found.is_generators
    assert found.limit == pytest.approx(5, rel=0.06)
    below = searched(lambda demand, _: HOLDS if demand < 2 else MISSED if demand < 5 else GENERATOR)
    assert not below.is_generators


def test_the_search_ends_after_so_many_trials() -> None:
    found = searched(lambda demand, _: HOLDS if demand < 5 else MISSED, trials=3)
    assert len(found.trials) == 3
    assert found.limit == pytest.approx(2.25) and not found.is_confirmed


def test_the_knee_is_where_most_answers_were_good() -> None:
    rates = [(1.0, 100.0), (2.0, 190.0), (4.0, 190.0), (8.0, 120.0)]
    trials = [Trial(demand, HOLDS, good_per_s=good) for demand, good in rates]
    found = knee(trials)
    assert found is not None and found.demand == 2.0
    assert knee([]) is None
