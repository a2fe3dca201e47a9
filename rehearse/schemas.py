"""The command `rehearse schema`. What it needs to do its work is imported when it runs, as in `rehearse.cli`."""

# ruff: noqa: PLC0415
from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from rehearse.shown.terminal import Terminal


def schema_command(
    of: Annotated[str, typer.Argument(metavar="scenario|summary", help="Which of the two files.")] = "scenario",
) -> None:
    """Print the JSON Schema of a scenario file or of summary.json."""
    from recordings import summary as summaries
    from scenarios.descriptions.schema import json_schema

    schemas: dict[str, Callable[[], dict[str, Any]]] = {"scenario": json_schema, "summary": summaries.summary_schema}
    if of not in schemas:
        raise typer.BadParameter(f"{of!r} is neither scenario nor summary")
    Terminal().json(schemas[of]())
