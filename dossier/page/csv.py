"""Each table and each row of dots as CSV: what a person reads in its cells, and the value of each launch."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from dossier.form.dossier import Dossier, Dots, StatementTable


def csv_files(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Their names and texts."""
    for line in [*dossier.lines, *dossier.annex]:
        if line.table is not None:
            yield f"{line.name}.csv", _written(_of_table(line.table))
        if line.dots is not None:
            yield f"{line.name}-launches.csv", _written(_of_dots(line.dots))


def _of_table(table: StatementTable) -> Iterator[Sequence[object]]:
    yield table.columns
    yield from ([cell.text for cell in row] for row in table.rows)


def _of_dots(dots: Dots) -> Iterator[Sequence[object]]:
    """From good to bad; `inf` is never."""
    yield ("promise", "unit", "value", "verdict")
    yield from ((dots.name, dots.unit, "inf" if dot.value is None else dot.value, dot.mark) for dot in dots.dots)


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
