"""What an objective's measure means: one function a measure, from a recording to a number.

The same functions judge a forecast and a replay. A value is in seconds, a fraction, per second or a count; infinity is
never, and NaN says that the recording holds nothing to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from readiness.judging.people import PeopleWanting, in_line, makespans, people_who_wanted, sessions_of
from readiness.judging.practices import HeldBacklog, backlog, in_share, using_share
from readiness.judging.recovery import recovery_s
from readiness.judging.referrals import FollowedReferrals, cost, referrals_in, staff_time_s
from readiness.judging.slots import appointment_wait_s, bookings_of, seen_in_time_share, slots_free_min, slots_wanted
from readiness.judging.stations import wait_within
from recordings.histogram import DurationHistogram
from recordings.recording import CACHED, GAUGES, VISITS, WAITS, Recording
from recordings.utilisation import share_busy
from scenarios.behaviour.steps import GONE, INTENDED
from scenarios.language.fallback import Fallback
from scenarios.language.objectives import OF_PRACTICES, Measured, measure_family, percentile_of
from scenarios.language.outcomes import ENDS, FINISHED, OUTCOMES, UNSENT, WAITED_FOR

NAN = float("nan")
_FAILED = tuple(name for name in ENDS if name not in ("good", "unfinished"))  # what is open may yet go well


def measure(objective: Measured, recording: Recording, fallback: Fallback | None = None) -> float:
    """The value of the objective's measure in a recording of one launch (or the mean level over several). `fallback`
    says what things cost."""
    scope = scope_of(objective, recording, fallback)
    if scope.windows.stop <= scope.windows.start or (objective.subject in OF_PRACTICES and not scope.form.practices):
        return NAN
    return _MEASURES[measure_family(objective.measure)](scope)


def scope_of(objective: Measured, recording: Recording, fallback: Fallback | None = None) -> MeasureScope:
    """The windows of a recording that the objective is about."""
    return MeasureScope(objective, recording, recording.form.windows_between(objective.during), fallback)


class MeasureScope:
    """The part of a recording that an objective is about."""

    def __init__(
        self, objective: Measured, recording: Recording, windows: slice, fallback: Fallback | None = None
    ) -> None:
        self.objective, self.recording, self.windows, self.fallback = objective, recording, windows, fallback
        self.form = recording.form

    def places(self, names: tuple[str, ...]) -> list[int]:
        return [names.index(name) for name in self.objective.of] if self.objective.of else list(range(len(names)))

    @property
    def seconds(self) -> float:
        """How long the measured windows last, all launches together."""
        return float(self.windows.stop - self.windows.start) * self.form.window_s * self.recording.launches

    @property
    def q(self) -> float:
        """The share of a percentile."""
        return (percentile_of(self.objective.measure) or 0) / 100

    @property
    def later_than_s(self) -> float:
        """From when on a referral is late."""
        return self.objective.later_than or 0.0

    def responses(self) -> DurationHistogram:
        """Response times of the requests that were not turned away."""
        outcomes = [OUTCOMES.index(name) for name in WAITED_FOR]
        return self.recording.response.select(self.places(self.form.operations), outcomes, self.windows)

    def requests(self, *outcomes: str) -> int:
        """How many had these outcomes; who is told to wait in line has none yet."""
        places = [OUTCOMES.index(name) for name in outcomes or ENDS]
        return self.recording.response.number(self.places(self.form.operations), places, self.windows)

    def sent(self) -> int:
        """How many were put on the wire: every try, those that were told to wait in line, and hedges."""
        on_wire = [name for name in OUTCOMES if name not in UNSENT]
        hedges = self.recording.hedges[self.places(self.form.operations)][:, self.windows]
        return self.requests(*on_wire) + int(hedges.sum())

    def waits(self) -> DurationHistogram:
        return self.recording.waits.select(self.places(self.form.stations), range(len(WAITS)), self.windows)

    def visits(self, *kinds: str) -> int:
        chosen = self.recording.visits[self.places(self.form.stations)][:, :, self.windows]
        return int(chosen[:, [VISITS.index(kind) for kind in kinds or VISITS]].sum())

    def cached(self, *kinds: str) -> int:
        chosen = self.recording.cached[self.places(self.form.stations)][:, :, self.windows]
        return int(chosen[:, [CACHED.index(kind) for kind in kinds or CACHED]].sum())

    def sampled(self, series: np.ndarray) -> np.ndarray:
        """Samples of the chosen stations, shape (stations, samples)."""
        return series[self.places(self.form.stations)][:, self.form.samples_between(self.windows)]

    def wanted(self) -> PeopleWanting:
        """Those who wanted the chosen goal."""
        return people_who_wanted(self.recording, self.objective.of, self.objective.among, self.windows)

    def finished(self) -> PeopleWanting:
        """The sessions of the chosen populations; who finished got there."""
        return sessions_of(self.recording, self.objective.of, self.windows)

    def in_line(self) -> tuple[float, float]:
        """The percentile of the time in waiting rooms, at least and at most."""
        operations = self.objective.of or list(self.form.operations)
        return in_line(self.recording, operations, self.objective.among, self.q, self.windows)

    def bookings(self) -> tuple[int, int]:
        """How many bookings by patients of the chosen priorities took a slot, and how many were refused."""
        return bookings_of(self.recording, self.objective.of, self.windows)

    def referrals(self) -> FollowedReferrals:
        """Those in the chosen places, of the chosen priorities."""
        return referrals_in(self.recording, self.objective.of, self.objective.among, self.windows)

    def staff_time(self) -> float:
        """In seconds, of the chosen roles and activities."""
        return staff_time_s(self.recording, self.objective.among, self.objective.of, self.windows) / self.launches

    def cost(self) -> tuple[float, float]:
        """At least and at most."""
        if self.fallback is None:
            return NAN, NAN
        least, most = cost(self.recording, self.fallback, self.windows)
        return least / self.launches, most / self.launches

    @property
    def launches(self) -> int:
        return self.recording.launches

    def held(self) -> HeldBacklog:
        """What practices hold."""
        return backlog(self.recording, self.windows)

    def makespans(self) -> list[tuple[float, float]]:
        """Of the chosen populations in each launch, at least and at most."""
        return makespans(self.recording, self.objective.of)

    def sessions(self, populations: list[str]) -> list[int]:
        """How many sessions of these populations (none named: of all) ended in each way, by ENDINGS."""
        names = self.form.populations
        places = [names.index(name) for name in populations] if populations else list(range(len(names)))
        chosen = self.recording.sessions[places][:, :, self.windows].sum(axis=(0, 2))
        return [int(number) for number in chosen]

    def appointment_wait_s(self, q: float | None) -> float:
        """From booking to appointment: the quantile, or the mean."""
        return appointment_wait_s(self.recording, self.objective.of, q, self.windows)

    def marked(self, names: list[str]) -> int:
        return int(self.recording.marks[[self.form.marks.index(name) for name in names]][:, self.windows].sum())


def _wait_quantile(scope: MeasureScope) -> float:
    """Over all who were served or left, those who never waited at 0."""
    return wait_within(scope.waits(), scope.visits("at_once"), scope.q)


def _of_those_served(scope: MeasureScope, q: float, value_s: float) -> float:
    """A response time speaks of those who were not turned away; where they are fewer than a share `q` of all, never."""
    asked, served = scope.requests(), scope.requests(*WAITED_FOR)
    return np.inf if served < q * asked - 1e-9 else value_s


def _mean(values: list[float]) -> float:
    """Of those that are known."""
    known = [value for value in values if not np.isnan(value)]
    return sum(known) / len(known) if known else NAN


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN


def _finished_share(scope: MeasureScope) -> float:
    sessions = scope.sessions(scope.objective.of)
    return _ratio(sessions[FINISHED], sum(sessions))


def _slot_share(scope: MeasureScope) -> float:
    taken, refused = slots_wanted(scope.recording, scope.objective.of, scope.windows)
    return _ratio(taken, taken + refused)


def _gauge_mean(scope: MeasureScope, name: str) -> float:
    samples = scope.recording.gauges[GAUGES.index(name), scope.form.samples_between(scope.windows)]
    return float(samples.mean()) / scope.recording.launches


def _per_launch(scope: MeasureScope, series: np.ndarray) -> float:
    """The time average of the chosen stations' sum."""
    return float(scope.sampled(series).sum(axis=0).mean()) / scope.recording.launches


