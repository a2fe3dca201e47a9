"""`summary.json` as it is read back."""

from __future__ import annotations

from pathlib import Path

from readiness.summarise import FORMAT
from recordings.run_folder import DamagedFileError
from recordings.summary import Summary, from_json


def read_summary(path: Path) -> Summary:
    """A run's summary. Raises `OSError` when it cannot be read, `DamagedFileError` when it is none of this version."""
    content = path.read_bytes()
    try:
        summary = from_json(content)
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(path, f"no summary ({error})") from None
    if summary.format != FORMAT:
        raise DamagedFileError(path, f"of format {summary.format}; this version reads format {FORMAT}")
    return summary
