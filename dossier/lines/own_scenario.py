"""In what the scenario of a drill differs from that of the launch: its hours, and how many servers stations have."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import TracedFigure
from dossier.lines.losing_servers import takers
from dossier.lines.saying import scenario_figures, summary_figures
from readiness.wording.figures import count


def differing(evidence: DossierEvidence, runs: Sequence[int]) -> tuple[list[str], list[TracedFigure]]:
    """In what those of some runs differ, in words with their figures; of several the smallest number of servers."""
    launch, words, figures = evidence.launch.scenario, list[str](), list[TracedFigure]()
    others = [place for place in runs if evidence.runs[place].scenario.period != launch.period]
    if others:
        words.append("{} (launch: {})" if len(runs) == 1 else "at other hours")
        figures += [scenario_figures(evidence, place)("period") for place in (others[0], 0)] if len(runs) == 1 else []
    for name, station in launch.service.stations.items():
        servers = {place: given for place in runs if (given := servers_of(evidence, place, name)) is not None}
        changed = {place: given for place, given in servers.items() if given != station.servers}
        if changed:
            smallest, path = min(changed, key=lambda place: changed[place]), ("service", "stations", name)
            are_all = len(set(changed.values())) == 1 and len(changed) == len(runs)
            in_some = "" if are_all else " in one" if len(changed) == 1 else " in some"
            quoted = (scenario_figures(evidence, place)(*path, "servers", show=count) for place in (smallest, 0))
            taken, taking = _taken_at_the_launch(evidence, name)
            words.append(f"“{{}}” of {{}}{in_some} (launch: {{}}{taken})")
            figures += [scenario_figures(evidence).key(*path), *quoted, *taking]
    if len(runs) == 1:
        own, of_launch = (_visits(evidence, place) for place in (runs[0], 0))
        if own is not None and of_launch is not None and own.text != of_launch.text:
            words.append("{} visits in a launch (launch: {})")
            figures += [own, of_launch]
    return words, figures


def _visits(evidence: DossierEvidence, place: int) -> TracedFigure | None:
    """How many visits begin in a launch of a run, in the mean."""
    forecast = evidence.runs[place].summary.forecast
    if forecast is None:
        return None
    paths = [("forecast", "sessions", name, "started") for name in forecast.sessions]
    return summary_figures(evidence, place).of(paths, "sum", lambda number: count(round(number)))


def servers_of(evidence: DossierEvidence, place: int, station: str) -> int | None:
    """How many servers a station has in a run; None where it is not there."""
    found = evidence.runs[place].scenario.service.stations.get(station)
    return found.servers if found is not None else None


def _taken_at_the_launch(evidence: DossierEvidence, station: str) -> tuple[str, list[TracedFigure]]:
    """How many of a station's servers the launch's own faults take."""
    quoting, words, figures = scenario_figures(evidence), "", list[TracedFigure]()
    for name in takers(evidence, station):
        path = ("faults", name, "servers_lost", "servers")
        if quoting.has(*path):
            words += ", less {} by “{}”"
            figures += [quoting(*path, show=count), quoting.key("faults", name)]
    return words, figures
