"""What happened: one form, whoever recorded it.

A `Recording` is whole arrays over fixed axes, named by its `Form`. The simulator and the load test fill it through a
`recorder.Recorder`; recordings of several launches or of several workers merge by addition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Self

import numpy as np

from recordings.histogram import DurationHistogram, FloatArray, IntArray
from recordings.tally import Tally

VISITS = ("at_once", "waited", "left", "refused")  # what came of an arrival at a station
CACHED = ("hit", "missed")  # whether a cache spared a station the visit
WAITS = ("waited", "left")  # how a wait in a station's queue ended
WISHES = ("got_there", "gave_up", "still_trying")  # how it ended when somebody wanted something
SPAN = ("first_s", "last_s", "open_at_end")
GAUGES = ("sessions_open", "waiting_to_retry", "requests_open")
# of practices: referrals that they hold; practices that would rather try the system than not, and that have heard that
# it is down; the sum of their habits
PRACTICE_GAUGES = ("held", "using", "believe_down", "habit")
PRACTICE_FIRSTS = ("tried", "got_in")  # a practice's first try, and its first that went well
SLOTS = ("taken", "refused")  # what came of a booking that wanted an appointment slot
# the parts of a recording that are added up, by what their last axis is
_TALLIES = ("response", "lag", "waits", "session_times", "wishes", "in_line", "referrals", "staff", "slots")
_BY_WINDOW = ("hedges", "marks", "visits", "cached", "hits", "practice_firsts")
_BY_SAMPLE = ("busy", "queued", "available", "empty", "full", "gauges", "practices", "slots_free")


@dataclass(frozen=True)
class Form:
    """The axes of a recording. Windows and samples count from `start_s`, in seconds since midnight."""

    operations: tuple[str, ...]
    outcomes: tuple[str, ...]
    populations: tuple[str, ...]
    endings: tuple[str, ...]
    stations: tuple[str, ...]
    servers: tuple[int, ...]
    marks: tuple[str, ...]
    start_s: float
    window_s: float
    windows: int
    effects: tuple[str, ...] = ()
    faults: tuple[tuple[str, float, float], ...] = ()  # name, begin and end of those whose times are fixed
    samples_per_window: int = 20
    goals: tuple[str, ...] = ()  # what people may want: every operation, then every achievement
    practices: int = 0  # how many there are; 0 where nobody follows them
    priorities: tuple[str, ...] = ()  # of referrals, where they are followed
    places: tuple[str, ...] = ()  # where a referral may be, each in one of them
    roles: tuple[str, ...] = ()  # of people whose time is counted
    activities: tuple[str, ...] = ()  # what it goes into
    # who takes appointment slots: specialty, priority, and within how many days (0: any)
    bookers: tuple[tuple[str, str, int], ...] = ()

    @property
    def specialties(self) -> tuple[str, ...]:
        """Those whose slots are taken, each once."""
        return tuple(dict.fromkeys(specialty for specialty, _, _ in self.bookers))

    @property
    def wishes(self) -> tuple[int, int, int]:
        """The shape of the tallies of wishes: (populations · goals, WISHES, windows)."""
        return len(self.populations) * len(self.goals), len(WISHES), self.windows

    @property
    def referrals(self) -> tuple[int, int, int]:
        """The shape of the tally of referrals: (priorities, places, windows)."""
        return len(self.priorities), len(self.places), self.windows

    @property
    def staff(self) -> tuple[int, int, int]:
        """The shape of the tally of people's time: (roles, activities, windows)."""
        return len(self.roles), len(self.activities), self.windows

    @property
    def sample_s(self) -> float:
        """The time between two samples of the gauges."""
        return self.window_s / self.samples_per_window

    @property
    def samples(self) -> int:
        """How many samples of each gauge there are."""
        return self.windows * self.samples_per_window

    @property
    def end_s(self) -> float:
        """When the last window ends."""
        return self.start_s + self.window_s * self.windows

    def windows_of(self, moments_s: FloatArray) -> IntArray:
        """The window of each moment, those outside counted in the first or last."""
        return np.clip(((moments_s - self.start_s) / self.window_s).astype(np.int64), 0, self.windows - 1)

    def windows_between(self, span: tuple[float, float] | None) -> slice:
        """The windows that begin within `span`; all of them for None."""
        if span is None:
            return slice(0, self.windows)
        first, last = (int(np.ceil((moment - self.start_s) / self.window_s - 1e-9)) for moment in span)
        return slice(max(first, 0), min(max(last, first), self.windows))

    def from_window(self, first: int) -> Form:
        """The axes of what begins in the windows from `first` on."""
        return replace(self, start_s=self.start_s + first * self.window_s, windows=self.windows - first)

    def samples_between(self, windows: slice) -> slice:
        """The samples within some windows."""
        return slice(windows.start * self.samples_per_window, windows.stop * self.samples_per_window)


