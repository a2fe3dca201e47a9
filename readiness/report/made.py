"""How a run was made: what makes such a run again, on what, and with which versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from recordings.summary import Summary
from scenarios.sources.catalogue import catalogue


def command_again(summary: Summary) -> str:
    """What makes such a run again. A scenario that is not in the catalogue, or was changed, is in the run folder."""
    is_there = summary.scenario in catalogue() and not summary.changed
    name = summary.scenario if is_there else "scenario.yaml"
    launches = f" --replications {summary.forecast.launches}" if summary.forecast else ""
    if summary.measured is None:
        return f"rehearse simulate {name} --seed {summary.seed}{launches}"
    if summary.target is not None and summary.target.url is not None:
        return f"rehearse load {name} --host {summary.target.url} --seed {summary.seed}"
    return f"rehearse run {name} --seed {summary.seed}{launches}"


def began(about: dict[str, Any]) -> str:
    """When the run began: `15 June 2015, 07:30 UTC`, or as it stands if it is no such time."""
    given = str(about.get("began_utc") or "")
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return given
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def made_by(about: dict[str, Any]) -> list[tuple[str, str]]:
    """Versions and the machine, as far as they are known."""
    versions, machine = about.get("versions") or {}, about.get("machine")
    facts = [(str(name), str(version)) for name, version in versions.items()]
    if isinstance(machine, dict):
        return facts + [(str(name).replace("_", " "), str(value)) for name, value in machine.items()]
    return [*facts, ("machine", str(machine))] if machine else facts
