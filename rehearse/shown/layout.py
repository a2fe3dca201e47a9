"""How texts and tables are laid out in the width that there is: no line ends inside a figure.

A figure and its unit (`1.55 s`, `99 %`, `0 s to 90 s`) stay together. A table that is too wide even with every cell
wrapped between its words is shown row by row, each cell on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scenarios.protocol.visible_text import visible, visible_line

JOINT: Final = "\ue000"  # stands for a space where no line may end, until the lines are made
# between a figure and its unit, the comparison that it belongs to, or the rest of a span
_INSIDE: Final = re.compile(
    r"(?<=\d) (?=%|/|(?:us|µs|ms|s|min|h|d|days)\b)|(?<=/) (?=s\b|min\b|h\b)|(?<=[<>≤≥~]) (?=\d)"
)


class CellLines(Text):
    """A cell of several lines of ours. In any other cell the end of a line is spelt out, for it came with a name."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(map(visible_line, lines)))


def laid_out(part: Any, console: Console) -> Any:
    """A text or a table as this console can show it. Its joints are to be made spaces when the lines are made."""
    if isinstance(part, Table):
        return _table(part, console)
    return _joined(part if isinstance(part, Text) else Text(visible(str(part))))


def longest_word(text: Text) -> int:
    """How many columns the longest word of a text takes."""
    return max(map(cell_len, text.plain.split()), default=0)


def _table(table: Table, console: Console) -> Table | Text:
    heads = [_cell(column.header) for column in table.columns]
    rows = list(zip(*([_cell(cell) for cell in column.cells] for column in table.columns), strict=True))
    widths = _widths(
        [[head, *cells] for head, *cells in zip(heads, *rows, strict=True)], console.width - _between(table)
    )
    if widths is None:
        return Text("\n").join(_stacked(heads, rows))
    shown = Table(box=table.box, pad_edge=table.pad_edge, header_style=table.header_style, padding=table.padding)
    for head, width in zip(heads, widths, strict=True):
        shown.add_column(head, width=width)
    for row in rows:
        shown.add_row(*row)
    return shown


def _between(table: Table) -> int:
    """How many columns of the terminal lie between and beside the cells of a table without lines."""
    _, right, _, left = Padding.unpack(table.padding)
    return (right + left) * len(table.columns)


def _widths(columns: list[list[Text]], room: int) -> list[int] | None:
    """As wide as the cells of each column are, the widest made narrower until all fit, but none narrower than its
    longest word; nothing where even that is too wide."""
    widths = [max(cell_len(line) for cell in column for line in cell.plain.split("\n")) for column in columns]
    least = [max(map(longest_word, column)) for column in columns]
    if sum(least) > room:
        return None
    while sum(widths) > room:
        widest = max((each for each in range(len(widths)) if widths[each] > least[each]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def _stacked(heads: list[Text], rows: list[tuple[Text, ...]]) -> Iterator[Text]:
    """For each row its first cell, and below it the others with their heads."""
    for row in rows:
        if row[0].plain:
            yield row[0]
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell.plain not in ("", "–"):
                yield Text.assemble("  ", (head.plain, "dim"), ": ", Text(", ").join(cell.split("\n")))


def _cell(cell: Any) -> Text:
    text = _joined(cell if isinstance(cell, Text) else Text(visible(str(cell))))
    return text if isinstance(cell, CellLines) else Text(visible_line(text.plain), text.style)


def _joined(text: Text) -> Text:
    """The text with its controls spelt out and its figures held together. Styles of parts go where a part changes."""
    shown = visible(text.plain)
    if shown != text.plain:
        text = Text(shown, text.style)
    joined = text.copy()
    joined.plain = _INSIDE.sub(JOINT, shown)
    return joined
