"""What never ends or cannot fit is told before anything runs, where it stands, with an estimate that is exact."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from scenarios.language.reading import placed_text, read, read_text
from scenarios.limits.checked import checked, read_checked
from scenarios.limits.launch_size import size_of
from scenarios.sources.catalogue import catalogue
from scenarios.sources.problems import ScenarioError
from tests.fixtures.scenarios.small_scenarios import SHOP, changed, shop


def refusal(text: str, *, limited: bool = True) -> str:
    """What is said of a scenario that cannot be run."""
    with pytest.raises(ScenarioError) as error:
        checked(placed_text(text, "shop.yaml"), limited=limited)
    return str(error.value)


def fault(text: str) -> str:
    return SHOP + f"faults:\n  x: {text}\n"


TOO_LARGE = {
    "a rate of thousand millions": (
        SHOP.replace("rate: 1 / s", "rate: 1000000000 / s"),
        "shop.yaml:23: populations.shoppers.arrivals.rate: a launch comes to about 100,000,000,000 sessions,"
        " 200,000,000,000 requests and 200,000,000,000 pieces of work, and needs about 5.82 TiB of memory",
    ),
    "a closed population of a million millions": (
        SHOP.replace("rate: 1 / s", "at_once: 1000000000000"),
        "shop.yaml:23: populations.shoppers.arrivals.at_once: a launch comes to about 1,000,000,000,000 sessions",
    ),
    "more people than a float holds": (
        SHOP.replace("rate: 1 / s", "at_once: " + "9" * 390),
        "shop.yaml:23: populations.shoppers.arrivals.at_once: a launch comes to about 1.0e+30 sessions",
    ),
    "a rate of a profile by the hour": (
        SHOP.replace("rate: 1 / s", f"hourly: {{per_day: 1.0e15, percent: [50, 50, {', '.join(['0'] * 22)}]}}"),
        "shop.yaml:23: populations.shoppers.arrivals.hourly: a launch comes to about 13,888,888,888,889 sessions",
    ),
    "a millisecond as the window of a day": (
        SHOP.replace("0 s to 100 s", "0 s to 1 day") + "window: 1 ms\n",
        "window: a launch comes to about 86,400,000 windows, for which it needs about",
    ),
    "faults of a nanosecond": (
        fault("{slowdown: {factor: 2}, random: {to_fail: 0.001 us, to_repair: 0.001 us}}"),
        "shop.yaml:27: faults.x.random: happens about 50,000,000,000 times in a launch; allowed are 1,000,000",
    ),
    "pauses of a nanosecond": (
        fault("{pause: {every: 0.01 us, length: 0.001 us}, during: 1 s to 2 s}"),
        "shop.yaml:27: faults.x.pause.every: happens about 10,000,000,000 times",
    ),
    "leaks of a nanosecond": (
        fault("{leak: {station: till, loses: 1000000000 / s}, during: 1 s to 2 s}"),
        "shop.yaml:27: faults.x.leak.loses: happens about 100,000,000,000 times",
    ),
    "a back-off of a nanosecond": (
        SHOP.replace("retries: 2, back_off: {first: 1 s}", "retries: unlimited, back_off: {first: 0.001 us}"),
        "shop.yaml:15: behaviours.patient.back_off: a call that keeps failing is tried about 100,000,000,001 times",
    ),
    "loops in loops": (
        SHOP.replace("call: buy", "repeat: {times: 1000, steps: [{repeat: {times: 1000000000, steps: [call: buy]}}]}"),
        "shop.yaml:17: journeys.visit: a launch comes to about 100 sessions, 100,000,000,000,100 requests",
    ),
    "a loop without end of a microsecond": (
        SHOP.replace("- call: buy", "- repeat: {times: forever, steps: [{call: buy}, {think: 1 us}]}").replace(
            "time: {exponential: 1 s}", "time: 0"
        ),
        "shop.yaml:17: journeys.visit: a launch comes to about 100 sessions, 10,000,000,100 requests",
    ),
    "a loop without end of a call that may fail at once": (
        SHOP.replace("retries: 2, back_off: {first: 1 s}", "retries: 0").replace(
            "- call: buy", "- repeat: {times: forever, steps: [{call: fetch, optional: true}, {think: 1 us}]}"
        ),
        "shop.yaml:19: journeys.visit.steps.0.repeat: may go round about 100,000,000 times for 'shoppers':"
        " `call: fetch` may fail at once, and the session goes on; allowed are 1,000,000",
    ),
    "choices without end": (
        SHOP.replace(
            "- call: buy",
            "- repeat: {times: forever, steps: [{either: [{share: 0.999999999999, steps: []},"
            " {share: 0.000000000001, steps: [{think: 1 s}]}]}]}",
        ),
        "shop.yaml:16: journeys: a launch comes to about 1.0e+16 steps of visit; allowed are 500,000,000",
    ),
    "a program of a million pieces": (
        SHOP.replace("use: till, time: {exponential: 1 s}", "hold: till, times: 1000, steps: [{work: 0, times: 1000}]"),
        "shop.yaml:9: service.operations.buy.steps: a request does 1,000,000 pieces of work; allowed are 100,000",
    ),
    "thirty thousand years": (
        SHOP.replace("0 s to 100 s", "0 s to 999999999999 s"),
        "shop.yaml:2: period: lasts 11,574,074 days with its drain; allowed are 3,653",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_cannot_fit_is_told_with_its_line_its_key_an_estimate_and_what_lifts_it(name: str) -> None:
    text, said = TOO_LARGE[name]
    told = refusal(text)
    assert said in told
    assert all(line.endswith("; `--no-limits` lifts this") for line in told.splitlines())


@pytest.mark.parametrize("name", TOO_LARGE)
def test_without_limits_it_is_taken(name: str) -> None:
    placed = placed_text(TOO_LARGE[name][0])
    assert checked(placed, limited=False) is placed.scenario


@pytest.mark.parametrize("name", catalogue())
def test_every_scenario_of_the_catalogue_fits(name: str) -> None:
    assert read_checked(name) == read(name)


FOREVER = "- repeat: {{times: forever, steps: [{}]}}"
ENDLESS = {
    "a call that finds its queue full": "{call: fetch, optional: true}",
    "a call with something of no time in its place": "{call: fetch, otherwise: [{think: 0 s}]}",
    "a call in whose place another may fail": "{call: fetch, otherwise: [{call: fetch, optional: true}]}",
    "a think of nothing": "{think: 0}",
    "a call of nothing": "{call: nothing}",
    "choices of nothing": "{either: [{share: 100 %, steps: [{call: fetch, optional: true}]}]}",
    "a loop in a loop": "{repeat: {times: 3, steps: [{call: fetch, optional: true}]}}",
}
NO_RETRIES = SHOP.replace("retries: 2, back_off: {first: 1 s}", "retries: 0").replace(
    "  operations:\n", "  operations:\n    nothing: {steps: [{work: 0}]}\n"
)


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("limited", [True, False])
def test_a_loop_without_end_that_may_take_no_time_is_refused(name: str, limited: bool) -> None:
    said = refusal(NO_RETRIES.replace("- call: buy", FOREVER.format(ENDLESS[name])), limited=limited)
    assert "journeys.visit.steps.0.repeat: goes round for ever while no time may pass for 'shoppers'" in said
    assert said.startswith("shop.yaml:20: ")
    assert ("`call: fetch` may fail at once" in said) == ENDLESS[name].startswith("{call: fetch")


@pytest.mark.parametrize(
    "steps",
    [
        "{call: fetch}",  # who fails gives up
        "{call: buy, optional: true}",  # its queue has no limit, so it cannot fail at once
        "{call: fetch, optional: true}, {think: {exponential: 1 s}}",
        "{call: fetch, otherwise: [{think: 1 s}]}",
        "{either: [{share: 50 %, steps: [{think: 1 s}]}, {share: 50 %, steps: []}]}",
    ],
)
def test_a_loop_without_end_in_which_time_passes_is_taken(steps: str) -> None:
    checked(placed_text(NO_RETRIES.replace("- call: buy", FOREVER.format(steps))))


def test_who_tries_again_after_a_while_lets_time_pass() -> None:
    checked(placed_text(SHOP.replace("- call: buy", FOREVER.format("{call: fetch, optional: true}"))))


@pytest.mark.parametrize("patience", ["500 ms", "{exponential: 1 min}"])
def test_who_has_no_patience_for_the_first_retry_waits_for_none(patience: str) -> None:
    forever = SHOP.replace("- call: buy", FOREVER.format("{call: fetch, optional: true}"))
    said = refusal(forever.replace("back_off: {first: 1 s}", f"back_off: {{first: 1 s}}, patience: {patience}"))
    assert "goes round for ever while no time may pass for 'shoppers': `call: fetch` may fail at once" in said
    checked(placed_text(forever.replace("back_off: {first: 1 s}", "back_off: {first: 1 s}, patience: 1 s")))


def test_a_call_that_a_cache_always_answers_takes_no_time() -> None:
    cached = SHOP.replace(
        "  operations:\n", "  caches: {copy: {station: till, entries: 1, hit_limit: HIT}}\n  operations:\n"
    )
    forever = cached.replace("- call: buy", FOREVER.format("{call: buy}"))
    assert "goes round for ever while no time may pass for 'shoppers'" in refusal(forever.replace("HIT", "100 %"))
    checked(placed_text(forever.replace("HIT", "90 %")))


@pytest.mark.parametrize("jitter", ["none", "full", "decorrelated"])
def test_a_back_off_that_grows_is_no_danger_however_small_it_begins(jitter: str) -> None:
    factor = "" if jitter == "decorrelated" else ", factor: 2"
    back_off = f"retries: unlimited, back_off: {{first: 1 us, jitter: {jitter}{factor}}}"
    checked(placed_text(SHOP.replace("retries: 2, back_off: {first: 1 s}", back_off)))


def test_the_estimate_is_the_expected_size() -> None:
    """100 sessions of two calls, each of one piece of work, and three steps each."""
    size = size_of(read_text(SHOP))
    assert (size.sessions, size.requests) == ({"shoppers": 100}, {"shoppers": 200})
    assert (size.pieces, size.steps, size.windows) == (200, 300, 50)


@pytest.mark.parametrize(
    ("arrivals", "expected"),
    [
        ({"storm": {"people": 300, "around": "50 s", "within": "10 s"}}, 300),
        ({"at_once": 7}, 7),
        ({"curve": {"0 s": "0 / s", "100 s": "2 / s"}}, 100),
        ({"stepped": {"50 s": "2 / s"}}, 100),
    ],
)
def test_the_expected_sessions_are_those_of_the_arrivals(arrivals: Any, expected: float) -> None:
    text = yaml.safe_dump(changed(shop(), "populations.shoppers.arrivals", arrivals))
    assert size_of(read_text(text)).sessions == {"shoppers": pytest.approx(expected)}


def test_a_closed_population_goes_round_no_more_often_than_its_station_can_serve() -> None:
    """A thousand people, each of whom would buy 100 times in 100 s: two tills sell 200 in that time."""
    text = SHOP.replace("rate: 1 / s", "at_once: 1000").replace("- call: buy", FOREVER.format("{call: buy}"))
    text = text.replace("      - think: {exponential: 5 s}\n      - {call: fetch, achieves: fetched}\n", "")
    assert size_of(read_text(text)).requests == {"shoppers": 1000}  # at least one each
    assert size_of(read_text(text.replace("at_once: 1000", "at_once: 10"))).requests == {"shoppers": 200}
