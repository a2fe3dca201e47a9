"""Points made of others by settings."""

from __future__ import annotations

from decimal import Decimal

from experiments.launches.point import Point
from experiments.varying.points import changed_point
from experiments.varying.varied import Varied
from experiments.varying.written import wrong_ranges
from scenarios.language.reading import frozen_text, read_text


def test_a_changed_point_is_the_scenario_that_its_text_says() -> None:
    point = Point(frozen_text("retry-storm"), "retry-storm")
    found = changed_point(point, ["demand=0.5", "faults.the workers are gone.for=3 s"])
    again = Point(found.text)
    assert found.scenario == again.scenario == read_text(found.text)
    assert found.content == again.content != point.content
    assert found.name == "demand=0.5, faults.the workers are gone.for=3 s"


def test_a_grid_has_both_ends_as_they_are_written() -> None:
    """0.5 is far less than what is rounded away of values up to 1,000, and demand is never 0."""
    demand = Varied("demand", Decimal("0.5"), Decimal(1000))
    assert [demand.grid(2), demand.grid(3)] == [[Decimal("0.5"), 1000], [Decimal("0.5"), 500, 1000]]


def test_a_range_that_another_key_no_longer_fits_is_told_at_that_key() -> None:
    lost = "faults.the workers are gone.servers_lost"
    point = changed_point(Point(frozen_text("retry-storm")), [f"{lost}.share=null", f"{lost}.servers=3"])
    ((_, said),) = wrong_ranges(point, ["service.stations.search workers.servers=2..30"])
    assert said == f"{lost}.servers: found 3; the station has 2 servers"
