"""One phase of a run, forecast or replay, in figures."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from readiness.judging.bounds import percentile_is_open
from readiness.judging.exchanges import exchange_summaries
from readiness.judging.followed import followed_summary, saw_nothing, with_extremes
from readiness.judging.people_summary import makespan_s, people_summary, session_times
from readiness.judging.rounding import milliseconds
from readiness.judging.slots import booking_summaries
from readiness.judging.stations import fullest_first, station_summary
from readiness.judging.warm_up import after_warm_up
from recordings.audit_result import AuditResult
from recordings.exchanges import Exchanges
from recordings.generator_result import GeneratorResult
from recordings.histogram import IntArray
from recordings.phases import (
    OperationSummary,
    Percentiles,
    PhaseSummary,
    ReplaySummary,
    SessionSummary,
)
from recordings.recording import Recording
from recordings.server_result import ServerResult
from scenarios.behaviour.steps import GONE, HEDGED, INTENDED
from scenarios.language.outcomes import ANSWERED, ENDS, GOOD, IN_LINE, OUTCOMES, REFUSED, TIMED, UNSENT, WAITED_FOR
from scenarios.language.people import first_call
from scenarios.language.scenario import Scenario

Groups = Mapping[str, list[str]]  # several operations together, by a name for them
_QUANTILES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def mean_phase(phases: Sequence[PhaseSummary]) -> PhaseSummary:
    """Several launches (at least one) as one phase: every figure is the mean of theirs that is known."""
    mean = mean_of([msgspec.to_builtins(phase) for phase in phases])
    for name, sessions in mean["sessions"].items():
        if any(phase.sessions[name].makespan_s is None and phase.sessions[name].started for phase in phases):
            sessions["makespan_s"] = None  # one launch did not see its end
    heights = {name: station["busy_share_max"] for name, station in mean["stations"].items()}
    fullest = sorted(heights, key=lambda name: -round(heights[name], 9))
    of_all = {"launches": sum(phase.launches for phase in phases), "fullest": fullest}
    if followed := [phase.followed for phase in phases if phase.followed is not msgspec.UNSET]:
        of_all["followed"] = with_extremes(mean["followed"], followed)
    return msgspec.convert(mean | of_all, PhaseSummary)


def mean_of(found: Sequence[Any]) -> Any:
    """The mean of equal structures: numbers by their mean (of those known, to six digits), objects key by key (a
    number that one has not is 0, an object empty), lists by all that stands in any, other values as in the first. A
    time that is never in one of them is never in their mean."""
    known = [each for each in found if each is not None]
    if not known:
        return None
    first = known[0]
    if isinstance(first, dict):
        keys = dict.fromkeys(key for each in known for key in each)
        mean_by_key = {key: mean_of(_values(known, key)) for key in keys}
        never = mean_by_key.get("never")
        return mean_by_key | dict.fromkeys(never if isinstance(never, list) else [])
    if isinstance(first, list):
        return list(dict.fromkeys(value for each in known for value in each))
    if isinstance(first, bool) or not isinstance(first, int | float):
        return first
    mean = math.fsum(known) / len(known)
    return int(mean) if all(isinstance(each, int) for each in known) and mean == int(mean) else round(mean, 6)


def _values(objects: Sequence[dict[str, Any]], key: str) -> list[Any]:
    """What each has under a key: nothing where it has not."""
    has_parts = any(isinstance(each.get(key), dict) for each in objects)
    return [each.get(key, {} if has_parts else 0.0) for each in objects]


def forecast_phase(
    recording: Recording,
    span: str,
    others: Collection[str] = (),
    groups: Groups = MappingProxyType({}),
    scenario: Scenario | None = None,
) -> PhaseSummary:
    """A recording of simulated launches in figures; counts are means over them. `span` says when sessions start;
    `others` are achievements that are not of the referrals which are intended here; `groups` are operations together,
    by name; what became of people, patients and staff is told where the `scenario` is given."""
    form = recording.form
    marks = {name: _per_launch(recording, recording.marks[place].sum()) for place, name in enumerate(form.marks)}
    slots, appointments = booking_summaries(recording, is_seen=True)
    by_outcome = recording.response.by_outcome()
    return PhaseSummary(
        span=span,
        launches=recording.launches,
        operations={name: _operations(recording, [name], by_outcome) for name in form.operations},
        sessions={name: _sessions(recording, place, scenario) for place, name in enumerate(form.populations)},
        stations={name: station_summary(recording, place) for place, name in enumerate(form.stations)},
        referrals={name: count for name, count in marks.items() if name not in {HEDGED.name, *others}},
        hedged=marks.get(HEDGED.name, 0.0),
        good_share=_good_share(by_outcome.sum(axis=0)),
        paper_share=_share(marks.get(GONE["paper"].name, 0.0), marks.get(INTENDED.name, 0.0)),
        achievements={name: people_summary(recording, name) for name in form.goals[len(form.operations) :]},
        fullest=fullest_first(recording),
        groups={name: _operations(recording, several, by_outcome) for name, several in groups.items()},
        slots=slots,
        appointments=appointments,
        followed=followed_summary(recording, scenario) if scenario else msgspec.UNSET,
    )


def simulated_phase(launch: Recording, scenario: Scenario, span: str) -> PhaseSummary:
    """A launch of the scenario in figures, without its warm-up; `span` is when its sessions start, in words."""
    others, groups = scenario.other_achievements(), scenario.service.joint_names()
    return forecast_phase(after_warm_up(launch, scenario), span, others, groups, scenario)


def replay_phase(
    recording: Recording,
    span: str,
    audit: AuditResult | None,
    generator: GeneratorResult,
    others: Collection[str] = (),
    server: ServerResult | None = None,
    groups: Groups = MappingProxyType({}),
    reasons: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
    exchanges: Exchanges | None = None,
    scenario: Scenario | None = None,
) -> ReplaySummary:
    """The recording of a replay in figures, but for the stations, which a client cannot see, and for people, patients
    and staff where it followed none; nor does a client see for which day its appointment is."""
    follows = None if saw_nothing(recording) else scenario
    phase = forecast_phase(recording, span, others, groups, follows)
    slots, appointments = booking_summaries(recording, is_seen=False)
    seen = msgspec.structs.asdict(phase)
    seen |= {"stations": {}, "fullest": [], "slots": slots, "appointments": appointments}
    return ReplaySummary(
        **seen,
        audit=audit,
        generator=generator,
        server=server,
        reasons={operation: dict(counts) for operation, counts in reasons.items()},
        exchanges=exchange_summaries(exchanges) if exchanges else {},
        processor_share_max=exchanges.cpu_share_max() if exchanges else None,
    )


def percentiles_ms(recording: Recording, operations: list[str]) -> Percentiles:
    """Response times of requests that were not turned away: a time-out at its limit, an unfinished one at its age.
    Percentiles that lie among those are longer than that."""
    seen = recording.responses(operations, list(WAITED_FOR))
    cut_off = seen.count - recording.number_of(operations, list(TIMED))
    return Percentiles(
        **{name: milliseconds(seen.quantile(q)) for name, q in _QUANTILES.items()},
        longer_than=[name for name, q in _QUANTILES.items() if percentile_is_open(seen.count, cut_off, q)],
        of_share=_share_of_all(recording, operations, seen.count),
    )


def _share_of_all(recording: Recording, operations: list[str], count: int) -> float | None:
    """Of how many of all requests of some operations such times speak."""
    asked = recording.number_of(operations, list(ENDS))
    return float(f"{count / asked:.9g}") if asked else None


def _operations(recording: Recording, names: list[str], of_each: IntArray) -> OperationSummary:
    """One operation, or several together; `of_each` has how many requests each operation had by outcome."""
    places = [recording.form.operations.index(name) for name in names]
    by_outcome, goal = of_each[places].sum(axis=0), names[0] if len(names) == 1 else ""
    counts = {name: _per_launch(recording, by_outcome[OUTCOMES.index(name)]) for name in ENDS}
    due = sum(by_outcome[OUTCOMES.index(name)] for name in ENDS)
    unsent = sum(by_outcome[OUTCOMES.index(name)] for name in UNSENT)
    sent = by_outcome.sum() - unsent + recording.hedges[places].sum()
    return OperationSummary(
        offered=_per_launch(recording, due),
        started=_per_launch(recording, due - unsent),
        completed=_per_launch(recording, sum(by_outcome[OUTCOMES.index(name)] for name in ENDS if name in ANSWERED)),
        good=counts[OUTCOMES[GOOD]],
        failed={name: count for name, count in counts.items() if name != OUTCOMES[GOOD] and count},
        response_ms=percentiles_ms(recording, names),
        in_line=_per_launch(recording, by_outcome[IN_LINE]),
        good_share=_good_share(by_outcome),
        sent=_per_launch(recording, sent),
        received=_per_launch(recording, sent - by_outcome[REFUSED]),
        people=people_summary(recording, goal) if goal in recording.form.goals else None,
    )


def _good_share(by_outcome: IntArray) -> float | None:
    """Of the requests that ended; who is told to wait in line has no end yet."""
    offered = int(by_outcome.sum() - by_outcome[IN_LINE])
    return round(float(by_outcome[GOOD]) / offered, 6) if offered else None


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 9) if whole else None


def _sessions(recording: Recording, place: int, scenario: Scenario | None) -> SessionSummary:
    by_ending = recording.session_times.by_outcome()[place]
    counts = {name: _per_launch(recording, by_ending[number]) for number, name in enumerate(recording.form.endings)}
    name = recording.form.populations[place]
    population = scenario.populations.get(name) if scenario else None
    first = first_call(scenario.journeys[population.journey].steps) if scenario and population else ""
    return SessionSummary(
        started=_per_launch(recording, by_ending.sum()),
        **counts,
        time_ms=session_times(recording, name),
        makespan_s=makespan_s(recording, name),
        first_call=first or None,
        people=people_summary(recording, first, [name]) if first in recording.form.goals else None,
    )


def _per_launch(recording: Recording, count: float) -> float:
    return round(float(count) / max(recording.launches, 1), 3)
