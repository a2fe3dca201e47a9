"""Names that parts of a scenario use, and what its faults, defences and Locust users need the rest of it to say.

The names of a kind's fields say what they name (`station`, `operations`, `regions`, …), so a new kind needs no row
here. What a kind needs besides, it says itself (`registry.EffectKind`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from scenarios.language.contents import Contents
from scenarios.language.fallback import Fallback
from scenarios.language.objectives import OF_PRACTICES, Among, Measured, Subject
from scenarios.language.outcomes import ELECTRONIC, NOT_RECEIVED, PLACE_WORDS, PRIORITIES, ROLES, STAFF_TIME
from scenarios.language.people import calls_in
from scenarios.language.registry import Misfit
from scenarios.language.service import stations_in
from scenarios.language.values import values_used
from scenarios.quantities.fields import Place

NameUse = tuple[Place, str, set[str]]  # where a name stands, the name, and which are allowed there

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

_ITS_OWN: Final = "of a Locust user's behaviour only `timeout` can be said: whether it tries again, its code decides"
_RULED: Final = "leave it out: what becomes of a referral, `fallback` says"
_HERE: Final = "a Locust user is where its code runs: leave `network` out"
_ERS: Final = "is an e-RS call, and a Locust user writes its requests itself: say `http` and its path in place of `api`"


def names_used(scenario: Contents) -> Iterator[NameUse]:
    """Every name that one part of a scenario uses and another defines."""
    yield from _in_operations(scenario)
    yield from _in_behaviours(scenario)
    yield from _in_journeys(scenario)
    yield from _in_populations(scenario)
    yield from _in_measured(scenario)
    yield from names_in_effects(scenario)
    for number, name in enumerate(scenario.supply.operations if scenario.supply else ()):
        yield ("supply", "operations", number), name, set(scenario.service.operations)
    yield from values_used(scenario)
    yield from _in_what_people_do(scenario)


def names_in_effects(scenario: Contents) -> Iterator[NameUse]:
    """Every name in faults, defences and what they act on: caches, and how one logs on."""
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


def requirements(scenario: Contents) -> Iterator[Misfit]:
    """What is missing for a fault to mean anything: its place, and what to do about it."""
    for name, fault in scenario.faults.items():
        for place, problem in fault.settings.requirements(scenario):
            yield ("faults", name, fault.kind, *place), problem


def contradictions(scenario: Contents) -> Iterator[Misfit]:
    """Faults and defences that cannot do anything in this scenario, and defences that cannot both be."""
    for section, effects in (("faults", scenario.faults), ("defences", scenario.defences)):
        for name, effect in effects.items():
            for place, problem in effect.settings.contradictions(scenario, name):
                yield (section, name, effect.kind, *place), problem


def locust_misfits(scenario: Contents) -> Iterator[Misfit]:
    """What does not go with the journeys that Locust users perform: its place, and what to do about it."""
    for name, journey in scenario.journeys.items():
        if journey.locust is not None:
            for place, step in calls_in(journey.steps, ("journeys", name, "steps")):
                if scenario.service.operations[str(step.call)].api is not None:
                    yield (*place, "call"), f"{step.call!r} {_ERS}"
    for name, people in scenario.populations.items():
        if scenario.journeys[people.journey].locust is None:
            continue
        if people.network is not None:
            yield ("populations", name, "network"), _HERE
        if people.behaviour and scenario.behaviours[people.behaviour].model_fields_set - {"timeout"}:
            yield ("populations", name, "behaviour"), _ITS_OWN


def missing_for(scenario: Contents, asked: Measured) -> str | None:
    """What a measure needs and the scenario does not say: what is followed with practices alone needs them, and what
    something costs must be said."""
    if asked.subject in OF_PRACTICES and scenario.practices is None:
        return f"`{asked.measure}` needs `practices`, whose people and referrals are followed"
    if asked.subject == "places" and not scenario.referral_places():
        return f"`{asked.measure}` needs a population whose journey `carries: referral`"
    if asked.measure == "cost" and scenario.fallback is None:
        return "`cost` needs `fallback`, which says what channels and people's time cost"
    if asked.measure == "cost" and scenario.fallback is not None and not scenario.fallback.is_priced:
        return "`cost` needs a `price` of a channel or `wages` in `fallback`: nothing costs anything there"
    return None


def people_misfits(scenario: Contents) -> Iterator[Misfit]:
    """What does not go together in what is said of practices and of what they do without the system."""
    fallback, carriers = scenario.fallback, scenario.carriers()
    if scenario.practices is not None and all(one.role == "provider" for one in scenario.populations.values()):
        yield ("practices",), "nobody works at one: no population has the role clinician or receptionist"
    if fallback is None:
        return
    if scenario.practices is None:
        yield ("fallback",), "needs `practices`: who holds a referral, or sends it otherwise, is a practice"
    if not carriers:
        yield ("fallback",), "no journey `carries: referral`, so there is none to fall back with"
    for name in fallback.channels:
        if name in (*ELECTRONIC, *NOT_RECEIVED, *PLACE_WORDS):
            yield ("fallback", "channels", name), f"{name!r} is where a referral may be without a channel; rename it"
    for name in carriers:
        yield from _carriers_misfits(scenario, fallback, name)


def _carriers_misfits(scenario: Contents, fallback: Fallback, name: str) -> Iterator[Misfit]:
    """What does not go with a population whose sessions carry referrals for which there is a fallback."""
    people, place, behaviour = scenario.populations[name], ("populations", name), None
    if people.behaviour:
        behaviour = scenario.behaviours.get(people.behaviour)
    if people.role == "provider":
        yield (*place, "role"), "with `fallback` a referral comes from a practice: clinician or receptionist"
    if not people.priorities:
        yield place, "needs `priorities`: with `fallback` what becomes of a referral depends on how urgent it is"
    for priority, share in people.priorities.items():
        if share > 0 and priority not in fallback.rules:
            yield ("fallback", "rules"), f"has no rule for {priority}, which {name} have"
    if behaviour is not None and behaviour.gives_up_to != "nothing":
        yield ("behaviours", str(people.behaviour), "gives_up_to"), f"{_RULED} (population {name})"
    if behaviour is not None and behaviour.comes_back is not None:
        yield ("behaviours", str(people.behaviour), "comes_back"), f"{_RULED} (population {name})"


def _in_what_people_do(scenario: Contents) -> Iterator[NameUse]:
    faults, news = set(scenario.faults), scenario.practices.news if scenario.practices else None
    for name, source in (news.sources if news else {}).items():
        place = ("practices", "news", "sources", name, "faults")
        yield from (((*place, number), fault, faults) for number, fault in enumerate(source.faults))
    if scenario.fallback is not None:
        for priority, rule in scenario.fallback.rules.items():
            channels = set(scenario.fallback.channels)
            yield from ((("fallback", "rules", priority, "then"), channel, channels) for channel in rule.then)


def _parts(scenario: Contents) -> Iterator[tuple[Place, Any]]:
    for section, effects in (("faults", scenario.faults), ("defences", scenario.defences)):
        for name, effect in effects.items():
            yield (section, name, effect.kind), effect.settings
    for name, cache in scenario.service.caches.items():
        yield ("service", "caches", name), cache


def _in_operations(scenario: Contents) -> Iterator[NameUse]:
    stations = set(scenario.service.stations)
    for name, operation in scenario.service.operations.items():
        places = stations_in(operation.steps, ("service", "operations", name, "steps"))
        yield from ((place, station, stations) for place, station in places)


def _in_behaviours(scenario: Contents) -> Iterator[NameUse]:
    operations = set(scenario.service.operations)
    for name, behaviour in scenario.behaviours.items():
        hedged = behaviour.hedging.operations if behaviour.hedging else []
        for number, operation in enumerate(hedged):
            yield ("behaviours", name, "hedging", "operations", number), operation, operations


def _in_journeys(scenario: Contents) -> Iterator[NameUse]:
    operations = set(scenario.service.operations)
    for name, journey in scenario.journeys.items():
        calls = calls_in(journey.steps, ("journeys", name, "steps"))
        yield from (((*place, "call"), str(step.call), operations) for place, step in calls)
        if journey.delivered_by:
            achieved = {step.achieves for _, step in calls if step.achieves}
            yield ("journeys", name, "delivered_by"), journey.delivered_by, achieved


def _in_populations(scenario: Contents) -> Iterator[NameUse]:
    for name, population in scenario.populations.items():
        yield ("populations", name, "journey"), population.journey, set(scenario.journeys)
        if population.behaviour:
            yield ("populations", name, "behaviour"), population.behaviour, set(scenario.behaviours)


def _in_measured(scenario: Contents) -> Iterator[NameUse]:
    """Names in what can be measured."""
    subjects: dict[Subject, set[str]] = {
        "operations": {*scenario.service.operations, *scenario.service.joint_names()},
        "stations": set(scenario.service.stations),
        "populations": set(scenario.populations),
        "achievements": set(scenario.achievements()),
        "goals": {*scenario.service.operations, *scenario.achievements()},
        "faults": set(scenario.faults),
        "places": {*scenario.referral_places(), *scenario.places_in_words()},
        "activities": set(STAFF_TIME),
        "specialties": set(scenario.supply.specialties) if scenario.supply else set(),
        "priorities": {priority for _, priority, _ in scenario.bookers()},
    }
    whom: dict[Among, set[str]] = {
        "populations": set(scenario.populations),
        "priorities": set(PRIORITIES),
        "roles": set(ROLES),
    }
    for place, asked in scenario.measured():
        if missing_for(scenario, asked):
            continue
        yield from (((*place, "of"), name, subjects[asked.subject]) for name in asked.of)
        if asked.among_whom is not None:
            yield from (((*place, "among"), name, whom[asked.among_whom]) for name in asked.among)
