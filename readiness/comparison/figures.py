"""What of a measured run is laid beside another: each objective a client can measure, and of each operation p50, p95,
p99 and the good share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import numpy as np

from readiness.comparison.block_bootstrap import WindowCounts, block_estimate
from readiness.comparison.estimates import Estimate
from readiness.judging.warm_up import after_warm_up_windows
from recordings.histogram import IntArray
from recordings.phases import OperationSummary
from recordings.recording import Recording
from recordings.summary import ObjectiveSummary, Summary
from scenarios.language.objectives import Objective, measure_family, percentile_of
from scenarios.language.outcomes import ENDS, OUTCOMES, WAITED_FOR
from scenarios.language.scenario import Scenario

ComparedKind = Literal["objective", "operation"]
Worse = Literal["higher", "lower"]
_QUANTILES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_FAILED: Final = tuple(name for name in ENDS if name not in ("good", "unfinished"))


class Figure(NamedTuple):
    """One figure by which runs are compared, in its `unit` (s, share, per s, count), and which way is worse."""

    kind: ComparedKind
    name: str
    measure: str
    unit: str
    worse: Worse


class Observed(NamedTuple):
    """A figure's value in one run; None is never. `is_open`: the true value is at least so much."""

    value: float | None
    is_open: bool = False


Figures = dict[Figure, Observed]


def figures_of(summary: Summary) -> Figures:
    """Every figure of a run's replay that has a value; empty without a replay."""
    if summary.measured is None:
        return {}
    found: Figures = {}
    for objective in summary.objectives:
        found |= _of_objective(objective)
    for name, operation in summary.measured.operations.items():
        found |= _of_operation(name, operation)
    return found


def block_estimates(
    first: Recording, second: Recording, scenario: Scenario, figures: Iterable[Figure]
) -> dict[Figure, Estimate]:
    """For two single runs, the difference of those figures that windows can be drawn of: percentiles of response times
    (in logarithms) and shares of requests."""
    are_paired = first.form == second.form
    found: dict[Figure, Estimate] = {}
    for figure in figures:
        sources = [_windows(recording, scenario, figure) for recording in (first, second)]
        if sources[0] is None or sources[1] is None:
            continue
        estimate = block_estimate(sources[0], sources[1], _quantile(figure), are_paired=are_paired)
        if estimate is not None:
            found[figure] = estimate
    return found


def _of_objective(objective: ObjectiveSummary) -> Figures:
    measured = objective.measured
    if measured is None or (measured.value is None and not measured.never):
        return {}
    worse: Worse = "higher" if objective.measure_comparison == "at most" else "lower"
    figure = Figure("objective", objective.name, objective.measure, objective.measure_unit, worse)
    return {figure: Observed(measured.value, measured.is_open)}


def _of_operation(name: str, operation: OperationSummary) -> Figures:
    """A percentile needs requests beyond it: 20 for a 95th, 100 for a 99th; of fewer it is the longest of a few."""
    times, found = operation.response_ms, Figures()
    count = operation.offered * (times.of_share or 0)
    for percentile, q in _QUANTILES.items():
        value_ms = getattr(times, percentile)
        if value_ms is not None and count * (1 - q) >= 1 - 1e-9:
            figure = Figure("operation", name, percentile, "s", "higher")
            found[figure] = Observed(value_ms / 1000, percentile in times.longer_than)
    if operation.good_share is not None:
        found[Figure("operation", name, "good share", "share", "lower")] = Observed(operation.good_share)
    return found


def _quantile(figure: Figure) -> float | None:
    percentile = percentile_of(figure.measure)
    return None if percentile is None else percentile / 100


def _windows(recording: Recording, scenario: Scenario, figure: Figure) -> WindowCounts | None:
    """What a figure is made of, window by window; None of one that is not made of requests."""
    operations: list[str] = [figure.name]
    windows = after_warm_up_windows(recording.form, scenario)
    if figure.kind == "objective":
        objective: Objective | None = scenario.objectives.get(figure.name)
        if objective is None or objective.subject != "operations":
            return None
        operations = objective.of or list(recording.form.operations)
        windows = recording.form.windows_between(objective.during) if objective.during else windows
    family = measure_family(figure.measure)
    if not set(operations) <= set(recording.form.operations):
        return None
    rows = [recording.form.operations.index(name) for name in operations]
    if family in ("response pNN", "pNN"):
        buckets, counts = recording.response.by_window_and_bucket(rows, _places(WAITED_FOR))
        return WindowCounts(counts[windows], buckets)
    counted = {"good share": ("good",), "failed share": _FAILED}.get(family)
    if counted is None:
        return None
    by_outcome = recording.response.numbers()[rows].sum(axis=0)[:, windows]
    return WindowCounts(_shares(by_outcome, counted), by_outcome[:0, 0])


def _shares(by_outcome: IntArray, counted: tuple[str, ...]) -> IntArray:
    """Those that count and all others of those that ended, shape (windows, 2)."""
    part = by_outcome[_places(counted)].sum(axis=0)
    whole = by_outcome[_places(ENDS)].sum(axis=0)
    return np.stack([part, whole - part], axis=1)


def _places(names: tuple[str, ...]) -> list[int]:
    return [OUTCOMES.index(name) for name in names]
