"""The report's figures over time: what was asked of the service, how it ended, the stations, the replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from readiness.report.charts.bands import edges, stacked
from readiness.report.charts.faults import FaultMark, above, behind, marks_within, room
from readiness.report.charts.frame import Axis, Frame, Text, share_axis, time_axis, value_axis
from readiness.report.charts.over_time import area, curve, marked
from readiness.report.charts.series import OverTime, over_time, windows_in_use
from readiness.wording.figures import amount, count
from readiness.wording.overlaps import difference_words
from recordings.histogram import FloatArray
from recordings.phases import PhaseName, PhaseSummary
from recordings.recording import Recording
from recordings.summary import Summary
from scenarios.descriptions.outcomes import ENDING_WORDS
from scenarios.language.outcomes import GOOD, OUTCOMES

_REPLAY_POINTS = 50  # of a live run's short window: single seconds would be noise
_WIDE_TICKS, _STATION_TICKS, _NARROW_TICKS = 10, 5, 4
_BUSY = 0.5  # stations that never come this far are left out of the charts
_MOST_STATIONS = 4


def ended(phase: PhaseSummary) -> dict[str, float]:
    """How many requests of a phase ended in each way."""
    totals = dict.fromkeys(ENDING_WORDS, 0.0)
    for operation in phase.operations.values():
        totals[OUTCOMES[GOOD]] += operation.good
        for name in ENDING_WORDS:
            totals[name] += operation.failed.get(name, 0.0)
    return totals


def shown_outcomes(summary: Summary) -> list[tuple[str, str, dict[PhaseName, float]]]:
    """(outcome, in words, how many in each phase) of the outcomes that occur in any phase."""
    totals = {name: ended(phase) for name, phase in summary.phases.items()}
    return [
        (outcome, words, {name: total[outcome] for name, total in totals.items()})
        for outcome, words in ENDING_WORDS.items()
        if outcome == OUTCOMES[GOOD] or any(total[outcome] for total in totals.values())
    ]


def requests_chart(
    seen: OverTime, phase: PhaseSummary, moment: Text, window: tuple[float, float] | None, faults: Sequence[FaultMark]
) -> Markup:
    """Offered requests a second, split by how they end, with the replay's window and the faults marked; and how often a
    second people were told to wait in line, which is no request that ended."""
    totals, highest = ended(phase), float(seen.offered.max())
    words = ", ".join(f"{count(number)} {ENDING_WORDS[name]}" for name, number in totals.items() if number)
    x = _times(seen, moment, _WIDE_TICKS)
    frame = Frame(
        name="load",
        title="Requests offered each second, by how they end",
        description=f"Launches: {phase.launches}, {phase.span}. Peak {count(highest)} a second. {words}."
        f"{marks_said(faults, x, moment)}",
        unit="requests per second",
        x=x,
        y=value_axis(max(highest, float(seen.in_line.max()))),
        height=260,
        marks=room(faults, x),
    )
    notes = marked(frame, window, f"replayed: {moment(window[0])} to {moment(window[1])}") if window else ()
    bands = [(name, seen.rates[name]) for name in ENDING_WORDS if totals[name]]
    waiting = [curve(frame, seen.edges_s, seen.in_line, "in_line")] if seen.in_line.any() else []
    return chart_with_faults(
        frame, [*edges(frame, seen.edges_s, bands), *waiting], faults, notes, stacked(frame, seen.edges_s, bands)
    )


def _times(seen: OverTime, moment: Text, ticks: int) -> Axis:
    return time_axis(float(seen.edges_s[0]), float(seen.edges_s[-1]), moment, ticks)


def marks_said(faults: Sequence[FaultMark], x: Axis, moment: Text) -> str:
    """The marks for those who cannot see them: ` Fault A: 08:05 to 08:20.`"""
    return "".join(
        f" Fault {mark.letter}: {moment(mark.start_s)}"
        f"{'' if mark.is_instant else f' to {moment(min(mark.end_s, x.high))}'}."
        for mark in marks_within(faults, x)
    )


def chart_with_faults(
    frame: Frame,
    curves: Iterable[Markup],
    faults: Sequence[FaultMark],
    notes: Iterable[Markup] = (),
    bands: Iterable[Markup] = (),
) -> Markup:
    """The chart with its faults."""
    return frame.draw(curves, [*notes, *behind(frame, faults), *bands], above(frame, faults))


def busiest(seen: OverTime) -> list[str]:
    """The stations that were busiest at their height, in the order in which they first came near it."""
    ranked = sorted(seen.busy, key=lambda name: -float(seen.busy[name].max()))
    chosen = [name for place, name in enumerate(ranked) if seen.busy[name].max() >= _BUSY or place == 0]
    return sorted(chosen[:_MOST_STATIONS], key=lambda name: _first_near_height(seen.busy[name]))


def _first_near_height(values: FloatArray) -> int:
    return int((values >= 0.95 * values.max()).argmax())


def station_charts(
    prefix: str, seen: OverTime, phase: PhaseSummary, names: list[str], moment: Text, faults: Sequence[FaultMark]
) -> list[tuple[str, int, list[Markup]]]:
    """(station, servers, charts of its busy servers and of its queue)."""
    return [
        (name, phase.stations[name].servers, _station(f"{prefix}-{place}", name, seen, phase, moment, faults))
        for place, name in enumerate(names)
    ]


def _lost(servers: int, available: FloatArray) -> str:
    fewest = float(available.min())
    return f" At the fewest it had {count(fewest)} of them, and shares are of those." if fewest < servers - 0.5 else ""


def _station(
    prefix: str, name: str, seen: OverTime, phase: PhaseSummary, moment: Text, faults: Sequence[FaultMark]
) -> list[Markup]:
    station, busy, queued = phase.stations[name], seen.busy[name], seen.queued[name]
    x = _times(seen, moment, _STATION_TICKS)
    said, marks = marks_said(faults, x, moment), room(faults, x)
    servers = Frame(
        name=f"{prefix}-busy",
        title=f"Busy servers of {name}",
        description=f"{amount(station.busy_share, 'share')} of {station.servers} servers busy on average, "
        f"{amount(float(busy.max()), 'share')} at the height.{_lost(station.servers, seen.available[name])}{said}",
        unit="servers busy",
        x=x,
        y=share_axis(),
        height=90,
        head=26,
        marks=marks,
    )
    queue = Frame(
        name=f"{prefix}-queue",
        title=f"Queue for {name}",
        description=f"{count(station.queue_mean)} waiting on average, {count(station.queue_max)} at most.{said}",
        unit="waiting in the queue",
        x=x,
        y=value_axis(max(float(queued.max()), 1.0), 2),
        height=90,
        head=26,
        marks=marks,
    )
    return [
        chart_with_faults(servers, area(servers, seen.edges_s, busy, "busy"), faults),
        chart_with_faults(queue, area(queue, seen.edges_s, queued, "queue"), faults),
    ]


def replay_charts(
    twin: Recording, measured: Recording, moment: Text, faults: Sequence[FaultMark]
) -> list[tuple[str, Markup, str]]:
    """Offered, good and failed requests a second: forecast beside measured, on one scale, and by how much they
    differ."""
    windows = max(windows_in_use(twin), windows_in_use(measured))
    forecast, real = (over_time(each, _REPLAY_POINTS, windows) for each in (twin, measured))
    curves = {
        "Offered": (forecast.offered, real.offered),
        "Good answers": (forecast.good, real.good),
        "Failed": (forecast.offered - forecast.good, real.offered - real.good),
    }
    x = time_axis(twin.form.start_s, float(max(forecast.edges_s[-1], real.edges_s[-1])), moment, _NARROW_TICKS)
    y = value_axis(float(max(forecast.offered.max(), real.offered.max())))
    charts = []
    for place, (what, (expected, got)) in enumerate(curves.items()):
        frame = Frame(
            name=f"replay-{place}",
            title=f"{what}: forecast beside measured",
            description=f"Forecast {_total(forecast, expected)} requests, measured {_total(real, got)}."
            f"{marks_said(faults, x, moment)}",
            unit="requests per second",
            x=x,
            y=y,
            height=150,
            head=26,
            marks=room(faults, x),
        )
        lines = (
            curve(frame, real.edges_s, got, "measured"),
            curve(frame, forecast.edges_s, expected, "forecast"),  # on top: its dashes let the other through
        )
        differ = f"The lines {difference_words(expected, got, y.high)}."
        charts.append((what, chart_with_faults(frame, lines, faults), differ))
    return charts


def _total(seen: OverTime, rate: FloatArray) -> str:
    return count(float((rate * seen.seconds).sum()))
