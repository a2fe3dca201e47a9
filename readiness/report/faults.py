"""What went wrong and what protected the service, as the report shows it: marks on charts, tables and sentences.

Figures come from the summary. Where it has none for a recovery, the recording says why: the fault lies outside of it,
there was nothing before the fault to come back to, or the service had not recovered when the recording ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from readiness.judging.gap import recovery_gap
from readiness.report.charts.faults import FaultMark
from readiness.wording.effects import defence_words, fault_letter, fault_words, span_words, when_words
from readiness.wording.figures import count, per_cent, recovery_words
from recordings.events import Event
from recordings.phases import PhaseName
from recordings.recording import Recording
from recordings.summary import EffectSummary, Recovered, Recovery, Summary
from scenarios.behaviour.occurrences import occurrences
from scenarios.language.registry import DEFENCES
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import duration_text

MOST_EVENTS = 40
PHASE_WORDS: dict[PhaseName, str] = {
    "forecast": "forecast",
    "forecast_of_window": "forecast of the replay",
    "measured": "measured",
}
_BY_HAND = "by hand"
_ENDED = {"began": "begins", "ended": "ends", "stands": "stands at the end"}


@dataclass(frozen=True)
class Run:
    """A run as this module reads it: its summary and scenario, and by phase the recordings that there are."""

    summary: Summary
    scenario: Scenario
    recordings: dict[PhaseName, Recording]

    @property
    def phases(self) -> list[PhaseName]:
        """The phases that this run has, in order."""
        return list(self.summary.phases)

    def span(self, start_s: float, end_s: float) -> str:
        """A fault's time in words."""
        return span_words(start_s, end_s, self.scenario)


@dataclass(frozen=True)
class FaultRow:
    """One time that a fault was there; `times` is how many rows the fault has, on the first of them, else 0."""

    letter: str
    name: str
    words: str
    times: int
    when: str
    touched: list[str]
    recovered: list[str]
    gap: str


def letters(run: Run) -> dict[str, str]:
    """A letter for each fault of the scenario, and for each that was started by hand."""
    by_hand = (event.name for event in run.summary.events if event.by == _BY_HAND and event.event == "began")
    names = dict.fromkeys([*run.scenario.faults, *by_hand])
    return {name: fault_letter(place) for place, name in enumerate(names)}


def marks(run: Run, phase: PhaseName) -> list[FaultMark]:
    """Every fault on the charts of one phase: of a forecast those whose times are fixed, of a replay also those that
    were drawn or made by hand."""
    named = letters(run)
    fixed = [
        FaultMark(named[name], time.start_s, time.end_s, _back_s(phase, time))
        for name, fault in run.summary.faults.items()
        for time in fault.times
    ]
    if phase == "forecast":
        return fixed
    drawn = [
        FaultMark(named[one.name], one.start_s, one.end_s)
        for one in occurrences(run.scenario, run.summary.seed, 0)
        if one.fault.random is not None
    ]
    return [*fixed, *drawn, *(FaultMark(named[name], *span) for name, *span in _by_hand(run.summary.events))]


def _by_hand(events: list[Event]) -> Iterator[tuple[str, float, float]]:
    """Name, begin and end of what somebody did; what nobody ended lasts."""
    open_since: dict[str, float] = {}
    for event in events:
        if event.event == "began" and event.by == _BY_HAND:
            open_since[event.name] = event.at_s
        elif event.event == "ended" and event.name in open_since:
            yield event.name, open_since.pop(event.name), event.at_s
    yield from ((name, start_s, inf) for name, start_s in open_since.items())


def marks_in_words(run: Run, shown: list[FaultMark]) -> list[tuple[str, str, str]]:
    """(letter, name, in words) of the faults on a chart, for its key."""
    named = {letter: name for name, letter in letters(run).items()}
    drawn = {mark.letter for mark in shown}
    return [(letter, name, _words(run, name)) for letter, name in named.items() if letter in drawn]


