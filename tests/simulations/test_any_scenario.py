"""Whatever somebody makes of a scenario, `check` and `simulate` end in figures or in words, never in a traceback."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.summarise import Forecasts, summarise
from recordings.summary import to_json
from scenarios.behaviour.standstill import StandstillError
from scenarios.language.reading import frozen_text, placed_text
from scenarios.limits.checked import checked
from scenarios.limits.launch_size import size_of
from scenarios.limits.warnings import warnings_of
from scenarios.sources.catalogue import catalogue
from scenarios.sources.problems import ScenarioError
from simulations.launch import simulate_launch, simulate_replay
from tests.fixtures.scenarios.small_scenarios import shop

REQUESTS = 3_000
EXTRA = {
    "faults": {
        "slow": {"slowdown": {"station": "till", "factor": 3}, "during": "10 s to 20 s"},
        "gone": {"servers_lost": {"station": "store", "servers": 1}, "random": {"to_fail": "20 s", "to_repair": "5 s"}},
        "dead": {"crash": {}, "during": "30 s to 31 s"},
        "stop": {"pause": {"every": "7 s", "length": "1 s"}, "during": "40 s to 60 s"},
        "bad": {"error_answers": {"share": "50 %", "status": 503}, "during": "60 s to 70 s"},
    },
    "defences": {
        "limit": {"queue_limit": {"station": "till", "at_most": 5}},
        "rate": {"rate_limit": {"per": "everyone", "rate": "2 / s", "burst": 3}},
        "later": {"staggered_log_on": {"over": "20 s"}},
    },
}
SMALL = [shop(), shop() | copy.deepcopy(EXTRA)]
SMALL[1]["journeys"]["visit"]["steps"] = [
    {
        "repeat": {
            "times": "forever",
            "steps": [{"call": "buy", "optional": True}, {"think": {"gamma": {"mean": "2 s", "scv": 2}}}],
        }
    }
]
SMALL[1]["behaviours"]["patient"] |= {"circuit_breaker": {"of_at_least": 2}, "hedging": {"after": "2 s"}}
FROM_CATALOGUE = [yaml.safe_load(frozen_text(name)) for name in catalogue()]
WORDS = [
    "0 s",
    "1 us",
    "3 s",
    "1 h",
    "1000 days",
    "20 %",
    "0 %",
    "100 %",
    "0 / s",
    "1 / s",
    "9000 / s",
    "unlimited",
    "forever",
]
NUMBERS = [0, 1, 2, 3, 100, 10**6, 10**12, 10**400, 0.5, 1e-300, 1e300]
SPANS = ["0 s to 10 s", "5 s to 5.000001 s", "0 s to 100 s", "07:59 to 08:00", "0 s to 1e11 s"]
VALUES = st.one_of(st.sampled_from(WORDS), st.sampled_from(NUMBERS), st.sampled_from(SPANS), st.booleans(), st.none())


def places(data: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [place for key, value in inner for place in ((*above, key), *places(value, (*above, key)))]


def at(data: Any, place: tuple[Any, ...]) -> Any:
    for part in place:
        data = data[part]
    return data


@st.composite
def mutated(draw: st.DrawFn, originals: list[dict[str, Any]], most: int) -> dict[str, Any]:
    """A scenario with some values changed, taken away, doubled, or put in the place of others of their key."""
    data: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, most))):
        *path, last = draw(st.sampled_from(places(data)))
        inside = at(data, tuple(path))
        others = [place for place in places(data) if place[-1] == last]
        how = draw(st.sampled_from(["value", "other", "away", "doubled"]))
        if how == "away":
            del inside[last]
        elif how == "doubled" and isinstance(inside, list):
            inside.append(copy.deepcopy(inside[last]))
        else:
            inside[last] = draw(VALUES) if how == "value" else copy.deepcopy(at(data, draw(st.sampled_from(others))))
        if not places(data):
            break
    return data


def short(data: dict[str, Any]) -> dict[str, Any]:
    """The same for the first seconds of its period, without what names moments beyond them."""
    span = data.get("period")
    if isinstance(span, str) and " to " in span:
        start = span.split(" to ")[0]
        data["period"] = f"{start} to 08:00:20" if ":" in start else f"{start} to 20 s"
        if start.startswith("07:"):
            data["period"] = f"{start} to {start}:10"
    for section in ("faults", "objectives", "replay"):
        data.pop(section, None)
    data["drain"] = "2 s"
    return data


def rehearse(data: dict[str, Any]) -> str:
    """What a user would see: words, or the bytes of a summary."""
    try:
        placed = placed_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
        scenario = checked(placed)
        size = size_of(scenario)
        if scenario.length_s > 200 or sum(size.requests.values()) + sum(size.sessions.values()) > REQUESTS:
            return "right, and too large for a test"
        warnings = [str(problem) for problem in warnings_of(placed)]
        forecasts = Forecasts(scenario, 1)
        forecasts.add(simulate_launch(scenario, scenario.seed, 0))
        simulate_replay(scenario, scenario.seed)
        return to_json(summarise("any", scenario, scenario.seed, forecasts, None)).decode() + "".join(warnings)
    except (ScenarioError, StandstillError) as error:
        assert str(error)
        return str(error)


@given(mutated(SMALL, 4))
@settings(max_examples=50, suppress_health_check=list(HealthCheck))
def test_a_small_scenario_however_changed_ends_in_figures_or_words(data: dict[str, Any]) -> None:
    assert rehearse(data)


@given(mutated(FROM_CATALOGUE, 3).map(short))
@settings(max_examples=10, suppress_health_check=list(HealthCheck))
def test_a_scenario_of_the_catalogue_however_changed_ends_in_figures_or_words(data: dict[str, Any]) -> None:
    assert rehearse(data)


@pytest.mark.exhaustive
@pytest.mark.long
@given(st.one_of(mutated(SMALL, 8), mutated(FROM_CATALOGUE, 5).map(short)))
@settings(max_examples=2_000, suppress_health_check=list(HealthCheck))
def test_any_scenario_ends_in_figures_or_words(data: dict[str, Any]) -> None:
    assert rehearse(data)
