"""What one replay says of one demand."""

from __future__ import annotations

from readiness.limit.search import Trial, TrialVerdict
from recordings.evidence import Verdict
from recordings.phases import ReplaySummary
from recordings.summary import ObjectiveSummary, Summary


def trial_of(demand: float, summary: Summary, seconds: float) -> Trial:
    """A trial from a replay's summary; `seconds` is for how long its sessions started, after the warm-up.

    Only what a client can see is judged. An invalid replay says nothing of the service; one that a rule of its own
    has stopped did not hold.
    """
    replay = summary.measured
    assert replay is not None, "a trial is a replay"
    verdict, missed, why = _judged(summary, replay)
    return Trial(
        demand=demand,
        verdict=verdict,
        offered_per_s=round(sum(each.offered for each in replay.operations.values()) / seconds, 3),
        good_per_s=round(sum(each.good for each in replay.operations.values()) / seconds, 3),
        missed=missed,
        why=why,
    )


def _judged(summary: Summary, replay: ReplaySummary) -> tuple[TrialVerdict, tuple[str, ...], str]:
    is_late = replay.server is not None and not replay.server.valid
    if not replay.generator.valid or is_late:
        why = [*replay.generator.why, *(replay.server.why if replay.server else [])]
        return TrialVerdict.GENERATOR, (), "; ".join(why)
    missed = tuple(each.name for each in summary.objectives if _says(each, Verdict.MISSED))
    if missed or summary.aborted:
        return TrialVerdict.MISSED, missed, summary.aborted or ""
    undecided = tuple(each.name for each in summary.objectives if _says(each, Verdict.NOT_ENOUGH_EVIDENCE))
    return (TrialVerdict.UNDECIDED, undecided, "") if undecided else (TrialVerdict.HOLDS, (), "")


def _says(objective: ObjectiveSummary, verdict: Verdict) -> bool:
    """Whether what was measured comes to this verdict; nothing measured, as of a station, says nothing."""
    seen = objective.measured
    is_seen = seen is not None and (seen.value is not None or bool(seen.never))
    return is_seen and seen is not None and seen.verdict == verdict
