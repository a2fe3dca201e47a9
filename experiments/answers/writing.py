"""An answer as files in a folder: `answer.json`, `answer.html`, and each table as CSV and, where pyarrow is there, as
Parquet. When it was asked stands in `asked.json` beside them, so that the same launches give the same bytes of these.
"""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from experiments.answers.answer import Answer, Table
from experiments.answers.page import answer_page
from recordings.run_folder import write_json, write_whole

ANSWER_FORMAT: Final = 1
ASKED: Final = "asked.json"


def write_answer(answer: Answer, folder: Path) -> None:
    """Write all of its files; what was there of the same name is replaced. Raises `OSError`."""
    write_json(folder / "answer.json", as_data(answer))
    write_whole(folder / "answer.html", answer_page(answer).encode())
    for table in answer.tables:
        write_whole(folder / f"{table.name}.csv", csv_of(table).encode())
        if find_spec("pyarrow") is not None:
            write_whole(folder / f"{table.name}.parquet", _parquet(table))


def as_data(answer: Answer) -> dict[str, Any]:
    """The answer for programs; numbers that are not finite are null."""
    whole = {
        "format": ANSWER_FORMAT,
        "kind": answer.kind,
        "title": answer.title,
        "status": answer.status,
        "sentences": list(answer.sentences),
        "cautions": list(answer.cautions),
        "basis": answer.basis,
        **answer.data,
    }
    return dict(_finite(whole))


def csv_of(table: Table) -> str:
    """The table's values; an empty cell is what has none, `inf` is never."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in table.columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.records())
    return text.getvalue()


def _parquet(table: Table) -> bytes:
    import pyarrow as pa  # noqa: PLC0415  # an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    sink = io.BytesIO()
    columns = {column.name: [row[at].value for row in table.rows] for at, column in enumerate(table.columns)}
    pq.write_table(pa.table({name: _of_one_type(values) for name, values in columns.items()}), sink)
    return sink.getvalue()


def _of_one_type(values: list[Any]) -> list[Any]:
    """A column's values: as text where they are of several kinds."""
    kinds = {float if isinstance(value, int | float) else type(value) for value in values if value is not None}
    return values if len(kinds) < 2 else [None if value is None else str(value) for value in values]


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value
