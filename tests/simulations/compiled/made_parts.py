"""Services and people of scenarios that Hypothesis makes up: whatever the language allows, small, with many ties.

Most times are multiples of a quarter of a second, which are exact, and some of a tenth, which are not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from scenarios.quantities.units import duration

Data = dict[str, Any]
Draw = st.DrawFn
STATIONS: Final = ("a", "b", "c", "d")
REGIONS: Final = ("north", "south")
LOG_ON: Final = "log on"
GUARDS: Final[dict[str, list[Data]]] = {  # what holds calls back
    "circuit_breaker": [
        {"of_at_least": 2, "opens_for": "1 s", "within": "2 s"},
        {"of_at_least": 3, "opens_for": "2500 ms", "trial_calls": 2, "failures": "30 %", "for_each": "session"},
        {"of_at_least": 1, "stops": "retries"},
    ],
    "retry_budget": [{"per_request": 0.5, "burst": 1}, {"per_request": 0, "burst": 2, "for_each": "session"}],
    "adaptive_throttling": [{"k": 1, "over": "2 s"}, {"k": 1.5, "over": "5 s", "for_each": "session"}],
}

# times

_QUARTERS: Final = ("250 ms", "500 ms", "750 ms", "1 s", "2 s", "100 ms", "300 ms")
_CONSTANT: Final = st.sampled_from(_QUARTERS)
_DRAWN: Final = st.sampled_from(
    [
        {"exponential": "500 ms"},
        {"erlang": {"mean": "500 ms", "phases": 3}},
        {"lognormal": {"median": "300 ms", "p95": "2 s"}},
        {"lognormal": {"mean": "500 ms", "sd": "250 ms"}},
        {"gamma": {"mean": "500 ms", "scv": 2}},
        {"gamma": {"mean": "500 ms", "sd": "5 ms"}},
        {"weibull": {"mean": "500 ms", "shape": 0.6}},
        {"normal": {"mean": "500 ms", "sd": "400 ms"}},
        {"uniform": {"low": "0 s", "high": "1 s"}},
        {"empirical": ["250 ms", "250 ms", "1 s", "0 s"]},
        {"empirical": ["500 ms"]},
        {
            "mixture": [
                {"share": "40 %", "time": "250 ms"},
                {"share": "30 %", "time": {"exponential": "1 s"}},
                {"share": "30 %", "time": {"mixture": [{"share": "100 %", "time": "500 ms"}]}},
            ]
        },
    ]
)
TIME: Final = _CONSTANT | _CONSTANT | _DRAWN
ZERO_OR_TIME: Final = TIME | st.just("0 s")


def sometimes(draw: Draw, key: str, strategy: st.SearchStrategy[Any], one_in: int = 2) -> Data:
    """Under this key what the strategy draws, or nothing."""
    return {key: draw(strategy)} if draw(st.integers(1, one_in)) == one_in else {}


def _shares(draw: Draw, number: int) -> list[str]:
    return {1: ["100 %"], 2: draw(st.sampled_from([["50 %", "50 %"], ["10 %", "90 %"], ["0 %", "100 %"]]))}.get(
        number, ["20 %", "30 %", "50 %"]
    )


# the service

STATION: Final = st.fixed_dictionaries(
    {"servers": st.sampled_from([1, 1, 2, 3])},
    optional={"queue": st.integers(0, 4), "max_wait": st.sampled_from(["250 ms", "300 ms", "1 s", "2 s"])},
)


def service_steps(draw: Draw, stations: list[str], depth: int = 0) -> list[Data]:
    """Steps that hold stations mostly in one order: who waits for each other in a circle waits for ever."""
    found: list[Data] = []
    for _ in range(draw(st.integers(1, 2))):
        kind = draw(st.sampled_from(["use", "use", "hold", "work"] if stations and depth < 3 else ["work"]))
        step: Data = {"work": draw(ZERO_OR_TIME)}
        if kind != "work":
            place = draw(st.integers(0, len(stations) - 1))
            step = {kind: stations[place]}
            if kind == "use":
                step["time"] = draw(ZERO_OR_TIME)
            else:
                in_a_circle = draw(st.integers(1, 20)) == 20
                step["steps"] = service_steps(draw, stations if in_a_circle else stations[place + 1 :], depth + 1)
        found.append(step | sometimes(draw, "times", st.integers(1, 3), 4))
    return found


def service(draw: Draw, features: frozenset[str]) -> Data:
    """Stations and operations; with a log-on where there is that feature."""
    stations = list(STATIONS[: draw(st.integers(1, 4))])
    names = ["x", "y", "z"][: draw(st.integers(1, 3))]
    operations: dict[str, Data] = {name: {"steps": service_steps(draw, stations)} for name in names}
    for operation in operations.values():
        of_api = draw(st.integers(1, 3)) if "log_on" in features else 0
        if of_api > 1:
            operation["api"] = draw(st.sampled_from(["A011", "A008", "A016"]))
        elif draw(st.integers(1, 4)) == 4:
            operation |= {"http": {"path": "/"}, "expect": {"within": draw(st.sampled_from(["500 ms", "1 s"]))}}
    made: Data = {"stations": {name: draw(STATION) for name in stations}, "operations": operations}
    if "log_on" in features:
        operations[LOG_ON] = {"steps": service_steps(draw, stations), "api": "A001"}
        operations["role"] = {"steps": service_steps(draw, stations), "api": "A002"}
        made["log_on"] = [LOG_ON, "role"]
    return made


# people


class Walk:
    """Makes up the steps of one journey, of not too many calls."""

    def __init__(self, draw: Draw, operations: list[str], calls: int) -> None:
        self.draw, self.operations, self.calls = draw, operations, calls
        self.achieved: list[str] = []

    def steps(self, depth: int = 0) -> list[Data]:
        """One to three steps."""
        return [self.step(depth) for _ in range(self.draw(st.integers(1, 3)))]

    def step(self, depth: int) -> Data:
        """One step; deep inside a call or a think."""
        draw = self.draw
        kind = draw(st.sampled_from(["call", "call", "think", "either", "repeat"] if depth < 2 else ["call", "think"]))
        if kind == "either":
            shares = _shares(draw, draw(st.integers(1, 3)))
            return {"either": [{"share": share, "steps": self.steps(depth + 1)} for share in shares]}
        if kind == "repeat":
            return {"repeat": {"times": draw(st.integers(1, 3)), "steps": self.steps(depth + 1)}}
        if kind == "think" or not self.calls:
            return {"think": draw(ZERO_OR_TIME)}
        return self.call(depth)

    def call(self, depth: int) -> Data:
        """A call with whatever a call may be told."""
        draw = self.draw
        self.calls -= 1
        made: Data = {"call": draw(st.sampled_from(self.operations))} | sometimes(draw, "timeout", TIME, 4)
        made |= sometimes(draw, "achieves", st.sampled_from(["done", "seen", "sent"]), 3)
        self.achieved += [made["achieves"]] if "achieves" in made else []
        how = draw(st.sampled_from(["", "optional", "otherwise"]))
        if how == "optional":
            made["optional"] = True
        elif how == "otherwise":
            made["otherwise"] = self.steps(depth + 1)
        return made


def journey(draw: Draw, operations: list[str], log_on: list[str]) -> Data:
    """A journey; some go on for as long as the run does."""
    walk = Walk(draw, operations, 6)
    begin: list[Data] = [{"call": name, "optional": draw(st.booleans())} for name in log_on if draw(st.booleans())]
    steps = [*begin, walk.call(0), *walk.steps()]
    if draw(st.integers(1, 5)) == 5:
        think = {"think": draw(st.sampled_from(["500 ms", "1 s", {"exponential": "1 s"}]))}
        steps = [{"repeat": {"times": "forever", "steps": [*steps, think]}}]
    made: Data = {"steps": steps}
    if draw(st.booleans()) and walk.achieved:
        made |= {"carries": "referral", "delivered_by": draw(st.sampled_from(walk.achieved))}
    return made


def behaviour(draw: Draw, operations: list[str], features: frozenset[str]) -> Data:
    """Patience, retries of every kind, and the precautions that are asked for."""
    made = sometimes(draw, "timeout", TIME)
    made |= sometimes(draw, "patience", TIME | st.sampled_from(["4 s", "2500 ms"]), 3)
    made |= sometimes(draw, "gives_up_to", st.sampled_from(["paper", "later", "nothing"]))
    if draw(st.booleans()):
        jitter = draw(st.sampled_from(["none", "none", "full", "equal", "exponential", "decorrelated"]))
        back_off = {"first": draw(_CONSTANT), "jitter": jitter}
        back_off |= {} if jitter == "decorrelated" else sometimes(draw, "factor", st.sampled_from([1, 2, 1.5]))
        back_off |= sometimes(draw, "longest", st.sampled_from(["2 s", "4 s"]))
        retries = draw(st.sampled_from([1, 2, 5, "unlimited"]))
        made |= {"retries": retries, "back_off": back_off}
        if jitter == "none" and isinstance(timeout := made.get("timeout"), str):  # just over, or not yet
            at_once = duration(timeout) + duration(back_off["first"])
            made |= sometimes(draw, "patience", st.just(f"{at_once:g} s"))
        made |= sometimes(draw, "honours_retry_after", st.just(value=True))
    for name, options in GUARDS.items():
        if name in features and (name != "retry_budget" or "retries" in made):
            made |= sometimes(draw, name, st.sampled_from(options))
    if "hedging" in features:
        after, most = st.sampled_from(["250 ms", "500 ms", "300 ms"]), st.integers(1, 3)
        whose = st.lists(st.sampled_from(operations), max_size=2, unique=True)
        hedging = st.fixed_dictionaries({"after": after, "most": most, "operations": whose})
        made |= sometimes(draw, "hedging", hedging)
    if "comes_back" in features:
        back = {"share": st.just("50 %"), "after": TIME, "times": st.integers(1, 3)}
        made |= sometimes(draw, "comes_back", st.fixed_dictionaries(back))
    return made


_ARRIVALS: Final[list[Callable[[int, int], Any]]] = [  # by the period's begin and end
    lambda begin, end: {"rate": "4 / s", "spacing": "random"},
    lambda begin, end: {"rate": "4 / s", "spacing": "even"},
    lambda begin, end: "1 / s",
    lambda begin, end: {"at_once": 12},
    lambda begin, end: {"curve": {f"{begin} s": "0 / s", f"{begin + 4} s": "8 / s", f"{end} s": "1 / s"}},
    lambda begin, end: {"stepped": {f"{begin} s": "1 / s", f"{begin + 4} s": "5 / s"}},
    lambda begin, end: {"hourly": {"per_day": 10_000, "percent": [100, *[0] * 23]}},
    lambda begin, end: {"storm": {"people": 30, "around": f"{begin + 4} s", "within": "6 s"}},
    lambda begin, end: {"storm": {"people": 20, "around": [f"{begin} s", f"{begin + 9} s"], "within": "4 s"}},
    lambda begin, end: {"storm": {"people": 20, "around": f"{begin + 2} s", "within": "1 s", "shape": "even"}},
    lambda begin, end: {"storm": {"people": 30, "around": f"{begin + 6} s", "within": "9 s", "shape": "front"}},
    lambda begin, end: {"storm": {"people": 30, "around": f"{begin + 6} s", "within": "9 s", "shape": "bell"}},
    lambda begin, end: {"sine": {"mean": "3 / s", "swing": "100 %", "every": "5 s", "highest_at": f"{begin} s"}},
    lambda begin, end: {"renewal": {"gap": "500 ms"}},
    lambda begin, end: {"renewal": {"gap": {"gamma": {"mean": "400 ms", "scv": 3}}}},
]
_WAYS: Final = st.sampled_from(
    ["250 ms", "100 ms", {"there": "250 ms"}, {"back": "500 ms"}, {"there": {"exponential": "200 ms"}, "back": "1 s"}]
)


def population(draw: Draw, features: frozenset[str], begin: int, end: int) -> Data:
    """People who follow the journey and behave as they are told."""
    made: Data = {"arrivals": draw(st.sampled_from(_ARRIVALS))(begin, end)}
    mixed = st.sampled_from([{"two_week_wait": "20 %", "urgent": "30 %", "routine": "50 %"}, {"urgent": "100 %"}])
    made |= sometimes(draw, "priorities", mixed)
    made |= sometimes(draw, "role", st.sampled_from(["clinician", "receptionist", "provider"]))
    return made | (sometimes(draw, "network", _WAYS) if "network" in features else {})
