"""Which figures a launch of a scenario may have, known before anything is launched: those of the summary of a launch in
which nothing happened, whatever they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from experiments.launches.outcome import figures_by_name
from experiments.launches.point import Point
from readiness.judging.phases import simulated_phase
from recordings.axes import RecordingSpan, form_of
from recordings.recording import Recording
from scenarios.behaviour.steps import WORDS


@dataclass(frozen=True)
class FigureNames:
    """The paths of figures that are `known` by the scenario alone, and the `places` below which only a launch tells
    them, such as what each channel cost."""

    known: frozenset[str]
    places: frozenset[str]

    def may_be(self, path: str) -> bool:
        """Whether a launch may have a figure of that path."""
        return path in self.known or any(path.startswith(f"{place}.") for place in self.places)


@lru_cache(maxsize=8)
def figure_names(point: Point) -> FigureNames:
    """The figures that launches of a point may have."""
    scenario = point.scenario
    whole = RecordingSpan(scenario.period, scenario.drain, scenario.window_s)
    nothing = replace(Recording.blank(form_of(scenario, whole, WORDS)), launches=1)
    found = dict(_values(figures_by_name(simulated_phase(nothing, scenario, "")), ""))
    places = frozenset(path for path, value in found.items() if value is None or isinstance(value, dict))
    return FigureNames(frozenset(path for path, value in found.items() if not isinstance(value, dict)), places)


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Numbers, what has no value, and mappings without keys, in nested mappings."""
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from _values(part, f"{path}.{key}" if path else key)
    elif isinstance(value, int | float | dict | None) and not isinstance(value, bool):
        yield path, value
