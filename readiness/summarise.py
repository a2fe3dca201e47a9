"""From recordings to a summary: objectives, both sides in figures, the gap between them, and one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from readiness.judging.effects import defences, faults
from readiness.judging.evidence import Evidence, Verdict, of_launches, of_one
from readiness.judging.gap import gaps
from readiness.judging.measures import measure
from readiness.judging.phases import finite, side
from readiness.wording.figures import sentence
from recordings.recording import Recording
from recordings.summary import Audit, Event, Generator, Measured, ObjectiveSide, ObjectiveSummary, Summary
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario
from scenarios.language.units import clock_text, duration_text

FORMAT = 1
INVALID = "invalid"
_UNITS = {"duration": "s", "share": "share", "rate": "per s", "count": "count"}


@dataclass
class Forecasts:
    """Launches added up as they come: the sum of their recordings, and each objective's value launch by launch.

    `asked` is how many were asked for: fewer than that decide nothing.
    """

    scenario: Scenario
    asked: int = 0
    total: Recording | None = None
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, launch: Recording) -> None:
        """One more launch."""
        self.total = launch if self.total is None else self.total.plus(launch)
        for name, objective in self.scenario.objectives.items():
            self.values.setdefault(name, []).append(measure(objective, launch))

    @property
    def launches(self) -> int:
        """How many there are."""
        return self.total.launches if self.total else 0


@dataclass(frozen=True)
class Replayed:
    """What a replay left: its recording, the simulated launch of the same sessions, the audit and the generator.

    `aborted` is the rule of its own that ended it early, and when.
    """

    measured: Recording
    twin: Recording
    audit: Audit | None
    generator: Generator
    events: list[Event] = field(default_factory=list)
    aborted: str | None = None


def summarise(
    name: str,
    scenario: Scenario,
    seed: int,
    forecasts: Forecasts | None,
    replayed: Replayed | None,
    interrupted: bool = False,
) -> Summary:
    """The summary of a run with a forecast, a replay, or both.

    One that was interrupted is never met nor missed; one that its own rule has stopped is never met.
    """
    objectives = [
        _objective(scenario, key, objective, forecasts, replayed) for key, objective in scenario.objectives.items()
    ]
    verdict = overall((objective.verdict for objective in objectives), replayed)
    aborted = replayed.aborted if replayed else None
    if (interrupted and verdict != INVALID) or (aborted and verdict == Verdict.MET):
        verdict = str(Verdict.NOT_ENOUGH_EVIDENCE)
    told = sentence(
        verdict, objectives, replayed.generator.why if replayed else [], replayed.audit if replayed else None
    )
    told = f"{_interruption(forecasts)}: {told[0].lower()}{told[1:]}" if interrupted else told
    return Summary(
        format=FORMAT,
        scenario=name,
        title=scenario.title,
        seed=seed,
        verdict=verdict,
        sentence=f"Stopped by its own rule: {aborted}. {told}" if aborted else told,
        objectives=objectives,
        forecast=side(forecasts.total, _period(scenario)) if forecasts and forecasts.total else None,
        forecast_of_window=side(replayed.twin, _window(scenario)) if replayed else None,
        measured=_measured(replayed, _window(scenario)) if replayed else None,
        gap=gaps(replayed.twin, replayed.measured) if replayed and not aborted else {},  # a part is no whole
        **_effects(scenario, forecasts.total if forecasts else None, replayed),
        interrupted=interrupted,
        aborted=aborted,
    )


def _effects(scenario: Scenario, forecast: Recording | None, replayed: Replayed | None) -> dict[str, Any]:
    twin, measured, events = (replayed.twin, replayed.measured, replayed.events) if replayed else (None, None, [])
    return {
        "faults": faults(scenario, forecast, twin, measured, events),
        "defences": defences(scenario, forecast, twin, events),
        "events": events,
    }


def _interruption(forecasts: Forecasts | None) -> str:
    if forecasts and forecasts.launches < forecasts.asked:
        return f"Interrupted after {forecasts.launches} of {forecasts.asked} launches"
    return "Interrupted"


def overall(verdicts: Iterable[str], replayed: Replayed | None) -> str:
    """Invalid if the replay was; missed if anything was missed or an acknowledged write was; else the weakest.

    Acknowledged writes that could not be read back are no evidence that they survived.
    """
    if replayed and not replayed.generator.valid:
        return INVALID
    found = set(verdicts)
    audit = replayed.audit if replayed else None
    if Verdict.MISSED in found or (audit and audit.did_not_survive):
        return Verdict.MISSED
    if audit and audit.never_read:
        return Verdict.NOT_ENOUGH_EVIDENCE
    return Verdict.NOT_ENOUGH_EVIDENCE if Verdict.NOT_ENOUGH_EVIDENCE in found or not found else Verdict.MET


def _objective(
    scenario: Scenario, name: str, objective: Objective, forecasts: Forecasts | None, replayed: Replayed | None
) -> ObjectiveSummary:
    forecast = _side_of(of_launches(objective, forecasts.values[name])) if forecasts else None
    if forecasts and forecast and forecasts.launches < forecasts.asked:
        forecast = _undecided(forecast)
    twin = _side_of(of_one(objective, measure(objective, replayed.twin))) if replayed else None
    measured = _side_of(of_one(objective, _seen_by_a_client(objective, replayed.measured))) if replayed else None
    if replayed and measured and not replayed.generator.valid:
        measured = _undecided(measured)
    if replayed and replayed.aborted and measured and not _is_missed_already(objective, measured):
        measured = _undecided(measured)
    main = forecast or measured
    assert main is not None, "a summary has a forecast or a replay"
    of_all = objective.in_launches is not None and forecast is not None
    return ObjectiveSummary(
        name=name,
        measure=objective.measure,
        of=objective.of,
        verdict=_weaker(forecast, measured),
        value=main.value,
        unit="share of launches" if of_all else _UNITS[objective.kind],
        comparison="at least" if of_all or objective.at_least is not None else "at most",
        limit=float(objective.in_launches) if of_all and objective.in_launches is not None else objective.limit,
        low=main.low,
        high=main.high,
        during=span_text(objective.during, scenario) if objective.during else None,
        measure_unit=_UNITS[objective.kind],
        measure_comparison="at least" if objective.at_least is not None else "at most",
        measure_limit=objective.limit,
        forecast=forecast,
        forecast_of_window=twin,
        measured=measured,
    )


def _is_missed_already(objective: Objective, measured: ObjectiveSide) -> bool:
    """Whether what a replay saw until a rule ended it decides; a rate is one over all of the time there was to be."""
    return measured.verdict == Verdict.MISSED and objective.kind != "rate"


def _seen_by_a_client(objective: Objective, recording: Recording) -> float:
    """The measured value; NaN for stations, which a client cannot see."""
    return math.nan if objective.subject == "stations" else measure(objective, recording)


def _weaker(forecast: ObjectiveSide | None, measured: ObjectiveSide | None) -> str:
    """Missed on either side is missed. A window that holds nothing to measure takes nothing from the forecast."""
    sides = [side for side in (forecast, measured) if side is not None]
    known = [side.verdict for side in sides if side.value is not None] or [Verdict.NOT_ENOUGH_EVIDENCE]
    order = [Verdict.MISSED, Verdict.NOT_ENOUGH_EVIDENCE, Verdict.MET]
    return str(min(known, key=lambda verdict: order.index(Verdict(verdict))))


def _undecided(side: ObjectiveSide) -> ObjectiveSide:
    """The same value, from which nothing follows."""
    return msgspec.structs.replace(side, verdict=str(Verdict.NOT_ENOUGH_EVIDENCE), settled_by=None)


def _side_of(evidence: Evidence) -> ObjectiveSide:
    return ObjectiveSide(
        verdict=str(evidence.verdict),
        value=finite(evidence.value),
        low=finite(evidence.low),
        high=finite(evidence.high),
        replications=evidence.replications,
        settled_by=evidence.settled_by,
    )


def _measured(replayed: Replayed, span: str) -> Measured:
    seen = side(replayed.measured, span)
    return Measured(
        span=seen.span,
        launches=seen.launches,
        operations=seen.operations,
        sessions=seen.sessions,
        stations={},  # a client cannot see them
        referrals=seen.referrals,
        audit=replayed.audit,
        generator=replayed.generator,
    )


def _period(scenario: Scenario) -> str:
    return span_text(scenario.period, scenario)


def _window(scenario: Scenario) -> str:
    return span_text(scenario.replay.during if scenario.replay else scenario.period, scenario)


def span_text(span: tuple[float, float], scenario: Scenario) -> str:
    """`07:30 to 10:00`, or `0 s to 90 s` in an abstract scenario, which has no time of day."""
    text = clock_text if scenario.is_clock else duration_text
    return f"{text(span[0])} to {text(span[1])}"
