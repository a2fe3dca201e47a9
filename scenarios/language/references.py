"""What faults and defences refer to: the names in them, and what a kind needs the rest of the scenario to say.

The names of a part's fields say what they name (`station`, `operations`, `regions`, …), so a new kind needs no row
here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from scenarios.language.contents import Contents
from scenarios.language.fields import Place

Reference = tuple[Place, str, set[str]]

# a field's name -> which of the scenario's names it may hold
FIELDS: Final = {
    "station": "stations",
    "stations": "stations",
    "operations": "operations",
    "populations": "populations",
    "region": "regions",
    "regions": "regions",
    "from_day": "regions",
    "caches": "caches",
}


def named(scenario: Contents) -> Iterator[Reference]:
    """Every name in faults, defences and caches: where it stands, the name, and which are allowed."""
    allowed = {
        "stations": set(scenario.service.stations),
        "operations": set(scenario.service.operations),
        "populations": set(scenario.populations),
        "regions": set(scenario.regions),
        "caches": set(scenario.service.caches),
    }
    for place, part in _parts(scenario):
        for field, of in FIELDS.items():
            held = getattr(part, field, None)
            names = [held] if isinstance(held, str) else list(held or [])
            yield from (((*place, field), name, allowed[of]) for name in names)
    for name in scenario.service.log_on:
        yield ("service", "log_on"), name, allowed["operations"]


def requirements(scenario: Contents) -> Iterator[tuple[Place, str]]:
    """What is missing for a fault to mean anything: its place, and what to do about it."""
    speaks_ers = any(operation.api for operation in scenario.service.operations.values())
    servers = {name: station.servers for name, station in scenario.service.stations.items()}
    for name, fault in scenario.faults.items():
        place: Place = ("faults", name, fault.kind)
        logs_off = fault.kind == "session_loss" or (fault.kind == "crash" and speaks_ers)
        if logs_off and not scenario.service.log_on:
            yield place, "needs `service.log_on`: which operations begin a session, for they are done again"
        if fault.kind == "servers_lost" and (fault.settings.servers or 0) > servers.get(fault.settings.station, 10**9):
            yield (*place, "servers"), f"the station has {servers.get(fault.settings.station, 0)} servers"
        if fault.kind == "cache_flush" and not scenario.service.caches:
            yield place, "needs `service.caches`: there is none to empty"


def contradictions(scenario: Contents) -> Iterator[tuple[Place, str]]:
    """Faults and defences that cannot do anything in this scenario, and defences that cannot both be."""
    books = any(operation.action == "book" for operation in scenario.service.operations.values())
    for name, fault in scenario.faults.items():
        if fault.no_slots is not None and not (fault.no_slots.operations or books):
            yield ("faults", name, "no_slots"), "needs `operations`: the scenario has no call that is A016 book"
    ordered: dict[str, str] = {}
    for name, defence in scenario.defences.items():
        if defence.discipline is not None:
            station = defence.discipline.station
            if station in ordered:
                yield ("defences", name, "discipline"), f"{ordered[station]!r} orders the queue of {station!r} already"
            ordered.setdefault(station, name)
        scaling = defence.autoscaling
        if scaling is not None and scaling.at_most <= scenario.service.stations[scaling.station].servers:
            has = scenario.service.stations[scaling.station].servers
            yield ("defences", name, "autoscaling", "at_most"), f"the station has {has} servers already: nothing to add"


def _parts(scenario: Contents) -> Iterator[tuple[Place, Any]]:
    for name, fault in scenario.faults.items():
        yield ("faults", name, fault.kind), fault.settings
    for name, defence in scenario.defences.items():
        yield ("defences", name, defence.kind), getattr(defence, defence.kind)
    for name, cache in scenario.service.caches.items():
        yield ("service", "caches", name), cache
