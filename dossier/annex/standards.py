"""What others ask of a service before it goes live, and for which of it this dossier has evidence: two reading aids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.saying import caution, said
from scenarios.language.registry import FAULTS

_COLUMNS: Final = ("asks for", "evidence here")
_AID: Final = "A reading aid in our own words, and no certification: whether the evidence is enough, the assessors say."
_Has = Callable[[DossierEvidence], bool]


def _is_forecast(evidence: DossierEvidence) -> bool:
    return evidence.launch.summary.forecast is not None and bool(evidence.launch.summary.objectives)


def _is_measured(evidence: DossierEvidence) -> bool:
    return evidence.launch.is_measured_on_service


def _fails(kinds: Sequence[str], families: Sequence[str]) -> _Has:
    """Whether a failure of such a kind was rehearsed."""

    def was_rehearsed(evidence: DossierEvidence) -> bool:
        found = [fault.kind for run in evidence.drills for fault in run.scenario.faults.values()]
        return any(kind in kinds or FAULTS.family(kind) in families for kind in found)

    return was_rehearsed


def _recovers(evidence: DossierEvidence) -> bool:
    return any(effect.times for run in evidence.drills for effect in run.summary.faults.values())


def _is_read_back(evidence: DossierEvidence) -> bool:
    """A stand-in that keeps its writes says nothing of the service."""
    measured = [run.summary.measured for run in evidence.runs if run.is_measured_on_service]
    return any(each is not None and each.audit is not None and each.audit.acknowledged for each in measured)


# what there may be: words, the line that says it, and whether this dossier has it
_FORECAST = ("simulated launches under the expected demand", "chance", _is_forecast)
_MEASURED = ("a replay that was measured on a named service", "evidence", _is_measured)
_ENVIRONMENT = ("what differs from the live service, as typed", "evidence", lambda e: bool(e.notes.notes.environment))
_HEADROOM = (
    "how much more demand it bears, and what breaks first",
    "breaking",
    lambda e: e.answer("headroom") is not None,
)
_OPTIONS = ("options side by side", "options", lambda e: e.answer("compare") is not None)
_FAILURES = ("failures that were rehearsed", "failures", lambda e: bool(e.drills))
_RECOVERY = ("how long it took to recover from each failure", "failures", _recovers)
_FAILOVER = ("a part that fails over or crashes was rehearsed", "failures", _fails(("failover", "crash"), ()))
_DEPENDENCY = ("other systems that fail were rehearsed", "failures", _fails((), ("dependency",)))
_TRIGGERS = ("triggers that were agreed on", "triggers", lambda e: bool(e.notes.notes.triggers))
_FALLBACK = ("what people do when it fails, as modelled", "patients", lambda e: e.launch.scenario.fallback is not None)
_RUNS = ("the runs of this dossier, with their ages", "coverage", lambda e: True)
_READ_BACK = ("what a named service acknowledged was read back", "coverage", _is_read_back)

_Evidence = tuple[str, str, _Has]
_RELIABLE: Final[dict[str, tuple[_Evidence, ...]]] = {
    "a service that is there, and quick": (_FORECAST, _MEASURED),
    "changes that go live often, with little time out of service": (),
    "quality that is tested again and again": (_RUNS,),
    "tests in surroundings like the live ones": (_MEASURED, _ENVIRONMENT),
    "monitoring, and a plan for what it finds": (_TRIGGERS,),
    "a plan for when it is down": (_FAILURES, _FALLBACK),
    "work on what contracts and organisation put in the way": (),
}
_NON_FUNCTIONAL: Final[dict[str, tuple[_Evidence, ...]]] = {
    "performance": (_FORECAST, _MEASURED),
    "volume and capacity": (_HEADROOM,),
    "scalability": (_OPTIONS,),
    "resilience": (_FAILURES,),
    "failover": (_FAILOVER,),
    "recovery": (_RECOVERY,),
    "other systems that it depends on": (_DEPENDENCY,),
    "integrity of data": (_READ_BACK,),
    "monitoring": (_TRIGGERS,),
    "back-up, and reading it back": (),
    "endurance over many hours": (),
    "security": (),
    "accessibility and use": (),
}


def service_standard_line(evidence: DossierEvidence) -> DossierLine:
    """Point 14 of the government's Service Standard."""
    title = "Government Service Standard, point 14: operate a reliable service"
    table = StatementTable(list(_COLUMNS), [*_rows(evidence, _RELIABLE)])
    source = said("After the Service Standard in the government's Service Manual (gov.uk).")
    return DossierLine("service-standard", title, [said(_AID), source], table)


def non_functional_line(evidence: DossierEvidence) -> DossierLine:
    """What is asked of a system for the NHS beside its functions."""
    table = StatementTable(list(_COLUMNS), [*_rows(evidence, _NON_FUNCTIONAL)])
    source = said("After the headings under which NHS bodies ask suppliers for evidence that is not about functions.")
    return DossierLine("non-functional", "NHS non-functional assurance", [said(_AID), source], table)


def _rows(evidence: DossierEvidence, asked: dict[str, tuple[_Evidence, ...]]) -> Iterator[list[Statement]]:
    for words, kinds in asked.items():
        found = [Statement(said_of, link=f"#{line}") for said_of, line, has in kinds if has(evidence)]
        yield from ([said(words), each] for each in found or [caution("no evidence here")])
