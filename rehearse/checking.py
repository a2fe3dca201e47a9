"""`rehearse check`: what is wrong with a scenario or an experiment, and what may not be what was meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rehearse.ending.exit_status import ExitStatus
from rehearse.shown.terminal import Terminal
from scenarios.language.reading import read_placed
from scenarios.limits.checked import checked, wrong_variants
from scenarios.limits.warnings import warnings_of
from scenarios.protocol.visible_text import visible_line
from scenarios.sources.catalogue import find
from scenarios.sources.changes import NO_CHANGES, Changes
from scenarios.sources.problems import Problem, ScenarioError


def check(scenario: str, changes: Changes = NO_CHANGES, *, limited: bool, as_json: bool) -> ExitStatus:
    """Print every problem and warning of a scenario with these changes, and every problem of its variants; the exit
    status is bad only where there is a problem."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    try:
        placed = read_placed(scenario, changes)
        checked(placed, limited=limited)
        warnings, problems = warnings_of(placed), wrong_variants(placed, limited=limited)
    except ScenarioError as error:
        problems = error.problems
    return _show(problems, warnings, lambda: find(scenario), as_json=as_json)


def check_experiment(experiment: str, *, limited: bool, as_json: bool) -> ExitStatus:
    """The same of an experiment's file, as `rehearse experiment` would say it; nothing is launched."""
    from experiments.files.catalogue import find_experiment  # noqa: PLC0415
    from experiments.files.checking import experiment_problems  # noqa: PLC0415  # loads what simulates

    problems = experiment_problems(experiment, limited=limited)
    return _show(problems, [], lambda: find_experiment(experiment), as_json=as_json)


def _show(
    problems: Sequence[Problem], warnings: Sequence[Problem], where: Callable[[], Path], *, as_json: bool
) -> ExitStatus:
    """Print them; `where` gives the file, which is there if there is no problem."""
    terminal = Terminal()
    if as_json:
        entries = [("problem", one) for one in problems] + [("warning", one) for one in warnings]
        terminal.json([vars(one) | {"severity": severity} for severity, one in entries])
    else:
        lines = [str(one) for one in problems] or [f"{one} (a warning)" for one in warnings]
        for line in lines or [f"{where()}: no problems"]:
            terminal.print(visible_line(line))
    return ExitStatus.BAD_CONFIGURATION if problems else ExitStatus.OBJECTIVES_MET
