"""How a figure follows from what stands at its traces. Whoever has the traces and the name can do it again.

What stands at a trace of `launches` is a list with one value a launch, None where that launch has none.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from datetime import date
from statistics import median
from typing import Any, Final

from dossier.evidence.risk import likelihood_class, most_share, risk_of, seen_in
from dossier.form.dossier import filled_in
from dossier.form.paths import NothingThereError
from readiness.judging.evidence import binomial_interval

Derivation = Callable[..., Any]


def derived(how: str, found: Sequence[Any]) -> Any:
    """The value. Raises `NothingThereError` where there is none."""
    value = DERIVATIONS[how](*found)
    if value is None:
        raise NothingThereError(how)
    return value


def _said(found: Any) -> Any:
    return found


def _sums(*found: Sequence[float | None]) -> list[float]:
    """What was found launch by launch, added up; a launch that has none of a thing has 0 of it."""
    if not any(value is not None for launches in found for value in launches):
        raise NothingThereError("launches")
    return [math.fsum(value or 0.0 for value in launch) for launch in zip(*found, strict=True)]


def _typical_share(parts: Sequence[float | None], wholes: Sequence[float | None]) -> float | None:
    """The middle of the shares that a part has of its whole, launch by launch; None where no launch has a whole."""
    shares = [part / whole for part, whole in zip(parts, wholes, strict=True) if part is not None and whole]
    return median(shares) if shares else None


def _at_least_in_a_hundred(seen: Sequence[Any]) -> int:
    """So many in a hundred at least: the exact interval's lower end for what some launches saw, rounded down."""
    return math.floor(100 * binomial_interval(sum(map(bool, seen)), len(seen))[0] + 1e-9)


def _at_most_in_a_hundred(seen: Sequence[Any]) -> int:
    """So many in a hundred at most: its upper end, rounded up."""
    return math.ceil(100 * binomial_interval(sum(map(bool, seen)), len(seen))[1] - 1e-9)


def _last_before(points: Sequence[dict[str, Any]]) -> Any:
    """The last value at which it holds before the first at which it surely does not."""
    return max((point["at"] for point in _upwards(points)[0]), default=None)


def _first_broken(points: Sequence[dict[str, Any]]) -> Any:
    after = _upwards(points)[1]
    return after[0]["at"] if after else None


def _upwards(points: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The points that surely hold before the first that is surely broken, and those from there on."""
    ordered = sorted(points, key=lambda point: float(point["at"]))
    first = next((place for place, point in enumerate(ordered) if point["state"] == "broken"), len(ordered))
    return [point for point in ordered[:first] if point["state"] == "holds"], ordered[first:]


def _known(found: Sequence[float | None]) -> list[float]:
    known = [value for value in found if value is not None]
    if not known:
        raise NothingThereError("launches")
    return known


def _from_it_to(kept: Sequence[bool], found: Sequence[float | None]) -> int:
    return sum(value is not None for keeps, value in zip(kept, found, strict=True) if keeps)


def _its_words(found: Any) -> str:
    """A statement of a dossier, or a row of them, as a person reads it."""
    if isinstance(found, list):
        return "; ".join(map(_its_words, found))
    return filled_in(found["words"], [figure["text"] for figure in found["figures"]])


FINGERPRINT: Final = "SHA-256 of all together, its beginning"
DERIVATIONS: Final[dict[str, Derivation]] = {
    "said": _said,
    "number": len,
    "number of traces": lambda *found: len(found),
    "number that are worse": lambda *found: found.count("worse"),
    "number that are better": lambda *found: found.count("better"),
    "sum": lambda *found: math.fsum(value or 0.0 for value in found),
    "typical launch": lambda *found: median(_sums(*found)),
    "typical share": _typical_share,
    "typical share of the last": lambda *found: _typical_share(_sums(*found[:-1]), found[-1]),
    "worst launch": lambda *found: max(_sums(*found)),
    "best launch": lambda *found: min(_sums(*found)),
    "longest": lambda found: math.inf if None in found else max(found),
    "any": any,
    "launches with any": lambda *found: sum(value > 0 for value in _sums(*found)),
    "launches that kept all": sum,
    "launches that missed any": lambda missed: sum(map(bool, missed)),
    "launches that missed it": lambda missed, name: sum(name in each for each in missed),
    "as it came, if every launch is bad": lambda missed: 1.0 if missed and all(missed) else None,
    "launches in which it was": lambda found: sum(value is not None for value in found),
    "launches in which it was not": lambda found: sum(value is None for value in found),
    "in a hundred at least": _at_least_in_a_hundred,
    "in a hundred at most": _at_most_in_a_hundred,
    "highest": max,
    "highest of all": lambda *found: max(found),
    "earliest": lambda found: min(_known(found)),
    "middle": lambda found: median(_known(found)),
    "latest": lambda found: max(_known(found)),
    "false alarms": _from_it_to,
    "its words": _its_words,
    "launches with it": seen_in,
    "with it in a hundred at least": lambda found: math.floor(
        100 * binomial_interval(seen_in(found), len(found))[0] + 1e-9
    ),
    "with it in a hundred at most": lambda found: math.ceil(100 * most_share(found) - 1e-9),
    "class of likelihood": likelihood_class,
    "risk": lambda severity, likelihood: risk_of(likelihood, severity),
    "risk by launches": lambda severity, found: risk_of(likelihood_class(found), severity),
    "last value that holds": _last_before,
    "first value that is broken": _first_broken,
    "highest value tried": lambda points: max(float(point["at"]) for point in points),
    "launches of a value at most": lambda points: max(point["launches"] for point in points),
    "from one to the other": lambda one, other: other - one,
    "days until": lambda began, today: (date.fromisoformat(today) - date.fromisoformat(began[:10])).days,
    FINGERPRINT: lambda *files: hashlib.sha256(b"".join(files)).hexdigest()[:12],
}
