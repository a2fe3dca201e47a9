"""Circuit breaker, retry budget, adaptive throttle and hedging race, on a clock that is moved by hand."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.behaviour.guards import FAILURES, Guards, Race, guards_of
from scenarios.language.behaviours import Behaviour
from scenarios.language.outcomes import BUSY, CONFLICT, ERROR, GOOD, IN_LINE, LOGGED_OUT, NO_SLOT, TIMEOUT


class Client:
    """Software with such precautions; `say` sends a call and says what came of it."""

    def __init__(self, **behaviour: Any) -> None:
        self.now_s = 0.0
        retrying = {"retries": 9, "back_off": {"first": "1 s"}}
        self.guards = Guards(Behaviour.model_validate(retrying | behaviour), lambda: self.now_s)

    def say(self, *outcomes: int, draw: float = 0.5) -> list[str]:
        """What becomes of first tries that would end so."""
        return [self._try(outcome, draw) for outcome in outcomes]

    def _try(self, outcome: int, draw: float) -> str:
        admitted = self.guards.first_try(lambda: draw)
        if admitted is None:
            return "held"
        self.guards.heard(admitted, outcome)
        return "sent"


BREAKER = {"failures": "50 %", "of_at_least": 4, "within": "10 s", "opens_for": "30 s", "trial_calls": 2}


def test_a_population_without_precautions_has_no_guards() -> None:
    assert guards_of(Behaviour.model_validate({"hedging": {"after": "1 s"}}), lambda: 0.0) is None


def test_a_breaker_opens_when_half_of_enough_calls_failed() -> None:
    client = Client(circuit_breaker=BREAKER)
    assert client.say(BUSY, BUSY, GOOD, GOOD, GOOD) == ["sent"] * 4 + ["held"]


def test_it_stays_closed_for_few_calls_and_for_few_failures() -> None:
    assert "held" not in Client(circuit_breaker=BREAKER).say(BUSY, BUSY, BUSY)
    assert "held" not in Client(circuit_breaker=BREAKER).say(GOOD, GOOD, GOOD, BUSY, BUSY, GOOD, GOOD)


def test_failures_of_long_ago_are_forgotten() -> None:
    client = Client(circuit_breaker=BREAKER)
    client.say(BUSY, BUSY, BUSY)
    client.now_s = 10.0
    assert client.say(BUSY, GOOD, GOOD, GOOD) == ["sent"] * 4


@pytest.mark.parametrize("served", [CONFLICT, NO_SLOT, LOGGED_OUT, IN_LINE])
def test_to_be_refused_with_reason_is_no_failure_of_the_service(served: int) -> None:
    assert "held" not in Client(circuit_breaker=BREAKER).say(*[served] * 20)


def open_breaker(**more: Any) -> Client:
    """Opened at 0 s."""
    client = Client(circuit_breaker=BREAKER, **more)
    client.say(BUSY, TIMEOUT, ERROR, BUSY)
    return client


def test_after_a_while_it_tries_some_and_closes_when_all_succeed() -> None:
    client = open_breaker()
    client.now_s = 29.9
    assert client.say(GOOD) == ["held"]
    client.now_s = 30.0
    trials = [client.guards.first_try(lambda: 0.5) for _ in range(3)]
    assert trials[0] is not None and trials[0] == trials[1] and trials[2] is None
    client.guards.heard(trials[0], GOOD)
    assert client.say(GOOD) == ["held"]
    client.guards.heard(trials[1], GOOD)
    assert client.say(BUSY, BUSY, BUSY) == ["sent"] * 3


def test_a_trial_that_fails_opens_it_anew() -> None:
    client = open_breaker()
    client.now_s = 31.0
    assert client.say(BUSY, GOOD) == ["sent", "held"]
    client.now_s = 60.9
    assert client.say(GOOD) == ["held"]
    client.now_s = 61.0
    assert client.say(GOOD, GOOD, GOOD) == ["sent"] * 3


def test_what_was_sent_before_it_opened_decides_nothing_afterwards() -> None:
    client = Client(circuit_breaker=BREAKER | {"trial_calls": 1})
    early = client.guards.first_try(lambda: 0.5)
    assert early is not None
    client.say(BUSY, BUSY, BUSY, BUSY)
    client.now_s = 30.0
    trial = client.guards.first_try(lambda: 0.5)
    assert trial is not None
    client.guards.heard(early, BUSY)
    client.guards.heard(trial, GOOD)
    assert client.say(GOOD) == ["sent"]


def test_trials_that_nobody_answers_are_followed_by_others() -> None:
    client = open_breaker()
    client.now_s = 30.0
    for _ in range(2):
        assert client.guards.first_try(lambda: 0.5) is not None
    client.now_s = 59.0
    assert client.say(GOOD) == ["held"]
    client.now_s = 60.0
    assert client.say(GOOD, GOOD) == ["sent"] * 2


@given(
    st.lists(st.booleans(), max_size=300),
    st.sampled_from([0.0, 0.1, 0.25, 1.0]),
    st.sampled_from([1.0, 3.0, 10.0]),
)
def test_a_budget_is_never_exceeded(tries: list[bool], per_request: float, burst: float) -> None:
    client = Client(retry_budget={"per_request": per_request, "burst": burst})
    first = retries = 0
    for is_retry in tries:
        if is_retry:
            retries += client.guards.retry(lambda: 0.5) is not None
        else:
            first += client.guards.first_try(lambda: 0.5) is not None
        assert retries <= burst + per_request * first + 1e-6
    assert first == tries.count(False)


def test_ten_first_tries_earn_one_retry() -> None:
    client = Client(retry_budget={"per_request": 0.1, "burst": 1})
    assert client.guards.retry(lambda: 0.5) is not None
    assert client.guards.retry(lambda: 0.5) is None
    client.say(*[GOOD] * 10)
    assert client.guards.retry(lambda: 0.5) is not None


def test_what_was_only_put_off_neither_earns_nor_spends() -> None:
    client = Client(retry_budget={"per_request": 1, "burst": 1})
    assert client.guards.retry(lambda: 0.5) is not None
    assert client.guards.further_try(lambda: 0.5) is not None
    assert client.guards.retry(lambda: 0.5) is None


@given(st.lists(st.booleans(), max_size=120), st.sampled_from([1.0, 1.5, 2.0]))
def test_the_throttle_holds_back_the_share_of_the_book(accepted: list[bool], k: float) -> None:
    client = Client(adaptive_throttling={"k": k, "over": "2 min"})
    throttle = client.guards.throttle
    assert throttle is not None
    accepts = 0
    for requests, is_accepted in enumerate(accepted):
        share = max(0.0, (requests - k * accepts) / (requests + 1))
        assert throttle.share(client.now_s) == pytest.approx(share)
        expected = "held" if share > 0.6 else "sent"
        assert client.say(GOOD if is_accepted else BUSY, draw=0.6) == [expected]
        accepts += is_accepted and expected == "sent"


def test_a_throttle_lets_go_when_the_refusals_are_old() -> None:
    client = Client(adaptive_throttling={"over": "2 min"})
    assert client.say(*[BUSY] * 9) == ["sent", "sent"] + ["held"] * 7
    client.now_s = 120.0
    assert client.say(GOOD, GOOD) == ["sent", "sent"]


def test_no_hedge_into_an_open_breaker_and_none_without_a_token() -> None:
    assert not open_breaker().guards.may_hedge()
    client = Client(retry_budget={"per_request": 0, "burst": 2})
    assert [client.guards.may_hedge() for _ in range(3)] == [True, True, False]


def test_a_race_takes_the_first_good_answer_and_a_bad_one_only_as_the_last() -> None:
    race = Race()
    first, second = race.start(), race.start()
    assert not race.settles(second, BUSY)
    assert not race.settles(second, GOOD), "it has ended already"
    assert race.settles(first, GOOD)
    late = Race()
    assert late.settles(late.start(), TIMEOUT)


@given(st.lists(st.sampled_from([GOOD, *sorted(FAILURES)]), min_size=1, max_size=5))
def test_a_race_is_settled_once(outcomes: list[int]) -> None:
    race, numbers = Race(), count()
    started = [race.start() for _ in outcomes]
    assert started == [next(numbers) for _ in outcomes]
    settled = [outcome for number, outcome in zip(started, outcomes, strict=True) if race.settles(number, outcome)]
    assert settled == [GOOD if GOOD in outcomes else outcomes[-1]]


RETRIES_ONLY = {"failures": "50 %", "of_at_least": 4, "within": "10 s", "stops": "retries"}


def retried(client: Client, guards: Guards | None = None) -> bool:
    """Whether a retry is sent now."""
    return (guards or client.guards).retry(lambda: 0.5) is not None


def test_a_breaker_of_retries_alone_never_holds_back_a_first_try() -> None:
    client = Client(circuit_breaker=RETRIES_ONLY)
    assert "held" not in client.say(*[BUSY] * 20)
    assert not retried(client)
    assert not client.guards.may_hedge()
    assert client.guards.further_try(lambda: 0.5) is not None


def test_retries_go_on_as_soon_as_first_tries_show_that_the_service_is_well() -> None:
    client = Client(circuit_breaker=RETRIES_ONLY)
    client.say(BUSY, BUSY, BUSY)
    assert retried(client), "three calls are too few to judge by"
    client.say(GOOD, BUSY)
    assert not retried(client), "four of five failed"
    client.say(GOOD, GOOD, GOOD)
    assert not retried(client), "four of eight failed, which is the half at which it opens"
    client.say(GOOD)
    assert retried(client)


def test_a_breaker_of_retries_forgets_what_was_long_ago() -> None:
    client = Client(circuit_breaker=RETRIES_ONLY)
    client.say(BUSY, BUSY, BUSY, BUSY)
    assert not retried(client)
    client.now_s = 10.0
    assert retried(client)


def test_trials_are_for_a_breaker_that_stops_everything() -> None:
    with pytest.raises(ValueError, match="`stops: retries` needs no trials; leave `opens_for` out"):
        Client(circuit_breaker=RETRIES_ONLY | {"opens_for": "5 s"})


@pytest.mark.parametrize("whose", ["population", "session"])
def test_a_budget_is_the_populations_or_each_sessions_own(whose: str) -> None:
    client = Client(retry_budget={"burst": 2, "per_request": 0, "for_each": whose})
    one, other = client.guards.of_session(), client.guards.of_session()
    assert [retried(client, one) for _ in range(3)] == [True, True, False]
    assert retried(client, other) is (whose == "session")


@pytest.mark.parametrize("whose", ["population", "session"])
def test_a_breaker_learns_from_all_sessions_or_from_its_own(whose: str) -> None:
    client = Client(circuit_breaker=BREAKER | {"for_each": whose})
    one, other = client.guards.of_session(), client.guards.of_session()
    for _ in range(4):
        admitted = one.first_try(lambda: 0.5)
        assert admitted is not None
        one.heard(admitted, BUSY)
    assert one.first_try(lambda: 0.5) is None
    assert (other.first_try(lambda: 0.5) is None) is (whose == "population")


def test_one_precaution_may_be_each_sessions_and_another_all_of_theirs() -> None:
    client = Client(
        retry_budget={"burst": 1, "per_request": 0, "for_each": "session"},
        adaptive_throttling={"k": 1, "for_each": "population"},
    )
    one, other = client.guards.of_session(), client.guards.of_session()
    assert one.budget is not other.budget
    assert one.throttle is other.throttle is client.guards.throttle


def test_sessions_without_precautions_of_their_own_share_one_object() -> None:
    client = Client(circuit_breaker=BREAKER)
    assert client.guards.of_session() is client.guards
