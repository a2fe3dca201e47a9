"""`rehearse dossier`. What it needs is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

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


def _printable(pdf: bool) -> bool:
    if pdf:
        from dossier.page.pdf import NO_PDF, can_print

        if not can_print():
            raise typer.BadParameter(NO_PDF)
    return pdf


PdfOption = Annotated[
    bool, typer.Option("--pdf", callback=_printable, help="Write dossier.pdf, too (needs the extra `pdf`).")
]
AudienceOption = Annotated[
    Literal["everybody", "board", "qa", "architect"],
    typer.Option("--for", help="Which lines come first, and how much stands behind them; never other facts."),
]


def dossier_command(
    folders: FoldersArgument = None,
    experiment: AnswersOption = None,
    notes: NotesOption = None,
    out: DossierFolderOption = None,
    on: OnOption = None,
    since: SinceOption = None,
    audience: AudienceOption = "everybody",
    pdf: PdfOption = False,
    processes: ProcessesOption = None,
    engine: EngineOption = "auto",
    runs: RunsOption = Path("runs"),
    as_json: AsJsonOption = False,
) -> None:
    """Make the readiness dossier of runs and experiments: one page for a decision, each figure with its source."""
    from rehearse.asking.dossier import AskedDossier, DossierForm

    today = on.date() if on is not None else date.today()
    form = DossierForm(out, audience, as_pdf=pdf, as_json=as_json)
    asked = AskedDossier(folders or [], experiment or [], notes, form, today, runs, processes, engine, since)
    raise typer.Exit(asked.make())
