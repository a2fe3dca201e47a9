"""From recordings to a summary: objectives, every phase in figures, the gap between them, and one plain sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from readiness.judging.bounds import UNKNOWN, Bounds, bounds
from readiness.judging.effects import Recoveries, defences, faults, mean_recoveries
from readiness.judging.evidence import of_launches, of_one, undecided
from readiness.judging.expectations import UNITS, compared_figures, missing_figures
from readiness.judging.gap import gaps
from readiness.judging.people_summary import mean_stay_away
from readiness.judging.phases import mean_phase, replay_phase, simulated_phase
from readiness.judging.warm_up import after_warm_up, exchanges_after_warm_up
from readiness.launch_figures import LaunchFigures, figures_of_launch
from readiness.wording.figures import sentence
from readiness.wording.warm_up import judged_span
from recordings.audit_result import AuditResult
from recordings.events import Event
from recordings.evidence import Evidence, Verdict
from recordings.exchanges import Exchanges
from recordings.generator_result import GeneratorResult
from recordings.launch_curves import LaunchCurves
from recordings.phases import PhaseSummary, ReplaySummary
from recordings.recording import Recording
from recordings.server_result import ServerResult
from recordings.summary import ObjectiveSummary, ReplayTarget, SimulatedBy, Summary
from scenarios.language.objectives import Objective
from scenarios.language.scenario import Scenario

FORMAT = 2  # 1 had times to recover as bare numbers
INVALID = "invalid"
MOCK = ReplayTarget("mock of the same model")


@dataclass
class Forecasts:
    """Launches added up as they come: the sum of their recordings, and launch by launch what `LaunchFigures` has.

    `asked` is how many were asked for: fewer than that decide nothing.
    """

    scenario: Scenario
    asked: int = 0
    total: Recording | None = None
    values: dict[str, list[Bounds]] = field(default_factory=dict)
    expected: dict[str, list[Bounds]] = field(default_factory=dict)
    phases: list[PhaseSummary] = field(default_factory=list)
    recoveries: list[Recoveries] = field(default_factory=list)
    curves: list[LaunchCurves] = field(default_factory=list)

    def add(self, launch: Recording, figures: LaunchFigures | None = None) -> None:
        """One more launch, with its figures where somebody has found them already."""
        found = figures or figures_of_launch(self.scenario, launch)
        self.total = launch if self.total is None else self.total.plus(launch)
        for name, value in found.values.items():
            self.values.setdefault(name, []).append(value)
        for name, value in found.expected.items():
            self.expected.setdefault(name, []).append(value)
        self.phases.append(found.phase)
        self.recoveries.append(found.recoveries)
        self.curves.append(found.curves)

    @property
    def launches(self) -> int:
        """How many there are."""
        return self.total.launches if self.total else 0

    @property
    def is_whole(self) -> bool:
        """Whether there are as many as were asked for."""
        return self.launches >= self.asked


@dataclass(frozen=True)
class Replayed:
    """What a replay left: its recording, the simulated launch of the same sessions (None where the scenario does not
    say what the service does), the audit, the generator and, where the target is our mock, how that kept its time; and
    what went over the wire.

    `aborted` is the rule of its own that ended it early, and when; `interrupted_by` who else did, and when; `target` is
    what it was measured on; `reasons` why how many answers were not good, by operation.
    """

    measured: Recording
    twin: Recording | None
    audit: AuditResult | None
    generator: GeneratorResult
    events: list[Event] = field(default_factory=list)
    aborted: str | None = None
    interrupted_by: str | None = None
    target: ReplayTarget = MOCK
    server: ServerResult | None = None
    exchanges: Exchanges | None = None
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def invalid_because(self) -> list[str]:
        """What made it invalid: the generator, or the mock, did not keep its time; empty when it counts."""
        return [*self.generator.why, *(self.server.why if self.server else [])]

    @property
    def is_valid(self) -> bool:
        """Whether what it measured counts."""
        return self.generator.valid and (self.server is None or self.server.valid)


def summarise(
    name: str,
    scenario: Scenario,
    seed: int,
    forecasts: Forecasts | None,
    replayed: Replayed | None,
    *,
    interrupted: bool = False,
    simulated_by: SimulatedBy | None = None,
) -> Summary:
    """The summary of a run with a forecast, a replay, or both.

    One that was interrupted is never met nor missed; one that its own rule has stopped is never met.
    """
    objectives = [
        _objective(scenario, key, objective, forecasts, replayed) for key, objective in scenario.objectives.items()
    ]
    verdict = overall((objective.verdict for objective in objectives), replayed)
    aborted = replayed.aborted if replayed else None
    if interrupted or (aborted and verdict == Verdict.MET):
        is_invalid = replayed is not None and not replayed.is_valid
        verdict = INVALID if is_invalid else str(Verdict.NOT_ENOUGH_EVIDENCE)
    forecast = mean_phase(forecasts.phases) if forecasts and forecasts.phases else None
    twin = simulated_phase(replayed.twin, scenario, _window(scenario)) if replayed and replayed.twin else None
    replay = _replay(replayed, scenario) if replayed else None
    return Summary(
        format=FORMAT,
        scenario=name,
        title=scenario.title,
        seed=seed,
        verdict=verdict,
        sentence=_sentence(verdict, objectives, forecasts, replayed, interrupted=interrupted),
        objectives=objectives,
        forecast=forecast,
        forecast_of_window=twin,
        measured=replay,
        gap=gaps(twin, replay) if twin and replay and not aborted else {},  # a part is no whole
        **_effects(scenario, forecasts, replayed),
        stay_away=mean_stay_away(scenario, seed, forecasts.launches if forecasts else 1),
        interrupted=interrupted,
        aborted=aborted,
        target=replayed.target if replayed else None,
        expectations=compared_figures(scenario, forecasts.expected, is_whole=forecasts.is_whole) if forecasts else [],
        not_reproduced=missing_figures(scenario),
        simulated_by=simulated_by,
        changed=scenario.changed,
        warm_up_s=scenario.warm_up if scenario.warm_up is not None else msgspec.UNSET,
    )


def _sentence(
    verdict: str,
    objectives: list[ObjectiveSummary],
    forecasts: Forecasts | None,
    replayed: Replayed | None,
    *,
    interrupted: bool,
) -> str:
    """The verdict in a sentence, after what ended the run early."""
    why, audit = (replayed.invalid_because, replayed.audit) if replayed else ([], None)
    text = sentence(verdict, objectives, why, audit)
    if interrupted:
        text = f"{_interruption(forecasts, replayed)}: {text[0].lower()}{text[1:]}"
    return f"Stopped by its own rule: {replayed.aborted}. {text}" if replayed and replayed.aborted else text


def _effects(scenario: Scenario, forecasts: Forecasts | None, replayed: Replayed | None) -> dict[str, Any]:
    forecast, of_launches = (forecasts.total, forecasts.recoveries) if forecasts else (None, [])
    twin, measured, events = (replayed.twin, replayed.measured, replayed.events) if replayed else (None, None, [])
    return {
        "faults": faults(scenario, forecast, mean_recoveries(of_launches), twin, measured, events),
        "defences": defences(scenario, forecast, twin, events),
        "events": events,
    }


def _interruption(forecasts: Forecasts | None, replayed: Replayed | None) -> str:
    if replayed and replayed.interrupted_by:
        return replayed.interrupted_by[0].upper() + replayed.interrupted_by[1:]
    if forecasts and forecasts.launches < forecasts.asked:
        return f"Interrupted after {forecasts.launches} of {forecasts.asked} launches"
    return "Interrupted"


def overall(verdicts: Iterable[str], replayed: Replayed | None) -> str:
    """Missed if anything was missed or an acknowledged write was; else invalid if the replay was; else the weakest.

    An invalid replay decides nothing and takes nothing back: what the forecast misses is missed, and a write that is
    gone is gone however late the requests were. Acknowledged writes that could not be read back are no evidence that
    they survived.
    """
    found = set(verdicts)
    audit = replayed.audit if replayed else None
    if Verdict.MISSED in found or (audit and audit.did_not_survive):
        return Verdict.MISSED
    if replayed and not replayed.is_valid:
        return INVALID
    if audit and audit.never_read:
        return Verdict.NOT_ENOUGH_EVIDENCE
    return Verdict.NOT_ENOUGH_EVIDENCE if Verdict.NOT_ENOUGH_EVIDENCE in found or not found else Verdict.MET


def _objective(
    scenario: Scenario, name: str, objective: Objective, forecasts: Forecasts | None, replayed: Replayed | None
) -> ObjectiveSummary:
    forecast = _forecast_evidence(objective, forecasts, name) if forecasts else None
    twin = of_one(objective, bounds(objective, replayed.twin, scenario)) if replayed and replayed.twin else None
    measured = _replay_evidence(scenario, objective, replayed) if replayed else None
    main = forecast or measured
    assert main is not None, "a summary has a forecast or a replay"
    of_all = objective.in_launches is not None and forecast is not None
    return ObjectiveSummary(
        name=name,
        measure=objective.measure,
        of=objective.of,
        among=objective.among,
        verdict=_weaker(forecast, measured),
        value=main.value,
        unit="share of launches" if of_all else UNITS[objective.kind],
        comparison="at least" if of_all or objective.at_least is not None else "at most",
        limit=float(objective.in_launches) if of_all and objective.in_launches is not None else objective.limit,
        low=main.low,
        high=main.high,
        during=scenario.span_text(*objective.during) if objective.during else None,
        measure_unit=UNITS[objective.kind],
        measure_comparison="at least" if objective.at_least is not None else "at most",
        measure_limit=objective.limit,
        later_than_s=objective.later_than,
        forecast=forecast,
        forecast_of_window=twin,
        measured=measured,
    )


def _forecast_evidence(objective: Objective, forecasts: Forecasts, name: str) -> Evidence:
    """What all launches say; those of a forecast that was cut short decide nothing."""
    found = of_launches(objective, forecasts.values[name])
    return found if forecasts.is_whole else undecided(found)


def _replay_evidence(scenario: Scenario, objective: Objective, replayed: Replayed) -> Evidence:
    """What the replay says; an invalid one decides nothing, one that a rule has ended only what was missed already."""
    found = of_one(objective, _seen_by_a_client(scenario, objective, replayed.measured))
    is_open = replayed.aborted and not _is_missed_already(objective, found)
    return undecided(found) if is_open or not replayed.is_valid else found


def _is_missed_already(objective: Objective, measured: Evidence) -> bool:
    """Whether what a replay saw until a rule ended it decides; a rate is one over all of the time there was to be."""
    return measured.verdict == Verdict.MISSED and objective.kind != "rate"


def _seen_by_a_client(scenario: Scenario, objective: Objective, recording: Recording) -> Bounds:
    """The measured value; nothing for stations and the like, which a client cannot see."""
    return bounds(objective, recording, scenario) if objective.is_seen_by_clients else UNKNOWN


def _weaker(forecast: Evidence | None, measured: Evidence | None) -> Verdict:
    """Missed in either phase is missed. A replay that holds nothing to measure, or was too short to see how it comes
    out, takes nothing from the forecast."""
    if forecast is not None and measured is not None and _saw_too_little(measured):
        return forecast.verdict
    found = [evidence for evidence in (forecast, measured) if evidence is not None]
    known = [each.verdict for each in found if each.value is not None or each.never] or [Verdict.NOT_ENOUGH_EVIDENCE]
    return min(known, key=[Verdict.MISSED, Verdict.NOT_ENOUGH_EVIDENCE, Verdict.MET].index)


def _saw_too_little(measured: Evidence) -> bool:
    is_nothing = measured.value is None and not measured.never
    return is_nothing or (measured.is_open and measured.verdict is Verdict.NOT_ENOUGH_EVIDENCE)


def _replay(replayed: Replayed, scenario: Scenario) -> ReplaySummary:
    return replay_phase(
        after_warm_up(replayed.measured, scenario),
        _window(scenario),
        replayed.audit,
        replayed.generator,
        scenario.other_achievements(),
        replayed.server,
        scenario.service.joint_names(),
        replayed.reasons,
        exchanges_after_warm_up(replayed.exchanges, scenario) if replayed.exchanges else None,
        scenario,
    )


def _window(scenario: Scenario) -> str:
    return judged_span(scenario, scenario.replayed()[0])
