"""Why requests were not good, counted in words; never with a value of anybody's: of described operations what their
answers lacked, of all what came in place of an answer."""

from __future__ import annotations

from collections import Counter
from typing import Final

from loadtests.http.replies import Unanswered
from scenarios.protocol.failure_causes import FailureCause

_KINDS_MOST: Final = 50  # of one operation: a service may answer with any status
_OTHERS: Final = "other reasons"
_TO_BE_SAID: Final = frozenset({FailureCause.PROTOCOL, FailureCause.TLS})  # of others the cause says all


class Reasons:
    """By operation and words, how often."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def note(self, operation: str, words: str) -> None:
        """One more."""
        mine = self.counts.setdefault(operation, Counter())
        mine[words if words in mine or len(mine) < _KINDS_MOST else _OTHERS] += 1

    def note_unanswered(self, operation: str, unanswered: Unanswered) -> None:
        """The same of a request to which something else came than an answer."""
        if unanswered.cause in _TO_BE_SAID:
            self.note(operation, f"no answer: {unanswered.why}")

    def by_operation(self) -> dict[str, dict[str, int]]:
        """The counts, the most frequent first."""
        return {operation: dict(words.most_common()) for operation, words in self.counts.items()}
