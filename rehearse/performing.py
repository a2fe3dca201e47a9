"""One run from the command line: begun, its steps done, finished, shown, and the exit status that it comes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import typer

from loadtests.safety.refused import RefusedError
from recordings.run_folder import RunFolder
from recordings.summary import Summary, to_json
from rehearse.exit_status import ExitStatus, of_summary
from rehearse.interruption import interrupt_work
from rehearse.processes import ProcessFailedError
from rehearse.rehearsal import Rehearsal
from rehearse.standard_output import OutputLostError
from rehearse.summary_view import summary_parts
from rehearse.terminal import Terminal
from scenarios.behaviour.standstill import StandstillError
from scenarios.language.reading import frozen_text


def perform(
    scenario: str,
    seed: int | None,
    runs: Path,
    steps: Callable[[Rehearsal], None],
    *,
    as_json: bool,
    for_mock: bool = False,
) -> None:
    """Begin a run, do its steps, and finish it whether or not they all came to their end.

    Raises `typer.Exit` with the run's exit status, `ScenarioError` when the scenario cannot be used, and
    `OutputLostError` when its summary cannot be shown.
    """
    terminal = Terminal()
    text = frozen_text(scenario, for_mock=for_mock)
    interrupt_work()
    try:
        rehearsal = Rehearsal.begin(scenario, text, seed, runs, terminal)
    except OSError as error:
        terminal.note(f"cannot make a run folder in {runs}: {error.strerror or error}")
        raise typer.Exit(ExitStatus.BAD_CONFIGURATION) from None
    status: ExitStatus | None = None
    try:
        steps(rehearsal)
    except KeyboardInterrupt:
        terminal.note("interrupted; what there is goes into the report")
        status = ExitStatus.INTERRUPTED
    except ProcessFailedError as error:
        terminal.note(str(error))
        status = ExitStatus.NO_VERDICT
    except (RefusedError, StandstillError) as error:
        terminal.note(str(error))
        status = ExitStatus.BAD_CONFIGURATION
    if rehearsal.has_something():
        summary = rehearsal.finish(interrupted=status is ExitStatus.INTERRUPTED)
        try:
            show_summary(terminal, rehearsal.folder, summary, as_json=as_json)
        except OutputLostError:
            terminal.note(f"the run is in {rehearsal.folder.path}")
            raise
        status = of_summary(summary) if status is None else status
    raise typer.Exit(ExitStatus.NO_VERDICT if status is None else status)


def show_summary(terminal: Terminal, folder: RunFolder, summary: Summary, *, as_json: bool) -> None:
    """A run's summary for people, or as the JSON that the run folder has."""
    if as_json:
        terminal.json(json.loads(to_json(summary)))
        return
    for part in summary_parts(summary):
        terminal.print(part)
    if folder.report.exists():
        terminal.print(f"Report: {folder.report}")
