"""The commands about finished runs: `rehearse report`, `compare` and `export`.

What they need to do their work is imported when they run, as in `rehearse.cli`.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from rehearse.commands.options import AsJsonOption
from scenarios.quantities.units import UnitError, share

_WITH: Final = "--with"


class GroupedCommand(TyperCommand):
    """A command whose option `--with` takes everything up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """`--with B1 B2` as `--with B1 --with B2`."""
        words, is_within = [], False
        for word in args:
            if is_within and not word.startswith("-"):
                words += [_WITH, word]
                continue
            is_within = word == _WITH
            words += [] if is_within else [word]
        return super().parse_args(ctx, [*words, *([_WITH] if args[-1:] == [_WITH] else [])])


def _share(text: str | None) -> str | None:
    try:
        if text is not None:
            share(text)
    except UnitError as error:
        raise typer.BadParameter(str(error)) from None
    return text


def _exportable(given: list[str] | None) -> list[str] | None:
    if given:
        from rehearse.exporting import Wanted  # loads NumPy

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


def compare_command(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders: the first group, or two runs.")],
    second: Annotated[
        list[Path] | None, typer.Option(_WITH, metavar="RUN...", help="The second group: the release in question.")
    ] = None,
    at_most: Annotated[
        str | None,
        typer.Option(callback=_share, metavar="SHARE", help="How much worse it may be, such as `5 %`; to be shown."),
    ] = None,
    share_at_most: Annotated[
        str, typer.Option(callback=_share, metavar="SHARE", help="The same of shares, in points; with --at-most.")
    ] = "1 %",
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Compare only this operation or objective; repeatable.")
    ] = None,
    invalid_runs: Annotated[
        bool, typer.Option("--invalid-runs", help="Take runs that are invalid or did not come to their end, too.")
    ] = False,
    different_scenarios: Annotated[
        bool, typer.Option("--different-scenarios", help="Take runs of different scenarios, too.")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--as-markdown", help="Print Markdown for a pull request.")] = False,
    as_json: AsJsonOption = False,
) -> None:
    """Compare measured runs: is the second group slower, by how much, and how sure is that?"""
    from rehearse.comparing import compare_and_show

    if not second and len(runs) != 2:
        raise typer.BadParameter("give two runs, or two groups: rehearse compare A1 A2 A3 --with B1 B2 B3")
    status = compare_and_show(
        (runs, second) if second else (runs[:1], runs[1:]),
        (at_most, share_at_most),
        only or [],
        "json" if as_json else "markdown" if as_markdown else "text",
        invalid_runs=invalid_runs,
        different_scenarios=different_scenarios,
    )
    raise typer.Exit(status)


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
    from rehearse.exporting import Wanted, export_run

    asked = {"junit": junit, "csv": csv, "markdown": markdown}
    texts = [f"{kind}={path}" for kind, path in asked.items() if path is not None] + ["github"] * github
    if not texts:
        raise typer.BadParameter("give at least one of --junit, --csv, --markdown and --github")
    raise typer.Exit(export_run(Wanted.of(texts), RunFolder(run)))
