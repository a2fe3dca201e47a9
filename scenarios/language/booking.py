"""Who takes appointment slots: the specialties that a patient may be for, the bookings, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, get_args

from scenarios.language.people import Journey, Priority, calls_in
from scenarios.language.registry import Misfit
from scenarios.language.service import ServiceSpecification
from scenarios.language.supply import SlotSupply, Specialty


class BookingScenario(Protocol):
    """As much of a scenario as its bookings depend on."""

    @property
    def service(self) -> ServiceSpecification: ...
    @property
    def journeys(self) -> Mapping[str, Journey]: ...
    @property
    def populations(self) -> Mapping[str, Any]: ...
    @property
    def objectives(self) -> Mapping[str, Any]: ...
    @property
    def supply(self) -> SlotSupply | None: ...


def specialties_for(supply: SlotSupply, priority: Priority) -> dict[str, float]:
    """The specialties that patients of a priority are for, with their shares of them; one alone has them all."""
    own = {name: one for name, one in supply.specialties.items() if one.priority == priority}
    group = own or {name: one for name, one in supply.specialties.items() if one.priority is None}
    return {name: 1.0 if one.share is None else one.share for name, one in group.items()}


def booking_operations(scenario: BookingScenario) -> list[str]:
    """The operations of which each good one takes a slot."""
    if scenario.supply is None:
        return []
    operations = scenario.service.operations.items()
    return scenario.supply.operations or [
        name for name, one in operations if one.api == "A016" and one.action == "book"
    ]


def bookers(scenario: BookingScenario) -> list[tuple[str, str, int]]:
    """Who may take whose slots: (specialty, priority, within how many days; 0 for those who take any)."""
    supply = scenario.supply
    if supply is None:
        return []
    who = {priority: specialties_for(supply, priority) for priority in _priorities(scenario)}
    return [
        (name, priority, supply.within.get(priority, 0))
        for name in supply.specialties
        for priority, shares in who.items()
        if shares.get(name, 0.0) > 0
    ]


def supply_misfits(scenario: BookingScenario) -> Iterator[Misfit]:
    """Slots that nobody takes, and people for whom there are none."""
    supply = scenario.supply
    yield from _measures_without_supply(scenario)
    if supply is None:
        return
    operations = booking_operations(scenario)
    if not operations:
        yield ("supply",), "needs `operations`: the scenario has no call that is A016 book"
        return
    yield from _shares(supply)
    priorities = _priorities(scenario)
    if not priorities:
        yield ("supply",), f"nobody takes a slot: no population's journey calls {' or '.join(operations)}"
        return
    had = {name for name, _, _ in bookers(scenario)}
    for name, specialty in supply.specialties.items():
        if name not in had:
            yield ("supply", "specialties", name), f"nobody can have its slots: {_why_nobody(specialty)}"
    for priority in priorities:
        if not specialties_for(supply, priority):
            yield ("supply", "specialties"), f"none is for {priority} patients: one needs `share` and no `priority`"


def _priorities(scenario: BookingScenario) -> list[Priority]:
    """Those of people whose journey books, the most urgent first."""
    operations, found = set(booking_operations(scenario)), set()
    for people in scenario.populations.values():
        journey = scenario.journeys.get(people.journey)
        if journey is not None and any(step.call in operations for _, step in calls_in(journey.steps)):
            found |= {name for name, share in people.priorities.items() if share > 0} or {"routine"}
    return [priority for priority in get_args(Priority) if priority in found]


def _shares(supply: SlotSupply) -> Iterator[Misfit]:
    """Those of one group add up, and only one alone may go without."""
    for priority in dict.fromkeys(one.priority for one in supply.specialties.values()):
        group = {name: one.share for name, one in supply.specialties.items() if one.priority == priority}
        of = f"{priority} patients" if priority else "patients without a specialty of their own"
        given = [share for share in group.values() if share is not None]
        if len(group) > 1 and len(given) < len(group):
            name = next(name for name, share in group.items() if share is None)
            yield ("supply", "specialties", name), f"needs `share`: it is one of {len(group)} for {of}"
        elif given and abs(sum(given) - 1) > 1e-9:
            added = f"{sum(given) * 100:.6g} %"
            yield ("supply", "specialties"), f"the shares of {of} must add up to 100 %; they add up to {added}"


def _why_nobody(specialty: Specialty) -> str:
    if specialty.share == 0:
        return "its share is 0 %"
    if specialty.priority is None:
        return "all who book go to the specialties of their priority"
    return f"nobody who books is {specialty.priority}"


def _measures_without_supply(scenario: BookingScenario) -> Iterator[Misfit]:
    limited = {priority for _, priority, within in bookers(scenario) if within}
    for name, objective in scenario.objectives.items():
        if objective.subject in ("specialties", "priorities") and scenario.supply is None:
            yield ("objectives", name, "measure"), f"`{objective.measure}` needs `supply`: the slots that there are"
        elif objective.measure == "seen in time share":
            if unlimited := [priority for priority in objective.of if priority not in limited]:
                yield ("objectives", name, "of"), f"{unlimited[0]} has no limit: say it in `supply: within`"
            elif not limited:
                yield ("objectives", name, "measure"), "nobody who books has a limit: say it in `supply: within`"
