"""The metastability map of the catalogue against theory: above 300 / (1 + retries) requests a second a long outage of
the retry storm is never over, below it is (Bronson and others, HotOS 2021; `tests/theory/test_retry_storm.py`)."""

from __future__ import annotations

import pytest

from experiments.files.reading import read_experiment
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from experiments.sweeps.question import swept
from experiments.sweeps.swept import Edge, Swept
from experiments.sweeps.values import SweepValues
from experiments.varying.points import changed_point
from scenarios.language.reading import frozen_text

CAPACITY, OFFERED = 300.0, 280.0  # requests a second that are served at most, and that come at demand 1
TOLERANCE = 0.06  # of the edge: half a step of the grid, and storms near it that outlast the recording
MAP = "metastability-map"


def storm(retries: int, *more: str) -> Point:
    """The experiment's scenario with so many retries."""
    point = Point(frozen_text(read_experiment(MAP).scenario))
    return changed_point(point, [f"behaviours.impatient.retries={retries}", *more])


def carried_out(values: SweepValues, point: Point, processes: int = 1) -> Swept:
    return swept(values, Launches(point.scenario.seed, KeptOutcomes(None), Processes(processes)), point)


def demand_at(swept: Swept, edge: Edge) -> float:
    """In the middle between the last demand that recovers and the first that does not."""
    return (swept.axes[0].place(edge.low) + swept.axes[0].place(edge.high)) / 2


@pytest.mark.parametrize("retries", [1, 2])
def test_the_edge_of_a_long_outage_is_that_of_theory(retries: int) -> None:
    """At reduced size: a third of the service and of those who come, one length of the outage, a shorter recording."""
    reduced = (
        "service.stations.search workers.servers=10",
        f"populations.practices.arrivals={OFFERED / 3} / s",
        "period=0 s to 160 s",
        "objectives.searches are answered afterwards.during=50 s to 160 s",
        "faults.the workers are gone.for=3 s",
    )
    wanted = {"vary": "demand=0.22..0.7", "never_recovers": "the workers are gone", "launches": 4, "points": 5}
    values = SweepValues.model_validate(wanted)
    found = carried_out(values, storm(retries, *reduced))
    (edge,) = found.edges()
    assert edge.rises
    assert demand_at(found, edge) == pytest.approx(CAPACITY / (1 + retries) / OFFERED, rel=TOLERANCE)


@pytest.mark.long
@pytest.mark.parametrize("retries", [1, 2])
def test_the_whole_map_has_the_edge_of_theory_at_every_long_outage(retries: int) -> None:
    """A short outage is survived at any load. From three seconds on the load decides alone."""
    values = read_experiment(MAP).values
    assert isinstance(values, SweepValues)
    wanted = values if retries == 1 else values.model_copy(update={"vary": ["demand=0.2..0.9", *values.vary[1:]]})
    found = carried_out(wanted, storm(retries), processes=2)
    lengths = found.axes[1]
    edges = found.edges()
    assert min(lengths.place(edge.row[1]) for edge in edges) > 0.5
    long_ones = [edge for edge in edges if lengths.place(edge.row[1]) >= 3]
    assert {lengths.place(edge.row[1]) for edge in long_ones} >= {3.5, 4.5}
    for edge in long_ones:
        assert edge.rises
        assert demand_at(found, edge) == pytest.approx(CAPACITY / (1 + retries) / OFFERED, rel=TOLERANCE)
