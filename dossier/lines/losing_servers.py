"""What is to be known wherever it is told that a station is full, or is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import Statement
from dossier.lines.saying import caution, scenario_figures


def losing_servers(evidence: DossierEvidence, stations: Collection[str]) -> Iterator[Statement]:
    """That a station is full with all of its servers at work: not while a fault of the launch has taken some, however
    busy the others are."""
    quoting = scenario_figures(evidence)
    for name, fault in evidence.launch.scenario.faults.items():
        station = str(getattr(fault.settings, "station", ""))
        if fault.kind == "servers_lost" and station in stations:
            yield caution(
                "“{}” cannot count as full while “{}” has taken servers of it.",
                quoting.key("service", "stations", station),
                quoting.key("faults", name),
            )
