"""The commands about finished runs: `rehearse report` and `rehearse export`.

What they need to do their work is imported when they run, as in `rehearse.cli`.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehearse.commands.options import AsJsonOption


def _exportable(given: list[str] | None) -> list[str] | None:
    if given:
        from rehearse.running.exporting import Wanted  # loads NumPy

        try:
            Wanted.of(given)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return given


ExportOption = Annotated[
    list[str] | None,
    typer.Option(
        "--export",
        metavar="KIND=PLACE",
        callback=_exportable,
        help="At the end: junit=FILE, csv=FOLDER, markdown=FILE or github; repeatable.",
    ),
]


def report_command(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    as_json: AsJsonOption = False,
) -> None:
    """Make the report of a run anew and show its verdict."""
    from recordings.run_folder import RunFolder
    from rehearse.remaking import report_anew
    from rehearse.shown.terminal import Terminal

    raise typer.Exit(report_anew(RunFolder(folder), Terminal(), as_json=as_json))


def export_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JUnit XML: a test case an objective; - is standard output.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FOLDER", help="A CSV file a table of the summary.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A summary for a pull request; - is standard output.")
    ] = None,
    github: Annotated[bool, typer.Option("--github", help="Print annotations of GitHub Actions.")] = False,
) -> None:
    """Export a finished run for a pipeline, a spreadsheet or a pull request."""
    from recordings.run_folder import RunFolder
    from rehearse.running.exporting import Wanted, export_run

    asked = {"junit": junit, "csv": csv, "markdown": markdown}
    texts = [f"{kind}={path}" for kind, path in asked.items() if path is not None] + ["github"] * github
    if not texts:
        raise typer.BadParameter("give at least one of --junit, --csv, --markdown and --github")
    raise typer.Exit(export_run(Wanted.of(texts), RunFolder(run)))
