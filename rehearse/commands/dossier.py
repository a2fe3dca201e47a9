"""`rehearse dossier`. What it needs is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from rehearse.commands.options import AsJsonOption, EngineOption, ProcessesOption, RunsOption

FoldersArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="RUN…",
        help="Run folders, that of the launch that is decided about first; without any the notes' `evidence` is made.",
    ),
]
AnswersOption = Annotated[
    list[Path] | None,
    typer.Option("--experiment", metavar="FOLDER", help="The answer of headroom or compare; repeatable."),
]
NotesOption = Annotated[
    Path | None,
    typer.Option(
        "--notes", metavar="FILE", help="Owners, dates, prices, conditions: a file's path, or a catalogue name."
    ),
]
DossierFolderOption = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Where it is written; else a new folder below runs.")
]
SinceOption = Annotated[
    Path | None,
    typer.Option("--since", metavar="FOLDER", help="The last dossier, or its dossier.json: what changed since it."),
]
OnOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day of which it speaks; today without it."),
]


def dossier_command(
    folders: FoldersArgument = None,
    experiment: AnswersOption = None,
    notes: NotesOption = None,
    out: DossierFolderOption = None,
    on: OnOption = None,
    since: SinceOption = None,
    processes: ProcessesOption = None,
    engine: EngineOption = "auto",
    runs: RunsOption = Path("runs"),
    as_json: AsJsonOption = False,
) -> None:
    """Make the readiness dossier of runs and experiments: one page for a decision, each figure with its source."""
    from rehearse.asking.dossier import AskedDossier

    today = on.date() if on is not None else date.today()
    asked = AskedDossier(folders or [], experiment or [], notes, out, today, runs, processes, engine, as_json, since)
    raise typer.Exit(asked.make())
