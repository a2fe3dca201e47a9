"""Figures and verdicts as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.audit_result import AuditResult
from recordings.evidence import Evidence, Verdict
from recordings.phases import Percentiles
from recordings.summary import ObjectiveSummary, Recovered
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import share_words


def stay_away_words(people: dict[str, float]) -> str:
    """Who never comes because the period has no room for them, in a sentence; nothing where everybody does."""
    if not people:
        return ""
    named = ", ".join(f"{number:,.1f}".removesuffix(".0") + f" of {name}" for name, number in people.items())
    return f"People who stay away, because their time to come lies outside the period: {named}."


def sentence(
    verdict: str, objectives: Sequence[ObjectiveSummary], why_invalid: Sequence[str], audit: AuditResult | None = None
) -> str:
    """The verdict of a run in one plain sentence."""
    unread = f"{audit.never_read:,} of {_writes(audit)} could not be read back" if audit and audit.never_read else ""
    invalid = f" The replay is invalid and is not judged: {'; '.join(why_invalid)}." if why_invalid else ""
    if verdict == "invalid":
        return f"The replay is invalid, so there is no verdict: {'; '.join(why_invalid)}."
    if verdict == Verdict.MET:
        kept = "the objective is" if len(objectives) == 1 else f"all {len(objectives)} objectives are"
        return f"Ready: {kept} met."
    if verdict == Verdict.MISSED:
        return f"Not ready: {_missed(objectives, audit)}{f'; {unread}' if unread else ''}.{invalid}"
    return f"No verdict: {unread}." if unread else _undecided(objectives)


def _missed(objectives: Sequence[ObjectiveSummary], audit: AuditResult | None) -> str:
    missed = [objective for objective in objectives if objective.verdict == Verdict.MISSED]
    if not missed and audit and audit.did_not_survive == audit.refused_present > 0:
        return "every objective holds, but referrals that were refused are there all the same"
    if not missed:
        return "every objective holds, but acknowledged writes did not survive the audit"
    return f"{len(missed)} of {_number(len(objectives), 'objective')} missed, first “{missed[0].name}”"


def _undecided(objectives: Sequence[ObjectiveSummary]) -> str:
    if not objectives:
        return "No verdict: the scenario states no objectives."
    undecided = [objective for objective in objectives if objective.verdict == Verdict.NOT_ENOUGH_EVIDENCE]
    if not undecided:
        return "No verdict."
    most = max((each.forecast.settled_by or 0 for each in undecided if each.forecast), default=0)
    more = f"; about {most} replications would settle it" if most else ""
    return f"Not enough evidence: {len(undecided)} of {_number(len(objectives), 'objective')} undecided{more}."


def amount(value: float | None, unit: str) -> str:
    """A value with its unit: `2.4 s`, `99.2 %`, `18 / s`, `1,000 h` of people's time."""
    if value is None:
        return "–"
    if unit == "s":
        return duration_text(value)
    if unit == "s of work":  # of many people: no time passes so slowly
        return f"{_plain(value / 3600)} h"
    if unit.startswith("share"):
        return share_words(value)
    return f"{_plain(value)} / s" if unit == "per s" else _plain(value)


def count(value: float) -> str:
    """A number of things, whole where it is large: `56,781`, `0.667`."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def interval(low: float | None, high: float | None, unit: str) -> str:
    """`1.2 s to 1.4 s`; `no spread` where both read alike; or nothing."""
    if low is None or high is None:
        return ""
    ends = [amount(end, unit) for end in (low, high)]
    return "no spread" if ends[0] == ends[1] else " to ".join(ends)


def spread(evidence: Evidence, unit: str) -> str:
    """The interval of a value; nothing of one that is only known to be longer than what was seen."""
    is_cut_off = evidence.is_open and evidence.up_to is None
    return "" if is_cut_off else interval(evidence.low, evidence.high, unit)


def recovery_words(recovered: Recovered) -> str:
    """How long it took: `at once`, `40 s`, `longer than 3 min`, and in how many launches it was not seen."""
    if not recovered.unseen:
        return duration_text(recovered.mean_s) if recovered.mean_s else "at once"
    words = f"longer than {duration_text(recovered.mean_s)}"
    return f"{words} (not seen in {recovered.unseen:,} of {recovered.launches:,})" if recovered.launches > 1 else words


def percentile_words(times: Percentiles, name: str) -> str:
    """One of the response times in the unit a person would choose: `2.4 s`, `< 0.1 ms`, `longer than 30 s`."""
    milliseconds = getattr(times, name)
    if milliseconds is None:
        return "–"
    words = "< 0.1 ms" if milliseconds < 0.1 else duration_text(milliseconds / 1000)
    return f"longer than {words}" if name in times.longer_than else words


def share_text(share: float) -> str:
    """To a tenth of a per cent, and never all when it is not."""
    return f"{min(share * 100, 99.9) if share < 1 else 100.0:.1f}".removesuffix(".0") + "\u00a0%"


def per_cent(relative: float | None) -> str:
    """A relative difference with its sign: `+1.2 %`."""
    return "–" if relative is None else f"{relative * 100:+.1f} %"


def _plain(value: float) -> str:
    """Four digits, more before the point where there are more."""
    return f"{value:,.0f}" if abs(value) >= 9_999.5 else f"{value:,.4g}"


def _writes(audit: AuditResult) -> str:
    return _number(audit.acknowledged, "acknowledged write")


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
