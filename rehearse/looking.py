"""The commands that only look: `rehearse list`, `show`, `check` and `schema`. What they need is imported when they run,
as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import typer

from rehearse.commands.options import AsJsonOption, NoLimitsOption, PictureOption, ScenarioArgument, changeable
from rehearse.shown.terminal import Terminal
from scenarios.sources.changes import NO_CHANGES, Changes

_HEADS: Final = {"scenarios": "Scenario", "experiments": "Experiment", "dossiers": "Dossier"}


def list_command(
    what: Annotated[
        Literal["scenarios", "experiments", "dossiers", "faults", "defences"],
        typer.Argument(metavar="scenarios|experiments|dossiers|faults|defences", help="Of what."),
    ] = "scenarios",
    as_json: AsJsonOption = False,
) -> None:
    """List the scenarios, experiments or dossiers of the catalogue, or the kinds of faults or of defences."""
    from rehearse.shown.showing import catalogue_table, kinds_text

    terminal = Terminal()
    if what in _HEADS:
        found = _titles(what)
        if as_json:
            terminal.json([{"name": name, "title": title} for name, title in found.items()])
        else:
            terminal.print(catalogue_table(found, _HEADS[what]))
        return
    from scenarios.descriptions.kinds import kinds_of_defences, kinds_of_faults

    kinds = kinds_of_faults() if what == "faults" else kinds_of_defences()
    if as_json:
        terminal.json(kinds)
    else:
        terminal.print(kinds_text(kinds))


def _titles(what: str) -> dict[str, str]:
    """Of what is in the catalogue, by name."""
    if what == "experiments":
        from experiments.files.catalogue import experiment_titles

        return experiment_titles()
    if what == "dossiers":
        from dossier.notes.catalogue import notes_titles

        return notes_titles()
    from scenarios.sources.source import titles

    return titles()


@changeable
def show_command(
    scenario: ScenarioArgument, changes: Changes, picture: PictureOption = None, as_json: AsJsonOption = False
) -> None:
    """Show what a scenario says: who comes when, what the service is made of, what must hold; and draw it."""
    from rehearse.shown.scenario_view import show_scenario

    show_scenario(scenario, changes, picture, Terminal(), as_json=as_json)


CheckedArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO|EXPERIMENT", help="A catalogue name, or a file: also a *.experiment.yaml.")
]


@changeable
def check_command(
    scenario: CheckedArgument, changes: Changes, no_limits: NoLimitsOption = False, as_json: AsJsonOption = False
) -> None:
    """Check a scenario or an experiment's file: every problem with its file, line and key."""
    from experiments.files.catalogue import is_experiment
    from rehearse.checking import check, check_experiment

    if is_experiment(scenario):
        if changes != NO_CHANGES:
            raise typer.BadParameter(
                "--set, --demand and --variant change a scenario; an experiment's file says its own"
            )
        raise typer.Exit(check_experiment(scenario, limited=not no_limits, as_json=as_json))
    raise typer.Exit(check(scenario, changes, limited=not no_limits, as_json=as_json))


def schema_command(
    of: Annotated[
        str, typer.Argument(metavar="scenario|experiment|summary|dossier", help="Which of the files.")
    ] = "scenario",
) -> None:
    """Print the JSON Schema of a scenario's or an experiment's file, of summary.json or of dossier.json."""
    from dossier.form.dossier import dossier_schema
    from experiments.files.schema import experiment_schema
    from recordings import summary as summaries
    from scenarios.descriptions.schema import json_schema

    schemas: dict[str, Callable[[], dict[str, Any]]] = {
        "scenario": json_schema,
        "experiment": experiment_schema,
        "summary": summaries.summary_schema,
        "dossier": dossier_schema,
    }
    if of not in schemas:
        raise typer.BadParameter(f"{of!r} is none of {', '.join(schemas)}")
    Terminal().json(schemas[of]())
