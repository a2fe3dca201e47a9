"""Line 5: whose time it takes: who never got in, hours of waiting, paper and re-keying, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dossier.evidence.evidence import Evidence
from dossier.form.dossier import Line, Statement, Table
from dossier.lines.patients import cell
from dossier.lines.saying import Path, Quoting, launches_of, missing, name_of, not_modelled, said, scenario_of, spread
from readiness.wording.followed import money_words
from scenarios.language.outcomes import ROLES, STAFF_TIME

TITLE: Final = "Staff"
_WASTED: Final = [name for name in STAFF_TIME if name != "at a screen"]


def staff_line(evidence: Evidence) -> Line:
    """The line."""
    run, launches = evidence.launch, launches_of(evidence)
    if not run.records:
        command = f"rehearse simulate {name_of(evidence)}"
        return Line("staff", TITLE, [missing("Launches of the forecast are not to be had; they are made by", command)])
    rows = [*_populations(evidence, launches)]
    return Line(
        "staff",
        TITLE,
        [*_hours(evidence, launches)],
        Table(["who: typical launch (worst launch)", "came", "never got through"], rows),
    )


def _populations(evidence: Evidence, launches: Quoting) -> Iterator[list[Statement]]:
    for name in evidence.launch.scenario.populations:
        path: Path = ("phase", "sessions", name)
        lost: list[Path] = [(*path, ending) for ending in ("gave_up", "cut")]
        head = said("{}", scenario_of(evidence).key("populations", name))
        yield [head, cell(launches, [(*path, "started")]), cell(launches, lost)]


def _hours(evidence: Evidence, launches: Quoting) -> Iterator[Statement]:
    found = False
    for activity in _WASTED:
        paths: list[Path] = [("phase", "followed", "staff_h", role, activity) for role in ROLES]
        known = [path for path in paths if launches.has(*path)]
        if known:
            found = True
            yield said(f"Hours {activity}: {{}} ({{}}).", *spread(launches, known, unit="h"))
    if not found:
        yield not_modelled("hours of staff retrying, waiting in line, on paper and re-keying")
    cost: Path = ("phase", "followed", "cost", "total")
    if launches.has(*cost):
        fallback = evidence.launch.scenario.fallback
        currency = fallback.currency if fallback is not None else ""
        yield said(
            "Cost by the scenario's prices and wages: {} ({}).",
            *spread(launches, [cost], show=lambda value: money_words(currency, round(value))),
        )
    else:
        yield not_modelled("cost")
