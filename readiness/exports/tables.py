"""A run as CSV files, one a table: objectives, published figures, operations, their groups and tags, people, stations,
sessions and appointment slots of every phase, why answers were not good and what went over the wire, each operation
over time, and what became of referrals, staff and practices where they are followed.

Numbers are as in `summary.json`: durations in milliseconds or seconds as the column's name says, shares as fractions.
An empty cell is what could not be measured. The first row names the columns; lines end in a line feed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from readiness.exports.followed_rows import Row, followed_rows
from readiness.served import MET_BY_FEW, verdict_by_served
from recordings.phases import OperationSummary, PeopleSummary, PeopleTimes, PhaseName
from recordings.recording import Recording
from recordings.summary import Summary
from scenarios.language.outcomes import ENDS, GOOD, OUTCOMES, UNSENT, WAITED_FOR

_QUANTILES: Final = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}


def tables(summary: Summary, recordings: Mapping[PhaseName, Recording]) -> dict[str, str]:
    """The text of each file by its name; a table without rows has no file."""
    found = {
        "objectives": _objectives(summary),
        "published": _published(summary),
        "operations": _requests((phase, "operation", seen.operations) for phase, seen in summary.phases.items()),
        "groups": _requests((phase, "group", seen.groups) for phase, seen in summary.phases.items()),
        "reasons": _reasons(summary),
        "exchanges": _exchanges(summary),
        "people": _people(summary),
        "stations": _stations(summary),
        "sessions": _sessions(summary),
        "slots": _slots(summary),
        **followed_rows(summary),
        "over-time": (row for phase, recording in recordings.items() for row in over_time_rows(phase, recording)),
    }
    texts = {f"{name}.csv": csv_text(rows) for name, rows in found.items()}
    return {name: text for name, text in texts.items() if text}


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV, by the columns of all of them in the order in which they come up; empty of none."""
    every = list(rows)
    columns = list(dict.fromkeys(name for row in every for name in row))
    if not columns:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(every)
    return text.getvalue()


def over_time_rows(phase: str, recording: Recording) -> Iterator[Row]:
    """A row an operation and window of a recording: requests by what came of them (means of its launches), and response
    times of those that were not turned away. Windows before the first and after the last request are left out."""
    form, launches, numbers = recording.form, max(recording.launches, 1), recording.response.numbers()
    failed = {f"failed_{name}": OUTCOMES.index(name) for name in ENDS if name != OUTCOMES[GOOD]}
    used = np.flatnonzero(numbers.sum(axis=(0, 1)))
    if not len(used):
        return
    ended = [form.outcomes.index(name) for name in ENDS]
    sent = [form.outcomes.index(name) for name in form.outcomes if name not in UNSENT]
    for place, operation in enumerate(form.operations):
        percentiles = _percentiles_ms(recording, place)
        if not numbers[place].any():
            continue
        for window in range(int(used[0]), int(used[-1]) + 1):
            counts = numbers[place, :, window]
            yield {
                "phase": phase,
                "operation": operation,
                "start_s": round(form.start_s + window * form.window_s, 6),
                "window_s": round(form.window_s, 6),
                "offered": counts[ended].sum() / launches,
                "sent": (counts[sent].sum() + recording.hedges[place, window]) / launches,
                "good": counts[GOOD] / launches,
                **{column: counts[outcome] / launches for column, outcome in failed.items()},
                **{name: values[window] for name, values in percentiles.items()},
            }


def _percentiles_ms(recording: Recording, place: int) -> dict[str, list[float | None]]:
    """By window; None where nobody waited for an answer."""
    waited = [OUTCOMES.index(name) for name in WAITED_FOR]
    found: dict[str, list[float | None]] = {name: [None] * recording.form.windows for name in _QUANTILES}
    for window in np.flatnonzero(recording.response.numbers()[place, waited].sum(axis=0)).tolist():
        times = recording.response.select([place], waited, slice(window, window + 1))
        for name, q in _QUANTILES.items():
            found[name][window] = round(times.quantile(q) * 1000, 3)
    return found


def _objectives(summary: Summary) -> Iterator[Row]:
    for objective in summary.objectives:
        row: Row = {
            "name": objective.name,
            "measure": objective.measure,
            "of": ", ".join(objective.of),
            "among": ", ".join(objective.among),
            "during": objective.during,
            "comparison": objective.measure_comparison,
            "limit": objective.measure_limit,
            "unit": objective.measure_unit,
            "verdict": str(objective.verdict),
            "by_few": verdict_by_served(objective, summary.phases) == MET_BY_FEW,
        }
        for phase in ("forecast", "forecast_of_window", "measured"):
            evidence = getattr(objective, phase)
            if evidence is not None:
                named = ("value", "low", "high", "replications", "missed_in", "never", "is_open", "up_to", "served")
                row |= {f"{phase}_{name}": getattr(evidence, name) for name in named}
        yield row


