"""Which assumption an answer leans on: each of them a tenth larger and a tenth smaller, on the very same draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from experiments.sizes.assumptions import Assumption
from experiments.sizes.candidates import Tried

CHANGED_BY: Final = Decimal("0.1")
_SCREENED: Final = 2  # launches of each side, at first
_STRONGEST: Final = 3  # have more
_LEAST: Final = 4
_MOST: Final = 16


@dataclass(frozen=True)
class Leaning:
    """What becomes of the answer with less and with more of an assumption; None where the scenario takes no such value,
    as when a share is full. `base` is the answer as it stands, in as many launches."""

    assumption: Assumption
    base: Tried
    less: Tried | None
    more: Tried | None

    @property
    def effect(self) -> tuple[float, int]:
        """By how much the share of good launches changes at most; and where that tells nothing apart, the number of
        objectives that are missed, launch by launch."""
        changed = [each for each in (self.less, self.more) if each is not None]
        shares = [abs(each.good / each.number - self.base.good / self.base.number) for each in changed]
        misses = [abs(each.missed.total() - self.base.missed.total()) for each in changed]
        return max(shares, default=0.0), max(misses, default=0)

    @property
    def changes_something(self) -> bool:
        """Whether in any of these launches something else is met than without it."""
        return self.effect != (0.0, 0)

    @property
    def worst(self) -> tuple[str, Tried]:
        """The side that does more: `more` or `less`, and what became of the answer with it."""
        sides = {"more": self.more, "less": self.less}
        found = [(name, each) for name, each in sides.items() if each is not None]
        return max(found, key=lambda side: Leaning(self.assumption, self.base, side[1], None).effect)


def leanings(
    assumptions: Sequence[Assumption],
    base: Callable[[int], Tried],
    changed: Callable[[list[str], int], Tried | None],
    in_all: int = 80,
) -> list[Leaning]:
    """Each assumption's, the one that the answer leans on most first. `base` gives the answer in so many launches,
    `changed` the same with some settings, or None where the scenario does not take them.

    Two launches of each side choose the strongest three (all, where none of them changes anything), which have 4 to 16
    a side: about `in_all` launches altogether."""

    def looked_at(each: Assumption, launches: int) -> Leaning:
        sides = (changed(each.settings(1 + change), launches) for change in (-CHANGED_BY, CHANGED_BY))
        return Leaning(each, base(launches), *sides)

    found = _strongest_first(looked_at(each, _SCREENED) for each in assumptions)
    chosen = found[:_STRONGEST] if any(each.changes_something for each in found) else found
    left = in_all - 2 * _SCREENED * len(assumptions)
    launches = max(_LEAST, min(_MOST, _SCREENED + left // max(2 * len(chosen), 1)))
    again = _strongest_first(looked_at(each.assumption, launches) for each in chosen)
    return [*again, *(each for each in found if each not in chosen)]


def _strongest_first(found: Iterable[Leaning]) -> list[Leaning]:
    return sorted(found, key=lambda each: each.effect, reverse=True)
