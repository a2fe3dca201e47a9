"""How lists of scenarios, and of kinds of faults and defences, look in a terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text


def catalogue_table(titles: dict[str, str]) -> Table:
    """Scenario names and titles."""
    table = plain_table("Scenario", "What it rehearses")
    for name, title in titles.items():
        table.add_row(Text(name, style="bold"), Text(title))
    return table


def kinds_text(told: dict[str, dict[str, Any]]) -> Text:
    """Kinds of faults or defences: what each does, and a line for each parameter."""
    whole = Text()
    for kind, about in told.items():
        whole.append(f"{kind}\n", style="bold").append(f"  {about['about']}\n")
        for name, parameter in about["parameters"].items():
            whole.append(f"    {name}", style="cyan").append(f"  {_parameter(parameter)}\n", style="dim")
    return whole


def _parameter(told: dict[str, Any]) -> str:
    known = f"names of {told['names']}" if "names" in told and told["many"] else told["type"]
    stands = "–" if told["default"] in (None, [], {}, "") else told["default"]
    default = "needed" if told["required"] else f"default {stands}"
    return f"{known}; {default}" + (f": {told['description']}" if told["description"] not in ("", known) else "")


def plain_table(*columns: str) -> Table:
    """A table without lines."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
