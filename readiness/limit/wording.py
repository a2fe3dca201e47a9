"""The limit in a sentence, and its trials as a table."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.limit.search import LimitSearch, Trial, TrialVerdict, knee
from readiness.wording.figures import count


def limit_sentence(search: LimitSearch) -> str:
    """What was found: the limit, how sure it is, what broke first, and whether the generator was the limit."""
    limit, failed = search.limit, search.lowest_failed
    if not search.trials:
        return "Nothing was tried."
    if limit is None:
        return f"Nothing held: even demand {_times(search.trials[-1].demand)} {_failed_words(failed)}."
    at = rate_at(search.trials, limit)
    times = sum(trial.demand == limit for trial in search.trials)
    sure = f"held {times} of {times} times" if search.is_confirmed else "not confirmed"
    head = f"Holds up to demand {_times(limit)}, {count(at)} requests a second ({sure})"
    return (
        f"{head}; {_times(failed.demand)} {_failed_words(failed)}." if failed else f"{head}, the most that was tried."
    )


def rate_at(trials: Sequence[Trial], demand: float) -> float:
    """The mean of the offered requests a second of the trials at a demand."""
    rates = [trial.offered_per_s for trial in trials if trial.demand == demand]
    return sum(rates) / len(rates)


def knee_sentence(trials: Sequence[Trial]) -> str:
    """Where most answers were good."""
    best = knee(trials)
    if best is None or not best.good_per_s:
        return "No request got a good answer."
    return (
        f"At most {count(best.good_per_s)} good answers a second, at demand {_times(best.demand)}"
        f" ({count(best.offered_per_s)} requests a second offered)."
    )


def trial_row(trial: Trial) -> tuple[str, str, str, str, str]:
    """Demand, offered, good, verdict, and why, for a table."""
    why = trial.why or ", ".join(trial.missed)
    return _times(trial.demand), count(trial.offered_per_s), count(trial.good_per_s), trial.verdict.value, why


def _times(demand: float) -> str:
    return f"{demand:.3g} ×"


def _failed_words(failed: Trial | None) -> str:
    if failed is None:
        return "did not hold"
    if failed.verdict == TrialVerdict.GENERATOR:
        return (
            f"was more than the load generator or the mock could do ({failed.why}), which says nothing of the service"
        )
    if failed.verdict == TrialVerdict.CEILING:
        return "is over the rate ceiling"
    what = ", ".join(f"“{name}”" for name in failed.missed) or failed.why
    return f"left undecided: {what}" if failed.verdict == TrialVerdict.UNDECIDED else f"broke first: {what}"
