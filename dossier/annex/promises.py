"""Every promise of the launch, and those that a failure breaks, with their values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.saying import NOT_STATED, Path, Quoting, caution, said, scenario_figures, summary_figures
from readiness.judging.evidence import most_surely_miss
from readiness.wording.figures import amount
from recordings.evidence import Evidence, Verdict
from recordings.summary import ObjectiveSummary

_COLUMNS: Final = ("run", "promise", "limit", "forecast", "broken in", "it is")
_MEASURED: Final = "measured"
_DIGITS: Final = range(2, 7)  # after the point of a percentage
_MARKS: Final = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.NOT_ENOUGH_EVIDENCE: "open"}
_WHICH: Final = (
    "Of the launch and of every run without failures all promises; of a failure those that are not surely kept. A"
    " forecast's value is the mean of its launches (of a limit on launches, the share that keep it), then the interval"
    " that decides. It is missed where that lies on the bad side of the limit, where a time is beyond any limit in a"
    " launch or more, for too few came to its end, and where most launches surely miss the limit, whatever their mean."
    " The paper share is of all that people meant to refer, and has what is lost on its way, too."
)
_STAND_IN: Final = (
    "What the launch's replay measured is not here: it was of a stand-in, and of the minutes that stand with the"
    " evidence. Its technical report has it."
)
_OF_MINUTES: Final = "What was measured is of {} alone."


def promises_line(evidence: DossierEvidence) -> DossierLine:
    """The table."""
    is_measured = any(run.was_sent_to_service for run in evidence.runs)
    rows = [row for place in range(len(evidence.runs)) for row in _rows(evidence, place, is_measured=is_measured)]
    columns = [*_COLUMNS[:-1], _MEASURED, _COLUMNS[-1]] if is_measured else list(_COLUMNS)
    statements = [said(_WHICH), *_not_judged(evidence), *_replayed(evidence)]
    return DossierLine("promises", "Promise by promise", statements, StatementTable(columns, rows) if rows else None)


def _not_judged(evidence: DossierEvidence) -> Iterator[Statement]:
    """Promises of the launch of which nothing is said where something fails: no such run has them."""
    drills = [run for place, run in enumerate(evidence.runs) if place and run.is_drill]
    known = {objective.name for run in drills for objective in run.summary.objectives}
    objectives = evidence.launch.summary.objectives
    places = [at for at, each in enumerate(objectives) if each.name not in known]
    if drills and places:
        names = [summary_figures(evidence)("objectives", at, "name") for at in places]
        yield caution(
            "Not judged in any failure rehearsed apart from the launch: " + ", ".join(["“{}”"] * len(names)) + ".",
            *names,
        )


def _replayed(evidence: DossierEvidence) -> Iterator[Statement]:
    """Of what a replay's values are, where there are any; or where to find them."""
    if evidence.launch.summary.measured is None:
        return
    if evidence.launch.was_sent_to_service:
        yield said(_OF_MINUTES, summary_figures(evidence)("measured", "span"))
    else:
        yield said(_STAND_IN)


def _rows(evidence: DossierEvidence, place: int, *, is_measured: bool) -> Iterator[list[Statement]]:
    quoting, run = summary_figures(evidence, place), evidence.runs[place]
    nothing = [said("–")] if is_measured else []
    for at, objective in enumerate(run.summary.objectives):
        if place and run.is_drill and objective.verdict == Verdict.MET:
            continue
        path: Path = ("objectives", at)
        yield [
            said("{}", scenario_figures(evidence, place)("title")),
            said("{} ({})", *(quoting(*path, key) for key in ("name", "measure"))),
            _limit(objective, quoting, path),
            _value(quoting, (*path, "forecast"), objective.unit, objective.limit),
            _broken(objective, quoting, (*path, "forecast")),
            *(
                [_value(quoting, (*path, "measured"), objective.measure_unit, None)]
                if run.was_sent_to_service
                else nothing
            ),
            _verdict(objective, quoting, path),
        ]


def _verdict(objective: ObjectiveSummary, quoting: Quoting, path: Path) -> Statement:
    """What it comes to, and by what rule where that is not the interval's."""
    words, found = "{}", objective.forecast
    if found is not None and found.verdict == Verdict.MISSED:
        if found.never:
            words = "{}, for it is beyond any limit" + (" in some" if found.never < found.replications else "")
        elif _is_by_most(objective, found):
            words = "{}, by most launches"
    return said(words, quoting(*path, "verdict"), mark=_MARKS[objective.verdict])


def _is_by_most(objective: ObjectiveSummary, found: Evidence) -> bool:
    """Whether the interval of the mean alone would not decide what most launches do."""
    if objective.unit != objective.measure_unit or not most_surely_miss(found):  # of launches a share is asked
        return False
    if objective.comparison == "at most":
        return found.low is None or found.low <= objective.limit
    return found.high is None or found.high >= objective.limit


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


def _value(quoting: Quoting, path: Path, unit: str, limit: float | None) -> Statement:
    if not quoting.has(*path, "verdict"):
        return said("–")
    if quoting.has(*path, "never") and quoting(*path, "never").value:
        return said(
            "beyond any limit in {} of {} launches", *(quoting(*path, key) for key in ("never", "replications"))
        )
    if not quoting.has(*path, "value"):
        return said("nothing to measure")
    is_open = quoting.has(*path, "is_open") and bool(quoting(*path, "is_open").value)
    show = partial(_beside, unit=unit, limit=limit)
    figure = quoting(*path, "value", show=show)
    if is_open:
        return said("at least {}, not known to the end", figure)
    if not all(quoting.has(*path, end) for end in ("low", "high")):
        return said("{}", figure)
    return said("{} ({} to {})", figure, *(quoting(*path, end, show=show) for end in ("low", "high")))


def _beside(value: float, unit: str, limit: float | None) -> str:
    """An amount; a share with more digits where it would read as the limit, which it is not."""
    words = amount(value, unit)
    if limit is None or value == limit or words != amount(limit, unit) or not unit.startswith("share"):
        return words
    digits = next((number for number in _DIGITS if f"{value:.{number}%}" != f"{limit:.{number}%}"), _DIGITS[-1])
    return f"{value:.{digits}%}".replace("%", " %")


def _broken(objective: ObjectiveSummary, quoting: Quoting, path: Path) -> Statement:
    if objective.forecast is None or not objective.forecast.values:
        return said("–")
    return said("{} of {}", *(quoting(*path, key) for key in ("missed_in", "replications")))
