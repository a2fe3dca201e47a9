"""Section 2 of STRESS-DES but for its algorithms: how the model goes, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.stress.behaviours import behaviour_in_full
from readiness.stress.diagram import overview
from readiness.stress.items import Described, StressContent, StressTable, not_stated
from readiness.stress.steps import journey_in_full, operation_words
from readiness.wording.assumed import drawn_words
from readiness.wording.effects import defence_words, fault_words, when_words
from scenarios.quantities.units import duration_text
from scenarios.text.phrases import several, share_words

_NO_STATIONS = "The key `stations` of `service` names them, and `steps` of its operations how they are used."


def diagram(described: Described) -> Iterator[StressContent]:
    """Item 2.1."""
    yield "From left to right: populations, their journeys, the operations that these call, the stations they ask."
    yield overview(described.scenario)


def base_logic(described: Described) -> Iterator[StressContent]:
    """Item 2.2."""
    scenario = described.scenario
    yield (
        "Each person's session starts at a time of its own, whether or not others have been answered (an open system, "
        "unless a journey repeats), and follows its journey step by step. A call is a request to the service, which "
        "does the steps of the operation; a request waits wherever no server is free. Sessions that are open when "
        "period and drain are over are cut, and counted as open."
    )
    journeys = [(name, journey_in_full(journey)) for name, journey in scenario.journeys.items()]
    yield StressTable(("Journey", "What a session does"), tuple(journeys))
    if scenario.behaviours:
        rows = [(name, behaviour_in_full(each)) for name, each in scenario.behaviours.items()]
        yield StressTable(("Behaviour", "What people do when an answer is late or bad"), tuple(rows))
    without = [name for name, people in scenario.populations.items() if people.behaviour is None]
    if without:
        yield f"{', '.join(without)}: no behaviour is stated, so they wait for ever and do not try again."


def scenario_logic(described: Described) -> Iterator[StressContent]:
    """Item 2.3."""
    scenario = described.scenario
    if described.base:
        yield f"The scenario is a variant of {described.base}, with these changes."
        yield StressTable(("Key", described.base, described.name), tuple(described.changes) or (("none", "–", "–"),))
    else:
        yield "The scenario is not a variant: no key `extends` is in its file."
    faults = [(name, when_words(each, scenario), fault_words(each)) for name, each in scenario.faults.items()]
    if faults:
        yield StressTable(("Fault", "When", "What goes wrong"), tuple(faults))
    defences = [(name, defence_words(each)) for name, each in scenario.defences.items()]
    if defences:
        yield StressTable(("Defence", "What protects the service"), tuple(defences))
    if not faults and not defences:
        yield "No fault occurs and no defence acts: the keys `faults` and `defences` are not there."
    if scenario.demand != 1:
        yield f"All arrivals come {scenario.demand:g} times over."


def entities(described: Described) -> Iterator[StressContent]:
    """Item 2.5.1."""
    scenario = described.scenario
    rows = []
    for name, people in scenario.populations.items():
        carries = "carries a referral" if scenario.journeys[people.journey].carries else "carries nothing"
        urgency = ", ".join(f"{share_words(share)} {priority}" for priority, share in people.priorities.items())
        rows.append((name, people.role, people.journey, people.behaviour or "none", carries, urgency or "all routine"))
    yield StressTable(("Population", "Role", "Journey", "Behaviour", "At stake", "Priorities"), tuple(rows))
    regions = ", ".join(f"{share_words(share)} {region}" for region, share in scenario.regions.items())
    yield f"Sessions come from these regions: {regions}." if regions else "All sessions come from one place."
    if scenario.practices is not None:
        yield f"Clinicians and receptionists work at {several(scenario.practices.number, 'practice')}, drawn for each."
    yield "Each try of a call is a request, an entity of the service; a hedge is one of its own."


def activities(described: Described) -> Iterator[StressContent]:
    """Item 2.5.2."""
    scenario = described.scenario
    rows = [(name, operation_words(each)) for name, each in scenario.service.operations.items()]
    yield StressTable(("Operation", "What the service does for one request"), tuple(rows))
    ways = [
        f"{name}: {drawn_words(people.network.there)} there, {drawn_words(people.network.back)} back"
        for name, people in scenario.populations.items()
        if people.network is not None
    ]
    yield f"On the network: {'; '.join(ways)}." if ways else "The network between people and service takes no time."
    yield "Think times are activities of people; they stand in the journeys of item 2.2."


def resources(described: Described) -> Iterator[StressContent]:
    """Item 2.5.3."""
    stations = described.scenario.service.stations
    if stations:
        rows = [(name, f"{each.servers:,}") for name, each in stations.items()]
        yield StressTable(("Station", "Servers, each for one request at a time"), tuple(rows))
    else:
        yield not_stated(_NO_STATIONS)
    supply = described.scenario.supply
    for name, one in supply.specialties.items() if supply is not None else ():
        new = f", {one.published:,} new ones a day" if one.published else ""
        ahead = "{} to {} days ahead".format(*one.ahead)
        yield f"Appointment slots of {name}: {one.at_start:,} at the start{new}, {ahead}."


def queues(described: Described) -> Iterator[StressContent]:
    """Item 2.5.4."""
    scenario = described.scenario
    if not scenario.service.stations:
        yield not_stated(_NO_STATIONS)
        return
    acting = [each.settings for each in scenario.defences.values() if each.kind == "discipline"]
    ruled = {getattr(each, "station", ""): each.words() for each in acting}
    rows = []
    for name, station in scenario.service.stations.items():
        room = "unbounded" if station.queue is None else f"{station.queue:,}, more are turned away"
        longest = "for ever" if station.max_wait is None else f"{duration_text(station.max_wait)}, then it leaves"
        rows.append((name, room, longest, ruled.get(name, "first come, first served")))
    yield StressTable(("Queue of", "Room", "How long a request waits", "Who is next"), tuple(rows))
    if scenario.faults or scenario.defences:
        yield "While a fault or a defence of item 2.3 is on, it may say otherwise."


def entry_and_exit(described: Described) -> Iterator[StressContent]:
    """Item 2.5.5."""
    names = ", ".join(described.scenario.populations)
    yield f"Sessions enter as the arrivals of {names} say (items 2.4 and 3.3), within the period alone."
    yield (
        "A session leaves when its journey is at its end (finished), when a call that it needs has failed for good "
        "(gave up), or when the run ends (cut). A request leaves with its answer, turned away at a full queue, or out "
        "of a queue in which it has waited as long as allowed; work goes on when nobody waits for it any more."
    )
