"""Points made of others by settings."""

from __future__ import annotations

from experiments.launches.point import Point
from experiments.varying.points import changed_point
from scenarios.language.reading import frozen_text, read_text


def test_a_changed_point_is_the_scenario_that_its_text_says() -> None:
    point = Point(frozen_text("retry-storm"), "retry-storm")
    found = changed_point(point, ["demand=0.5", "faults.the workers are gone.for=3 s"])
    again = Point(found.text)
    assert found.scenario == again.scenario == read_text(found.text)
    assert found.content == again.content != point.content
    assert found.name == "demand=0.5, faults.the workers are gone.for=3 s"
