"""Points made of another by settings."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.launches.point import Point
from scenarios.language.changing import changed_text, changed_whole
from scenarios.sources.problems import ScenarioError


def changed_point(point: Point, settings: Sequence[str], name: str = "") -> Point:
    """The point with these settings (`KEY=VALUE`) laid over it; without a `name` of its own they are its name. Raises
    `ScenarioError`."""
    if not settings:
        return point
    text, scenario = changed_whole(point.text, settings, point.name or "scenario.yaml")
    found = Point(text, name or ", ".join(settings), (*point.settings, *settings))
    vars(found)["scenario"] = scenario  # known already: to parse the text again takes longer than all the rest
    return found


def accepts(point: Point, setting: str) -> bool:
    """Whether the point's scenario takes a setting."""
    try:
        changed_text(point.text, [setting], point.name or "scenario.yaml")
    except ScenarioError:
        return False
    return True
