"""Line 6: when it is over: the queue, what was held back, re-keying, and whether those who gave up come back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.evidence.run import NEARLY_ALL
from dossier.form.dossier import DossierLine, Statement
from dossier.form.paths import NothingThereError
from dossier.lines.saying import (
    NOT_MODELLED,
    Quoting,
    figure_of,
    launch_figures,
    missing,
    name_of,
    no_launches,
    not_modelled,
    said,
    scenario_figures,
    summary_figures,
    typical_and_worst,
)

_TITLE: Final = "When it is over"
_NAMED: Final = 2
_HOWS: Final = ("middle", "latest")
_HOUR_S: Final = 3600.0


def aftermath_line(evidence: DossierEvidence) -> DossierLine:
    """The line."""
    if not evidence.launch.records:
        return DossierLine("over", _TITLE, [no_launches(evidence)])
    launches = launch_figures(evidence)
    statements = [
        *_failures(evidence),
        *_queues(evidence, launches),
        *_backlog(evidence, launches),
        *_received(evidence, launches),
        *_coming_back(evidence),
    ]
    return DossierLine("over", _TITLE, statements)


def _failures(evidence: DossierEvidence) -> Iterator[Statement]:
    """Until when what fails in the launch lasts: nothing is over before."""
    quoting, faults = summary_figures(evidence), evidence.launch.summary.faults
    ends = [
        ("faults", name, "times", at, "end_s") for name, each in faults.items() for at in range(len(each.times or []))
    ]
    if ends:
        moment = evidence.launch.scenario.moment_text
        yield said("What fails in the launch does so until {}.", quoting.of(ends, "highest of all", moment, "s"))


def _queues(evidence: DossierEvidence, launches: Quoting) -> Iterator[Statement]:
    forecast = evidence.launch.summary.forecast
    moment = evidence.launch.scenario.moment_text
    named = 0
    for name in forecast.fullest if forecast is not None else ():
        path = ("busy until", name, "above", NEARLY_ALL)
        number = launches("missed", how="number")
        full = launches(*path, how="launches in which it was")
        if full.value and named < _NAMED:
            named += 1
            yield said(
                "“{}” is full from {} on, for the last time at {}, at the latest {} (in {} of {} launches);"
                f" longest line {{}} ({{}}){_all_there_is_room_for(evidence, name)}.",
                scenario_figures(evidence).key("service", "stations", name),
                figure_of(evidence, "earliest", [evidence.launch.busy_trace(name, 0)], moment, "s"),
                launches(*path, how="middle", show=moment, unit="s"),
                launches(*path, how="latest", show=moment, unit="s"),
                full,
                number,
                *typical_and_worst(launches, [("phase", "stations", name, "queue_max")]),
            )
    if not named:
        yield said("No part of the service was ever full.")


def _all_there_is_room_for(evidence: DossierEvidence, name: str) -> str:
    """That a line was as long as it may be: the next are turned away."""
    station, forecast = evidence.launch.scenario.service.stations[name], evidence.launch.summary.forecast
    longest = forecast.stations[name].queue_max if forecast is not None else 0
    return ", all there is room for" if station.queue and longest >= station.queue else ""


def _backlog(evidence: DossierEvidence, launches: Quoting) -> Iterator[Statement]:
    backlog = ("phase", "followed", "practices", "backlog")
    if not launches.has(*backlog, "height"):
        yield not_modelled("what practices hold back and work off later")
        return
    figures = typical_and_worst(launches, [(*backlog, "height")])
    if not figures[-1].value:
        yield said("Practices hold back no more than {} referrals at any time.", figures[-1])
        return
    words = "Practices hold back at most {} referrals ({}), at the end {} ({})"
    figures += typical_and_worst(launches, [(*backlog, "at_end")])
    try:
        cleared = [
            launches(*backlog, "cleared_at_s", how=how, show=evidence.launch.scenario.moment_text, unit="s")
            for how in _HOWS
        ]
    except NothingThereError:
        yield said(f"{words}; no launch saw the end of that.", *figures)
        return
    unseen = launches(*backlog, "cleared_at_s", how="launches in which it was not")
    words += "; it is worked off by {}, at the latest {}" + (", not seen in {} launches" if unseen.value else "")
    yield said(f"{words}.", *figures, *cleared, *([unseen] if unseen.value else []))


def _received(evidence: DossierEvidence, launches: Quoting) -> Iterator[Statement]:
    """When what is under way comes, and that nobody knows when it is re-keyed."""
    path = ("phase", "followed", "referrals", "other_channels")
    if not launches.has(*path, "p99_s"):
        yield not_modelled("when the last referral has been re-keyed (its hours stand with the staff)")
        return
    show = partial(_to_the_hour, evidence)
    most, last = ([launches(*path, key, how=how, show=show, unit="s") for how in _HOWS] for key in ("p99_s", "last_s"))
    words = f"Paper: ninety-nine in a hundred received by {{}} ({{}}), the last by {{}}. {NOT_MODELLED}: when re-keyed."
    yield said(words, *most, last[1])


def _to_the_hour(evidence: DossierEvidence, moment_s: float) -> str:
    return evidence.launch.scenario.moment_text(math.ceil(moment_s / _HOUR_S) * _HOUR_S)


def _coming_back(evidence: DossierEvidence) -> Iterator[Statement]:
    populations, behaviours = evidence.launch.scenario.populations, evidence.launch.scenario.behaviours
    coming = [name for name, each in behaviours.items() if each.comes_back is not None and each.comes_back.share]
    back = [name for name, each in populations.items() if each.behaviour in coming]
    if back:
        named = ", ".join(["{}"] * len(back))
        yield said(
            f"Some of those who gave up come back, which is in all figures here: {named}.",
            *(scenario_figures(evidence).key("populations", name) for name in back),
        )
        return
    first = next((each.behaviour for each in evidence.launch.scenario.populations.values() if each.behaviour), None)
    option = f"--option 'back: behaviours.{first}.comes_back={{share: 60 %, after: 1 h}}'"
    command = f"rehearse compare {name_of(evidence)} {option}"
    if first is None:
        yield not_modelled("those who gave up and come back")
    else:
        yield missing("Nobody who gave up comes back. What if they do, is asked by", command)