def _server_share(scope: MeasureScope) -> float:
    busy, available = (scope.sampled(each).sum() for each in (scope.recording.busy, scope.recording.available))
    return float(share_busy(busy, available))


def _state_share(scope: MeasureScope, series: np.ndarray) -> float:
    return float(scope.sampled(series).mean()) / scope.recording.launches


def recoveries(scope: MeasureScope) -> Iterator[tuple[float, float]]:
    """(time to recover, how long the recording goes on after the end) of each named fault that this recording covers
    and that had a level before it; infinity where the recovery was not seen."""
    for name, start_s, end_s in scope.form.faults:
        if name in scope.objective.of and scope.form.start_s < start_s and end_s < scope.form.end_s:
            took_s = recovery_s(scope.recording, start_s, end_s)
            if not np.isnan(took_s):
                yield took_s, scope.form.end_s - end_s


def _recovery(scope: MeasureScope) -> float:
    """The longest of the named faults; where the recovery was not seen, as long as was seen of it."""
    return max((min(took_s, seen_s) for took_s, seen_s in recoveries(scope)), default=NAN)


_MEASURES: dict[str, Callable[[MeasureScope], float]] = {
    "response mean": lambda scope: _of_those_served(scope, 0.5, scope.responses().mean_s),
    "response pNN": lambda scope: _of_those_served(scope, scope.q, scope.responses().quantile(scope.q)),
    "response max": lambda scope: _of_those_served(scope, 0.5, scope.responses().quantile(1.0)),
    "good share": lambda scope: _ratio(scope.requests("good"), scope.requests()),
    "failed share": lambda scope: _ratio(scope.requests(*_FAILED), scope.requests()),
    "goodput": lambda scope: _ratio(scope.requests("good"), scope.seconds),
    "offered rate": lambda scope: _ratio(scope.requests(), scope.seconds),
    "sent rate": lambda scope: _ratio(scope.sent(), scope.seconds),
    "received rate": lambda scope: _ratio(scope.sent() - scope.requests("refused"), scope.seconds),
    "time to pNN": lambda scope: scope.wanted().within(scope.q),
    "people share": lambda scope: scope.wanted().share,
    "time in line pNN": lambda scope: scope.in_line()[0],
    "wait mean": lambda scope: _ratio(scope.waits().total_s, scope.visits("at_once") + scope.waits().count),
    "wait pNN": _wait_quantile,
    "waited share": lambda scope: _ratio(scope.visits("waited", "left"), scope.visits()),
    "refused share": lambda scope: _ratio(scope.visits("refused"), scope.visits()),
    "left share": lambda scope: _ratio(scope.visits("left"), scope.visits()),
    "hit share": lambda scope: _ratio(scope.cached("hit"), scope.cached()),
    "busy share": _server_share,
    "idle share": lambda scope: _state_share(scope, scope.recording.empty),
    "full share": lambda scope: _state_share(scope, scope.recording.full),
    "queue mean": lambda scope: _per_launch(scope, scope.recording.queued),
    "queue max": lambda scope: float(scope.sampled(scope.recording.highest_queued).max()),
    "in system mean": lambda scope: _per_launch(scope, scope.recording.busy + scope.recording.queued),
    "session time pNN": lambda scope: scope.finished().within(scope.q),
    "makespan": lambda scope: _mean([least for least, _ in scope.makespans()]),
    "session good share": _finished_share,
    "waiting to retry mean": lambda scope: _gauge_mean(scope, "waiting_to_retry"),
    "achieved share": lambda scope: _ratio(scope.marked(scope.objective.of), scope.marked([INTENDED.name])),
    "recovery time": _recovery,
    "slot share": _slot_share,
    "slots free min": lambda scope: slots_free_min(scope.recording, scope.objective.of, scope.windows),
    "appointment wait mean": lambda scope: scope.appointment_wait_s(None),
    "appointment wait pNN": lambda scope: scope.appointment_wait_s(scope.q),
    "seen in time share": lambda scope: seen_in_time_share(scope.recording, scope.objective.of, scope.windows),
    "paper share": lambda scope: _ratio(scope.marked([GONE["paper"].name]), scope.marked([INTENDED.name])),
    "referrals": lambda scope: scope.referrals().least / scope.launches,
    "referral share": lambda scope: _ratio(scope.referrals().least, scope.referrals().every),
    "delay mean": lambda scope: scope.referrals().delay_mean_s,
    "delay pNN": lambda scope: scope.referrals().delay_s(scope.q),
    "late share": lambda scope: scope.referrals().late_share(scope.later_than_s),
    "staff time": MeasureScope.staff_time,
    "cost": lambda scope: scope.cost()[0],
    "practices using share": lambda scope: using_share(scope.recording, scope.windows),
    "practices in share": lambda scope: in_share(scope.recording, scope.windows),
    "backlog max": lambda scope: scope.held().most,
    "backlog at end": lambda scope: NAN if scope.held().is_cut else scope.held().at_end,
    "backlog cleared": lambda scope: scope.held().cleared_s,
}
