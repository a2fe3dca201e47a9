"""Faults and defences in figures: how often each touched something, and how long the service took to recover."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.judging.phases import finite
from readiness.judging.recovery import recovery_s
from recordings.events import Event
from recordings.recording import Recording
from recordings.summary import EffectSummary, Recovery
from scenarios.language.scenario import Scenario


def faults(
    scenario: Scenario,
    forecast: Recording | None,
    twin: Recording | None,
    measured: Recording | None,
    events: Sequence[Event],
) -> dict[str, EffectSummary]:
    """The scenario's faults. Their hits in the replay a client cannot see: they come from the server's log."""
    return {
        name: EffectSummary(
            kind=fault.kind,
            forecast=_hits(forecast, name),
            forecast_of_window=_hits(twin, name),
            measured=_hits_in(events, name) if measured is not None else None,
            times=[
                Recovery(
                    start_s=start_s,
                    end_s=end_s,
                    forecast=_recovery(forecast, start_s, end_s),
                    forecast_of_window=_recovery(twin, start_s, end_s),
                    measured=_recovery(measured, start_s, end_s) if _was_made(events, name) else None,
                )
                for named, start_s, end_s in scenario.fault_spans()
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


def _recovery(recording: Recording | None, start_s: float, end_s: float) -> float | None:
    if recording is None or not (recording.form.start_s < start_s and end_s < recording.form.end_s):
        return None
    return finite(recovery_s(recording, start_s, end_s))
