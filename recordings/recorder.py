"""Fills a recording while things happen: plain lists in the hot path, whole arrays from time to time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recordings.histogram import FloatArray, IntArray
from recordings.recording import CACHED, GAUGES, VISITS, WAITS, Form, Recording
from recordings.tally import Tally

FLUSH_AT = 1 << 15


class Buffer:
    """Durations on their way into a tally: `cells[row][outcome]` is a flat list of moment, duration, moment, …

    In the hot path a caller does `cells[row][outcome] += (moment_s, duration_s)`: one line, no call.
    """

    def __init__(self, form: Form, shape: tuple[int, int, int]) -> None:
        self.form, self.shape = form, shape
        self.tallies: list[Tally] = [Tally.empty(shape)]
        self.cells: list[list[list[float]]] = [[[] for _ in range(shape[1])] for _ in range(shape[0])]

    def flush(self, least: int) -> None:
        """Turn every list of at least `least` numbers into counts."""
        for row, outcomes in enumerate(self.cells):
            for outcome, pairs in enumerate(outcomes):
                if len(pairs) >= max(least, 1):
                    self._count(row, outcome, np.array(pairs).reshape(-1, 2))
                    pairs.clear()
        if len(self.tallies) > 16:
            self.tallies = [Tally.merged(self.tallies)]

    def tally(self) -> Tally:
        """Everything so far."""
        self.flush(0)
        return Tally.merged(self.tallies)

    def _count(self, row: int, outcome: int, pairs: FloatArray) -> None:
        windows = self.form.windows_of(pairs[:, 0])
        place = (np.full(len(pairs), row), np.full(len(pairs), outcome), windows)
        self.tallies.append(Tally.of(self.shape, place, pairs[:, 1]))


class Recorder:
    """Records one launch. Moments are seconds since midnight, durations seconds, names are given by their place.

    responses: `cells[operation][outcome] += (intended_s, response_s)` for each request with its *intended* start and
        the time from it to the outcome
    lags: `cells[operation][outcome] += (intended_s, lag_s)`; how much later than intended a request was sent
    waits: `cells[station][place in WAITS] += (moment_s, wait_s)` for each wait in a queue that ended at `moment_s`
    sessions: `[population][ending]`, to which each session's start is appended when it has ended
    marks: `[name]`, to which the moment of each is appended
    hits: `[name]` of a fault or defence, to which the moment of each hit is appended
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        requests = (len(form.operations), len(form.outcomes), form.windows)
        self.responses = Buffer(form, requests)
        self.lags = Buffer(form, requests)
        self.waits = Buffer(form, (len(form.stations), len(WAITS), form.windows))
        self.sessions: list[list[list[float]]] = [[[] for _ in form.endings] for _ in form.populations]
        self.marks: dict[str, list[float]] = {name: [] for name in form.marks}
        self.hits: dict[str, list[float]] = {name: [] for name in form.effects}
        self._visits = Recording.blank(form).visits
        self._cached = Recording.blank(form).cached
        self._cached_before = np.zeros((len(form.stations), len(CACHED)), dtype=np.int64)
        self._visits_before = np.zeros((len(form.stations), len(VISITS)), dtype=np.int64)
        self._sampled: list[tuple[Sequence[int], Sequence[int], Sequence[int]]] = []

    def sample(self, busy: Sequence[int], queued: Sequence[int], gauges: Sequence[int]) -> None:
        """The state at one sampling moment: busy servers and queue by station, and GAUGES."""
        self._sampled.append((busy, queued, gauges))

    def visits(self, window: int, so_far: Sequence[Sequence[int]]) -> None:
        """Station arrivals so far, by VISITS, at the end of `window`; long lists become counts here."""
        now = np.array(so_far, dtype=np.int64).reshape(self._visits_before.shape)
        self._visits[:, :, window] += now - self._visits_before
        self._visits_before = now
        for buffer in (self.responses, self.lags, self.waits):
            buffer.flush(FLUSH_AT)

    def cached(self, window: int, so_far: Sequence[Sequence[int]]) -> None:
        """What stations' caches have answered so far, by CACHED, at the end of `window`."""
        now = np.array(so_far, dtype=np.int64).reshape(self._cached_before.shape)
        self._cached[:, :, window] += now - self._cached_before
        self._cached_before = now

    def recording(self) -> Recording:
        """What was recorded, as one launch."""
        form, stations = self.form, len(self.form.stations)
        seen = self._sampled[: form.samples]
        busy, queued = np.zeros((stations, form.samples)), np.zeros((stations, form.samples))
        gauges = np.zeros((len(GAUGES), form.samples))
        for place, (busy_now, queued_now, gauges_now) in enumerate(seen):
            busy[:, place], queued[:, place], gauges[:, place] = busy_now, queued_now, gauges_now
        happened = np.arange(form.samples) < len(seen)
        servers = np.array(form.servers).reshape(stations, 1)
        return Recording(
            form=form,
            launches=1,
            response=self.responses.tally(),
            lag=self.lags.tally(),
            waits=self.waits.tally(),
            sessions=np.array([[self._by_window(ending) for ending in row] for row in self.sessions]),
            marks=np.array([self._by_window(moments) for moments in self.marks.values()]),
            visits=self._visits,
            cached=self._cached,
            busy=busy,
            queued=queued,
            highest_queued=queued,
            empty=((busy == 0) & happened).astype(np.float64),
            full=((busy >= servers) & happened).astype(np.float64),
            gauges=gauges,
            hits=np.array([self._by_window(self.hits[name]) for name in form.effects], dtype=np.int64).reshape(
                len(form.effects), form.windows
            ),
        )

    def _by_window(self, moments_s: list[float]) -> IntArray:
        return np.bincount(self.form.windows_of(np.array(moments_s)), minlength=self.form.windows)
