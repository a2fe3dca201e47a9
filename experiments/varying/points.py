"""Points made of another by settings: those of the language, and `faults.NAME.for`, how long a fault lasts."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.launches.point import Point
from experiments.varying.lengths import as_written
from scenarios.language.changing import changed_whole
from scenarios.sources.problems import ScenarioError


def changed_point(point: Point, settings: Sequence[str], name: str = "") -> Point:
    """The point with these settings (`KEY=VALUE`) laid over it; without a `name` of its own they are its name. Raises
    `ScenarioError`."""
    if not settings:
        return point
    said = [as_written(point, setting) for setting in settings]
    text, scenario = changed_whole(point.text, said, point.name or "scenario.yaml")
    found = Point(text, name or ", ".join(settings), (*point.settings, *settings))
    vars(found)["scenario"] = scenario  # known already: to parse the text again takes longer than all the rest
    return found


def accepts(point: Point, setting: str) -> bool:
    """Whether the point's scenario takes a setting."""
    try:
        changed_point(point, [setting])
    except ScenarioError:
        return False
    return True
