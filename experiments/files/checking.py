"""An experiment's file, looked at from its first key to its furthest point: all that can be wrong before anything is
launched."""

from __future__ import annotations

from experiments.files.reading import read_experiment
from experiments.launches.point import Point
from scenarios.language.reading import frozen_text
from scenarios.limits.checked import read_checked
from scenarios.sources.problems import Problem, ScenarioError


def experiment_problems(name: str, *, limited: bool = True) -> list[Problem]:
    """What is wrong with the experiment of that catalogue name or file, as `rehearse experiment` would say it; launches
    that are too large are a problem where they are `limited`."""
    try:
        placed = read_experiment(name)
        placed.reading(lambda: read_checked(placed.scenario, placed.changes, limited=limited, simulated=True))
        text = placed.reading(lambda: frozen_text(placed.scenario, changes=placed.changes))
        placed.question(Point(text, placed.scenario), limited=limited)
    except ScenarioError as error:
        return error.problems
    return []
