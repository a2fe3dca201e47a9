"""Faults that take servers of a station: what is to be known wherever it is told that a station is full, or how many
servers it has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import Statement, TracedFigure
from dossier.form.paths import NothingThereError
from dossier.lines.saying import Path, caution, figure_of, scenario_figures
from readiness.wording.figures import count

_LEFT: Final = "from one to the other"


def takers(evidence: DossierEvidence, station: str) -> list[str]:
    """The launch's faults that take servers of a station."""
    return [
        name
        for name, fault in evidence.launch.scenario.faults.items()
        if fault.kind == "servers_lost" and str(getattr(fault.settings, "station", "")) == station
    ]


def losing_servers(evidence: DossierEvidence, stations: Collection[str]) -> Iterator[Statement]:
    """That a station which a fault of the launch has taken servers of is full when the others are all at work."""
    quoting = scenario_figures(evidence)
    for station in stations:
        for name in takers(evidence, station):
            yield caution(
                "“{}” is full when all is busy that “{}” has left of it.",
                quoting.key("service", "stations", station),
                quoting.key("faults", name),
            )


def least_servers(evidence: DossierEvidence, station: str) -> TracedFigure:
    """How many servers a station has at the launch, less those that one of its faults takes."""
    quoting, given = scenario_figures(evidence), ("service", "stations", station, "servers")
    found = [quoting(*given, show=count)]
    for name in takers(evidence, station):
        lost: Path = ("faults", name, "servers_lost", "servers")
        try:
            left = figure_of(evidence, _LEFT, [quoting.trace(*lost), quoting.trace(*given)], count)
        except (NothingThereError, TypeError):  # a share of them, as it was written
            continue
        found.append(left)
    return min(found, key=lambda figure: float(figure.value or 0))