def _words(run: Run, name: str) -> str:
    fault = run.scenario.faults.get(name)
    if fault is not None:
        return f"{fault_words(fault)}, {when_words(fault, run.scenario)}"
    kind = next(event.kind for event in run.summary.events if event.name == name)
    return f"{kind.replace('_', ' ')}, by hand"


def fault_rows(run: Run) -> Iterator[FaultRow]:
    """A row for each time of each fault; one row for a fault whose times are drawn."""
    named = letters(run)
    for name, found in run.summary.faults.items():
        fault = run.scenario.faults[name]
        touched = [_touched(getattr(found, phase)) for phase in run.phases]
        times: list[Recovery | None] = [*found.times] or [None]
        for place, time in enumerate(times):
            yield FaultRow(
                letter=named[name],
                name=name,
                words=fault_words(fault),
                times=0 if place else len(times),
                when=run.span(time.start_s, time.end_s) if time else when_words(fault, run.scenario),
                touched=touched,
                recovered=[_recovered(run, phase, time) for phase in run.phases],
                gap=_gap(time),
            )


def _touched(hits: float | None) -> str:
    return "–" if hits is None else count(hits)


def _gap(time: Recovery | None) -> str:
    return "–" if time is None else per_cent(recovery_gap(time)).replace("-", "−")


def _recovered(run: Run, phase: PhaseName, time: Recovery | None) -> str:
    """How long it took, or why that is not known."""
    if time is None:
        return "–"
    recovered = getattr(time, phase)
    if recovered is not None:
        return recovery_words(recovered) + _each_launch(recovered)
    recording = run.recordings.get(phase)
    if recording is None:
        return "nothing to measure"
    if not _covers(recording, time):
        return "not in it" if phase != "forecast" else "–"
    return "nothing before it"


def _each_launch(recovered: Recovered) -> str:
    """From the shortest to the longest of the launches, where they differ: `; by launch 12 s to 40 s`, or `to not seen`
    where the recording of one ended before that."""
    known = [took_s for took_s in recovered.took_s if took_s is not None]
    if not known:
        return ""
    longest = duration_text(max(known)) if len(known) == len(recovered.took_s) else "not seen"
    shortest = duration_text(min(known))
    return f"; by launch {shortest} to {longest}" if shortest != longest else ""


def _back_s(phase: PhaseName, time: Recovery) -> float | None:
    """When the service had recovered; infinity where most launches did not see it, None where nothing is known."""
    recovered: Recovered | None = getattr(time, phase)
    if recovered is None:
        return None
    return inf if 2 * recovered.unseen > recovered.launches else time.end_s + recovered.mean_s


def _covers(recording: Recording, time: Recovery) -> bool:
    return recording.form.start_s < time.start_s and time.end_s < recording.form.end_s


def unrecovered(run: Run, phase: PhaseName) -> list[tuple[str, Recovery]]:
    """The faults from which the service had not recovered when the recording ended, in most launches."""
    return [
        (name, time)
        for name, fault in run.summary.faults.items()
        for time in fault.times
        if (recovered := getattr(time, phase)) is not None and 2 * recovered.unseen > recovered.launches
    ]


def defence_rows(run: Run) -> Iterator[tuple[str, str, list[str]]]:
    """(name, in words, how often it acted in each phase). What acts on demand touches no request."""
    for name, found in run.summary.defences.items():
        yield name, defence_words(run.scenario.defences[name]), [_acted(found, phase) for phase in run.phases]


def _acted(defence: EffectSummary, phase: PhaseName) -> str:
    return "who comes when" if DEFENCES[defence.kind].of_demand else _touched(getattr(defence, phase))


def event_rows(run: Run) -> list[tuple[str, str, str, str, str, str]]:
    """(when, name, kind, what happened, by whom, how often it touched something) of the first events."""
    moment = run.span
    return [
        (
            moment(event.at_s, event.at_s).removeprefix("at "),
            event.name,
            event.kind.replace("_", " "),
            _ENDED.get(event.event, event.event) + (f": {event.note}" if event.note else ""),
            event.by,
            count(event.hits) if event.hits else "",
        )
        for event in run.summary.events[:MOST_EVENTS]
    ]
