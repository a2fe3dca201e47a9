"""Wait against work, for the report: at each of the busiest stations over time, and step by step of each operation.

What is shown is said with it. A station's mean wait is recorded; how long a server is held follows from Little's law
(`readiness.judging.waits`). No recording says what one operation waits at one station: a step has the mean wait of
everybody who comes to its station at the times at which this operation's requests are due, and the work that the
scenario states for it, without faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from markupsafe import Markup

from readiness.judging.waits import StationTimes, station_times
from readiness.report.charts.broken_curves import broken_curve
from readiness.report.charts.faults import FaultMark, above, behind, room
from readiness.report.charts.frame import Frame, Text, element, plot_percent, time_axis, value_axis
from readiness.report.charts.series import bins
from readiness.report.faults import Run
from readiness.wording.figures import amount
from readiness.wording.service import alike, alone_s
from recordings.binned import sums_by_bin
from recordings.histogram import FloatArray, IntArray
from recordings.recording import Recording
from scenarios.language.outcomes import WAITED_FOR
from scenarios.language.service import ServiceStep
from scenarios.text.phrases import listed

_POINTS: Final = 80
_TICKS: Final = 5
_LEAST: Final = 0.01  # of all that is waited: less is not worth a word


def _bins(recording: Recording) -> tuple[IntArray, FloatArray]:
    """The first window of each bin, and the bins' edges in seconds."""
    form = recording.form
    first, _ = bins(form.windows, _POINTS)
    return first, form.start_s + np.append(first, form.windows) * form.window_s


def waiting_charts(
    prefix: str, recording: Recording, names: Sequence[str], moment: Text, faults: Sequence[FaultMark]
) -> dict[str, Markup]:
    """A chart of mean wait and mean time held of each of these stations."""
    first, edges_s = _bins(recording)
    found = {name: station_times(recording, recording.form.stations.index(name), first) for name in names}
    return {
        name: _chart(f"{prefix}-{place}-waiting", name, times, edges_s, moment, faults)
        for place, (name, times) in enumerate(found.items())
    }


def _chart(
    name: str, station: str, times: StationTimes, edges_s: FloatArray, moment: Text, faults: Sequence[FaultMark]
) -> Markup:
    highest = float(np.nanmax([np.nanmax(each, initial=0.0) for each in (times.wait_s, times.held_s)]))
    x = time_axis(float(edges_s[0]), float(edges_s[-1]), moment, _TICKS)
    frame = Frame(
        name=name,
        title=f"Wait against work at {station}",
        description=f"A visit waits {amount(float(np.nanmax(times.wait_s, initial=0.0)), 's')} in the mean at the "
        f"height, and holds a server for {amount(float(np.nanmax(times.held_s, initial=0.0)), 's')} at most.",
        unit="seconds of a visit, mean",
        x=x,
        y=value_axis(highest, 2),
        height=90,
        head=26,
        marks=room(faults, x),
    )
    curves = [
        *broken_curve(frame, edges_s, times.held_s, "held"),
        *broken_curve(frame, edges_s, times.wait_s, "waits"),
    ]
    return frame.draw(curves, behind(frame, faults), above(frame, faults))


@dataclass(frozen=True)
class TimedStep:
    """One step of an operation: for a server of which station it waits, if for any; itself in words; how long its work
    takes in the mean, and for how long it waits, in the mean and at the worst moment of its operation. All in seconds;
    None where nothing is waited for."""

    station: str
    words: str
    work_s: float
    wait_s: float | None
    worst_s: float | None


@dataclass(frozen=True)
class StepTimes:
    """Operations of which the service does the same, step by step. `worst` is when their waits together are longest,
    None where nobody ever waits; `recorded_s` their mean response time, and `recorded_worst_s` that at the worst."""

    names: list[str]
    steps: list[TimedStep]
    worst: str | None
    recorded_s: float | None
    recorded_worst_s: float | None

    @property
    def whole(self) -> TimedStep:
        """All steps together."""
        waits, worst = ([getattr(step, name) or 0.0 for step in self.steps] for name in ("wait_s", "worst_s"))
        return TimedStep("", "in all", sum(step.work_s for step in self.steps), sum(waits), sum(worst))


@dataclass(frozen=True)
class _Recorded:
    """What is read off a recording for every operation: the bins, the stations' times, and the requests that waited for
    an answer, shape (operations, bins): how many, and how long they took together."""

    edges_s: FloatArray
    stations: dict[str, StationTimes]
    operations: tuple[str, ...]
    numbers: FloatArray
    total_s: FloatArray

    @classmethod
    def of(cls, recording: Recording) -> _Recorded:
        form, (first, edges_s) = recording.form, _bins(recording)
        outcomes = [form.outcomes.index(name) for name in WAITED_FOR]
        numbers = np.add.reduceat(recording.response.numbers()[:, outcomes].sum(axis=1), first, axis=1)
        total_s = [sums_by_bin(recording.response, [row], outcomes, first) for row in range(len(form.operations))]
        stations = {name: station_times(recording, place, first) for place, name in enumerate(form.stations)}
        return cls(edges_s, stations, form.operations, numbers.astype(np.float64), np.stack(total_s))

    def wait_s(self, station: str) -> FloatArray:
        """The mean wait of a visit in each bin, 0 where nobody came."""
        return np.nan_to_num(self.stations[station].wait_s)


