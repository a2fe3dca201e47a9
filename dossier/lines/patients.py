"""Line 4: what becomes of patients' referrals, by priority, in the typical and in the worst launch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.saying import (
    NOT_MODELLED,
    Path,
    Quoting,
    launch_figures,
    missing,
    no_launches,
    not_modelled,
    said,
    scenario_figures,
    typical_and_worst,
)
from readiness.judging.referral_summary import NEVER_PLACES, OPEN_PLACES, TWO_WEEK_WAIT
from readiness.wording.followed import PRIORITY_WORDS
from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import listed

_TITLE: Final = "Patients"
_PHASE: Final = "phase"
EACH: Final = "Typical launch (worst launch), of each figure by itself, so that they need not add up."
_LOST: Final = "Lost: forgotten or given up for good, too."
_LATE: Final = "Late: two-week waits received after {}, or never."
_LIMIT: Final = ("phase", "followed", "referrals", "two_week_wait", "limit_s")
_COLUMNS: Final = (
    "referrals",
    "in all",
    "on paper",
    "made, but incomplete",
    "without an appointment",
    "lost",
    "not yet sent",
    "late",
)


def patients_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    launches, run = launch_figures(evidence), evidence.launch
    if not run.records:
        return DossierLine("patients", _TITLE, [no_launches(evidence)])
    if run.scenario.is_followed and launches.has(_PHASE, "followed", "referrals", "arose"):
        return DossierLine(
            "patients",
            _TITLE,
            [said(EACH), *_channels(evidence), _places(launches)],
            StatementTable(list(_COLUMNS), [*_by_priority(evidence, launches)]),
        )
    return DossierLine("patients", _TITLE, [*_counted(evidence, launches)])


def _channels(evidence: DossierEvidence) -> Iterator[Statement]:
    """By which ways a referral goes on paper."""
    fallback = evidence.launch.scenario.fallback
    names = [
        scenario_figures(evidence).key("fallback", "channels", name) for name in (fallback.channels if fallback else ())
    ]
    if names:
        yield said(f"On paper: received by {listed(['{}'] * len(names))}.", *names)


def _places(launches: Quoting) -> Statement:
    """What counts as lost, and what as late, where the scenario says when that is."""
    if not launches.has(*_LIMIT):
        return said(_LOST)
    return said(f"{_LOST} {_LATE}", launches(*_LIMIT, how="highest", show=duration_text, unit="s"))


def launches_cell(launches: Quoting, paths: Sequence[Path]) -> Statement:
    """Typical and worst launch, or that no launch knows of it."""
    known = [path for path in paths if launches.has(*path)]
    if not known:
        return Statement(NOT_MODELLED, kind="not modelled")
    typical, worst = typical_and_worst(launches, known)
    return said("{} ({})", typical, worst)


def _by_priority(evidence: DossierEvidence, launches: Quoting) -> Iterator[list[Statement]]:
    summary = evidence.launch.summary.followed["forecast"].referrals
    assert summary is not None
    channels = [place for place in summary.places if place not in (*ELECTRONIC, *NOT_RECEIVED)]
    for name in summary.priorities:
        referrals: Path = (_PHASE, "followed", "referrals")
        places: Path = (*referrals, "priorities", name, "places")
        late: list[Path] = [(*referrals, "two_week_wait", key) for key in ("later", "never")]
        yield [
            said("{}", launches.key(*referrals, "priorities", name))
            if name not in PRIORITY_WORDS
            else said(PRIORITY_WORDS[name]),
            launches_cell(launches, [(*referrals, "priorities", name, "arose")]),
            launches_cell(launches, [(*places, channel) for channel in channels]),
            launches_cell(launches, [(*places, "half-made")]),
            launches_cell(launches, [(_PHASE, "appointments", name, "refused")]),
            launches_cell(launches, [(*places, place) for place in NEVER_PLACES]),
            launches_cell(launches, [(*places, place) for place in OPEN_PLACES]),
            launches_cell(launches, late) if name == TWO_WEEK_WAIT else Statement("no limit"),
        ]


def _counted(evidence: DossierEvidence, launches: Quoting) -> Iterator[Statement]:
    """Of a scenario that counts referrals and follows none."""
    referrals = evidence.launch.summary.forecast.referrals if evidence.launch.summary.forecast else {}
    if not evidence.launch.scenario.carriers():
        yield not_modelled("no session of the scenario carries a referral")
        return
    yield said(EACH)
    for name, words in (("intended", "Referrals that were to be made"), ("on_paper", "On paper instead")):
        if name in referrals:
            yield said(f"{words}: {{}} ({{}}).", *typical_and_worst(launches, [(_PHASE, "referrals", name)]))
    forecast = evidence.launch.summary.forecast
    slots: list[Path] = [(_PHASE, "slots", name, "refused") for name in (forecast.slots if forecast else ())]
    if slots:
        yield said("Without an appointment: {} ({}).", *typical_and_worst(launches, slots))
    else:
        yield not_modelled("who gets no appointment (every booking finds one)")
    yield not_modelled("referrals made but incomplete, lost or late, and which are urgent; the scenario follows none")
    yield missing(
        "A scenario with `practices` and `fallback` follows them, as does", "rehearse simulate ers-launch-week"
    )
