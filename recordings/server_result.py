"""Whether the mock server kept its time. The server hands over a `ServerTiming`; `readiness.judging.server_lag` judges
it. A target that is not our mock has none."""

from __future__ import annotations

import msgspec

from recordings.generator_result import Lag


class ServerTiming(msgspec.Struct, frozen=True):
    """What a mock server noted of itself since the scenario's time began.

    `buckets` and `counts` are the histogram of delivery lags in the buckets of `recordings.histogram` (equal lengths,
    rising buckets), with their exact sum and extremes. `windows` are pairs of wall-clock seconds and of the seconds of
    processor time that the server's process used in them, about one a second.
    """

    buckets: list[int] = []
    counts: list[int] = []
    total_s: float = 0.0
    least_s: float = 0.0
    most_s: float = 0.0
    windows: list[tuple[float, float]] = []


class ServerResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the mock answered when it should have. `lag_ms` is how much later than due by the model it went on with a
    request; `processor_left` the share of a processor that its process had left, in the mean and in its busiest
    second; `why` says what made a replay invalid."""

    lag_ms: Lag
    requests: int
    processor_left_mean: float | None
    processor_left_least: float | None
    valid: bool
    why: list[str] = []
