"""Of how many of all requests a response time speaks: who is turned away has none, and a limit that few were there to
keep is no good news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from recordings.evidence import Verdict
from recordings.phases import PhaseName, PhaseSummary
from recordings.summary import ObjectiveSummary
from scenarios.language.objectives import measure_family

SERVED_LEAST: Final = 0.9
MET_BY_FEW: Final = "met by few"
_OF_THE_SERVED: Final = frozenset({"response mean", "response pNN", "response max"})


def served_share(objective: ObjectiveSummary, phase: PhaseSummary) -> float | None:
    """The share of what an objective is about that was not turned away in a phase. None where nobody asked, for
    measures that speak of everybody, and for a part of the period, of which a phase says nothing."""
    if measure_family(objective.measure) not in _OF_THE_SERVED or objective.during is not None:
        return None
    asked = [phase.operations[name] for name in objective.of or phase.operations if name in phase.operations]
    offered = sum(each.offered for each in asked)
    if not offered:
        return None
    return sum(each.offered * (each.response_ms.of_share or 0.0) for each in asked) / offered


def is_met_by_few(objective: ObjectiveSummary, phases: Mapping[PhaseName, PhaseSummary], *names: PhaseName) -> bool:
    """Whether an objective is met by fewer than `SERVED_LEAST` of what it is about, in one of these phases or any."""
    return any(
        getattr(objective, name).verdict is Verdict.MET and share < SERVED_LEAST
        for name in names or phases
        if name in phases
        if getattr(objective, name) is not None and (share := served_share(objective, phases[name])) is not None
    )


def verdict_by_served(objective: ObjectiveSummary, phases: Mapping[PhaseName, PhaseSummary]) -> str:
    """Its verdict in words: `met by few` of one that is met by fewer than `SERVED_LEAST` in any of these phases."""
    is_by_few = objective.verdict is Verdict.MET and is_met_by_few(objective, phases)
    return MET_BY_FEW if is_by_few else objective.verdict
