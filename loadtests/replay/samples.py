"""Every request as a row of a Parquet file, on request: for questions that no histogram answers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from recordings.exchanges import EXCHANGE_PARTS
from recordings.recording import Form

# places of the first four columns' names, moments and durations in seconds, and what went over the wire
RequestSample = tuple[int, int, int, int, float, float, float, int, float, float, float, float, float, int, int, bool]
COLUMNS = (
    "operation", "outcome", "population", "session", "intended_s", "lag_s", "response_s", "ending", "exchange_s",
    *(f"{part}_s" for part in EXCHANGE_PARTS), "bytes_sent", "bytes_received", "is_new_connection",
)  # fmt: skip


NO_SAMPLES = "--samples needs pyarrow, which the default installation leaves out: pip install pyarrow"


def can_keep_samples() -> bool:
    """Whether the extra `samples` is installed."""
    return find_spec("pyarrow") is not None


def write_samples(samples: list[RequestSample], form: Form, endings: Sequence[str], path: Path) -> None:
    """Write the samples with names in place of numbers; `ending` (a status code or a cause) is null for a request that
    was not sent. Raises `ImportError` when the extra `samples` (pyarrow)
    is not installed, `OSError` when the file cannot be written."""
    import pyarrow as pa  # noqa: PLC0415  # only for those who ask for samples
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns: dict[str, Sequence[Any]] = dict.fromkeys(COLUMNS, ())
    if samples:
        columns = dict(zip(COLUMNS, zip(*samples, strict=True), strict=True))
    for name, names in (
        ("operation", form.operations),
        ("outcome", form.outcomes),
        ("population", form.populations),
    ):
        columns[name] = tuple(names[number] for number in columns[name])
    columns["ending"] = tuple(endings[place] if place >= 0 else None for place in columns["ending"])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({name: list(column) for name, column in columns.items()}), path)
