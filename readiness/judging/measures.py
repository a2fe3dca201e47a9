"""What an objective's measure means: one function a measure, from a recording to a number.

The same functions judge a forecast and a replay. A value is in seconds, a fraction, per second or a count; infinity is
never, and NaN says that the recording holds nothing to measure.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from readiness.judging.people import PeopleWanting, in_line, makespans, people_who_wanted, sessions_of
from readiness.judging.recovery import recovery_s
from readiness.judging.stations import wait_within
from recordings.histogram import DurationHistogram
from recordings.recording import GAUGES, VISITS, WAITS, Recording
from scenarios.behaviour.steps import GONE, INTENDED
from scenarios.language.objectives import Objective, measure_family, percentile_of
from scenarios.language.outcomes import ENDS, FINISHED, OUTCOMES, UNSENT, WAITED_FOR

NAN = float("nan")


def measure(objective: Objective, recording: Recording) -> float:
    """The value of the objective's measure in a recording of one launch (or the mean level over several)."""
    windows = recording.form.windows_between(objective.during)
    if windows.stop <= windows.start:
        return NAN
    scope = _Scope(objective, recording, windows)
    return _MEASURES[measure_family(objective.measure)](scope)


class _Scope:
    """The part of a recording that an objective is about."""

    def __init__(self, objective: Objective, recording: Recording, windows: slice) -> None:
        self.objective, self.recording, self.windows = objective, recording, windows
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

    def sampled(self, series: np.ndarray) -> np.ndarray:
        """Samples of the chosen stations, shape (stations, samples)."""
        return series[self.places(self.form.stations)][:, self.form.samples_between(self.windows)]

    def marked(self, names: list[str]) -> int:
        return int(self.recording.marks[[self.form.marks.index(name) for name in names]][:, self.windows].sum())


def _wait_quantile(scope: _Scope) -> float:
    """Over all who were served or left, those who never waited at 0."""
    return wait_within(scope.waits(), scope.visits("at_once"), scope.q)


def _of_those_served(scope: _Scope, q: float, value_s: float) -> float:
    """A response time speaks of those who were not turned away; where they are fewer than a share `q` of all, never."""
    asked, served = scope.requests(), scope.requests(*WAITED_FOR)
    return np.inf if served < q * asked - 1e-9 else value_s


def _wanted(scope: _Scope) -> PeopleWanting:
    return people_who_wanted(scope.recording, scope.objective.of, scope.objective.among, scope.windows)


def _time_to(scope: _Scope) -> float:
    return _known(scope, _wanted(scope).within(scope.q), _wanted(scope).within_at_most(scope.q))


def _time_in_line(scope: _Scope) -> float:
    operations = scope.objective.of or list(scope.form.operations)
    return _known(scope, *in_line(scope.recording, operations, scope.objective.among, scope.q, scope.windows))


def _session_time(scope: _Scope) -> float:
    sessions = sessions_of(scope.recording, scope.objective.of, scope.windows)
    return _known(scope, sessions.within(scope.q), sessions.within_at_most(scope.q))


def _makespan(scope: _Scope) -> float:
    found = [_known(scope, *bounds) for bounds in makespans(scope.recording, scope.objective.of)]
    known = [value for value in found if not np.isnan(value)]
    return sum(known) / len(known) if known else NAN


def _known(scope: _Scope, least_s: float, most_s: float) -> float:
    """A time between two bounds. Where only the lower is known, it says something only beyond the limit."""
    return least_s if most_s < np.inf or not scope.objective.holds(least_s) else NAN


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN


def _sessions(scope: _Scope, ending: int | None) -> int:
    chosen = scope.recording.sessions[scope.places(scope.form.populations)][:, :, scope.windows]
    return int(chosen.sum() if ending is None else chosen[:, ending].sum())


def _gauge_mean(scope: _Scope, name: str) -> float:
    samples = scope.recording.gauges[GAUGES.index(name), scope.form.samples_between(scope.windows)]
    return float(samples.mean()) / scope.recording.launches


def _per_launch(scope: _Scope, series: np.ndarray) -> float:
    """The time average of the chosen stations' sum."""
    return float(scope.sampled(series).sum(axis=0).mean()) / scope.recording.launches


def _server_share(scope: _Scope) -> float:
    servers = sum(scope.form.servers[place] for place in scope.places(scope.form.stations))
    return _per_launch(scope, scope.recording.busy) / servers


def _state_share(scope: _Scope, series: np.ndarray) -> float:
    return float(scope.sampled(series).mean()) / scope.recording.launches


def _recovery(scope: _Scope) -> float:
    """The longest of the named faults that this recording covers. Of a recovery that it does not see it only knows that
    it took at least until the end, which says something only where that is beyond the limit."""
    found = [NAN]
    for name, start_s, end_s in scope.form.faults:
        if name in scope.objective.of and scope.form.start_s < start_s and end_s < scope.form.end_s:
            took_s = recovery_s(scope.recording, start_s, end_s)
            seen_s = scope.form.end_s - end_s
            found.append(took_s if took_s < np.inf else seen_s if not scope.objective.holds(seen_s) else NAN)
    return float(np.nanmax(found)) if not np.isnan(found).all() else NAN


_MEASURES: dict[str, Callable[[_Scope], float]] = {
    "response mean": lambda scope: _of_those_served(scope, 0.5, scope.responses().mean_s),
    "response pNN": lambda scope: _of_those_served(scope, scope.q, scope.responses().quantile(scope.q)),
    "response max": lambda scope: _of_those_served(scope, 0.5, scope.responses().quantile(1.0)),
    "good share": lambda scope: _ratio(scope.requests("good"), scope.requests()),
    "failed share": lambda scope: 1 - _ratio(scope.requests("good"), scope.requests()),
    "goodput": lambda scope: _ratio(scope.requests("good"), scope.seconds),
    "offered rate": lambda scope: _ratio(scope.requests(), scope.seconds),
    "sent rate": lambda scope: _ratio(scope.sent(), scope.seconds),
    "received rate": lambda scope: _ratio(scope.sent() - scope.requests("refused"), scope.seconds),
    "time to pNN": _time_to,
    "people share": lambda scope: _wanted(scope).share,
    "time in line pNN": _time_in_line,
    "wait mean": lambda scope: _ratio(scope.waits().total_s, scope.visits("at_once") + scope.waits().count),
    "wait pNN": _wait_quantile,
    "waited share": lambda scope: _ratio(scope.visits("waited", "left"), scope.visits()),
    "refused share": lambda scope: _ratio(scope.visits("refused"), scope.visits()),
    "left share": lambda scope: _ratio(scope.visits("left"), scope.visits()),
    "busy share": _server_share,
    "idle share": lambda scope: _state_share(scope, scope.recording.empty),
    "full share": lambda scope: _state_share(scope, scope.recording.full),
    "queue mean": lambda scope: _per_launch(scope, scope.recording.queued),
    "queue max": lambda scope: float(scope.sampled(scope.recording.highest_queued).max()),
    "in system mean": lambda scope: _per_launch(scope, scope.recording.busy + scope.recording.queued),
    "session time pNN": _session_time,
    "makespan": _makespan,
    "session good share": lambda scope: _ratio(_sessions(scope, FINISHED), _sessions(scope, None)),
    "waiting to retry mean": lambda scope: _gauge_mean(scope, "waiting_to_retry"),
    "achieved share": lambda scope: _ratio(scope.marked(scope.objective.of), scope.marked([INTENDED.name])),
    "recovery time": _recovery,
    "paper share": lambda scope: _ratio(scope.marked([GONE["paper"].name]), scope.marked([INTENDED.name])),
}
