"""How a replay is getting on, in one line of plain text a second.

Each worker hands in a `Snapshot`; those of all workers add up to one line. The lag is that of the requests
sent since the last snapshot, the highest of the workers'.
"""

from __future__ import annotations

from typing import Final

from loadtests.safety.snapshot import Snapshot

BEGINS_AT: Final = "replay begins at "  # and then the wall clock, in seconds: said once, before the first line


def p99(durations_s: list[float]) -> float:
    """The value that 99 in 100 do not exceed; 0 of nothing."""
    ordered = sorted(durations_s)
    return ordered[max(0, -(-99 * len(ordered) // 100) - 1)] if ordered else 0.0


def line(snapshots: list[Snapshot], elapsed_s: float, span_s: float) -> str:
    """The progress of all workers, `elapsed_s` after the start; sessions start during `span_s`."""
    started, due, are_open, good, failed = (
        sum(getattr(part, name) for part in snapshots)
        for name in ("sessions_started", "sessions_due", "sessions_open", "good", "failed")
    )
    lag_s = max((part.lag_p99_s for part in snapshots), default=0.0)
    return (
        f"replay {min(elapsed_s, span_s):.0f}/{span_s:.0f} s  sessions {started}/{due}  open {are_open}"
        f"  good {good}  failed {failed}  lag p99 {lag_s * 1000:.0f} ms"
    )
