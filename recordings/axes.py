"""The axes of a scenario's recordings, the same for a forecast and for the live run that it is laid over.

What a live run replays follows from the scenario alone, and so does the width of the windows: a replay and
its simulated twin get equal `Form`s without asking each other. This package stands on the same ground as the
scenario language and does not import it; a scenario is anything that has the few attributes named here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from recordings.recording import Form

_SHORT_S = 300.0  # a replay up to this long is recorded second by second
_REPEATED_WINDOWS = 720  # as many windows, or a few more, has a recording of repetitions, however long it is


class RecordedStation(Protocol):
    """A pool of servers."""

    @property
    def servers(self) -> int: ...


class RecordedService(Protocol):
    """Stations and operations by name."""

    @property
    def stations(self) -> Mapping[str, RecordedStation]: ...
    @property
    def operations(self) -> Mapping[str, object]: ...


class RecordedScenario(Protocol):
    """As much of a scenario as its recordings depend on."""

    @property
    def service(self) -> RecordedService: ...
    @property
    def populations(self) -> Mapping[str, object]: ...
    @property
    def faults(self) -> Mapping[str, object]: ...
    @property
    def defences(self) -> Mapping[str, object]: ...
    @property
    def replay_window_s(self) -> float: ...
    def achievements(self) -> Sequence[str]: ...
    def fault_spans(self) -> Sequence[tuple[str, float, float]]: ...
    def replayed(self) -> tuple[tuple[float, float], float]: ...
    def repetition_s(self) -> float | None: ...
    def bookers(self) -> Sequence[tuple[str, str, int]]: ...
    @property
    def followed_practices(self) -> int: ...
    def referral_places(self) -> Sequence[str]: ...


class RecordedNames(Protocol):
    """The names that all scenarios share; a scenario's achievements stand between the two kinds of marks."""

    @property
    def outcomes(self) -> tuple[str, ...]: ...
    @property
    def endings(self) -> tuple[str, ...]: ...
    @property
    def first_marks(self) -> tuple[str, ...]: ...
    @property
    def last_marks(self) -> tuple[str, ...]: ...
    @property
    def priorities(self) -> tuple[str, ...]: ...
    @property
    def roles(self) -> tuple[str, ...]: ...
    @property
    def activities(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class RecordingSpan:
    """A part of the day: sessions start within `span`, and may still end in the `drain_s` after it."""

    span: tuple[float, float]
    drain_s: float
    window_s: float

    @property
    def end_s(self) -> float:
        """When what is still open is cut."""
        return self.span[1] + self.drain_s


def replayed(scenario: RecordedScenario) -> RecordingSpan:
    """What a live run sends, recorded second by second when it is short. Windows of repetitions are equal parts of one
    of them, or whole ones together, so that one repetition can be laid over another."""
    span, drain_s = scenario.replayed()
    if (repetition_s := scenario.repetition_s()) is not None:
        return RecordingSpan(span, drain_s, _repeated_window_s(span[1] - span[0], repetition_s))
    length_s = span[1] - span[0] + drain_s
    width_s = 1.0 if span[1] - span[0] <= _SHORT_S else scenario.replay_window_s
    return RecordingSpan(span, drain_s, length_s / math.ceil(length_s / width_s - 1e-9))  # windows fill the span


def _repeated_window_s(length_s: float, repetition_s: float) -> float:
    least_s = max(1.0, length_s / _REPEATED_WINDOWS)
    if least_s < repetition_s:
        return repetition_s / _divisible(math.floor(repetition_s / least_s + 1e-9))
    return repetition_s * math.ceil(least_s / repetition_s - 1e-9)


def _divisible(parts: int) -> int:
    """A few less, so that windows can be put together to halves, quarters or eighths of a repetition."""
    return parts - parts % (8 if parts >= 32 else 4 if parts >= 16 else 1)


def form_of(scenario: RecordedScenario, recorded: RecordingSpan, names: RecordedNames) -> Form:
    """The axes of a recording of this scenario over a span of its day."""
    stations = scenario.service.stations
    start_s, end_s = recorded.span
    practices = scenario.followed_practices
    return Form(
        operations=tuple(scenario.service.operations),
        outcomes=names.outcomes,
        populations=tuple(scenario.populations),
        endings=names.endings,
        stations=tuple(stations),
        servers=tuple(station.servers for station in stations.values()),
        marks=(*names.first_marks, *scenario.achievements(), *names.last_marks),
        start_s=float(start_s),  # a plain number, however the scenario wrote it
        window_s=recorded.window_s,
        effects=(*scenario.faults, *scenario.defences),
        faults=tuple(scenario.fault_spans()),
        goals=(*scenario.service.operations, *scenario.achievements()),
        bookers=tuple(scenario.bookers()),
        windows=max(1, math.ceil((end_s - start_s + recorded.drain_s) / recorded.window_s - 1e-9)),
        practices=practices,
        priorities=names.priorities if scenario.referral_places() else (),
        places=tuple(scenario.referral_places()),
        roles=names.roles if practices else (),
        activities=names.activities if practices else (),
    )
