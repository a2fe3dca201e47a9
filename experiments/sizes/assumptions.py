"""The numbers a scenario assumes that touch a station: how many come and how fast, what their requests take there, how
long they think, wait and hold on. Each can be made larger or smaller by a factor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from experiments.launches.point import Point
from scenarios.language.changing import value_of
from scenarios.text.phrases import several

_DURATION: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?|\.\d+)\s*(us|µs|μs|ms|s|sec|seconds?|min|minutes?|h|hours?|days?)")
_EACH_BY_ITSELF: Final = 3  # operations whose service times are changed apart; more are changed together
_OF_BEHAVIOURS: Final = {"timeout": "time-out", "patience": "patience", "back_off": "back-off"}
Found = tuple[str, Any]  # a key, and what stands there


@dataclass(frozen=True)
class Assumption:
    """Some numbers that are one assumption: what it is in words, and the keys, each with what stands there."""

    words: str
    found: Sequence[Found]

    @property
    def keys(self) -> list[str]:
        """Where it stands in the scenario."""
        return [key for key, _ in self.found]

    def settings(self, factor: Decimal) -> list[str]:
        """The changes that make all of it so many times as large."""
        return [f"{key}={json.dumps(scaled(value, factor))}" for key, value in self.found]


def scaled(value: Any, factor: Decimal) -> Any:
    """A value of a scenario with every duration in it so many times as long, or a bare number so many times as large;
    in a mapping or a list numbers without a unit are no durations and stay."""
    if isinstance(value, int | float):
        return float(Decimal(str(value)) * factor)
    return _lengthened(value, factor)


def assumptions_touching(point: Point, stations: Sequence[str]) -> list[Assumption]:
    """Those of the scenario that touch one of the stations; with none named, every station's."""
    scenario = point.scenario
    wanted = list(stations) or list(scenario.service.stations)
    times = {name: list(_times(point, name, wanted)) for name in scenario.service.operations}
    operations = {name: found for name, found in times.items() if found}
    journeys = {
        name: journey
        for name, journey in scenario.journeys.items()
        if operations.keys() & set(_called(value_of(point.text, f"journeys.{name}.steps")))
    }
    people = [name for name, each in scenario.populations.items() if each.journey in journeys]
    return [
        Assumption("how many people come", [("demand", scenario.demand)]),
        *_service_times(operations),
        *_how_fast_people_come(point, people),
        *_of_behaviours(point, people),
        *_think_times(point, list(journeys)),
    ]


def _service_times(operations: dict[str, list[Found]]) -> Iterator[Assumption]:
    if len(operations) > _EACH_BY_ITSELF:
        together = [each for found in operations.values() for each in found]
        yield Assumption(f"the service times of {several(len(operations), 'operation')} there", together)
        return
    for name, found in operations.items():
        yield Assumption(f"the service time of {name}", found)


def _how_fast_people_come(point: Point, people: Sequence[str]) -> Iterator[Assumption]:
    for name in people:
        key = f"populations.{name}.arrivals.storm.within"
        if value := value_of(point.text, key):
            yield Assumption(f"within what time {name} come", [(key, value)])


def _of_behaviours(point: Point, people: Sequence[str]) -> Iterator[Assumption]:
    behaviours = dict.fromkeys(point.scenario.populations[name].behaviour for name in people)
    for name in filter(None, behaviours):
        for part, words in _OF_BEHAVIOURS.items():
            key = f"behaviours.{name}.{part}"
            value = value_of(point.text, key)
            if value is not None and scaled(value, Decimal(2)) != value:
                yield Assumption(f"the {words} of {name}", [(key, value)])


def _think_times(point: Point, journeys: Sequence[str]) -> Iterator[Assumption]:
    found = [
        each
        for name in journeys
        for each in _at_keys(value_of(point.text, f"journeys.{name}.steps"), f"journeys.{name}.steps", "think")
    ]
    if found:
        yield Assumption("the think times", found)


def _times(point: Point, operation: str, stations: Sequence[str]) -> Iterator[Found]:
    """What an operation's requests take of these stations: the work there, and all that is done while they hold one."""
    key = f"service.operations.{operation}.steps"
    yield from _times_of(value_of(point.text, key), key, stations, is_held=False)


def _times_of(steps: Any, key: str, stations: Sequence[str], *, is_held: bool) -> Iterator[Found]:
    for number, step in enumerate(steps or []):
        here = f"{key}[{number}]"
        if "work" in step and is_held:
            yield f"{here}.work", step["work"]
        if "time" in step and (is_held or step.get("use") in stations):
            yield f"{here}.time", step["time"]
        yield from _times_of(
            step.get("steps"), f"{here}.steps", stations, is_held=is_held or step.get("hold") in stations
        )


def _at_keys(data: Any, key: str, wanted: str) -> Iterator[Found]:
    """Everything that stands under a name, however deep."""
    if isinstance(data, list):
        for number, each in enumerate(data):
            yield from _at_keys(each, f"{key}[{number}]", wanted)
    elif isinstance(data, dict):
        for name, each in data.items():
            if name == wanted:
                yield f"{key}.{name}", each
            else:
                yield from _at_keys(each, f"{key}.{name}", wanted)


def _called(steps: Any) -> Iterator[str]:
    yield from (str(name) for _, name in _at_keys(steps, "", "call"))


def _lengthened(value: Any, factor: Decimal) -> Any:
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return f"{(Decimal(match[1].replace(',', '')) * factor).normalize():f} {match[2]}"
    if isinstance(value, dict) and "file" not in value:
        return {key: _lengthened(each, factor) for key, each in value.items()}
    return [_lengthened(each, factor) for each in value] if isinstance(value, list) else value
