"""What is to be known wherever it is told that a station is full."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from dossier.evidence.evidence import DossierEvidence
from dossier.form.dossier import Statement
from dossier.lines.saying import caution, scenario_figures


def losing_servers(evidence: DossierEvidence, stations: Collection[str]) -> Iterator[Statement]:
    """That a station which a fault of the launch has taken servers of is full when the others are all at work."""
    quoting = scenario_figures(evidence)
    for name, fault in evidence.launch.scenario.faults.items():
        station = str(getattr(fault.settings, "station", ""))
        if fault.kind == "servers_lost" and station in stations:
            yield caution(
                "While “{}” has taken a part of “{}”, it is full when what is left is all busy.",
                quoting.key("faults", name),
                quoting.key("service", "stations", station),
            )
