"""Fills a recording while things happen: plain lists in the hot path, whole arrays from time to time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from recordings.buffers import FLUSH_AT, Buffer, MomentCounter, SessionBuffer, WishBuffer
from recordings.histogram import FloatArray, IntArray
from recordings.recording import (
    CACHED,
    GAUGES,
    PRACTICE_FIRSTS,
    PRACTICE_GAUGES,
    SLOTS,
    VISITS,
    WAITS,
    Form,
    Recording,
)
from recordings.tally import Tally

_TALLIES = ("response", "lag", "waits", "session_times", "wishes", "in_line", "referrals", "staff", "slots")
_HEDGES, _MARKS, _HITS = range(3)  # of what only moments are counted
_Sample = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int], Sequence[float]]


class Recorder:
    """Records one launch. Moments are seconds since midnight, durations seconds, names are given by their place.

    responses: `cells[operation][outcome] += (intended_s, response_s)` for each request with its *intended* start and
        the time from it to the outcome
    lags: `cells[operation][outcome] += (intended_s, lag_s)`; how much later than intended a request was sent
    waits: `cells[station][place in WAITS] += (moment_s, wait_s)` for each wait in a queue that ended at `moment_s`
    sessions: `cells[population][ending] += (start_s, took_s)` for each session when it has ended
    wishes: `cells[population · goals + goal][place in WISHES] += (since_s, took_s)` once for each person's goal
    in_line: the same, with how long that person was in a waiting room for it, if at all
    hedges: `[operation]`, to which the moment of each hedge is appended
    marks: `[name]`, to which the moment of each is appended
    hits: `[name]` of a fault or defence, to which the moment of each hit is appended
    referrals: `cells[priority][place] += (arose_s, delay_s)` once for each referral, when it has come to its place
    staff: `cells[role][activity] += (moment_s, duration_s)` for time that somebody spends
    firsts: `[place in PRACTICE_FIRSTS]`, to which the moment of each practice's is appended
    slots: `[specialty, priority][place in SLOTS] += (moment_s, wait_days)` for each booking that wanted a slot; the
        same as `bookings`, where they are rows
    slots_free: `+= ` at each sampling moment how many can be had of each specialty
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        requests = (len(form.operations), len(form.outcomes), form.windows)
        self.responses = Buffer(form, requests)
        self.lags = Buffer(form, requests)
        self.waits = Buffer(form, (len(form.stations), len(WAITS), form.windows))
        self.sessions = SessionBuffer(form)
        self.wishes, self.in_line = WishBuffer(form), WishBuffer(form)
        effects = tuple(dict.fromkeys(form.effects))  # a fault and a defence of one name share their hits
        self.referrals, self.staff = Buffer(form, form.referrals), Buffer(form, form.staff)
        counted = (form.operations, form.marks, effects, PRACTICE_FIRSTS)
        self._moments = [MomentCounter(form, len(names)) for names in counted]
        hedges, marks, hits, self.firsts = (moments.lists for moments in self._moments)
        self.hedges = hedges
        self.marks = dict(zip(form.marks, marks, strict=True))
        self.hits = dict(zip(effects, hits, strict=True))
        self._visits = np.zeros((len(form.stations), len(VISITS), form.windows), dtype=np.int64)
        self._cached = np.zeros((len(form.stations), len(CACHED), form.windows), dtype=np.int64)
        self._cached_before = np.zeros((len(form.stations), len(CACHED)), dtype=np.int64)
        self._visits_before = np.zeros((len(form.stations), len(VISITS)), dtype=np.int64)
        self._sampled: list[_Sample] = []
        self.bookings = Buffer(form, (len(form.bookers), len(SLOTS), form.windows))
        self.slots = {who[:2]: cells for who, cells in zip(form.bookers, self.bookings.cells, strict=True)}
        self.slots_free: list[float] = []

    @property
    def _buffers(self) -> tuple[Buffer, ...]:
        """In the order of `_TALLIES`."""
        of_sessions = self.sessions, self.wishes, self.in_line
        return self.responses, self.lags, self.waits, *of_sessions, self.referrals, self.staff, self.bookings

    def sample(
        self,
        busy: Sequence[int],
        queued: Sequence[int],
        gauges: Sequence[int],
        practices: Sequence[float] = (),
        available: Sequence[int] = (),
    ) -> None:
        """The state at one sampling moment: busy servers and queue by station, GAUGES, PRACTICE_GAUGES where there are
        practices, and the servers that each station has then, or all that the scenario gives it."""
        self._sampled.append((busy, queued, available or self.form.servers, gauges, practices))

    def visits(self, window: int, so_far: Sequence[Sequence[int]]) -> None:
        """Station arrivals so far, by VISITS, at the end of `window`; long lists become counts here."""
        now = np.array(so_far, dtype=np.int64).reshape(self._visits_before.shape)
        self._visits[:, :, window] += now - self._visits_before
        self._visits_before = now
        self.flush()

    def add_visits(self, counts: IntArray) -> None:
        """Arrivals at stations that were counted by window elsewhere, shape (stations, VISITS, windows)."""
        self._visits += counts

    def add_cached(self, counts: IntArray) -> None:
        """The same of what their caches have answered, shape (stations, CACHED, windows)."""
        self._cached += counts

    def add_marks(self, counts: IntArray) -> None:
        """Marks that were counted by window, shape (marks, windows), beside those that are appended."""
        self._moments[_MARKS].add(counts)

    def add_hits(self, counts: IntArray) -> None:
        """Hits that were counted by window, shape (effects, windows), an effect's name once."""
        self._moments[_HITS].add(counts[: len(self.hits)])

    def add_hedges(self, counts: IntArray) -> None:
        """The same for hedges, shape (operations, windows)."""
        self._moments[_HEDGES].add(counts)

    def flush(self) -> None:
        """Turn what has become long into counts."""
        for buffer in self._buffers:
            buffer.flush(FLUSH_AT)
        for moments in self._moments:
            moments.flush()

    def flushing(self) -> Iterator[None]:
        """The same a little at a time, for who must be on time meanwhile: yields after each piece."""
        yield from chain.from_iterable(buffer.flushing() for buffer in self._buffers)
        for moments in self._moments:
            moments.flush()

    def cached(self, window: int, so_far: Sequence[Sequence[int]]) -> None:
        """What stations' caches have answered so far, by CACHED, at the end of `window`."""
        now = np.array(so_far, dtype=np.int64).reshape(self._cached_before.shape)
        self._cached[:, :, window] += now - self._cached_before
        self._cached_before = now

    def recording(self) -> Recording:
        """What was recorded, as one launch."""
        return self.collected()()

    def collected(self) -> Callable[[], Recording]:
        """Count what was recorded up to now. What is given back puts it together as one launch: that takes longer, and
        may be done in another thread while recording goes on."""
        buffers = self._buffers
        for buffer in buffers:
            buffer.flush(0)
        hedges, marks, hits, firsts = (moments.counts() for moments in self._moments)
        return partial(
            _one_launch,
            self.form,
            [buffer.counted() for buffer in buffers],
            self._sampled[: self.form.samples],
            spans=self.sessions.spans[np.newaxis].copy(),
            hedges=hedges,
            marks=marks,
            visits=self._visits.copy(),
            cached=self._cached.copy(),
            hits=hits[[list(self.hits).index(name) for name in self.form.effects]],
            practice_firsts=firsts,
            slots_free=self._free(),
        )

    def _free(self) -> FloatArray:
        """Samples of the slots that can be had, shape (specialties, samples); 0 where none was taken."""
        found = np.zeros((len(self.form.specialties), self.form.samples))
        if self.slots_free:
            seen = np.array(self.slots_free).reshape(-1, len(found)).T[:, : self.form.samples]
            found[:, : seen.shape[1]] = seen
        return found


def _one_launch(form: Form, tallies: list[Callable[[], Tally]], seen: list[_Sample], **counted: Any) -> Recording:
    """A recording of one launch from its parts: what gives the tally of each buffer of a recorder, its samples, and
    what else was counted."""
    stations = len(form.stations)
    busy, queued, available = (np.zeros((stations, form.samples)) for _ in range(3))
    gauges = np.zeros((len(GAUGES), form.samples))
    practices = np.zeros((len(PRACTICE_GAUGES) if form.practices else 0, form.samples))
    for part, found in enumerate((busy, queued, available, gauges, practices)):
        if seen and len(found):
            found[:, : len(seen)] = np.array([sample[part] for sample in seen]).T
    happened = np.arange(form.samples) < len(seen)
    counted |= {name: tally() for name, tally in zip(_TALLIES, tallies, strict=True)}
    return Recording(
        form=form,
        launches=1,
        busy=busy,
        queued=queued,
        available=available,
        highest_queued=queued,
        empty=((busy == 0) & happened).astype(np.float64),
        full=((busy >= available) & (available > 0)).astype(np.float64),
        gauges=gauges,
        practices=practices,
        **counted,
    )
