"""Scenarios that Hypothesis makes up: small ones, of whatever features are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import yaml
from hypothesis import strategies as st

from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.sources.problems import ScenarioError
from simulations.compiled.coverage import not_covered
from tests.simulations.compiled.made_effects import (
    A_REGION,
    A_STATION,
    AN_OPERATION,
    AT_ONCE,
    CACHE,
    DEFENCE_KINDS,
    FAULT_KINDS,
    SOME_OPERATIONS,
    SOME_POPULATIONS,
    SOME_REGIONS,
    first_told,
    told,
)
from tests.simulations.compiled.made_followed import beyond_one_session
from tests.simulations.compiled.made_parts import (
    GUARDS,
    LOG_ON,
    REGIONS,
    Data,
    behaviour,
    journey,
    population,
    service,
    sometimes,
)

FEATURES: Final = (
    *("network", "hedging", "caches", "log_on", "comes_back", "practices", "fallback", "supply"),
    *GUARDS,
    *(f"fault {kind}" for kind in FAULT_KINDS),
    *(f"defence {kind}" for kind in DEFENCE_KINDS),
)
_NEEDS: Final = {"fault cache_flush": "caches", "fault session_loss": "log_on", "fallback": "practices"}
_MEASURES: Final = (("response p95", "3 s"), ("response mean", "1 s"), ("good share", "90 %"))


@dataclass(frozen=True)
class MadeScenario:
    """A scenario, and its text for whoever wants to see it again."""

    text: str
    scenario: Scenario
    features: frozenset[str]


@cache
def covered_features() -> tuple[str, ...]:
    """Those of which the compiled engine knows as much as the plainest example of each."""
    return tuple(feature for feature in FEATURES if not_covered(plainest(feature)) is None)


@st.composite
def made_scenarios(draw: st.DrawFn, features: tuple[str, ...] | None = None, at_most: int = 4) -> MadeScenario:
    """A scenario that has some of these features (None: of those that the compiled engine covers)."""
    whole = covered_features() if features is None else features
    chosen: set[str] = set()
    if whole:
        number = draw(st.integers(0, min(at_most, len(whole))))
        chosen = draw(st.sets(st.sampled_from(whole), min_size=number, max_size=number))
    chosen |= {_NEEDS[one] for one in chosen if one in _NEEDS}
    data = draw(_data(frozenset(chosen)))
    text = yaml.safe_dump(data, sort_keys=False)
    return MadeScenario(text, read_text(text), frozenset(chosen))


def _is_right(data: Data) -> bool:
    """Whether the language takes it: now and then two effects contradict each other."""
    try:
        return not_covered(read_text(yaml.safe_dump(data, sort_keys=False))) is None
    except ScenarioError:
        return False


def _data(chosen: frozenset[str]) -> st.SearchStrategy[Data]:
    return _whole(chosen).filter(_is_right)


@st.composite
def _whole(draw: st.DrawFn, features: frozenset[str]) -> Data:
    begin = draw(st.sampled_from([0, 0, 0, 100, 30_000]))
    end = begin + draw(st.sampled_from([6, 12]))
    made: Data = {
        "title": "Made up",
        "period": f"{begin} s to {end} s",
        "drain": draw(st.sampled_from(["0 s", "3 s"])),
        **sometimes(draw, "window", st.sampled_from(["1 s", "3 s", "500 ms"])),
        "service": service(draw, features),
    }
    operations = list(made["service"]["operations"])
    log_on = made["service"].get("log_on", [])
    made["behaviours"] = {
        "patient": behaviour(draw, operations, features),
        "other": behaviour(draw, operations, features),
    }
    made["journeys"] = {
        name: journey(draw, operations, log_on) for name in ("visit", "round")[: draw(st.integers(1, 2))]
    }
    made["populations"] = {
        name: population(draw, features, begin, end)
        | {"journey": draw(st.sampled_from(list(made["journeys"])))}
        | sometimes(draw, "behaviour", st.sampled_from(["patient", "other"]))
        for name in ("people", "others", "few")[: draw(st.integers(1, 3))]
    }
    made["regions"] = {"north": "40 %", "south": "60 %"} if draw(st.booleans()) or _of_regions(features) else {}
    made["objectives"] = {
        f"{measure} of {operation}": {"measure": measure, "of": operation, "at_most": most}
        for measure, most in _MEASURES
        for operation in operations[:1]
    }
    made |= _effects(draw, features, made, begin, end)
    return made | beyond_one_session(draw, features, made)


def _of_regions(features: frozenset[str]) -> bool:
    return any(one.startswith(("fault ", "defence ")) for one in features)


def _names(made: Data) -> dict[str, list[str]]:
    operations = list(made["service"]["operations"])
    return {
        A_STATION: list(made["service"]["stations"]),
        A_REGION: list(REGIONS),
        AN_OPERATION: operations,
        SOME_OPERATIONS: operations,
        SOME_POPULATIONS: list(made["populations"]),
        SOME_REGIONS: list(REGIONS),
    }


def _kinds(features: frozenset[str], section: str) -> Iterator[str]:
    yield from (one.removeprefix(section) for one in sorted(features) if one.startswith(section))


def _effects(draw: st.DrawFn, features: frozenset[str], made: Data, begin: int, end: int) -> Data:
    """Faults, defences and caches of the kinds that are asked for, some of them twice."""
    names, faults, defences = _names(made), {}, {}
    if "caches" in features:
        which = ("cache", "other cache")[: draw(st.integers(1, 2))]
        made["service"]["caches"] = {name: draw(told(CACHE, names)) for name in which}
    for kind in _kinds(features, "fault "):
        for number in range(draw(st.integers(1, 2))):
            fault = {kind: draw(told(FAULT_KINDS[kind], names))}
            faults[f"{kind} {number}"] = fault | _when(draw, kind, begin, end)
    for kind in _kinds(features, "defence "):
        defences[kind] = {kind: draw(told(DEFENCE_KINDS[kind], names))}
    return {"faults": faults, "defences": defences}


def _when(draw: st.DrawFn, kind: str, begin: int, end: int) -> Data:
    since = draw(st.integers(4 * begin, 4 * end - 1))
    if kind in AT_ONCE:
        return {"at": f"{since / 4} s"}
    if draw(st.integers(1, 5)) == 5:
        return {"random": {"to_fail": "4 s", "to_repair": "2 s"}}
    return {"during": f"{since / 4} s to {min(since + draw(st.integers(1, 24)), 4 * end) / 4} s"}


# the plainest scenario of each feature


def plainest(feature: str) -> Scenario:
    """A scenario of that feature and no other, but for what it needs."""
    made: Data = {
        "title": "Plain",
        "period": "0 s to 10 s",
        "service": {
            "stations": {"a": {"servers": 2}},
            "operations": {"x": {"steps": [{"use": "a", "time": "1 s"}]}},
        },
        "behaviours": {"patient": {"retries": 1, "back_off": {"first": "1 s"}}},
        "journeys": {"visit": {"steps": [{"call": "x"}]}},
        "populations": {"people": {"arrivals": "1 / s", "journey": "visit", "behaviour": "patient"}},
        "regions": {"north": "40 %", "south": "60 %"},
    }
    for one in (feature, *([_NEEDS[feature]] if feature in _NEEDS else [])):
        _add_plainly(one, made)
    return read_text(yaml.safe_dump(made, sort_keys=False))


def _add_plainly(feature: str, made: Data) -> None:
    section, _, kind = feature.partition(" ")
    people, behaves, serves = made["populations"]["people"], made["behaviours"]["patient"], made["service"]
    names = _names(made)
    if section == "fault":
        when: dict[str, Any] = {"at": "5 s"} if kind in AT_ONCE else {"during": "5 s to 6 s"}
        made["faults"] = {kind: {kind: first_told(FAULT_KINDS[kind], names), **when}}
    elif section == "defence":
        made["defences"] = {kind: {kind: first_told(DEFENCE_KINDS[kind], names)}}
    elif feature == "network":
        people["network"] = "1 s"
    elif feature == "caches":
        serves["caches"] = {"cache": first_told(CACHE, names)}
    elif feature == "log_on":
        serves["operations"][LOG_ON] = {"api": "A001", "steps": [{"use": "a", "time": "1 s"}]}
        serves["log_on"] = [LOG_ON]
    elif feature == "hedging":
        behaves["hedging"] = {"after": "1 s"}
    elif feature == "comes_back":
        behaves["comes_back"] = {"share": "50 %", "after": "1 s"}
    elif feature == "practices":
        made["practices"] = {"number": 2}
    elif feature == "fallback":
        made["journeys"]["visit"] |= {"carries": "referral", "delivered_by": "sent"}
        made["journeys"]["visit"]["steps"] = [{"call": "x", "achieves": "sent"}]
        people["priorities"] = {"routine": "100 %"}
        made["fallback"] = {
            "channels": {"post": {"takes": "1 s"}},
            "rules": {"routine": {"hold": "1 s", "then": "post"}},
        }
    elif feature == "supply":
        made["supply"] = {"operations": ["x"], "specialties": {"general": {"at_start": 5, "ahead": "1 day to 3 days"}}}
    else:
        behaves[feature] = GUARDS[feature][0]
