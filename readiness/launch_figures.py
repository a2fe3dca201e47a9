"""What one launch says by itself, before launches are added up."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.judging.bounds import Bounds, bounds
from readiness.judging.effects import Recoveries, recoveries_in
from readiness.judging.phases import simulated_phase
from readiness.wording.warm_up import judged_span
from recordings.launch_curves import LaunchCurves, curves_of
from recordings.phases import PhaseSummary
from recordings.recording import Recording
from scenarios.language.outcomes import ENDS, GOOD, OUTCOMES
from scenarios.language.scenario import Scenario


@dataclass(frozen=True)
class LaunchFigures:
    """Each objective's value and that of each published figure by name, every figure, the times to recover from each
    fault, and how requests fared over time."""

    values: dict[str, Bounds]
    expected: dict[str, Bounds]
    phase: PhaseSummary
    recoveries: Recoveries
    curves: LaunchCurves


def figures_of_launch(scenario: Scenario, launch: Recording) -> LaunchFigures:
    """The figures of a whole launch."""
    return LaunchFigures(
        values={name: bounds(objective, launch, scenario) for name, objective in scenario.objectives.items()},
        expected={name: bounds(expectation, launch, scenario) for name, expectation in scenario.expect.items()},
        phase=simulated_phase(launch, scenario, judged_span(scenario, scenario.period)),
        recoveries=recoveries_in(scenario, launch),
        curves=curves_of(launch, ENDS, OUTCOMES[GOOD]),
    )
