"""One user whose call came to nothing in a particular way: a lost session, a place in line, a slot that is gone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from yaml import safe_dump

from scenarios.behaviour.guards import Guards
from scenarios.behaviour.journeys import plan
from scenarios.behaviour.persistence import IN_LINE_LEAST_S
from scenarios.behaviour.steps import Pause
from scenarios.language.outcomes import BUSY, CONFLICT, FINISHED, GAVE_UP, GOOD, IN_LINE, LOGGED_OUT, NO_SLOT
from scenarios.language.reading import read_text
from tests.fixtures.scenarios.small_scenarios import changed, complaint, shop
from tests.fixtures.scenarios.user_stories import BUY, FETCH, THRICE, Story, with_steps

ONE_TRY: dict[str, Any] = {"timeout": "30 s"}


def logging_on(*steps: Any, **behaviour: Any) -> dict[str, Any]:
    """The shop, whose sessions begin with a knock and a greeting."""
    data = with_steps(*steps, **(behaviour or ONE_TRY))
    operations = data["service"]["operations"]
    operations |= {"knock": operations["buy"], "greet": operations["buy"]}
    return changed(data, "service", data["service"] | {"log_on": ["knock", "greet"]})


def test_who_finds_the_session_lost_logs_on_again_and_goes_on() -> None:
    story = Story(logging_on(BUY, FETCH), LOGGED_OUT, GOOD)
    assert str(story) == "buy knock greet buy(1) fetch [fetched]"
    assert story.ending == FINISHED


def test_a_log_on_that_fails_is_tried_again_like_any_call() -> None:
    story = Story(logging_on(BUY, **THRICE), LOGGED_OUT, BUSY, GOOD)
    assert str(story) == "buy knock wait knock(1) greet buy(1)"


def test_a_log_on_that_fails_for_good_fails_the_call() -> None:
    story = Story(logging_on(BUY, FETCH), LOGGED_OUT, BUSY)
    assert (str(story), story.ending) == ("buy knock", GAVE_UP)


def test_a_call_is_worth_so_many_log_ons_and_no_more() -> None:
    answers = [LOGGED_OUT, GOOD, GOOD] * 6
    story = Story(logging_on(BUY), *answers, LOGGED_OUT)
    assert str(story).count("knock greet") == 5
    assert story.ending == GAVE_UP


def test_who_is_logging_on_does_not_begin_to_log_on() -> None:
    assert str(Story(logging_on(BUY), LOGGED_OUT)) == "buy knock"


def test_each_time_the_log_on_has_draws_of_its_own_and_leaves_those_of_others() -> None:
    twice = Story(logging_on(BUY, FETCH), LOGGED_OUT, GOOD, GOOD, GOOD, LOGGED_OUT, GOOD)
    assert str(twice) == "buy knock greet buy(1) fetch knock greet fetch(1) [fetched]"
    assert len({call.salt for call in twice.calls}) == len(twice.calls)
    undisturbed = {call.salt for call in Story(logging_on(BUY, FETCH)).calls}
    assert undisturbed == {twice.calls[0].salt, twice.calls[4].salt}


def test_who_is_in_line_comes_back_when_told_and_uses_up_no_retries() -> None:
    story = Story(with_steps(BUY, **ONE_TRY), IN_LINE, IN_LINE, GOOD, after_s=40.0)
    assert str(story) == "buy think buy(1) think buy(2)"
    assert [step.seconds for step in story.steps if isinstance(step, Pause)] == [40.0, 40.0]
    assert story.ending == FINISHED


def test_patience_ends_a_wait_in_line() -> None:
    story = Story(with_steps(BUY, patience="100 s"), IN_LINE, after_s=40.0)
    assert str(story) == "buy think buy(1) think buy(2)"
    assert story.ending == GAVE_UP


def test_a_place_in_line_without_a_time_is_asked_for_again_and_not_at_once() -> None:
    story = Story(with_steps(BUY, patience="10 s"), IN_LINE, took_s=0.0)
    assert all(step.seconds >= IN_LINE_LEAST_S for step in story.steps if isinstance(step, Pause))


def test_a_slot_that_is_gone_is_not_asked_for_again_and_a_conflict_is() -> None:
    assert str(Story(with_steps(BUY, **THRICE), NO_SLOT)) == "buy"
    assert str(Story(with_steps(BUY, **THRICE), CONFLICT, GOOD)) == "buy wait buy(1)"


BUY_OR_FETCH = BUY | {"achieves": "bought", "otherwise": [FETCH, {"think": "1 s"}]}


def test_otherwise_is_done_in_place_of_a_call_that_failed() -> None:
    story = Story(with_steps(BUY_OR_FETCH, BUY), NO_SLOT, GOOD)
    assert str(story) == "buy fetch [fetched] think buy"
    assert story.ending == FINISHED


def test_otherwise_is_left_out_when_the_call_succeeds() -> None:
    assert str(Story(with_steps(BUY_OR_FETCH, BUY))) == "buy [bought] buy"


def test_what_fails_within_otherwise_ends_the_session() -> None:
    story = Story(with_steps(BUY_OR_FETCH, BUY, **ONE_TRY), BUSY)
    assert (str(story), story.ending) == ("buy fetch", GAVE_UP)


def test_otherwise_leaves_the_draws_of_what_follows() -> None:
    without = Story(with_steps(BUY, {"think": {"exponential": "5 s"}}))
    with_it = Story(with_steps(BUY | {"otherwise": [FETCH]}, {"think": {"exponential": "5 s"}}))
    assert without.steps[-1].seconds == with_it.steps[-1].seconds


def test_otherwise_within_a_repeat_is_new_in_each_round() -> None:
    story = Story(with_steps({"repeat": {"times": 2, "steps": [BUY_OR_FETCH]}}), NO_SLOT, GOOD, NO_SLOT, GOOD)
    assert str(story) == "buy fetch [fetched] think buy fetch [fetched] think"
    assert len({call.salt for call in story.calls}) == 4


@pytest.mark.parametrize(
    ("dotted", "value", "said"),
    [
        ("journeys.visit.steps.0", BUY_OR_FETCH | {"optional": True}, "give `optional` or `otherwise`"),
        ("journeys.visit.steps.0", BUY | {"otherwise": [{"call": "fetsh"}]}, "did you mean 'fetch'?"),
        ("behaviours.patient.back_off", {"first": "1 s", "factor": 2, "jitter": "decorrelated"}, "leave `factor` out"),
        ("behaviours.patient", {"retry_budget": {}}, "need `retries`"),
        ("behaviours.patient.hedging", {"after": "1 s", "operations": ["by"]}, "did you mean 'buy'?"),
        ("behaviours.patient.circuit_breaker", {"failures": "0 %"}, "allowed is more than 0"),
    ],
)
def test_mistakes_are_told(dotted: str, value: Any, said: str) -> None:
    assert said in complaint(safe_dump(changed(shop(), dotted, value), sort_keys=False))


def test_retry_after_is_heeded_by_who_honours_it() -> None:
    policy = {"retries": 1, "back_off": {"first": "2 s"}}
    assert Story(with_steps(BUY, **policy), BUSY, after_s=9.0).waits == [2.0]
    assert Story(with_steps(BUY, honours_retry_after=True, **policy), BUSY, after_s=9.0).waits == [9.0]
    assert Story(with_steps(BUY, honours_retry_after=True, **policy), BUSY, after_s=1.0).waits == [2.0]


def test_decorrelated_jitter_draws_from_the_first_to_three_times_the_last() -> None:
    policy = {"first": "1 s", "longest": "20 s", "jitter": "decorrelated"}
    waits = [1.0, *Story(with_steps(BUY, retries=40, back_off=policy), BUSY).waits]
    assert all(1 <= wait <= min(20, 3 * before) for before, wait in pairwise(waits))
    assert max(waits) > 6 and len(set(waits)) > 20


def guarded(**behaviour: Any) -> tuple[dict[str, Any], Guards]:
    """The shop whose people have such software, which believes that no time passes."""
    data = with_steps(BUY, **behaviour)
    return data, Guards(plan(read_text(safe_dump(data, sort_keys=False)), "shoppers").behaviour, lambda: 0.0)


def test_a_retry_without_a_token_is_held_back_and_a_later_one_tried() -> None:
    data, guards = guarded(retries=3, back_off={"first": "1 s"}, retry_budget={"per_request": 0, "burst": 1})
    story = Story(data, BUSY, guards=guards)
    assert str(story) == "buy wait buy(1) wait (buy held back) wait (buy held back)"
    assert story.ending == GAVE_UP


def test_what_one_session_meets_keeps_another_from_sending() -> None:
    data, guards = guarded(circuit_breaker={"of_at_least": 2})
    assert [str(Story(data, BUSY, row=row, guards=guards)) for row in range(3)] == ["buy", "buy", "(buy held back)"]
