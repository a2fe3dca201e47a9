"""A scenario whose sessions start when a file says: the arrivals are recorded, what people do is still to be said."""

from __future__ import annotations

import os
from math import ceil, floor
from pathlib import Path

from scenarios.imported.draft import Draft, written_moment
from scenarios.measured.moments import RecordedMoments
from scenarios.text.phrases import several

_CLOCK_MOST_S = 99 * 3600


def recorded_draft(
    moments: RecordedMoments, file: Path, beside: Path, column: str | None, unit: str, compress: float
) -> Draft:
    """The scenario of recorded arrivals, for a folder `beside` which the file is looked for. By the clock where the
    file is, unless time is compressed."""
    span_s = float(moments.seconds[-1]) / compress
    is_clock = moments.clock_s is not None and compress == 1 and moments.clock_s + span_s < _CLOCK_MOST_S
    start_s = moments.clock_s if is_clock and moments.clock_s is not None else 0.0
    first, last = (floor(start_s), floor(start_s) + max(1, ceil(span_s + start_s % 1 + 1e-9) + (span_s % 1 == 0)))
    recorded = {"file": os.path.relpath(file, beside)}
    recorded |= {"column": column} if column is not None else {}
    recorded |= {"unit": unit} if moments.clock_s is None and unit != "s" else {}
    words = [f"What a session does is not in {file.name}: it asks for / once. Change the operation and the journey."]
    if compress != 1:
        words.append(f"Time is compressed: sessions arrive {compress:g} times as fast as recorded.")
    return Draft(
        title=f"The arrivals of {file.name}",
        about=f"{several(len(moments.seconds), 'recorded arrival')}, played back.",
        period=f"{written_moment(first, is_clock=is_clock)} to {written_moment(last, is_clock=is_clock)}",
        arrivals={"recorded": {**recorded, **({"compress": compress} if compress != 1 else {})}},
        steps=[{"call": "ask"}],
        operations={"ask": {"http": {"method": "GET", "path": "/"}, "expect": {"status": "2xx"}}},
        sources={"the arrivals": file.name},
        assumptions=words,
    )
