"""Where a scenario asks for arrivals recorded in a file, what the file holds, and what is said of it.

It works on a scenario's plain data, before that is read, as `fitted` does. `found` is laid beside the name of the file:
where it lies, its digest and how many arrivals it has. A run keeps that and not the arrivals, of which there may be
millions; whoever plays them back looks whether the file is still the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from scenarios.measured.fitted import DataPlace, Found
from scenarios.measured.moments import MOMENT_UNITS, RecordedMoments, digest_of, read_moments
from scenarios.measured.unusable import UnusableValuesError
from scenarios.measured.values import Values


def wanted_recordings(data: Any) -> Iterator[tuple[DataPlace, Mapping[str, Any]]]:
    """Each `recorded` of a population's arrivals that has no result yet, with its place; those with mistakes are left
    to the reader, who tells them."""
    populations = data.get("populations") if isinstance(data, dict) else None
    for name, population in populations.items() if isinstance(populations, dict) else ():
        arrivals = population.get("arrivals") if isinstance(population, dict) else None
        wanted = arrivals.get("recorded") if isinstance(arrivals, dict) else None
        if isinstance(wanted, dict) and "found" not in wanted and _is_sound(wanted):
            yield ("populations", name, "arrivals", "recorded"), wanted


def arrivals_in(folder: Path, wanted: Mapping[str, Any]) -> Found:
    """What the file of a `recorded` holds, which is looked for in `folder`. Raises `UnusableValuesError`."""
    path = (folder / wanted["file"]).resolve()
    moments = read_moments(path, wanted.get("column"), wanted.get("unit", "s"), wanted.get("begins"))
    compress = float(wanted.get("compress", 1))
    span_s = float(moments.seconds[-1] - moments.seconds[0])
    words = f"{wanted['file']}: {len(moments.seconds):,} arrivals within {span_s:,.6g} s, just as recorded"
    if compress != 1:
        words += f", compressed in time: {compress:g} times as fast, within {span_s / compress:,.6g} s"
    if moments.out_of_order:
        words += f"; in the file {moments.out_of_order:,} come before the one above them, and are put in order"
    found = {"path": str(path), "sha256": digest_of(path), "arrivals": len(moments.seconds)}
    return Found(found, words)


@lru_cache(maxsize=4)
def recorded_seconds(path: str, sha256: str, column: str | None, unit: str, begins: str | None) -> Values:
    """The moments of a file that a scenario has found, in seconds after its beginning, rising, shape (arrivals,).
    Raises `UnusableValuesError`, also where the file is not the same any more."""
    if digest_of(Path(path)) != sha256:
        raise UnusableValuesError(f"{path} has changed since the scenario was read; its arrivals are others now")
    moments: RecordedMoments = read_moments(Path(path), column, unit, begins)
    return moments.seconds


def _is_sound(wanted: Mapping[str, Any]) -> bool:
    texts = [wanted.get(key, "") for key in ("file", "column", "unit", "begins")]
    compress = wanted.get("compress", 1)
    return (
        all(isinstance(text, str) for text in texts)
        and bool(wanted.get("file"))
        and wanted.get("unit", "s") in MOMENT_UNITS
        and isinstance(compress, int | float)
        and 0 < compress <= 1e9
    )
