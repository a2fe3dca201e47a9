"""The answer to an experiment's question: what is said first, the tables and charts behind it, and its data.

Every experiment makes one; the terminal, the page and the files show all of them alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

Value = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in files (snake case, unit last) and what people read above it."""

    name: str
    title: str
    is_words: bool = False  # set to the left
    is_on_page_only: bool = False  # a terminal, which is narrow, leaves it out


@dataclass(frozen=True)
class Cell:
    """A value, and how people read it; `mark` is `met`, `missed` or `open` where it is a verdict."""

    value: Value
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A table: `name` is its file's name, `title` what people read above it, `note` what must be known to read it. A
    terminal shows the first so many rows as `shown` says, all where that is None; the page and the files have all."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    shown: int | None = None

    def records(self) -> list[dict[str, Value]]:
        """The values, a mapping a row."""
        return [{column.name: cell.value for column, cell in zip(self.columns, row, strict=True)} for row in self.rows]


@dataclass(frozen=True)
class Chart:
    """A drawing, with what it shows in a sentence."""

    title: str
    drawing: Markup
    caption: str = ""


@dataclass(frozen=True)
class Answer:
    """What an experiment has found. `kind` is the command's name, `title` the scenario's; `sentences` are the answer,
    the first of them in one sentence; `cautions` is what must be known before believing it; `basis` says what was
    simulated. `status` is what the command ends with: `met`, `missed`, `worse`, or `no verdict`. `data` is the whole
    for programs: what `answer.json` has."""

    kind: str
    title: str
    sentences: Sequence[str]
    status: str
    basis: str
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    cautions: Sequence[str] = ()
    data: dict[str, Any] = field(default_factory=dict)
