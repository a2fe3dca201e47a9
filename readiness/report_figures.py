"""The report's figures over time: what was asked of the service, how it ended, the stations, the replay."""

from __future__ import annotations

from markupsafe import Markup

from readiness.charts import Frame, Text, share_axis, time_axis, value_axis
from readiness.charts_series import OverTime, over_time
from readiness.charts_time import area, line, marked, stacked
from readiness.wording import amount, count
from recordings.histogram import Floats
from recordings.recording import Recording
from recordings.summary import Side, Summary
from scenarios.outcomes import GOOD, OUTCOMES

_REPLAY_POINTS = 50  # of a live run's short window: single seconds would be noise
_WIDE_TICKS, _NARROW_TICKS = 10, 4
_BUSY = 0.5  # stations that never come this far are left out of the charts
_MOST_STATIONS = 4

# how requests end: in words, and in the order in which bands lie on each other
ENDS = {
    "good": "good answer",
    "timeout": "timed out",
    "busy": "turned away: queue full",
    "left_queue": "taken out of a queue",
    "error": "answered with an error",
    "conflict": "refused: somebody else changed it",
    "logged_out": "refused: session lost",
    "no_slot": "refused: slot gone",
    "refused": "no connection",
    "unfinished": "open at the end",
    "not_started": "never sent",
    "held_back": "held back by the client",
}


def ended(side: Side) -> dict[str, float]:
    """How many requests of a side ended in each way."""
    totals = dict.fromkeys(ENDS, 0.0)
    for operation in side.operations.values():
        totals[OUTCOMES[GOOD]] += operation.good
        for name, number in operation.failed.items():
            totals[name] += number
    return totals


def shown_outcomes(summary: Summary) -> list[tuple[str, str, dict[str, float]]]:
    """(outcome, in words, how many on each side) of the outcomes that occur on any side."""
    sides = {
        "forecast": summary.forecast,
        "forecast_of_window": summary.forecast_of_window,
        "measured": summary.measured,
    }
    totals = {key: ended(side) for key, side in sides.items() if side is not None}
    return [
        (name, words, {key: total[name] for key, total in totals.items()})
        for name, words in ENDS.items()
        if name == OUTCOMES[GOOD] or any(total[name] for total in totals.values())
    ]


def load(seen: OverTime, side: Side, moment: Text, window: tuple[float, float] | None) -> Markup:
    """Offered requests a second, split by how they end, with the replay's window marked."""
    totals, highest = ended(side), float(seen.offered.max())
    words = ", ".join(f"{count(number)} {ENDS[name]}" for name, number in totals.items() if number)
    frame = Frame(
        name="load",
        title="Requests offered each second, by how they end",
        description=f"Launches: {side.launches}, {side.span}. Peak {count(highest)} a second. {words}.",
        unit="requests per second",
        x=time_axis(float(seen.edges_s[0]), float(seen.edges_s[-1]), moment, _WIDE_TICKS),
        y=value_axis(highest),
        height=260,
    )
    notes = marked(frame, window, f"replayed: {moment(window[0])} to {moment(window[1])}") if window else ()
    bands = [(name, seen.rates[name]) for name in ENDS if totals[name]]
    return frame.draw(stacked(frame, seen.edges_s, bands), notes)


def busiest(seen: OverTime) -> list[str]:
    """The stations that were busiest at their height, in the order in which they first came near it."""
    ranked = sorted(seen.busy, key=lambda name: -float(seen.busy[name].max()))
    chosen = [name for place, name in enumerate(ranked) if seen.busy[name].max() >= _BUSY or place == 0]
    return sorted(chosen[:_MOST_STATIONS], key=lambda name: _first_near_height(seen.busy[name]))


def _first_near_height(values: Floats) -> int:
    return int((values >= 0.95 * values.max()).argmax())


def station_charts(
    prefix: str, seen: OverTime, side: Side, names: list[str], moment: Text
) -> list[tuple[str, int, list[Markup]]]:
    """(station, servers, charts of its busy servers and of its queue)."""
    return [
        (name, side.stations[name].servers, _station(f"{prefix}-{place}", name, seen, side, moment))
        for place, name in enumerate(names)
    ]


def _station(prefix: str, name: str, seen: OverTime, side: Side, moment: Text) -> list[Markup]:
    station, busy, queued = side.stations[name], seen.busy[name], seen.queued[name]
    x = time_axis(float(seen.edges_s[0]), float(seen.edges_s[-1]), moment, 5)
    servers = Frame(
        name=f"{prefix}-busy",
        title=f"Busy servers of {name}",
        description=f"{amount(station.busy_share, 'share')} of {station.servers} servers busy on average, "
        f"{amount(float(busy.max()), 'share')} at the height.",
        unit="servers busy",
        x=x,
        y=share_axis(),
        height=90,
        top=26,
    )
    queue = Frame(
        name=f"{prefix}-queue",
        title=f"Queue for {name}",
        description=f"{count(station.queue_mean)} waiting on average, {count(station.queue_max)} at most.",
        unit="waiting in the queue",
        x=x,
        y=value_axis(max(float(queued.max()), 1.0), 2),
        height=90,
        top=26,
    )
    return [
        servers.draw(area(servers, seen.edges_s, busy, "busy")),
        queue.draw(area(queue, seen.edges_s, queued, "queue")),
    ]


def replayed(twin: Recording, measured: Recording, moment: Text) -> list[tuple[str, Markup]]:
    """Offered, good and failed requests a second: forecast beside measured, on one scale."""
    forecast, real = over_time(twin, _REPLAY_POINTS), over_time(measured, _REPLAY_POINTS)
    curves = {
        "Offered": (forecast.offered, real.offered),
        "Good answers": (forecast.good, real.good),
        "Failed": (forecast.offered - forecast.good, real.offered - real.good),
    }
    x = time_axis(twin.form.start_s, float(max(forecast.edges_s[-1], real.edges_s[-1])), moment, _NARROW_TICKS)
    y = value_axis(float(max(forecast.offered.max(), real.offered.max())))
    drawn = []
    for place, (what, (expected, got)) in enumerate(curves.items()):
        frame = Frame(
            name=f"replay-{place}",
            title=f"{what}: forecast beside measured",
            description=f"Forecast {_total(forecast, expected)} requests, measured {_total(real, got)}.",
            unit="requests per second",
            x=x,
            y=y,
            height=150,
            top=26,
        )
        lines = (
            line(frame, real.edges_s, got, "measured"),
            line(frame, forecast.edges_s, expected, "forecast"),  # on top: its dashes let the other through
        )
        drawn.append((what, frame.draw(lines)))
    return drawn


def _total(seen: OverTime, rate: Floats) -> str:
    return count(float((rate * seen.seconds).sum()))
