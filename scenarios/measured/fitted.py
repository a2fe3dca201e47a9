"""Where a scenario asks for a distribution fitted to a file, what the file gives, and what is said of it.

It works on a scenario's plain data, before that is read: `found` is laid beside the name of the file, and the run that
keeps the scenario needs the file no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from scenarios.measured.fits import Fit, fits
from scenarios.measured.unusable import UnusableValuesError
from scenarios.measured.values import Values, read_values

_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_FAMILIES: Final = {"best", "exponential", "lognormal", "gamma", "weibull", "empirical"}
_NUMBERS: Final = {"scv", "shape"}  # the others are durations
_KEPT_MOST: Final = 2001  # of values that are kept themselves: more become as many evenly spaced quantiles
_POOR: Final = 0.05  # a distance beyond which nobody should call it a fit
DataPlace = tuple[str | int, ...]


@dataclass(frozen=True)
class Found:
    """What a file gave, as a scenario writes it (of a fit a `time`), and a sentence about it."""

    data: dict[str, Any]
    words: str


def wanted_fits(data: Any, place: DataPlace = ()) -> Iterator[tuple[DataPlace, Mapping[str, Any]]]:
    """Each `fitted` of a scenario that has a file and no result yet, with its place; those with mistakes are left to
    the reader, who tells them."""
    pairs: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        if key == "fitted" and isinstance(value, dict) and "found" not in value and _is_sound(value):
            yield (*place, key), value
        else:
            yield from wanted_fits(value, (*place, key))


def found_in(folder: Path, wanted: Mapping[str, Any]) -> Found:
    """What the file of a `fitted` gives, which is looked for in `folder`. Raises `UnusableValuesError`."""
    values = read_values(folder / wanted["file"], wanted.get("column")) * _SECONDS[wanted.get("unit", "ms")]
    about = f"{wanted['file']}: {len(values):,} values, mean {_shown(float(np.mean(values)))}"
    family = wanted.get("family", "best")
    if family == "empirical" or values.min() == values.max():
        return Found(_themselves(values), f"{about}; drawn from the values themselves")
    tried = fits(values)
    chosen = next((fit for fit in tried if family in ("best", fit.family)), None)
    if chosen is None:
        raise UnusableValuesError(f"{wanted['file']}: no {family} can be fitted to these values, some of which are 0")
    others = ", ".join(f"{fit.family} {fit.distance:.3f}" for fit in tried if fit is not chosen)
    words = f"{about}; {chosen.family} fits with a Kolmogorov–Smirnov distance of {chosen.distance:.3f}"
    words += f" ({others})" if others else ""
    if chosen.distance > _POOR:
        words += ", which is poor: `family: empirical` takes the values themselves"
    return Found({chosen.family: _written(chosen)}, words)


def with_found(data: Any, place: DataPlace, value: Any) -> Any:
    """A copy of a scenario's data with `value` at a place."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(data, list):
        return [with_found(one, rest, value) if number == first else one for number, one in enumerate(data)]
    return {**data, first: with_found(data.get(first), rest, value)}


def _is_sound(wanted: Mapping[str, Any]) -> bool:
    texts = [wanted.get(key, "") for key in ("file", "column", "unit", "family")]
    return (
        all(isinstance(text, str) for text in texts)
        and bool(wanted.get("file"))
        and wanted.get("unit", "ms") in _SECONDS
        and wanted.get("family", "best") in _FAMILIES
    )


def _themselves(values: Values) -> dict[str, Any]:
    if len(values) > _KEPT_MOST:
        values = np.quantile(values, np.linspace(0.0, 1.0, _KEPT_MOST))
    return {"empirical": [_duration(float(value)) for value in np.sort(values)]}


def _written(fit: Fit) -> Any:
    """A fit as a scenario writes it."""
    if fit.family == "exponential":
        return _duration(fit.parameters["mean"])
    return {name: value if name in _NUMBERS else _duration(value) for name, value in fit.parameters.items()}


def _duration(seconds: float) -> str:
    return f"{seconds!r} s"


def _shown(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
