"""Faults and defences in figures: how often each touched something, and how long the service took to recover."""

from __future__ import annotations

import math
from collections.abc import Sequence

from readiness.judging.recovery import recovery_s
from readiness.judging.rounding import finite
from readiness.judging.warm_up import after_warm_up
from recordings.events import Event
from recordings.recording import Recording
from recordings.summary import EffectSummary, Recovered, Recovery
from scenarios.language.scenario import Scenario

Recoveries = list[Recovered | None]  # of a scenario's faults, in the order of its `fault_spans`


def recoveries_in(scenario: Scenario, recording: Recording) -> Recoveries:
    """How long one launch took to recover from each time of each fault; None where that cannot be measured."""
    judged = after_warm_up(recording, scenario)
    return [_recovered(judged, start_s, end_s) for _, start_s, end_s in scenario.fault_spans()]


def mean_recoveries(launches: Sequence[Recoveries]) -> Recoveries:
    """The recoveries of several launches, time by time."""
    return [_mean_recovered([each for each in time if each is not None]) for time in zip(*launches, strict=True)]


def _recovered(recording: Recording, start_s: float, end_s: float) -> Recovered | None:
    if not (recording.form.start_s < start_s and end_s < recording.form.end_s):
        return None
    took_s = recovery_s(recording, start_s, end_s)
    if math.isnan(took_s):
        return None
    seen_s = recording.form.end_s - end_s
    return Recovered(min(took_s, seen_s), unseen=int(math.isinf(took_s)), took_s=[finite(took_s)])


def _mean_recovered(found: Sequence[Recovered]) -> Recovered | None:
    if not found:
        return None
    return Recovered(
        float(f"{math.fsum(each.mean_s for each in found) / len(found):.9g}"),
        launches=len(found),
        unseen=sum(each.unseen for each in found),
        took_s=[took_s for each in found for took_s in each.took_s],
    )


def faults(
    scenario: Scenario,
    forecast: Recording | None,
    of_launches: Recoveries,
    twin: Recording | None,
    measured: Recording | None,
    events: Sequence[Event],
) -> dict[str, EffectSummary]:
    """The scenario's faults; `of_launches` has the recoveries of the forecast, which are means over its launches. Their
    hits in the replay a client cannot see: they come from the server's log."""
    spans = list(scenario.fault_spans())
    by_phase = [
        of_launches if forecast is not None else [None] * len(spans),
        *(recoveries_in(scenario, each) if each is not None else [None] * len(spans) for each in (twin, measured)),
    ]
    times = list(zip(spans, *by_phase, strict=True))
    return {
        name: EffectSummary(
            kind=fault.kind,
            forecast=_hits(forecast, name),
            forecast_of_window=_hits(twin, name),
            measured=_hits_in(events, name) if measured is not None else None,
            times=[
                Recovery(start_s, end_s, forecasts, of_window, seen if _was_made(events, name) else None)
                for (named, start_s, end_s), forecasts, of_window, seen in times
                if named == name
            ],
        )
        for name, fault in scenario.faults.items()
    }


def defences(
    scenario: Scenario, forecast: Recording | None, twin: Recording | None, events: Sequence[Event]
) -> dict[str, EffectSummary]:
    """The scenario's defences."""
    return {
        name: EffectSummary(
            kind=defence.kind,
            forecast=_hits(forecast, name),
            forecast_of_window=_hits(twin, name),
            measured=_hits_in(events, name) if events else None,
        )
        for name, defence in scenario.defences.items()
    }


def _hits(recording: Recording | None, name: str) -> float | None:
    if recording is None or not recording.launches:
        return None
    return round(float(recording.hits[recording.form.effects.index(name)].sum()) / recording.launches, 3)


def _was_made(events: Sequence[Event], name: str) -> bool:
    """Whether the fault was made in the replay at all; a service elsewhere knows nothing of the scenario."""
    return any(event.name == name for event in events)


def _hits_in(events: Sequence[Event], name: str) -> float | None:
    """Those that the server's log adds up to; None where there is no word of it."""
    hits = [event.hits for event in events if event.name == name and event.event in ("ended", "stands")]
    return float(sum(hits)) if hits else None
