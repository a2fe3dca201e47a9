"""The answer to an experiment's question: what is said first, the tables and charts behind it, and its data.

Every experiment makes one; the terminal, the page and the files show all of them alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

Value = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in files (snake case, unit last) and what people read above it."""

    name: str
    title: str
    is_words: bool = False  # set to the left
    is_for_files: bool = False  # and not shown to people, who read it in another cell
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
    terminal shows the first `rows_shown`, all where that is None; the page and the files have all."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    rows_shown: int | None = None

    def for_people(self, *, on_terminal: bool = False) -> Table:
        """The table without the columns that are for files alone, or not for the narrow terminal."""
        kept = [
            place
            for place, column in enumerate(self.columns)
            if not (column.is_for_files or (on_terminal and column.is_on_page_only))
        ]
        rows = self.rows[: self.rows_shown] if on_terminal else self.rows
        columns = [self.columns[place] for place in kept]
        return replace(self, columns=columns, rows=[[row[place] for place in kept] for row in rows])

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
    simulated. `status` is what the command ends with: `met`, `missed`, `worse`, `answered` where nothing was to
    be judged, or `no verdict`. `data` is the whole
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