@dataclass(frozen=True)
class Recording:
    """One launch, or the sum of several. Everything is a sum except the highest samples and the spans.

    response: (operations, outcomes, windows) by window of the intended start; from the intended start
    lag: (operations, outcomes, windows); how late each request was sent; empty in a simulation
    waits: (stations, WAITS, windows)
    session_times: (populations, endings, windows) by window of the start; from it to the session's end
    wishes: (populations · goals, WISHES, windows), a person's goal once each, by window of the first intention; from it
        to the good end, or to where the session ended without one
    in_line: the same places; how long in a waiting room altogether, of those who were in one
    spans: (launches, populations, SPAN) when the first session of each launch began and the last ended, and how many
        were open at the end; infinite and minus infinite where there was none
    hedges: (operations, windows) requests that were sent beside another of the same call
    marks: (marks, windows)
    visits: (stations, VISITS, windows); who found the answer in a cache did not visit
    cached: (stations, CACHED, windows) what came of asking a station's caches
    busy, queued: (stations, samples) summed over launches; highest_queued: the highest of any launch
    available: (stations, samples) servers that a station has, fewer while a fault has taken some and more where some
        were added, summed over launches
    empty, full: (stations, samples) launches in which no server, or every server that is available, was busy
    gauges: (GAUGES, samples) summed over launches
    hits: (effects, windows) how often each fault and defence touched something; a client sees none of it
    referrals: (priorities, places, windows) by window of the consultation; from it to the receipt, or of those that
        were not received to the end of the recording: every referral that arose, once
    staff: (roles, activities, windows) people's time, by window in which they began to spend it
    practices: (PRACTICE_GAUGES, samples) summed over launches; nothing where there are no practices
    practice_firsts: (PRACTICE_FIRSTS, windows)
    slots: (bookers, SLOTS, windows) by window of the booking; of those taken in whole *days* from the booking to the
        appointment, 0 where the recorder saw no appointment, as a client does not
    slots_free: (specialties, samples) slots that can be had, summed over launches
    """

    form: Form
    launches: int
    response: Tally
    lag: Tally
    waits: Tally
    session_times: Tally
    wishes: Tally
    in_line: Tally
    spans: FloatArray
    hedges: IntArray
    marks: IntArray
    visits: IntArray
    cached: IntArray
    busy: FloatArray
    queued: FloatArray
    available: FloatArray
    highest_queued: FloatArray
    empty: FloatArray
    full: FloatArray
    gauges: FloatArray
    hits: IntArray
    referrals: Tally
    staff: Tally
    practices: FloatArray
    practice_firsts: IntArray
    slots: Tally
    slots_free: FloatArray

    @classmethod
    def blank(cls, form: Form) -> Self:
        """A recording of nothing, to which launches can be added."""
        requests = (len(form.operations), len(form.outcomes), form.windows)
        sampled = np.zeros((len(form.stations), form.samples))
        return cls(
            form=form,
            launches=0,
            response=Tally.empty(requests),
            lag=Tally.empty(requests),
            waits=Tally.empty((len(form.stations), len(WAITS), form.windows)),
            session_times=Tally.empty((len(form.populations), len(form.endings), form.windows)),
            wishes=Tally.empty(form.wishes),
            in_line=Tally.empty(form.wishes),
            spans=np.zeros((0, len(form.populations), len(SPAN))),
            hedges=np.zeros((len(form.operations), form.windows), dtype=np.int64),
            marks=np.zeros((len(form.marks), form.windows), dtype=np.int64),
            visits=np.zeros((len(form.stations), len(VISITS), form.windows), dtype=np.int64),
            cached=np.zeros((len(form.stations), len(CACHED), form.windows), dtype=np.int64),
            busy=sampled,
            queued=sampled,
            available=sampled,
            highest_queued=sampled,
            empty=sampled,
            full=sampled,
            gauges=np.zeros((len(GAUGES), form.samples)),
            hits=np.zeros((len(form.effects), form.windows), dtype=np.int64),
            referrals=Tally.empty(form.referrals),
            staff=Tally.empty(form.staff),
            practices=np.zeros((len(PRACTICE_GAUGES) if form.practices else 0, form.samples)),
            practice_firsts=np.zeros((len(PRACTICE_FIRSTS), form.windows), dtype=np.int64),
            slots=Tally.empty((len(form.bookers), len(SLOTS), form.windows)),
            slots_free=np.zeros((len(form.specialties), form.samples)),
        )

    def plus(self, other: Recording, *, launches: int | None = None) -> Recording:
        """Both together: another launch, or (with `launches` given) another worker's part of the same."""
        spans = np.concatenate([self.spans, other.spans])
        together: dict[str, Any] = {
            name: getattr(self, name) + getattr(other, name) for name in (*_BY_WINDOW, *_BY_SAMPLE)
        }
        together |= {name: Tally.merged([getattr(self, name), getattr(other, name)]) for name in _TALLIES}
        return replace(
            self,
            launches=self.launches + other.launches if launches is None else launches,
            spans=_joined(spans) if launches == 1 else spans,
            highest_queued=np.maximum(self.highest_queued, other.highest_queued),
            **together,
        )

    def from_window(self, first: int) -> Recording:
        """What began in the windows from `first` on, as a recording that starts there. The spans of whole launches stay
        as they are."""
        samples = first * self.form.samples_per_window
        parts: dict[str, Any] = {name: getattr(self, name).from_window(first) for name in _TALLIES}
        parts |= {name: getattr(self, name)[..., first:] for name in _BY_WINDOW}
        parts |= {name: getattr(self, name)[..., samples:] for name in (*_BY_SAMPLE, "highest_queued")}
        return replace(self, form=self.form.from_window(first), **parts)

    def with_outcomes(self, outcomes: tuple[str, ...]) -> Recording:
        """The same among these outcomes, of which an earlier version knew a part, in their order.

        Raises `ValueError` when it has others.
        """
        had = self.form.outcomes
        if had == outcomes:
            return self
        if others := [name for name in had if name not in outcomes]:
            raise ValueError(f"a later version made it, which knows the outcome {others[0]!r}")
        places = [outcomes.index(name) for name in had]
        if places != sorted(places):
            raise ValueError("its outcomes stand in another order")
        moved = {name: getattr(self, name).with_outcomes(places, len(outcomes)) for name in ("response", "lag")}
        return replace(self, form=replace(self.form, outcomes=outcomes), **moved)

    @property
    def sessions(self) -> IntArray:
        """How many sessions began in each window and ended in each way: (populations, endings, windows)."""
        return self.session_times.numbers()

    def responses(
        self, operations: list[str] | None = None, outcomes: list[str] | None = None, windows: slice | None = None
    ) -> DurationHistogram:
        """Response times of the named operations and outcomes (None: all) in some windows."""
        return self.response.select(
            _places(self.form.operations, operations),
            _places(self.form.outcomes, outcomes),
            windows or slice(0, self.form.windows),
        )

    def number_of(self, operations: list[str], outcomes: list[str]) -> int:
        """How many requests of the named operations had these outcomes."""
        places = _places(self.form.operations, operations), _places(self.form.outcomes, outcomes)
        return self.response.number(*places, slice(0, self.form.windows))


def merge_workers(parts: list[Recording]) -> Recording:
    """The recordings of one launch's workers (at least one) as the recording of that launch."""
    return reduce(lambda whole, part: whole.plus(part, launches=1), parts)


def _joined(spans: FloatArray) -> FloatArray:
    """The span of one launch from those of its parts, shape (1, populations, SPAN)."""
    if not len(spans):
        return spans
    first, last, still_open = np.moveaxis(spans, -1, 0)
    return np.stack([first.min(axis=0), last.max(axis=0), still_open.sum(axis=0)], axis=-1)[np.newaxis]


def _places(names: tuple[str, ...], wanted: list[str] | None) -> list[int]:
    return list(range(len(names))) if wanted is None else [names.index(name) for name in wanted]
