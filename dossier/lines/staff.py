"""Line 5: whose time it takes: who never got in, hours of waiting, paper and re-keying, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.patients import launches_cell
from dossier.lines.saying import (
    Path,
    Quoting,
    launch_figures,
    no_launches,
    not_modelled,
    said,
    scenario_figures,
    typical_and_worst,
)
from readiness.wording.followed import money_words
from scenarios.language.outcomes import ROLES, STAFF_TIME
from scenarios.text.phrases import share_words

_TITLE: Final = "Staff"
_AT_WORK: Final = "at a screen"
_COLUMNS: Final = (
    "typical (worst) launch", "of whom never got in", "visits cut short",
)  # fmt: skip


def staff_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    run, launches = evidence.launch, launch_figures(evidence)
    if not run.records:
        return DossierLine("staff", _TITLE, [no_launches(evidence)])
    rows = [*_populations(evidence, launches)]
    people = "people, each day anew" if run.scenario.calendar.spans_days else "people"
    return DossierLine(
        "staff",
        _TITLE,
        [*_hours(evidence, launches), *_staying_away(evidence)],
        StatementTable([*_COLUMNS[:1], people, *_COLUMNS[1:]], rows),
    )


def _staying_away(evidence: DossierEvidence) -> Iterator[Statement]:
    """That the table has those who came, where the scenario says who does not."""
    practices = evidence.launch.scenario.practices
    if practices is not None and practices.news is not None:
        yield said("Who has heard that it is down, and stays away, is not in this table.")


def _populations(evidence: DossierEvidence, launches: Quoting) -> Iterator[list[Statement]]:
    for name in evidence.launch.scenario.populations:
        path: Path = ("phase", "sessions", name)
        lost: list[Path] = [(*path, ending) for ending in ("gave_up", "cut")]
        people: list[Path] = [(*path, "people", "wanted")]
        never_in: list[Path] = [(*path, "people", which) for which in ("gave_up", "still_trying")]
        head = said("{}", scenario_figures(evidence).key("populations", name))
        wanted, visits = (launches_cell(launches, each) for each in (people, lost))
        yield [head, wanted, _never_in(launches, never_in, people), visits]


def _never_in(launches: Quoting, paths: list[Path], people: list[Path]) -> Statement:
    """How many never got in, and which share of the people that is in a typical launch."""
    cell = launches_cell(launches, paths)
    known = [path for path in (*paths, *people) if launches.has(*path)]
    if cell.kind == "not modelled" or people[0] not in known:
        return cell
    share = launches.of(known, "typical share of the last", show=share_words)
    return said(f"{cell.words}: {{}}", *cell.figures, share)


def _spent(launches: Quoting, activity: str) -> list[Path]:
    """Where the hours of each role stand that some launch knows of."""
    paths: list[Path] = [("phase", "followed", "staff_h", role, activity) for role in ROLES]
    return [path for path in paths if launches.has(*path)]


def _hours(evidence: DossierEvidence, launches: Quoting) -> Iterator[Statement]:
    known = {activity: _spent(launches, activity) for activity in STAFF_TIME}
    wasted = {activity: paths for activity, paths in known.items() if paths and activity != _AT_WORK}
    if not wasted:
        yield not_modelled("hours of staff retrying, waiting in line, on paper and re-keying")
    else:
        figures = [each for paths in wasted.values() for each in typical_and_worst(launches, paths, unit="h")]
        every = [path for paths in wasted.values() for path in paths]
        named = ", ".join(f"{activity} {{}} ({{}})" for activity in wasted)
        yield said(f"Hours {named}: {{}} ({{}}) in all.", *figures, *typical_and_worst(launches, every, unit="h"))
    if known[_AT_WORK]:
        at_work = typical_and_worst(launches, known[_AT_WORK], unit="h")
        yield said("Hours of waiting for answers, beside those: {} ({}).", *at_work)
    cost: Path = ("phase", "followed", "cost", "total")
    if launches.has(*cost):
        fallback = evidence.launch.scenario.fallback
        currency = fallback.currency if fallback is not None else ""
        yield said(
            "Cost by the scenario's prices and wages: {} ({}).",
            *typical_and_worst(launches, [cost], show=lambda value: money_words(currency, round(value))),
        )
    else:
        yield not_modelled("cost")
