"""One run from the command line: begun, its steps done, finished, shown, and the exit status that it comes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from loadtests.safety.refused import RefusedError
from recordings.run_folder import RunFolder
from recordings.summary import Summary, to_json
from rehearse.children.processes import ProcessFailedError
from rehearse.ending.exit_status import ExitStatus, of_summary
from rehearse.ending.failing import disk_trouble, no_run_folder, tell_failure
from rehearse.running.exporting import STANDARD_OUTPUT, Wanted, export, export_failure
from rehearse.running.made import engine_of_run
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.interruption import interrupt_work
from rehearse.shown.standard_output import OutputLostError
from rehearse.shown.summary_view import summary_parts
from rehearse.shown.terminal import Terminal
from scenarios.behaviour.standstill import StandstillError
from scenarios.language.reading import frozen_text, read_text
from scenarios.measured.python_files import JourneyFaultError
from scenarios.sources.changes import Changes
from simulations.engines import EngineChoice


def perform(
    scenario: str,
    changes: Changes,
    seed: int | None,
    runs: Path,
    steps: Callable[[Rehearsal], None],
    exports: Sequence[str] | None = None,
    engine: EngineChoice = "auto",
    *,
    as_json: bool,
    for_mock: bool = False,
    launches: int | None = None,
) -> None:
    """Begin a run of a scenario with these changes, do its steps, and finish it whether or not they all came to their
    end. `exports` are made of it in the end, as `--export` says them; `engine` is by which it is to be simulated, and
    `launches` how many will be (as many as the scenario says, when None).

    Raises `typer.Exit` with the run's exit status, `ScenarioError` when the scenario cannot be used, and
    `OutputLostError` when its summary cannot be shown.
    """
    terminal = Terminal()
    text = frozen_text(scenario, changes=changes, for_mock=for_mock)
    interrupt_work()
    wanted = Wanted.of(exports or ())
    if as_json and STANDARD_OUTPUT in wanted.files.values():
        raise typer.BadParameter("with --json standard output holds the JSON; give --export a file")
    try:
        wanted.check()
    except OSError as error:
        tell_failure(terminal, ExitStatus.BAD_CONFIGURATION, export_failure(error), as_json=as_json)
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    engine_of_run(read_text(text, scenario), engine, launches)  # refused before there is a run folder
    try:
        rehearsal = Rehearsal.begin(scenario, text, seed, runs, terminal, engine, launches)
    except OSError as error:
        tell_failure(terminal, ExitStatus.BAD_CONFIGURATION, no_run_folder(runs, error), as_json=as_json)
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    rehearsal.say_engine()
    raise typer.Exit(finished(rehearsal, steps, wanted, as_json=as_json))


def finished(
    rehearsal: Rehearsal, steps: Callable[[Rehearsal], None], wanted: Wanted | None = None, *, as_json: bool
) -> ExitStatus:
    """Do a run's steps, finish it with whatever there is then, show it and make the `wanted` exports of it: the exit
    status that it comes to.

    Raises `OutputLostError` when its summary cannot be shown.
    """
    terminal, status = rehearsal.terminal, done(rehearsal, steps, as_json=as_json)
    if rehearsal.has_something():
        summary = rehearsal.finish(interrupted=status is ExitStatus.INTERRUPTED or rehearsal.is_interrupted)
        try:
            show_summary(terminal, rehearsal.folder, summary, as_json=as_json)
        except OutputLostError:
            terminal.note(f"the run is in {rehearsal.folder.path}")
            raise
        status = of_summary(summary) if status is None else status
        try:
            export(wanted or Wanted(), rehearsal.folder, summary, terminal, as_json=as_json)
        except (OSError, ValueError) as error:
            terminal.note(f"{export_failure(error)}; the run is in {rehearsal.folder.path}")
            status = ExitStatus.OUTPUT_LOST
    return ExitStatus.NO_VERDICT if status is None else status


def done(rehearsal: Rehearsal, steps: Callable[[Rehearsal], None], *, as_json: bool) -> ExitStatus | None:
    """Do a run's steps: the exit status of what hindered them, which is told; None when all came to their end."""
    try:
        steps(rehearsal)
    except KeyboardInterrupt:
        failed, status = "interrupted; what there is goes into the report", ExitStatus.INTERRUPTED
    except ProcessFailedError as error:
        failed, status = str(error), ExitStatus.NO_VERDICT
    except (RefusedError, StandstillError, JourneyFaultError) as error:
        failed, status = str(error), ExitStatus.BAD_CONFIGURATION
    except OSError as error:
        if (words := disk_trouble(error, rehearsal.folder.path)) is None:
            raise
        failed, status = words, ExitStatus.OUTPUT_LOST
    else:
        return None
    tell_failure(rehearsal.terminal, status, failed, as_json=as_json and not rehearsal.has_something())
    return status


def show_summary(terminal: Terminal, folder: RunFolder, summary: Summary, *, as_json: bool) -> None:
    """A run's summary for people, or as the JSON that the run folder has."""
    if as_json:
        terminal.json(json.loads(to_json(summary)))
        return
    for part in summary_parts(summary):
        terminal.print(part)
    if folder.report.exists():
        terminal.print(f"Report: {folder.report}")
