"""`rehearse import`: scenarios from what is there already: an OpenAPI document, a HAR file, a log, arrivals."""

# ruff: noqa: PLC0415
from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from rehearse.shown.terminal import Terminal
from scenarios.protocol.visible_text import visible_line
from scenarios.sources.problems import Problem, ScenarioError

import_app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")

T = TypeVar("T")
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="What to import; packed by gzip, too.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="PATH", help="Where the scenario goes; without it standard output.")
]
CompressOption = Annotated[
    float, typer.Option("--compress", metavar="FACTOR", min=0.001, max=1e6, help="Time passes so many times as fast.")
]
NoStaticOption = Annotated[
    bool, typer.Option("--no-static", help="Leave out scripts, styles, pictures and fonts, which a browser fetches.")
]


@import_app.callback()
def import_group() -> None:
    """Make a scenario of an OpenAPI document, a HAR file, an access log or recorded arrivals."""


@import_app.command("log", epilog="Example: `rehearse import log access.log --no-static --out shop.yaml`")
def import_log(
    file: FileArgument,
    out: OutOption = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="FIELD=NAME", help="What JSON lines call a field, such as time=ts."),
    ] = None,
    gap: Annotated[
        str, typer.Option("--gap", metavar="DURATION", help="A longer pause of a client begins another session.")
    ] = "30 min",
    paths: Annotated[
        int, typer.Option("--paths", min=1, max=200, help="How many of the commonest paths are written out.")
    ] = 10,
    operations: Annotated[
        int, typer.Option("--operations", min=1, max=1000, help="How many operations there are at most.")
    ] = 60,
    no_static: NoStaticOption = False,
    compress: CompressOption = 1.0,
) -> None:
    """The sessions of an access log (nginx, Apache, JSON lines): their curve, their mix and their think times."""
    from scenarios.imported.access_log import LogWishes
    from scenarios.imported.log_files import draft_of_log
    from scenarios.quantities.units import UnitError, duration

    try:
        gap_s = duration(gap)
    except UnitError as error:
        raise typer.BadParameter(str(error), param_hint="--gap") from None
    wishes = LogWishes(paths, operations, compress)
    draft = _made(file, lambda: draft_of_log(file, gap_s, _fields(field or []), wishes, without_static=no_static))
    write_scenario(draft.data(), file, out)


@import_app.command("openapi", epilog="Example: `rehearse import openapi shop.yaml --tag basket --out basket.yaml`")
def import_openapi(
    file: FileArgument,
    out: OutOption = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="TAG", help="Operations with this tag alone; may be repeated.")
    ] = None,
    writes: Annotated[
        bool, typer.Option("--writes", help="Have the journey call operations that may change something, too.")
    ] = False,
) -> None:
    """The operations of an OpenAPI document (3.0, 3.1, Swagger 2.0), each with a request that it allows."""
    from scenarios.imported.openapi import draft_of_openapi

    write_scenario(_made(file, lambda: draft_of_openapi(file, tag or [], with_writes=writes)).data(), file, out)


@import_app.command("har", epilog="Example: `rehearse import har shop.har --no-static --out shop.yaml`")
def import_har(
    file: FileArgument,
    out: OutOption = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="HOST", help="Whose requests; without it the first page's host.")
    ] = None,
    no_static: NoStaticOption = False,
    compress: CompressOption = 1.0,
) -> None:
    """One journey from what a browser recorded, with its pauses; secrets stay out, tokens are extracted."""
    from scenarios.imported.har_journey import draft_of_har

    draft = _made(file, lambda: draft_of_har(file, site, compress, without_static=no_static))
    write_scenario(draft.data(), file, out)


@import_app.command("arrivals", epilog="Example: `rehearse import arrivals starts.csv --column at --out busy-day.yaml`")
def import_arrivals(
    file: FileArgument,
    out: OutOption = None,
    column: Annotated[str | None, typer.Option("--column", help="Which column has the moments.")] = None,
    unit: Annotated[str, typer.Option("--unit", help="Of moments that are numbers: us, ms, s, min or h.")] = "s",
    compress: CompressOption = 1.0,
) -> None:
    """Sessions that start just when a file says, CSV or Parquet, on either clock."""
    from scenarios.imported.recorded_draft import recorded_draft
    from scenarios.measured.moments import MOMENT_UNITS, read_moments

    if unit not in MOMENT_UNITS:
        raise typer.BadParameter(f"{unit!r} is none of {', '.join(MOMENT_UNITS)}", param_hint="--unit")
    beside = out.parent if out else Path.cwd()
    moments = _made(file, lambda: read_moments(file, column, unit))
    write_scenario(recorded_draft(moments, file, beside, column, unit, compress).data(), file, out)


def write_scenario(data: dict[str, Any], file: Path, out: Path | None) -> None:
    """Write what was made of `file` to a path or to standard output. Raises `ScenarioError`."""
    from scenarios.imported.draft import scenario_text

    text = scenario_text(data, str(file))
    if out is None:
        sys.stdout.write(text)
        return
    try:
        if out.exists() and out.samefile(file):
            raise ScenarioError([Problem(str(out), None, "", "is the file that is imported; give another --out")])
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScenarioError([Problem(str(out), None, "", f"cannot be written: {error.strerror}")]) from None
    Terminal().note(visible_line(f"wrote {out}; its assumptions say what was made of {file.name}"))


def _made(file: Path, make: Callable[[], T]) -> T:
    """What `make` returns; a file that it cannot use is a problem of that file."""
    try:
        return make()
    except ValueError as error:
        words = visible_line(str(error))
        words = words if words.startswith(str(file)) else f"{file}: {words}"
        raise ScenarioError([Problem(words, None, "", "")]) from None


def _fields(given: list[str]) -> dict[str, str]:
    from scenarios.imported.log_lines import LOG_FIELDS
    from scenarios.text.nearest import nearest

    found = {}
    for one in given:
        field, mark, name = one.partition("=")
        if not mark or not name or field not in LOG_FIELDS:
            known = f"one of {', '.join(LOG_FIELDS)}{nearest(field, list(LOG_FIELDS))}"
            raise typer.BadParameter(f"found {one!r}; allowed is FIELD=NAME, FIELD {known}", param_hint="--field")
        found[field] = name
    return found
