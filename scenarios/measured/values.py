"""Measured durations from a file: numbers, one a line, or one column of a CSV file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from scenarios.measured.unusable import UnusableValuesError

Values = npt.NDArray[np.float64]

BYTES_MOST: Final = 64_000_000
VALUES_MOST: Final = 1_000_000
_SEPARATORS: Final = ",;\t"


def read_values(path: Path, column: str | None = None) -> Values:
    """The values of a file in their order, shape (values,), in whatever unit they are.

    Empty lines and those that begin with # are passed over. A heading is one line that is no number. Raises
    `UnusableValuesError`.
    """
    rows = _rows(path)
    number, first = next(rows, (0, []))
    if not first:
        raise UnusableValuesError(f"{path} holds no values")
    place, has_heading = _column(path, first, column)
    found = [] if has_heading else [_number(path, number, first[place])]
    for number, row in rows:
        # a decimal comma makes two cells of one
        found.append(_number(path, number, row[place] if len(row) == len(first) else ",".join(row)))
        if len(found) > VALUES_MOST:
            raise UnusableValuesError(f"{path} holds more than {VALUES_MOST:,} values; take a sample of them")
    if not found:
        raise UnusableValuesError(f"{path} holds no values")
    return np.array(found)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with the number of its line."""
    try:
        if path.stat().st_size > BYTES_MOST:
            raise UnusableValuesError(f"{path} is larger than {BYTES_MOST // 1_000_000} MB; take a sample of it")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UnusableValuesError(f"{path} cannot be read: {reason}") from None
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    head = lines[0][1] if lines else ""
    separator = max(_SEPARATORS, key=head.count)
    for number, line in lines:
        try:
            row = next(csv.reader([line], delimiter=separator))
        except csv.Error as error:
            raise UnusableValuesError(f"{path}:{number} is no row of a CSV file: {error}") from None
        yield number, [cell.strip() for cell in row]


def _column(path: Path, first: list[str], column: str | None) -> tuple[int, bool]:
    """Which column holds the values, and whether the first row is a heading. Many columns need headings and a name, so
    that a comma within a number is never taken for one between two."""
    has_heading = all(_parsed(cell) is None for cell in first)
    if column is None and len(first) == 1:
        return 0, has_heading
    if not has_heading:
        raise UnusableValuesError(f"{path} has {len(first)} columns and no headings; give one number a line, as 1.5")
    known = ", ".join(first)
    if column is None:
        raise UnusableValuesError(f"{path} has several columns; say which with `column`: one of {known}")
    if column not in first:
        near = get_close_matches(column, first, n=1)
        raise UnusableValuesError(
            f"{path} has no column {column!r}; allowed is one of {known}"
            + (f"; did you mean {near[0]!r}?" if near else "")
        )
    return first.index(column), True


def _number(path: Path, line: int, cell: str) -> float:
    value = _parsed(cell)
    if value is None or not math.isfinite(value) or value < 0:
        found = repr(cell if len(cell) <= 40 else f"{cell[:39]}…")
        raise UnusableValuesError(f"{path}:{line}: found {found}; allowed is a number from 0, such as 12.5")
    return value


def _parsed(cell: str) -> float | None:
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None