def step_times(run: Run, moment: Text) -> list[StepTimes]:
    """Each group of operations of the forecast, or else of that of the replay; none of what is not simulated."""
    recording = run.recordings.get("forecast") or run.recordings.get("forecast_of_window")
    if recording is None or not recording.form.stations:
        return []
    found = _Recorded.of(recording)
    groups = [(names, steps) for names, steps in alike(run.scenario.service.operations) if steps]
    return [_group(found, names, [*_visits(steps)], moment) for names, steps in groups]


def _group(found: _Recorded, names: list[str], visits: Sequence[_Visit], moment: Text) -> StepTimes:
    rows = [found.operations.index(name) for name in names]
    numbers, total_s = found.numbers[rows].sum(axis=0), found.total_s[rows].sum(axis=0)
    waits = np.zeros(len(numbers))
    for station, _, often, _ in visits:
        waits += found.wait_s(station) * often if station else 0.0
    waits[numbers == 0] = 0.0
    worst = int(waits.argmax()) if waits.any() else None
    steps = [
        TimedStep(
            station,
            words,
            work_s,
            _mean(found.wait_s(station) * often, numbers) if station else None,
            float(found.wait_s(station)[worst]) * often if station and worst is not None else None,
        )
        for station, words, often, work_s in visits
    ]
    return StepTimes(
        names,
        steps,
        None
        if worst is None
        else f"{moment(float(found.edges_s[worst]))} to {moment(float(found.edges_s[worst + 1]))}",
        float(total_s.sum() / numbers.sum()) if numbers.sum() else None,
        None if worst is None else float(total_s[worst] / numbers[worst]),
    )


def _mean(values: FloatArray, numbers: FloatArray) -> float:
    """The mean of a value of each bin over so many requests in each; 0 of none."""
    return float((values * numbers).sum() / numbers.sum()) if numbers.any() else 0.0


_Visit = tuple[str, str, int, float]


def _visits(steps: list[ServiceStep], times: int = 1, held: str = "") -> Iterator[_Visit]:
    """(station for a server of which it is waited, in words, how often, seconds of work in the mean) of every step."""
    for step in steps:
        often = times * step.times
        if step.hold is not None:
            yield step.hold, f"{step.hold}, held meanwhile", often, 0.0
            yield from _visits(step.steps, often, step.hold)
        elif step.use is not None:
            yield step.use, step.use, often, alone_s([step]) * times
        else:
            yield (
                "",
                f"work, while {held} is held" if held else "work, with nothing held",
                often,
                alone_s([step]) * times,
            )


def time_bar(step: TimedStep, longest_s: float) -> Markup | str:
    """Work, filled, and wait, open, on a scale on which `longest_s` is all of the width."""
    if not longest_s:
        return ""
    work, wait = step.work_s / longest_s, (step.worst_s or 0.0) / longest_s
    parts = (("work", 0.0, work), ("wait", work, wait))
    drawn = [
        element("rect", x=plot_percent(at), y="1", width=plot_percent(wide), height="10", class_=f"time-{name}")
        for name, at, wide in parts
        if wide > 0
    ]
    return element("svg", *drawn, class_="time-bar", width="100%", height="12", aria_hidden="true")


def longest_of(found: Sequence[StepTimes]) -> float:
    """Work and wait at the worst of the operation that takes longest, in seconds."""
    return max((each.whole.work_s + (each.whole.worst_s or 0.0) for each in found), default=0.0)


def steps_parts(run: Run, moment: Text) -> dict[str, Any] | None:
    """What the table of steps needs; None where there is nothing in it."""
    found = step_times(run, moment)
    return {"operations": found, "longest_s": longest_of(found), "why": slowest_words(found)} if found else None


def slowest_words(found: Sequence[StepTimes]) -> str:
    """What is waited for where the wait is longest: `The longest wait is that of log-on, 08:12 to 08:14: 3.64 min for
    app and 87.4 s for identity, for 716 ms of work.` Nothing where nobody waits."""
    slowest = max(found, key=lambda each: each.whole.worst_s or 0.0)
    whole = slowest.whole
    if not whole.worst_s or slowest.worst is None:
        return ""
    parts = sorted(((step.worst_s or 0.0, step.station) for step in slowest.steps), reverse=True)
    said = [f"{amount(wait_s, 's')} for {station}" for wait_s, station in parts if wait_s >= _LEAST * whole.worst_s]
    whose, work = f"{listed(slowest.names)}, {slowest.worst}", amount(whole.work_s, "s")
    return f"The longest wait is that of {whose}: {listed(said)}, for {work} of work."
