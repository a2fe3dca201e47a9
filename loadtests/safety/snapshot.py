"""What one worker of a replay has done so far: the rules that end it, and its progress, go by this."""

from __future__ import annotations

import msgspec

from scenarios.protocol.process_messages import RequestTally


class Snapshot(msgspec.Struct):
    """What one worker had done at one moment.

    For the rules that end a replay: `sent` are the requests of its latest whole seconds, as (second since the start,
    requests); `timed` responses have a time that counts, of which `slow` were slower than each rule's limit; `overdue`
    are still in flight and slower already. `requests` are for live metrics.
    """

    sessions_started: int
    sessions_due: int
    sessions_open: int
    good: int
    failed: int
    lag_p99_s: float
    sent: list[tuple[int, int]] = []
    timed: int = 0
    slow: list[int] = []
    overdue: list[int] = []
    requests: list[RequestTally] = []
