"""What an audit may take, whatever it is answered: time, requests and bytes.

    time      `2 x patience + planned x (0.25 s + 1 / ceiling)`, and no longer than the patience without an answer
    requests  `2 x planned + 1,500`, of which at most 500 are pages of the list
    bytes     4 MiB an answer, `256 MiB + planned x 64 KiB` in all

`planned` are the requests of an audit that is answered well: two for each reader, one for each referral and one
for each letter.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

PATIENCE_S: Final = 60.0
PLANNED_REQUEST_S: Final = 0.25  # eight at a time, so two seconds each
TRIES_MORE: Final = 1500
PAGES_MOST: Final = 500
PAGE_REFERRALS: Final = 1000
READ_BYTES_MAX: Final = 4 * 1024 * 1024
READ_BYTES_ALL: Final = 256 * 1024 * 1024
READ_BYTES_EACH: Final = 64 * 1024


class UnreadError(Exception):
    """Something could not be read; its text says why, in words of this program alone."""


class AuditBounds:
    """What is left of an audit's time, requests and bytes."""

    def __init__(self, planned: int, per_s: float | None, patience_s: float) -> None:
        self.patience_s = patience_s
        self.within_s = 2 * patience_s + planned * (PLANNED_REQUEST_S + (1 / per_s if per_s else 0.0))
        self.requests = 2 * planned + TRIES_MORE
        self.bytes = READ_BYTES_ALL + planned * READ_BYTES_EACH
        self._heard_s = monotonic()
        self._end_s = self._heard_s + self.within_s
        self._trouble = ""

    def left_s(self) -> float:
        """For how long the next request may wait. Raises `UnreadError` when nothing may be asked any more."""
        now_s = monotonic()
        if now_s >= self._end_s:
            raise UnreadError("the audit's time was over")
        if now_s >= self._heard_s + self.patience_s:
            last = f", at last: {self._trouble}" if self._trouble else ""
            raise UnreadError(f"nothing was heard for {self.patience_s:g} s{last}")
        if self.requests <= 0:
            raise UnreadError("the audit's requests were used up")
        if self.bytes <= 0:
            raise UnreadError("the audit's bytes were used up")
        return min(self._end_s, self._heard_s + self.patience_s) - now_s

    def heard(self) -> None:
        """There was an answer."""
        self._heard_s = monotonic()

    def failed(self, trouble: str) -> None:
        """There was none: `trouble` says what there was instead."""
        self._trouble = trouble
