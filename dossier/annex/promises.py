"""Every promise of the launch, and those that a failure breaks, with their values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.saying import NOT_STATED, Path, Quoting, said, scenario_figures, summary_figures
from readiness.wording.figures import amount
from recordings.evidence import Verdict
from recordings.summary import ObjectiveSummary

_COLUMNS: Final = ("run", "promise", "limit", "forecast", "broken in", "replay", "it is")
_MARKS: Final = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.NOT_ENOUGH_EVIDENCE: "open"}
_WHICH: Final = (
    "Of the launch and of every run without failures all promises; of a failure those that are not surely kept. A"
    " forecast's value is the mean of its launches, or the share of them that keep the limit; in brackets the interval"
    " that decides. So a mean may be undecided although every launch broke the promise; and a time that is never in one"
    " launch is never in their mean. A replay's value is of its own minutes."
)


def promises_line(evidence: DossierEvidence) -> DossierLine:
    """The table."""
    rows = [row for place in range(len(evidence.runs)) for row in _rows(evidence, place)]
    return DossierLine(
        "promises", "Promise by promise", [said(_WHICH)], StatementTable(list(_COLUMNS), rows) if rows else None
    )


def _rows(evidence: DossierEvidence, place: int) -> Iterator[list[Statement]]:
    quoting, run = summary_figures(evidence, place), evidence.runs[place]
    for at, objective in enumerate(run.summary.objectives):
        if place and run.is_drill and objective.verdict == Verdict.MET:
            continue
        path: Path = ("objectives", at)
        yield [
            said("{}", scenario_figures(evidence, place)("title")),
            said("{} ({})", *(quoting(*path, key) for key in ("name", "measure"))),
            _limit(objective, quoting, path),
            _value(quoting, (*path, "forecast"), objective.unit),
            _broken(objective, quoting, (*path, "forecast")),
            _value(quoting, (*path, "measured"), objective.measure_unit),
            said("{}", quoting(*path, "verdict"), mark=_MARKS[objective.verdict]),
        ]


def _limit(objective: ObjectiveSummary, quoting: Quoting, path: Path) -> Statement:
    """That of the measure; and in how many launches it is to hold, where that is said."""
    show = partial(amount, unit=objective.measure_unit)
    if objective.measure_limit is None:
        return said(NOT_STATED)
    limit = [quoting(*path, "measure_comparison"), quoting(*path, "measure_limit", show=show)]
    if objective.unit == objective.measure_unit and objective.limit == objective.measure_limit:
        return said("{} {}", *limit)
    share = quoting(*path, "limit", show=partial(amount, unit=objective.unit))
    return said("{} {}, in {} of launches", *limit, share)


def _value(quoting: Quoting, path: Path, unit: str) -> Statement:
    if not quoting.has(*path, "verdict"):
        return said("–")
    if quoting.has(*path, "never") and quoting(*path, "never").value:
        return said("never in {} launches", quoting(*path, "never"))
    if not quoting.has(*path, "value"):
        return said("nothing to measure")
    is_open = quoting.has(*path, "is_open") and bool(quoting(*path, "is_open").value)
    show = partial(amount, unit=unit)
    figure = quoting(*path, "value", show=show)
    if is_open:
        return said("at least {}, not known to the end", figure)
    if not all(quoting.has(*path, end) for end in ("low", "high")):
        return said("{}", figure)
    return said("{} ({} to {})", figure, *(quoting(*path, end, show=show) for end in ("low", "high")))


def _broken(objective: ObjectiveSummary, quoting: Quoting, path: Path) -> Statement:
    if objective.forecast is None or not objective.forecast.values:
        return said("–")
    return said("{} of {}", *(quoting(*path, key) for key in ("missed_in", "replications")))
