"""One user, driven by hand: what it asks for, and what it does when it is told that a call came to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.persistence import back_off
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import Call, Pause
from scenarios.behaviour.user import behave
from scenarios.language.behaviours import BackOff
from scenarios.language.outcomes import (
    BUSY,
    FINISHED,
    GAVE_UP,
    GOOD,
    IN_LINE,
    NO_SLOT,
    OUTCOMES,
    TIMEOUT,
)
from tests.fixtures.scenarios.small_scenarios import changed, shop, told
from tests.fixtures.scenarios.user_stories import BUY, FETCH, THRICE, Story, carrying, with_steps

FAILURES = [number for number in range(len(OUTCOMES)) if number not in (GOOD, NO_SLOT, IN_LINE)]


def test_a_user_calls_thinks_and_finishes() -> None:
    story = Story(shop())
    assert str(story) == "buy think fetch [fetched]"
    assert story.ending == FINISHED


def test_a_think_time_is_drawn_from_its_distribution() -> None:
    thinks = [step.seconds for row in range(60) for step in Story(shop(), row=row).steps if isinstance(step, Pause)]
    assert len(set(thinks)) == 60
    assert np.mean(thinks) == pytest.approx(5, rel=0.5)


@pytest.mark.parametrize("failure", FAILURES)
def test_any_failure_is_tried_again_and_a_success_goes_on(failure: int) -> None:
    story = Story(shop(), failure, GOOD)
    assert str(story) == "buy wait buy(1) think fetch [fetched]"
    assert story.ending == FINISHED


def test_when_the_retries_are_used_up_the_user_gives_up() -> None:
    story = Story(with_steps(BUY, FETCH, **THRICE), BUSY)
    assert str(story) == "buy wait buy(1) wait buy(2) wait buy(3)"
    assert story.let_be == ["buy"]
    assert story.ending == GAVE_UP


def test_without_behaviour_nobody_tries_again_and_nobody_stops_waiting() -> None:
    data = shop()
    del data["populations"]["shoppers"]["behaviour"]
    story = Story(data, BUSY)
    assert (str(story), story.ending) == ("buy", GAVE_UP)
    assert story.calls[0].site.timeout_s is None


def test_each_call_has_the_timeout_of_the_behaviour_unless_it_has_its_own() -> None:
    story = Story(with_steps(BUY, {"call": "fetch", "timeout": "7 s"}, timeout="30 s"))
    assert [call.site.timeout_s for call in story.calls] == [30, 7]


def test_back_off_grows_by_its_factor_up_to_the_longest() -> None:
    policy = {"first": "1 s", "factor": 3, "longest": "20 s"}
    story = Story(with_steps(BUY, retries=5, back_off=policy), BUSY)
    assert story.waits == [1, 3, 9, 20, 20]


BOUNDS = {"none": (4.0, 4.0), "full": (0.0, 4.0), "equal": (2.0, 4.0)}


@given(st.floats(min_value=1e-9, max_value=1 - 1e-9), st.sampled_from(list(BOUNDS)))
def test_jitter_stays_within_its_bounds(u: float, jitter: Any) -> None:
    wait = back_off(BackOff(first="1 s", factor=2, jitter=jitter), 3)  # type: ignore[arg-type]
    low, high = BOUNDS[jitter]
    assert low <= float(wait.quantile(u)) <= high
    assert wait.mean_s == (low + high) / 2


def test_exponential_jitter_has_the_back_off_as_its_mean() -> None:
    wait = back_off(BackOff(first="1 s", factor=2, longest="3 s", jitter="exponential"), 9)  # type: ignore[arg-type]
    assert wait.mean_s == 3


def test_back_off_never_overflows() -> None:
    assert back_off(BackOff(first="1 s", factor=10, longest="60 s"), 10**6).mean_s == 60  # type: ignore[arg-type]


def test_every_wait_with_jitter_is_drawn_anew() -> None:
    data = with_steps(BUY, retries=8, back_off={"first": "1 s", "jitter": "full"})
    assert len(set(Story(data, BUSY).waits)) == 8
    assert Story(data, BUSY).waits != Story(data, BUSY, row=1).waits


def test_every_try_has_a_key_of_its_own() -> None:
    calls = Story(with_steps(BUY, **THRICE), BUSY).calls
    assert len({call.salt for call in calls}) == 4
    assert {call.site.key for call in calls} == {calls[0].site.key}


def test_patience_counts_waiting_for_answers_and_between_tries() -> None:
    policy = {"retries": "unlimited", "back_off": {"first": "10 s"}, "patience": "60 s"}
    story = Story(with_steps(BUY, **policy), TIMEOUT, took_s=15)
    assert str(story) == "buy wait buy(1) wait buy(2)"  # 15 + 10 + 15 + 10 + 15 = 65, past the 60
    assert story.ending == GAVE_UP


def test_a_try_may_begin_at_the_very_end_of_patience() -> None:
    policy = {"retries": "unlimited", "back_off": {"first": "10 s"}, "patience": "50 s"}
    assert str(Story(with_steps(BUY, **policy), TIMEOUT, took_s=15)) == "buy wait buy(1) wait buy(2)"
    policy["patience"] = "49 s"
    assert str(Story(with_steps(BUY, **policy), TIMEOUT, took_s=15)) == "buy wait buy(1)"


def test_patience_is_new_for_each_call() -> None:
    policy = {"retries": 2, "back_off": {"first": "10 s"}, "patience": "30 s"}
    story = Story(with_steps(BUY, {"call": "fetch"}, **policy), TIMEOUT, GOOD, TIMEOUT, GOOD, took_s=15)
    assert str(story) == "buy wait buy(1) fetch wait fetch(1)"


def test_unlimited_retries_have_no_end() -> None:
    story = Story(with_steps(BUY, retries="unlimited", back_off={"first": "1 s"}), BUSY, most=2001)
    assert len(story.calls) == 1001
    assert story.ending is None


def test_an_optional_step_that_fails_does_not_end_the_session() -> None:
    story = Story(with_steps({"call": "buy", "optional": True}, FETCH), BUSY, BUSY, BUSY, GOOD)
    assert str(story) == "buy wait buy(1) wait buy(2) fetch [fetched]"
    assert story.ending == FINISHED


def test_an_optional_step_that_fails_achieves_nothing() -> None:
    story = Story(with_steps(FETCH | {"optional": True}, BUY, retries=0), BUSY, GOOD)
    assert str(story) == "fetch buy"
    assert story.ending == FINISHED


MARKS = {"paper": "[on_paper]", "later": "[put_off]", "nothing": "[given_up]"}


@pytest.mark.parametrize("where", MARKS)
def test_giving_up_a_referral_says_where_it_goes(where: str) -> None:
    story = Story(carrying(BUY, FETCH, gives_up_to=where), BUSY)
    assert str(story) == f"[intended] buy {MARKS[where]}"
    assert story.ending == GAVE_UP


def test_a_delivered_referral_does_not_go_to_paper_when_a_later_step_fails() -> None:
    story = Story(carrying(FETCH, BUY, gives_up_to="paper"), GOOD, BUSY)
    assert str(story) == "[intended] fetch [fetched] buy"
    assert story.ending == GAVE_UP


def test_a_session_that_carries_nothing_marks_nothing_when_it_gives_up() -> None:
    assert str(Story(with_steps(BUY, FETCH, gives_up_to="paper"), BUSY)) == "buy"


def test_either_goes_each_way_as_often_as_its_share_says() -> None:
    ways = [{"share": "60 %", "steps": [BUY]}, {"share": "30 %", "steps": [FETCH]}, {"share": "10 %"}]
    data = with_steps({"either": ways}, {"call": "buy", "timeout": "9 s"})
    drawn = schedule(told(changed(data, "populations.shoppers.arrivals.rate", "30 / s")), 1)
    block = next(drawn.blocks())
    went = []
    for _, row in block.order:
        call = next(behave(drawn.plans[0], block.draws[0], row))
        assert isinstance(call, Call)
        went.append((call.site.operation, call.site.timeout_s))
    for way, share in ((("buy", 30.0), 0.6), (("fetch", 30.0), 0.3), (("buy", 9.0), 0.1)):
        assert went.count(way) / len(went) == pytest.approx(share, abs=0.04)


def test_after_either_the_session_goes_on() -> None:
    ways = [{"share": "50 %", "steps": [BUY]}, {"share": "50 %", "steps": [FETCH]}]
    seen = {str(Story(with_steps({"either": ways}, {"think": "1 s"}), row=row)) for row in range(30)}
    assert seen == {"buy think", "fetch [fetched] think"}


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_repeat_does_its_steps_so_many_times(times: int) -> None:
    story = Story(with_steps({"repeat": {"times": times, "steps": [BUY, {"think": "1 s"}]}}, FETCH))
    assert str(story) == "buy think " * times + "fetch [fetched]"


def test_a_repeat_within_a_repeat_begins_anew_each_time() -> None:
    inner = {"repeat": {"times": 3, "steps": [BUY]}}
    story = Story(with_steps({"repeat": {"times": 2, "steps": [inner, {"think": "1 s"}]}}))
    assert str(story) == "buy buy buy think buy buy buy think"


def test_a_repeat_within_an_either_within_a_repeat_ends_where_it_should() -> None:
    inner = {"either": [{"share": 1, "steps": [{"repeat": {"times": 2, "steps": [BUY]}}]}]}
    story = Story(with_steps({"repeat": {"times": 3, "steps": [inner]}}, {"think": "1 s"}))
    assert str(story) == "buy buy buy buy buy buy think"


def test_a_repeat_for_ever_has_no_end() -> None:
    story = Story(with_steps({"repeat": {"times": "forever", "steps": [BUY, {"think": "1 s"}]}}), most=500)
    assert len(story.calls) == 250
    assert len({call.salt for call in story.calls}) == 250
    assert story.ending is None


def test_a_failure_within_a_repeat_ends_the_session() -> None:
    story = Story(with_steps({"repeat": {"times": 9, "steps": [BUY]}}, retries=0), GOOD, GOOD, BUSY)
    assert (str(story), story.ending) == ("buy buy buy", GAVE_UP)
