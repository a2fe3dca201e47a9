"""The shades of a map, six of one hue from light to dark so that they are told apart in grey, and what each means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from experiments.sweeps.measures import PointEstimate, SweepMeasure
from readiness.wording.figures import amount

LEVELS: Final = 6
UNKNOWN: Final = "level-none"
_QUARTERS: Final = (
    "in no launch",
    "up to 25 in 100",
    "up to 50 in 100",
    "up to 75 in 100",
    "not in all",
    "in every launch",
)


@dataclass(frozen=True)
class Shades:
    """Upper ends of all levels but the last, which is for what lies beyond them, and what each level means. Which are
    `used` is known from what was found."""

    ends: tuple[float, ...]
    meanings: tuple[str, ...]
    used: frozenset[str] = frozenset()

    def level(self, found: PointEstimate) -> str:
        """The class of a tile."""
        if found.value is None:
            return UNKNOWN
        return f"level-{sum(found.value > end + 1e-12 for end in self.ends)}"

    def words(self) -> list[tuple[str, str]]:
        """Each level that is used, with what it means, from light to dark."""
        levels = [(f"level-{number}", words) for number, words in enumerate(self.meanings)]
        return [each for each in [*levels, (UNKNOWN, "nothing to measure")] if each[0] in self.used]


def shades_of(measure: SweepMeasure, found: Sequence[PointEstimate]) -> Shades:
    """Of a share of launches none, quarters and all; of other figures fifths of the range that was seen, and never."""
    if measure.is_share:
        shades = Shades((0.0, 0.25, 0.5, 0.75, math.nextafter(1.0, 0.0) - 1e-9), _QUARTERS)
    else:
        shades = _fifths(measure, [each.value for each in found if each.value is not None and not each.is_never])
    return Shades(shades.ends, shades.meanings, frozenset(map(shades.level, found)))


def _fifths(measure: SweepMeasure, known: Sequence[float]) -> Shades:
    least, most = min(known, default=0.0), max(known, default=0.0)
    ends = tuple(least + (most - least) * part / (LEVELS - 1) for part in range(1, LEVELS))
    begins = (least, *ends)
    named = [
        f"{amount(low, measure.unit)} to {amount(high, measure.unit)}" for low, high in zip(begins, ends, strict=False)
    ]
    return Shades(ends, (*named, "never"))
