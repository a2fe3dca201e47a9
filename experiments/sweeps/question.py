"""The question of a sweep: what depends on what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from experiments.answers.answer import Answer, Cell, Column, Table
from experiments.launches.figure_names import figure_names
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point
from experiments.sweeps.answer import sweep_answer
from experiments.sweeps.refining import Coordinates, GridAxis
from experiments.sweeps.swept import Swept, sweep_over
from experiments.sweeps.values import SweepValues
from experiments.varying.points import changed_point
from experiments.varying.varied import VaryError
from readiness.wording.figures import count
from scenarios.text.nearest import unknown_name

KIND: Final = "sweep"


def sweep_question(values: SweepValues) -> Callable[[Launches, Point], Answer]:
    """The question that asks for these values. Raises `VaryError`, and `ScenarioError` where a point is no scenario."""
    return lambda launches, point: sweep_answer(swept(values, launches, point), point)


def swept(values: SweepValues, launches: Launches, point: Point) -> Swept:
    """Carry the sweep out. Raises `VaryError` and `ScenarioError`."""
    axes = [GridAxis(each, values.coarse, values.refine) for each in values.ranges(point)]
    _check_figures(values.figure, launches, point)

    def simulate(wanted: Sequence[Coordinates]) -> list[tuple[Point, Sequence[LaunchOutcome]]]:
        points = [
            changed_point(point, [axis.setting(at) for axis, at in zip(axes, coordinates, strict=True)])
            for coordinates in wanted
        ]
        return list(zip(points, launches.of_each(points, values.launches), strict=True))

    return sweep_over(axes, values.measures(point.scenario), simulate, values.launches)


def figures_question(launches: Launches, point: Point) -> Answer:
    """Which figures a launch has, with the values of one launch."""
    found = launches.of(point, 1)[0].figures()
    columns = [Column("figure", "Figure", is_words=True), Column("value", "In launch 0")]
    rows = [[Cell(path, path), Cell(value, count(value))] for path, value in found.items()]
    return Answer(
        kind=KIND,
        title=point.scenario.title,
        sentences=[f"A launch has {len(found):,} figures; --figure takes any of them by its path."],
        status="answered",
        basis="One launch, simulated to see which there are.",
        tables=[Table("figures", "Figures", columns, rows)],
        data={"figures": found},
    )


def _check_figures(asked: Sequence[str], launches: Launches, point: Point) -> None:
    """Raises `VaryError` for a figure that a launch of the scenario has not, of those that the scenario alone does not
    tell."""
    if not (untold := [path for path in asked if path not in figure_names(point).known]):
        return
    known = launches.of(point, 1)[0].figures()
    for path in untold:
        if path not in known:
            raise VaryError(f"--figure: {unknown_name(path, known)}; --figures lists them all")
