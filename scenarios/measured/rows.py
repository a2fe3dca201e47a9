"""Rows of a CSV, JSON or Parquet file, for sessions to take one each."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

from scenarios.measured.unusable import UnusableValuesError

ROWS_BYTES_MOST: Final = 500_000_000
_SEPARATORS: Final = ",;\t"
_KINDS: Final = ".csv, .tsv, .json or .parquet"


@dataclass(frozen=True)
class DataRows:
    """A file's columns and rows, each row in their order, and what tells this file from another."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    checksum: str

    @property
    def about(self) -> dict[str, Any]:
        """What a scenario keeps of them."""
        return {"columns": list(self.columns), "rows": len(self.rows), "checksum": self.checksum}


def read_rows(path: Path) -> DataRows:
    """The rows of a file: texts of a CSV file, values of the others. Raises `UnusableValuesError`."""
    content = _bytes_of(path)
    readers = {".csv": _csv, ".tsv": _csv, ".json": _json, ".parquet": _parquet}
    if path.suffix.lower() not in readers:
        raise UnusableValuesError(f"{path} is of no kind that is known; allowed is one of {_KINDS}")
    try:
        columns, rows = readers[path.suffix.lower()](content)
    except UnusableValuesError as error:
        raise UnusableValuesError(f"{path}: {error}") from None
    if not rows:
        raise UnusableValuesError(f"{path} holds no rows")
    if len(set(columns)) < len(columns) or not all(columns):
        raise UnusableValuesError(f"{path}: each column needs a heading of its own; found {', '.join(columns)}")
    return DataRows(columns, rows, blake2b(content, digest_size=16).hexdigest())


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > ROWS_BYTES_MOST:
            raise UnusableValuesError(f"{path} is larger than {ROWS_BYTES_MOST // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnusableValuesError(f"{path} cannot be read: {error.strerror}") from None


def _csv(content: bytes) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    text = _decoded(content)
    head = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=head.count), strict=True)
    try:
        columns = tuple(cell.strip() for cell in next(filter(None, reader), []))
        rows: list[tuple[Any, ...]] = []
        for row in reader:
            if len(row) != len(columns) and row:
                raise UnusableValuesError(f"line {reader.line_num} has {len(row)} cells, the headings {len(columns)}")
            if row:
                rows.append(tuple(row))
    except csv.Error as error:
        raise UnusableValuesError(f"line {reader.line_num} is no row of a CSV file: {error}") from None
    return columns, rows


def _json(content: bytes) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    try:
        found = json.loads(_decoded(content))
    except (ValueError, RecursionError) as error:
        raise UnusableValuesError(f"it is no JSON: {error}") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnusableValuesError("it must be a list of objects, one a row")
    columns = tuple(dict.fromkeys(key for one in found for key in one))
    return columns, [tuple(one.get(column) for column in columns) for one in found]


def _parquet(content: bytes) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    try:
        import pyarrow as pa  # noqa: PLC0415  # only for those who have Parquet files
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise UnusableValuesError(
            "Parquet needs pyarrow, which the default installation leaves out: pip install pyarrow"
        ) from None
    try:
        table = pq.ParquetFile(BytesIO(content)).read()
        values = [column.to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnusableValuesError(f"it is no Parquet file that can be read: {error}") from None
    return tuple(table.column_names), list(zip(*([_plain(one) for one in column] for column in values), strict=True))


def _plain(value: Any) -> Any:
    """A value; of bytes the text that they are, for many programs write texts so."""
    return _decoded(value) if isinstance(value, bytes) else value


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableValuesError("it is no UTF-8 text") from None
