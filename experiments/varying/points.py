"""Points made of another by settings."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.launches.point import Point
from scenarios.language.changing import changed_text
from scenarios.sources.problems import ScenarioError


def changed_point(point: Point, settings: Sequence[str], name: str = "") -> Point:
    """The point with these settings (`KEY=VALUE`) laid over it; without a `name` of its own they are its name. Raises
    `ScenarioError`."""
    if not settings:
        return point
    text = changed_text(point.text, settings, point.name or "scenario.yaml")
    return Point(text, name or ", ".join(settings), (*point.settings, *settings))


def accepts(point: Point, setting: str) -> bool:
    """Whether the point's scenario takes a setting."""
    try:
        changed_text(point.text, [setting], point.name or "scenario.yaml")
    except ScenarioError:
        return False
    return True
