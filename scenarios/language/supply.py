"""What a scenario says of the supply of appointment slots: specialties, the slots that each publishes, and who may take
them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Protocol, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema, WrapValidator, model_validator

from scenarios.language import units
from scenarios.language.fallback import Priority
from scenarios.language.fields import Name, Part, Place, Share
from scenarios.language.people import Journey, calls_in
from scenarios.language.registry import Misfit
from scenarios.language.service import ServiceSpecification

WHOLE_DAY_S: Final = 86_400
AHEAD_MOST: Final = 366  # a slot farther ahead than a year is in nobody's diary
WHOLE_DAYS_FORM: Final = f"a whole number of days from 1 day to {AHEAD_MOST} days"
AHEAD_FORM: Final = f"two whole numbers of days such as 1 day to 60 days, from 1 day to {AHEAD_MOST} days"
AT_FORM: Final = f"{units.MOMENT_FORM}, within the first 24 hours: it is so each day"
SLOTS_MOST: Final = 10_000_000
TWO_WEEKS: Final = 14  # days within which a patient of a two-week wait is seen


def _days(found: Any) -> int:
    """Whole days from `14 days`. Raises `UnitError`."""
    try:
        days = units.duration(found) / WHOLE_DAY_S
    except units.UnitError:
        raise units.UnitError(found, WHOLE_DAYS_FORM) from None
    if not (days.is_integer() and 1 <= days <= AHEAD_MOST):
        raise units.UnitError(found, WHOLE_DAYS_FORM)
    return int(days)


def _ahead(found: Any, _inner: Any) -> tuple[int, int]:
    """The first and the last of the days ahead, from `1 day to 60 days`. Raises `UnitError`."""
    ends = found.split(" to ") if isinstance(found, str) else []
    if len(ends) != 2:
        raise units.UnitError(found, AHEAD_FORM)
    try:
        first, last = map(_days, ends)
    except units.UnitError:
        raise units.UnitError(found, AHEAD_FORM) from None
    if last < first:
        raise units.UnitError(found, f"{AHEAD_FORM}, the second not fewer than the first")
    return first, last


def _at(found: Any, _inner: Any) -> float:
    """In place of the inner validator, which would make a plain float of a `ClockTime`. Raises `UnitError`."""
    at_s = units.moment(found)
    if at_s >= WHOLE_DAY_S:
        raise units.UnitError(found, AT_FORM)
    return at_s


WholeDays = Annotated[
    int,
    BeforeValidator(_days),
    WithJsonSchema({"type": "string", "description": WHOLE_DAYS_FORM, "examples": ["14 days"]}),
]
DaysAhead = Annotated[
    tuple[int, int],
    WrapValidator(_ahead),
    WithJsonSchema({"type": "string", "description": AHEAD_FORM, "examples": ["1 day to 60 days"]}),
]
TimeEachDay = Annotated[
    float, WrapValidator(_at), WithJsonSchema({"type": ["string", "number"], "description": AT_FORM})
]
SlotCount = Annotated[int, Field(ge=0, le=SLOTS_MOST)]


class Specialty(Part):
    """The slots of one specialty, and whose they are."""

    share: Share | None = Field(
        default=None, description="of the patients of its priority, or of all who have no specialty of their own"
    )
    priority: Priority | None = Field(
        default=None, description="only for patients of this priority, who all go to its specialties"
    )
    at_start: SlotCount = Field(default=0, description="free slots as the period begins, evenly over the days ahead")
    published: SlotCount = Field(default=0, description="new slots each day, evenly over the days ahead")
    at: TimeEachDay | None = Field(default=None, description="when new slots appear each day")
    ahead: DaysAhead = Field(description="on which of the days ahead slots lie")

    @model_validator(mode="after")
    def _whole(self) -> Specialty:
        if not (self.at_start or self.published):
            raise ValueError("gives no slots: say `at_start`, or `published` and `at`")
        if (self.at is None) != (self.published == 0):
            raise ValueError("`published` and `at` go together: how many new slots, and when each day")
        return self


def _with_two_weeks(found: Any) -> Any:
    return {"two_week_wait": f"{TWO_WEEKS} days", **found} if isinstance(found, dict) else found


class SlotSupply(Part):
    """Appointment slots by specialty: published each day, taken by bookings, and gone when their day comes."""

    operations: list[Name] = Field(
        default_factory=list, description="each good one takes a slot; without it those that are A016 book"
    )
    specialties: dict[Name, Specialty] = Field(min_length=1)
    within: Annotated[dict[Priority, WholeDays], BeforeValidator(_with_two_weeks)] = Field(
        default={"two_week_wait": TWO_WEEKS},
        description="patients of a priority take only a slot within so many days; 14 days for a two-week wait",
    )


class BookingScenario(Protocol):
    """As much of a scenario as its bookings depend on."""

    @property
    def service(self) -> ServiceSpecification: ...
    @property
    def journeys(self) -> Mapping[str, Journey]: ...
    @property
    def populations(self) -> Mapping[str, Any]: ...
    @property
    def supply(self) -> SlotSupply | None: ...
    def measured(self) -> Iterator[tuple[Place, Any]]: ...


def specialties_for(supply: SlotSupply, priority: str) -> dict[str, float]:
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


def who_books(scenario: BookingScenario) -> list[tuple[str, str, int]]:
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
    had = {name for name, _, _ in who_books(scenario)}
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
    limited = {priority for _, priority, within in who_books(scenario) if within}
    for place, asked in scenario.measured():
        if asked.subject in ("specialties", "priorities") and scenario.supply is None:
            yield (*place, "measure"), f"`{asked.measure}` needs `supply`: the slots that there are"
        elif asked.measure == "seen in time share":
            if unlimited := [priority for priority in asked.of if priority not in limited]:
                yield (*place, "of"), f"{unlimited[0]} has no limit: say it in `supply: within`"
            elif not limited:
                yield (*place, "measure"), "nobody who books has a limit: say it in `supply: within`"
