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

_TITLE: Final = "Staff"
_WASTED: Final = [name for name in STAFF_TIME if name != "at a screen"]


def staff_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    run, launches = evidence.launch, launch_figures(evidence)
    if not run.records:
        return DossierLine("staff", _TITLE, [no_launches(evidence)])
    rows = [*_populations(evidence, launches)]
    return DossierLine(
        "staff",
        _TITLE,
        [*_hours(evidence, launches)],
        StatementTable(["visits: typical launch (worst launch)", "begun", "given up or cut off"], rows),
    )


def _populations(evidence: DossierEvidence, launches: Quoting) -> Iterator[list[Statement]]:
    for name in evidence.launch.scenario.populations:
        path: Path = ("phase", "sessions", name)
        lost: list[Path] = [(*path, ending) for ending in ("gave_up", "cut")]
        head = said("{}", scenario_figures(evidence).key("populations", name))
        yield [head, launches_cell(launches, [(*path, "started")]), launches_cell(launches, lost)]


def _hours(evidence: DossierEvidence, launches: Quoting) -> Iterator[Statement]:
    found = False
    for activity in _WASTED:
        paths: list[Path] = [("phase", "followed", "staff_h", role, activity) for role in ROLES]
        known = [path for path in paths if launches.has(*path)]
        if known:
            found = True
            yield said(f"Hours {activity}: {{}} ({{}}).", *typical_and_worst(launches, known, unit="h"))
    if not found:
        yield not_modelled("hours of staff retrying, waiting in line, on paper and re-keying")
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
