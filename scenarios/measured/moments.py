"""Recorded moments from a file: one column of a CSV file, or of a Parquet file, as numbers or as timestamps.

A timestamp is of ISO 8601, with its offset from UTC or all without one. The moments of a file are put in order.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any, Final

import numpy as np

from scenarios.measured.unusable import UnusableValuesError
from scenarios.measured.values import Values
from scenarios.text.files import UnusableFileError, lines

MOMENTS_MOST: Final = 20_000_000
MOMENT_UNITS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_SEPARATORS: Final = ",;\t"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_HERE: Final = datetime(1970, 1, 1)  # of timestamps without an offset
_ALLOWED: Final = "a number, or a timestamp such as 2026-06-15T08:00:00+01:00"


@dataclass(frozen=True)
class RecordedMoments:
    """The moments of a file in order: `seconds` after the first, shape (moments,); `first` as the file writes it;
    when that is by the clock, in seconds since its midnight, where it is a timestamp; how many lines came later in
    the file than a later moment."""

    seconds: Values
    first: str
    clock_s: float | None
    out_of_order: int


@dataclass(frozen=True)
class _Column:
    """What a column holds: each cell in seconds from one common zero, and how the cell with a number was written."""

    seconds: Values
    text_of: Callable[[int], str]
    are_timestamps: bool


def read_moments(path: Path, column: str | None = None, unit: str = "s", begins: str | None = None) -> RecordedMoments:
    """The moments of a file; `unit` is that of numbers. With `begins`, a moment as the file writes them, seconds count
    from there and may be negative. Raises `UnusableValuesError`."""
    try:
        found = _parquet(path, column, unit) if path.suffix == ".parquet" else _csv(path, column, unit)
    except UnusableFileError as error:
        raise UnusableValuesError(str(error)) from None
    if not len(found.seconds):
        raise UnusableValuesError(f"{path} holds no moments")
    earliest = int(np.argmin(found.seconds))
    first = found.text_of(earliest) if begins is None else begins
    zero_s = _beginning(path, found, earliest, begins, unit)
    backwards = int(np.count_nonzero(np.diff(found.seconds) < 0))
    seconds = np.sort(found.seconds, kind="stable") - zero_s
    return RecordedMoments(seconds, first, _clock_s(first) if found.are_timestamps else None, backwards)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex. Raises `UnusableValuesError`."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise UnusableValuesError(f"{path} cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def _beginning(path: Path, found: _Column, earliest: int, begins: str | None, unit: str) -> float:
    if begins is None:
        return float(found.seconds[earliest])
    value = _timestamp(begins) if found.are_timestamps else _number(begins, unit)
    if value is None:
        kind = "a timestamp" if found.are_timestamps else "a number"
        raise UnusableValuesError(f"{path}: found {begins!r} as the beginning; its moments are written as {kind}")
    has_offset = found.are_timestamps and _has_offset(begins)
    if found.are_timestamps and has_offset != _has_offset(found.text_of(earliest)):
        raise UnusableValuesError(f"{path}: of {begins!r} and its own moments only one says its offset from UTC")
    return value


def _csv(path: Path, column: str | None, unit: str) -> _Column:
    rows = _rows(path)
    number, first = next(rows, (0, []))
    if not first:
        raise UnusableValuesError(f"{path} holds no moments")
    place, has_heading = _place_of(path, first, column)
    texts = [] if has_heading else [(number, first[place])]
    texts.extend((line, row[place] if place < len(row) else "") for line, row in rows)
    return _of_texts(path, texts, unit)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with the number of its line."""
    separator, passed = "", 0
    for number, line in lines(path):
        if not line.strip() or line.startswith(b"#"):
            continue
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            separator = separator or max(_SEPARATORS, key=text.count)
            yield number, [cell.strip() for cell in next(csv.reader([text], delimiter=separator))]
        except UnicodeDecodeError:
            raise UnusableValuesError(f"{path}:{number} cannot be read: it is no UTF-8 text") from None
        except csv.Error as error:
            raise UnusableValuesError(f"{path}:{number} is no row of a CSV file: {error}") from None
        passed += 1
        if passed > MOMENTS_MOST:
            raise UnusableValuesError(f"{path} holds more than {MOMENTS_MOST:,} moments; take a part of them")


