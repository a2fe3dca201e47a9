"""The command `rehearse experiment`. What it needs to do its work is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from typing import Annotated, Any

import typer

from rehearse.commands.inquiring import inquiry_of, simulating

ExperimentArgument = Annotated[
    str, typer.Argument(metavar="EXPERIMENT", help="A catalogue name (`rehearse list experiments`) or a file's path.")
]


@simulating
def experiment_command(experiment: ExperimentArgument, how: dict[str, Any]) -> None:
    """Ask what an experiment's file asks, just as the command of its question would."""
    from experiments.files.reading import read_experiment
    from rehearse.asking.by_values import ask_experiment

    placed = read_experiment(experiment)
    how["seed"] = placed.says.seed if how["seed"] is None else how["seed"]
    inquiry = placed.reading(lambda: inquiry_of(placed.says.question, placed.scenario, placed.changes, **how))
    raise typer.Exit(ask_experiment(inquiry, placed))