def _published(summary: Summary) -> Iterator[Row]:
    """Published figures beside those of the forecast, then those that the model cannot reproduce."""
    figures = ("unit", "published_low", "published_high", "value", "low", "high", "is_open", "up_to", "never")
    for each in summary.expectations:
        yield {
            "name": each.name,
            "measure": each.measure,
            **{name: ", ".join(getattr(each, name)) for name in ("of", "among")},
            "during": each.during,
            "published": each.published,
            **{name: getattr(each, name) for name in (*figures, "inside_in", "replications", "verdict")},
            "tuned": ", ".join(each.tuned),
            "source": each.source,
        }
    for missing in summary.not_reproduced:
        text = {"name": missing.name, "published": missing.published, "source": missing.source}
        yield {**text, "verdict": "not reproduced", "because": missing.because}


def _requests(by_phase: Iterable[tuple[PhaseName, str, Mapping[str, OperationSummary]]]) -> Iterator[Row]:
    """A row for each operation, or for several together, of each phase."""
    for phase, kind, operations in by_phase:
        for name, operation in operations.items():
            times = operation.response_ms
            counts = ("offered", "sent", "received", "started", "completed", "good", "good_share", "in_line")
            yield {
                "phase": phase,
                kind: name,
                **{each: getattr(operation, each) for each in counts},
                **{f"failed_{each}": operation.failed.get(each, 0) for each in ENDS if each != OUTCOMES[GOOD]},
                **{f"{each}_ms": getattr(times, each) for each in ("p50", "p95", "p99", "max")},
                "times_of_share": times.of_share,
                "longer_than": " ".join(times.longer_than),
            }


def _reasons(summary: Summary) -> Iterator[Row]:
    """Why answers of a replay were not good."""
    for operation, counts in (summary.measured.reasons if summary.measured else {}).items():
        yield from ({"operation": operation, "reason": why, "count": number} for why, number in counts.items())


def _exchanges(summary: Summary) -> Iterator[Row]:
    """What went over the wire in a replay; a column for each status and each cause of no answer."""
    for name, seen in (summary.measured.exchanges if summary.measured else {}).items():
        row: Row = {"operation": name}
        row |= {each: getattr(seen, each) for each in ("connections", "bytes_sent", "bytes_received")}
        for part in ("connect_ms", "tls_ms", "first_byte_ms", "body_ms"):
            times = getattr(seen, part)
            row |= {f"{part.removesuffix('_ms')}_{each}_ms": getattr(times, each) for each in ("p50", "p95", "p99")}
        yield row | {f"ended_{ending}": number for ending, number in seen.endings.items()}


def _people(summary: Summary) -> Iterator[Row]:
    for phase, seen in summary.phases.items():
        wanting = {name: operation.people for name, operation in seen.operations.items()}
        for goal, people in [*wanting.items(), *seen.achievements.items()]:
            if people is not None:
                yield {"phase": phase, "goal": goal, **_wanting(people)}


def _wanting(people: PeopleSummary) -> Row:
    counts = ("wanted", "got_there", "gave_up", "still_trying", "share", "in_line")
    return {
        **{name: getattr(people, name) for name in counts},
        **_times("time_to", people.time_to_ms),
        **_times("in_line", people.in_line_ms),
    }


def _times(what: str, times: PeopleTimes | None) -> Row:
    names: Sequence[str] = ("p50", "p95", "p99")
    return {f"{what}_{name}_ms": None if times is None else getattr(times, name) for name in names} | {
        f"{what}_never": "" if times is None else " ".join(times.never)
    }


def _stations(summary: Summary) -> Iterator[Row]:
    for phase, seen in summary.phases.items():
        for name, station in seen.stations.items():
            figures = ("servers", "busy_share", "busy_share_max", "queue_mean", "queue_max", "arrivals_max", "refused")
            yield {
                "phase": phase,
                "station": name,
                **{each: getattr(station, each) for each in (*figures, "left", "full_from_s", "hit_share")},
                **_times("wait", station.wait_ms),
            }


def _slots(summary: Summary) -> Iterator[Row]:
    """A row a specialty, then one a priority of its patients."""
    for phase, seen in summary.phases.items():
        for name, specialty in seen.slots.items():
            yield {"phase": phase, "specialty": name, **msgspec.to_builtins(specialty)}
        for name, priority in seen.appointments.items():
            yield {"phase": phase, "priority": name, **msgspec.to_builtins(priority)}


def _sessions(summary: Summary) -> Iterator[Row]:
    for phase, seen in summary.phases.items():
        for name, sessions in seen.sessions.items():
            counts = ("started", "finished", "gave_up", "cut", "makespan_s")
            yield {
                "phase": phase,
                "population": name,
                **{each: getattr(sessions, each) for each in counts},
                **_times("time", sessions.time_ms),
            }