def _place_of(path: Path, first: list[str], column: str | None) -> tuple[int, bool]:
    """Which column holds the moments, and whether the first row is a heading."""
    has_heading = all(_timestamp(cell) is None and _number(cell, "s") is None for cell in first)
    if not has_heading and (column is not None or len(first) > 1):
        raise UnusableValuesError(f"{path} has {len(first)} columns and no headings; give one moment a line")
    return (_named(path, first, column) if has_heading else 0), has_heading


def _named(path: Path, names: list[str], column: str | None) -> int:
    known = ", ".join(names)
    if column is None and len(names) == 1:
        return 0
    if column is None:
        raise UnusableValuesError(f"{path} has several columns; say which with `column`: one of {known}")
    if column not in names:
        near = get_close_matches(column, names, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise UnusableValuesError(f"{path} has no column {column!r}; allowed is one of {known}{meant}")
    return names.index(column)


def _of_texts(path: Path, texts: list[tuple[int, str]], unit: str) -> _Column:
    """Cells that are all of one kind: numbers, timestamps with an offset, or timestamps without."""
    if not texts:
        raise UnusableValuesError(f"{path} holds no moments")
    are_timestamps = _timestamp(texts[0][1]) is not None and _number(texts[0][1], unit) is None
    have_offset, seconds = are_timestamps and _has_offset(texts[0][1]), np.empty(len(texts))
    for place, (line, text) in enumerate(texts):
        value = _timestamp(text) if are_timestamps else _number(text, unit)
        if value is None:
            shown = repr(text if len(text) <= 40 else f"{text[:39]}…")
            kind = _ALLOWED if place == 0 else "a timestamp, as above it" if are_timestamps else "a number, as above it"
            raise UnusableValuesError(f"{path}:{line}: found {shown}; allowed is {kind}")
        if are_timestamps and _has_offset(text) != have_offset:
            raise UnusableValuesError(f"{path}:{line}: {text} and the moments above: only one says its offset from UTC")
        seconds[place] = value
    return _Column(seconds, lambda place: texts[place][1], are_timestamps)


def _number(text: str, unit: str) -> float | None:
    try:
        value = float(text) * MOMENT_UNITS[unit]
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def _timestamp(text: str) -> float | None:
    """Seconds since 1970, to the microsecond."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment - (_EPOCH_HERE if moment.tzinfo is None else _EPOCH)).total_seconds()


def _has_offset(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


def _clock_s(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6


def _parquet(path: Path, column: str | None, unit: str) -> _Column:
    try:
        import pyarrow as arrow  # noqa: PLC0415  # an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise UnusableValuesError(f"{path}: to read Parquet takes pyarrow: install the extra `samples`") from None
    try:
        file = parquet.ParquetFile(path)
        if file.metadata.num_rows > MOMENTS_MOST:
            raise UnusableValuesError(f"{path} holds more than {MOMENTS_MOST:,} moments; take a part of them")
        names = file.schema_arrow.names
        cells = file.read(columns=[names[_named(path, names, column)]]).column(0).combine_chunks()
    except (OSError, arrow.ArrowException) as error:
        raise UnusableValuesError(f"{path} cannot be read as Parquet: {str(error).partition(chr(10))[0]}") from None
    if cells.null_count:
        raise UnusableValuesError(f"{path} has {cells.null_count:,} rows without a moment")
    return _of_arrow(path, cells, unit)


def _of_arrow(path: Path, cells: Any, unit: str) -> _Column:
    import pyarrow as arrow  # noqa: PLC0415  # an extra

    kind = cells.type
    if arrow.types.is_timestamp(kind):
        whole = cells.cast(arrow.timestamp("us", kind.tz), safe=False).cast(arrow.int64()).to_numpy()
        return _Column(whole / 1e6, lambda place: cells[place].as_py().isoformat(), are_timestamps=True)
    if arrow.types.is_integer(kind) or arrow.types.is_floating(kind):
        seconds = cells.to_numpy(zero_copy_only=False).astype(np.float64) * MOMENT_UNITS[unit]
        if not np.isfinite(seconds).all():
            raise UnusableValuesError(f"{path} has rows that are no number")
        return _Column(seconds, lambda place: str(cells[place].as_py()), are_timestamps=False)
    if arrow.types.is_string(kind) or arrow.types.is_large_string(kind):
        return _of_texts(path, list(enumerate(cells.to_pylist(), 1)), unit)
    raise UnusableValuesError(f"{path}: found a column of {kind}; allowed is one of timestamps, numbers or text")
