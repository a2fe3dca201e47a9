"""How published figures look in a terminal, beside those that were simulated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.table import Table
from rich.text import Text

from readiness.wording.expectations import (
    inside_words,
    missing_words,
    simulated_interval,
    simulated_words,
    tuned_words,
)
from recordings.summary import Summary
from rehearse.shown.layout import CellLines
from rehearse.shown.showing import plain_table

_STYLES: Final = {"inside": "bold green", "outside": "bold red"}


def published_parts(summary: Summary) -> Iterator[Text | Table]:
    """A row a figure, and what the model cannot reproduce; nothing where nothing is published."""
    if summary.expectations:
        table = plain_table("Published figure", "Published", "Simulated", "Values", "It is")
        for each in summary.expectations:
            lines = [simulated_words(each), simulated_interval(each), inside_words(each)]
            verdict = Text(each.verdict, style=_STYLES.get(each.verdict, "bold yellow"))
            table.add_row(each.name, each.published, CellLines(*filter(None, lines)), tuned_words(each), verdict)
        yield table
    yield from (Text(f"Not reproduced: {missing_words(each)}") for each in summary.not_reproduced)
