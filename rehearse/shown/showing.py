"""How lists of scenarios, and of kinds of faults and defences, look in a terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text


def catalogue_table(titles: dict[str, str], kind: str = "Scenario") -> Table:
    """Names and titles of what is in the catalogue."""
    table = plain_table(kind, "What it rehearses" if kind == "Scenario" else "What it asks")
    for name, title in titles.items():
        table.add_row(Text(name, style="bold"), Text(title))
    return table


def kinds_text(descriptions: dict[str, dict[str, Any]]) -> Text:
    """Kinds of faults or defences: what each does, and a line for each parameter."""
    whole = Text()
    for kind, about in descriptions.items():
        whole.append(f"{kind}\n", style="bold").append(f"  {about['about']}\n")
        for name, parameter in about["parameters"].items():
            whole.append(f"    {name}", style="cyan").append(f"  {_parameter(parameter)}\n", style="dim")
    return whole


def _parameter(described: dict[str, Any]) -> str:
    about, default = described["description"], described["default"]
    known = f"names of {described['names']}" if "names" in described and described["many"] else described["type"]
    stands = "–" if default in (None, [], {}, "") else default
    need = "needed" if described["required"] else f"default {stands}"
    return f"{known}; {need}" + (f": {about}" if about not in ("", known) else "")


def plain_table(*columns: str) -> Table:
    """A table without lines."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
