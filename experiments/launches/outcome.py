"""What is kept of one launch: each objective's value, every figure of its summary, and when it recovered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import numpy as np

from readiness.judging.bounds import Bounds, bounds
from readiness.judging.effects import Recoveries, recoveries_in
from readiness.judging.phases import simulated_phase
from readiness.judging.stations import busy_by_window
from readiness.wording.warm_up import judged_span
from recordings.histogram import FloatArray
from recordings.phases import PhaseSummary
from recordings.recording import Recording
from scenarios.language.objectives import Objective
from scenarios.language.outcomes import ENDS, GOOD, OUTCOMES
from scenarios.language.scenario import Scenario

_REASONS: Final = tuple(name for name in ENDS if name != OUTCOMES[GOOD])  # why a request is not good


class LaunchOutcome(msgspec.Struct, frozen=True):
    """One launch. `values` has each objective's least and greatest value possible (`readiness.judging.bounds`), in the
    measure's unit; infinity is never, NaN nothing to measure. `recoveries` has how long it took to recover from each
    time of each fault, in the order of the scenario's `fault_spans`. `requests` is how many there were. `busy` has the
    share of busy servers by station and window, as the bytes of floats: `busy_shares` reads them."""

    replication: int
    values: dict[str, tuple[float, float]]
    phase: PhaseSummary
    recoveries: Recoveries
    requests: int
    busy: dict[str, bytes] = {}

    def busy_shares(self, station: str) -> FloatArray:
        """The share of a station's servers that were busy, by window."""
        return np.frombuffer(self.busy[station], dtype="<f8")

    def bounds(self, objective: str) -> Bounds:
        """An objective's value."""
        return Bounds(*self.values[objective])

    def misses(self, name: str, objective: Objective) -> bool:
        """Whether an objective's limit is surely missed; nothing to measure misses nothing."""
        found = self.bounds(name)
        return found.is_known and found.misses(objective)

    def missed(self, scenario: Scenario) -> list[str]:
        """The objectives of the scenario whose limits this launch surely misses."""
        return [name for name, objective in scenario.objectives.items() if self.misses(name, objective)]

    def figures(self) -> dict[str, float]:
        """Every figure by its path, such as `sessions.referrers.gave_up`; infinity is never, and what has no value is
        left out."""
        return dict(_numbers(figures_by_name(self.phase), ""))


def figures_by_name(phase: PhaseSummary) -> dict[str, Any]:
    """The figures of a phase in nested mappings. A reason for which no request failed is 0, and not left out: a mean
    over launches is of those, too, in which nothing failed."""
    found: dict[str, Any] = msgspec.to_builtins(phase)
    for operation in (*found["operations"].values(), *found["groups"].values()):
        operation["failed"] = dict.fromkeys(_REASONS, 0.0) | operation["failed"]
    return found


def outcome_of(scenario: Scenario, launch: Recording, replication: int) -> LaunchOutcome:
    """What is kept of the recording of one launch."""
    found = {name: bounds(objective, launch, scenario) for name, objective in scenario.objectives.items()}
    return LaunchOutcome(
        replication=replication,
        values={name: (each.low, each.high) for name, each in found.items()},
        phase=simulated_phase(launch, scenario, judged_span(scenario, scenario.period)),
        recoveries=recoveries_in(scenario, launch),
        requests=int(launch.response.counts.sum()),
        busy=dict(
            zip(launch.form.stations, (row.tobytes() for row in busy_by_window(launch).astype("<f8")), strict=True)
        ),
    )


def _numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    """The numbers in nested mappings; of times a name in their `never` is infinity."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield path, float(value)
    elif isinstance(value, dict):
        never = value.get("never")
        for key, part in value.items():
            if part is None and isinstance(never, list) and key in never:
                yield f"{path}.{key}" if path else key, math.inf
            else:
                yield from _numbers(part, f"{path}.{key}" if path else key)
