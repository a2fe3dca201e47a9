"""Which figures a launch has is known before one is simulated, and a reason for which nothing failed is 0."""

from __future__ import annotations

import pytest

from experiments.launches.figure_names import figure_names
from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from experiments.sweeps.measures import FigureMean
from tests.fixtures.experiments.till import TILL

FULL = TILL.replace("servers: 2", "servers: 1, queue: 0")


def launches() -> Launches:
    return Launches(7, performer=Processes(1), engine="simpy")


@pytest.mark.parametrize("text", [TILL, FULL], ids=["nobody is turned away", "many are"])
def test_every_figure_of_a_launch_is_known_before(text: str) -> None:
    names = figure_names(Point(text))
    figures = launches().of(Point(text), 1)[0].figures()
    assert set(figures) <= names.known
    assert {"operations.buy.failed.busy", "sessions.people.makespan_s"} <= set(names.known)
    assert not names.may_be("operations.by.failed.busy") and not names.may_be("NONSENSE")


def test_where_nothing_failed_the_mean_is_nought_and_not_unknown() -> None:
    refused = FigureMean("x", "operations.buy.failed.busy")
    quiet, full = (
        refused.estimate(point.scenario, launches().of(point, 4)) for text in (TILL, FULL) for point in [Point(text)]
    )
    assert (quiet.value, quiet.launches) == (0.0, 4)
    assert full.value is not None and full.value > 1
