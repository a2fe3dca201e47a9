"""An access log from its file to a scenario, line by line, however long it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scenarios.imported.access_log import LogWishes, log_draft
from scenarios.imported.draft import Draft
from scenarios.imported.log_lines import LOG_FIELDS, LineReader, reader_for
from scenarios.imported.log_sessions import LogReading
from scenarios.text.files import UnusableFileError, lines
from scenarios.text.phrases import several

_PATIENCE_LINES: Final = 1000  # without a request among them a file is no access log


@dataclass
class _Malformed:
    """Lines that are no requests."""

    count: int = 0
    first_line: int = 0


def draft_of_log(
    path: Path, gap_s: float, fields: Mapping[str, str], wishes: LogWishes, *, without_static: bool
) -> Draft:
    """The scenario of an access log. `gap_s` parts sessions; `fields` says what lines of JSON call each field. Raises
    `UnusableFileError`."""
    reading, malformed = LogReading(gap_s, without_static=without_static), _Malformed()
    reader: LineReader | None = None
    for number, line in lines(path):
        if not line.strip() or line.startswith(b"#"):
            continue
        reader = reader or reader_for(line, fields)
        request = reader(line)
        if request is not None:
            reading.add(request)
            continue
        malformed.count += 1
        malformed.first_line = malformed.first_line or number
        if malformed.count >= _PATIENCE_LINES and not reading.summary.requests:
            break
    seen = reading.finished()
    if not seen.requests:
        raise UnusableFileError(_nothing(path, malformed, left_out=seen.static + seen.rare))
    remarks = []
    if malformed.count:
        words = f"Left out, as no requests: {several(malformed.count, 'line')}, the first of them line"
        remarks.append(f"{words} {malformed.first_line:,}.")
    try:
        return log_draft(seen, path.name, wishes, remarks)
    except ValueError as error:
        raise UnusableFileError(f"{path}: {error}") from None


def _nothing(path: Path, malformed: _Malformed, left_out: int) -> str:
    if malformed.first_line:
        return (
            f"{path}:{malformed.first_line} is no line of an access log, nor is any after it; allowed are the common"
            f" and combined formats, and lines of JSON with {', '.join(LOG_FIELDS)} (see --field)"
        )
    return f"{path} has static files alone" if left_out else f"{path} is empty"
