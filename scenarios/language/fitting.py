"""Whether the parts of a scenario fit together: names that are known, moments of one kind, spans within the period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scenarios.language.contents import Contents
from scenarios.language.fields import Place
from scenarios.language.objectives import Objective
from scenarios.language.references import contradictions, locust_misfits, names_used, requirements
from scenarios.language.supply import supply_misfits
from scenarios.language.units import ClockTime
from scenarios.language.values import SOURCES, never_extracted
from scenarios.text.nearest import nearest

_MOST_NAMED = 40
_CLOCKED = "in a period of clock times a moment is a clock time such as 08:00"
_ABSTRACT = "in a period of durations a moment is a duration since the start such as 90 s"


class PlacedError(ValueError):
    """Something wrong at a known place (its keys from the top) of the scenario."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


class MisfitsError(ValueError):
    """Several of them."""

    def __init__(self, errors: list[PlacedError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


class UnknownNameError(PlacedError):
    """A name that the scenario does not define."""

    def __init__(self, place: Place, name: str, allowed: list[str]) -> None:
        super().__init__(place, unknown_name(name, allowed))


def unknown_name(name: str, allowed: Iterable[str]) -> str:
    """What to say of a name that is none of those that are allowed."""
    known = sorted(allowed)
    if not known:
        return f"found {name!r}; the scenario has none to name here"
    more = f" and {len(known) - _MOST_NAMED:,} more" if len(known) > _MOST_NAMED else ""
    return f"found {name!r}; allowed is one of {', '.join(known[:_MOST_NAMED])}{more}{nearest(name, known)}"


def misfits(scenario: Contents) -> list[PlacedError]:
    """All that is wrong at once; whether the rest fits is asked only once every name is known."""
    unknown: list[PlacedError] = [
        UnknownNameError(place, name, sorted(allowed))
        for place, name, allowed in names_used(scenario)
        if name not in allowed
    ]
    return unknown or list(_misfits(scenario))


def _misfits(scenario: Contents) -> Iterator[PlacedError]:
    for place, moment in _moments(scenario):
        if isinstance(moment, ClockTime) != scenario.is_clock:
            yield PlacedError(place, _CLOCKED if scenario.is_clock else _ABSTRACT)
    windows = scenario.length_s / scenario.window if scenario.window is not None else 1.0
    if abs(windows - round(windows)) > 1e-6:
        yield PlacedError(("window",), "must divide the period with its drain into equal parts")
    for place, span in (*_planned_spans(scenario), *_fault_spans(scenario)):
        if not (scenario.period[0] <= span[0] and span[1] <= scenario.period[1] + scenario.drain):
            yield PlacedError(place, "lies outside the period")
    for name, objective in scenario.objectives.items():
        yield from _of_whom(scenario, ("objectives", name, "of"), objective)
    for name, fault in scenario.faults.items():
        if not any((fault.during, fault.at, fault.random)):
            yield PlacedError(("faults", name), "say when: give exactly one of during, at, random")
    for name in scenario.data:
        if name in SOURCES:
            yield PlacedError(("data", name), f"{name!r} names values of its own; call the file something else")
    missing = [*requirements(scenario), *contradictions(scenario), *never_extracted(scenario)]
    missing += [*locust_misfits(scenario), *supply_misfits(scenario)]
    yield from (PlacedError(place, problem) for place, problem in missing)


def _planned_spans(scenario: Contents) -> Iterator[tuple[Place, tuple[float, float]]]:
    """What is replayed and judged."""
    if scenario.replay is not None:
        yield ("replay", "during"), scenario.replay.during
    for name, objective in scenario.objectives.items():
        if objective.during is not None:
            yield ("objectives", name, "during"), objective.during


def _fault_spans(scenario: Contents) -> Iterator[tuple[Place, tuple[float, float]]]:
    """When there are faults whose times are fixed."""
    for name, fault in scenario.faults.items():
        yield from ((("faults", name, "during"), span) for span in fault.during or [])
        yield from ((("faults", name, "at"), (moment, moment)) for moment in fault.at or [])


def _of_whom(scenario: Contents, place: Place, objective: Objective) -> Iterator[PlacedError]:
    """Achievements must be named; what is counted for all populations together cannot be asked of some of them."""
    if objective.subject == "achievements" and not objective.of:
        yield PlacedError(place, f"`{objective.measure}` needs `of`: which achievements")
    if objective.subject == "goals":
        yield from _one_goal(scenario, place, objective)
    if objective.subject == "faults" and not {name for name, _, _ in scenario.fault_spans()} & set(objective.of):
        yield PlacedError(place, f"`{objective.measure}` needs `of`: a fault whose times are fixed")
    carriers = set(scenario.carriers())
    everyone = {"paper share": carriers, "waiting to retry mean": set(scenario.populations)}.get(objective.measure)
    if everyone is not None and objective.of and set(objective.of) != everyone:
        who = ", ".join(sorted(everyone)) or "nobody"
        yield PlacedError(place, f"{objective.measure} is counted for {who} together; name them all, or leave `of` out")


def _one_goal(scenario: Contents, place: Place, objective: Objective) -> Iterator[PlacedError]:
    """People are counted by one goal, which must be clear."""
    if len(objective.of) != 1:
        yield PlacedError(place, f"`{objective.measure}` needs `of`: exactly one operation or achievement")
    elif objective.of[0] in scenario.service.operations and objective.of[0] in scenario.achievements():
        yield PlacedError(place, f"{objective.of[0]!r} is an operation and an achievement; give one another name")


def _moments(scenario: Contents) -> Iterator[tuple[Place, float]]:
    """Every moment beside the period's own."""
    yield from ((place, span[0]) for place, span in _planned_spans(scenario))
    for name, population in scenario.populations.items():
        place: Place = ("populations", name, "arrivals")
        arrivals = population.arrivals
        if arrivals.storm is not None:
            yield (*place, "storm", "around"), arrivals.storm.around
        if arrivals.sine is not None:
            yield (*place, "sine", "highest_at"), arrivals.sine.highest_at
        for kind, points in (("stepped", arrivals.stepped), ("curve", arrivals.curve)):
            yield from (((*place, kind), point.at) for point in points or [])
    yield from ((place, span[0]) for place, span in _fault_spans(scenario))
    for name, specialty in scenario.supply.specialties.items() if scenario.supply else ():
        if specialty.at is not None:
            yield ("supply", "specialties", name, "at"), specialty.at
