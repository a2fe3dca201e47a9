"""Why requests of described operations were not good, counted in words; never with a value of anybody's."""

from __future__ import annotations

from collections import Counter
from typing import Final

_KINDS_MOST: Final = 50  # of one operation: a service may answer with any status
_OTHERS: Final = "other reasons"


class Reasons:
    """By operation and words, how often."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def note(self, operation: str, words: str) -> None:
        """One more."""
        mine = self.counts.setdefault(operation, Counter())
        mine[words if words in mine or len(mine) < _KINDS_MOST else _OTHERS] += 1

    def by_operation(self) -> dict[str, dict[str, int]]:
        """The counts, the most frequent first."""
        return {operation: dict(words.most_common()) for operation, words in self.counts.items()}
