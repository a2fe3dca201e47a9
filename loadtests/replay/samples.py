"""Every request as a row of a Parquet file, on request: for questions that no histogram answers."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from recordings.recording import Form

RequestSample = tuple[int, int, int, int, float, float, float]
COLUMNS = ("operation", "outcome", "population", "session", "intended_s", "lag_s", "response_s")


NO_SAMPLES = "--samples needs pyarrow, which the default installation leaves out: pip install pyarrow"


def can_keep_samples() -> bool:
    """Whether the extra `samples` is installed."""
    return find_spec("pyarrow") is not None


def write_samples(samples: list[RequestSample], form: Form, path: Path) -> None:
    """Write the samples with names in place of numbers. Raises `ImportError` when the extra `samples` (pyarrow)
    is not installed, `OSError` when the file cannot be written."""
    import pyarrow as pa  # noqa: PLC0415  # only for those who ask for samples
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = dict(zip(COLUMNS, zip(*samples, strict=True), strict=True)) if samples else dict.fromkeys(COLUMNS, ())
    for name, names in (
        ("operation", form.operations),
        ("outcome", form.outcomes),
        ("population", form.populations),
    ):
        columns[name] = tuple(names[number] for number in columns[name])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({name: list(column) for name, column in columns.items()}), path)
