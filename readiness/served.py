"""A limit that few were there to keep is no good news: an objective whose time speaks of few is met by few."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from recordings.evidence import Evidence, Verdict
from recordings.phases import PhaseName
from recordings.summary import ObjectiveSummary

SERVED_LEAST: Final = 0.9
MET_BY_FEW: Final = "met by few"


def is_met_by_few(objective: ObjectiveSummary, phases: Collection[PhaseName], *names: PhaseName) -> bool:
    """Whether an objective is met by fewer than `SERVED_LEAST` of what it is about, in one of these phases or any."""
    found: list[Evidence | None] = [getattr(objective, name) for name in names or phases if name in phases]
    return any(
        each.verdict is Verdict.MET and each.served < SERVED_LEAST
        for each in found
        if each is not None and each.served is not None
    )


def verdict_by_served(objective: ObjectiveSummary, phases: Collection[PhaseName]) -> str:
    """Its verdict in words: `met by few` of one that is met by fewer than `SERVED_LEAST` in any of these phases."""
    is_by_few = objective.verdict is Verdict.MET and is_met_by_few(objective, phases)
    return MET_BY_FEW if is_by_few else objective.verdict
