"""Whether the parts of a scenario fit together: names that are known, moments of one kind, spans within the period."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.calendar.written import CalendarError, clock_text
from scenarios.language.arrivals import Arrivals
from scenarios.language.contents import Contents
from scenarios.language.objectives import Measured
from scenarios.language.references import (
    contradictions,
    locust_misfits,
    missing_for,
    names_used,
    people_misfits,
    requirements,
)
from scenarios.language.supply import supply_misfits
from scenarios.language.values import SOURCES, never_extracted, not_filled_in
from scenarios.language.warm_up import warm_up_misfits
from scenarios.quantities.fields import Place
from scenarios.quantities.units import ClockTime
from scenarios.text.nearest import unknown_name
from scenarios.text.phrases import listed

_CLOCKED = "in a period of clock times a moment is a clock time such as {}"
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
            yield PlacedError(place, _CLOCKED.format(_example(scenario)) if scenario.is_clock else _ABSTRACT)
    windows = scenario.length_s / scenario.window if scenario.window is not None else 1.0
    if abs(windows - round(windows)) > 1e-6:
        yield PlacedError(
            ("window",), f"must divide the period with its drain into equal parts, {scenario.length_s:,.6g} s in all"
        )
    for place, span in (*_planned_spans(scenario), *_fault_spans(scenario)):
        if not (scenario.period[0] <= span[0] and span[1] <= scenario.period[1] + scenario.drain):
            yield PlacedError(place, f"lies outside the period{_which(scenario)}")
    for name, population in scenario.populations.items():
        yield from _by_the_calendar(scenario, ("populations", name, "arrivals"), population.arrivals)
    for place, asked in scenario.measured():
        yield from _of_whom(scenario, (*place, "of"), asked)
        if missing_one := missing_for(scenario, asked):
            yield PlacedError((*place, "measure"), missing_one)
    yield from _tuned_to_all(scenario)
    for name, fault in scenario.faults.items():
        if not fault.spans and fault.random is None:
            yield PlacedError(("faults", name), "say when: give exactly one of during, at, random")
    for name in scenario.data:
        if name in SOURCES:
            yield PlacedError(("data", name), f"{name!r} names values of its own; call the file something else")
    missing = [
        *requirements(scenario),
        *contradictions(scenario),
        *never_extracted(scenario),
        *not_filled_in(scenario),
    ]
    missing += [*locust_misfits(scenario), *people_misfits(scenario), *supply_misfits(scenario)]
    missing += warm_up_misfits(scenario)
    yield from (PlacedError(place, problem) for place, problem in missing)


def _example(scenario: Contents) -> str:
    return scenario.calendar.example if scenario.calendar.spans_days else "08:00"


def _which(scenario: Contents) -> str:
    """What period it is, of which day where it is of one, and how long its drain."""
    calendar, end_s = scenario.calendar, scenario.period[1] + scenario.drain
    day = f"on {calendar.day_name(0)}, " if calendar.names_days and not calendar.spans_days else ""
    drain = f", with its drain until {scenario.moment_text(end_s)}" if scenario.drain else ""
    return f", which is {day}{scenario.span_text(*scenario.period)}{drain}"


def _by_the_calendar(scenario: Contents, place: Place, arrivals: Arrivals) -> Iterator[PlacedError]:
    """Arrivals of each day need days, and on each of them a moment."""
    calendar = scenario.calendar
    if arrivals.hourly is not None and arrivals.hourly.week is not None and not calendar.names_days:
        needed = "write the period with its days, such as Mon 07:00 to Fri 19:00"
        yield PlacedError((*place, "hourly", "week"), f"nobody knows which day of the week it is: {needed}")
    if arrivals.storm is None or not arrivals.storm.is_daily:
        return
    try:
        if not arrivals.storm.moments(calendar, scenario.period):
            time, days = clock_text(arrivals.storm.around[0]), listed(calendar.days())
            found = f"is on no day: none of {days} is open and has {time} in the period"
            yield PlacedError((*place, "storm", "around"), f"{found}; name the day, or change `open` of `calendar`")
    except CalendarError as error:
        yield PlacedError((*place, "storm", "around"), str(error))


def _tuned_to_all(scenario: Contents) -> Iterator[PlacedError]:
    """A model that was tuned to every figure is compared with none."""
    if scenario.expect and all(one.tuned for one in scenario.expect.values()):
        yield PlacedError(("expect",), "at least one published figure must be left out of the tuning: `tuned: false`")


def _planned_spans(scenario: Contents) -> Iterator[tuple[Place, tuple[float, float]]]:
    """What is replayed and judged."""
    if scenario.replay is not None:
        yield ("replay", "during"), scenario.replay.during
    for place, asked in scenario.measured():
        if asked.during is not None:
            yield (*place, "during"), asked.during


def _fault_spans(scenario: Contents) -> Iterator[tuple[Place, tuple[float, float]]]:
    """When there are faults whose times are fixed."""
    for name, fault in scenario.faults.items():
        key = "during" if fault.during is not None else "at"
        yield from ((("faults", name, key), span) for span in fault.spans)


def _of_whom(scenario: Contents, place: Place, asked: Measured) -> Iterator[PlacedError]:
    """Achievements must be named; what is counted for all populations together cannot be asked of some of them."""
    if asked.subject == "achievements" and not asked.of:
        yield PlacedError(place, f"`{asked.measure}` needs `of`: which achievements")
    if asked.subject == "goals":
        yield from _one_goal(scenario, place, asked)
    if asked.subject == "faults" and not {name for name, _, _ in scenario.fault_spans()} & set(asked.of):
        yield PlacedError(place, f"`{asked.measure}` needs `of`: a fault whose times are fixed")
    carriers = set(scenario.carriers())
    everyone = {"paper share": carriers, "waiting to retry mean": set(scenario.populations)}.get(asked.measure)
    if everyone is not None and asked.of and set(asked.of) != everyone:
        who = ", ".join(sorted(everyone)) or "nobody"
        yield PlacedError(place, f"{asked.measure} is counted for {who} together; name them all, or leave `of` out")


def _one_goal(scenario: Contents, place: Place, asked: Measured) -> Iterator[PlacedError]:
    """People are counted by one goal, which must be clear."""
    if len(asked.of) != 1:
        yield PlacedError(place, f"`{asked.measure}` needs `of`: exactly one operation or achievement")
    elif asked.of[0] in scenario.service.operations and asked.of[0] in scenario.achievements():
        yield PlacedError(place, f"{asked.of[0]!r} is an operation and an achievement; give one another name")


def _moments(scenario: Contents) -> Iterator[tuple[Place, float]]:
    """Every moment beside the period's own."""
    yield from ((place, span[0]) for place, span in _planned_spans(scenario))
    for name, population in scenario.populations.items():
        place: Place = ("populations", name, "arrivals")
        arrivals = population.arrivals
        if arrivals.storm is not None:
            yield from (((*place, "storm", "around"), moment) for moment in arrivals.storm.around)
        if arrivals.sine is not None:
            yield (*place, "sine", "highest_at"), arrivals.sine.highest_at
        for kind, points in (("stepped", arrivals.stepped), ("curve", arrivals.curve)):
            yield from (((*place, kind), point.at) for point in points or [])
    yield from ((place, span[0]) for place, span in _fault_spans(scenario))
    if (practices := scenario.practices) is not None:
        for name, mandate in practices.habit.mandates.items():
            yield ("practices", "habit", "mandates", name, "start"), mandate.start
        for name, source in (practices.news.sources if practices.news else {}).items():
            yield from ((("practices", "news", "sources", name, "down"), span[0]) for span in source.down)
    for name, specialty in scenario.supply.specialties.items() if scenario.supply else ():
        if specialty.at is not None:
            yield ("supply", "specialties", name, "at"), specialty.at
