"""What a scenario says of the supply of appointment slots: specialties, and the slots that each publishes."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, WithJsonSchema, WrapValidator, model_validator

from scenarios.language import units
from scenarios.language.fields import Moment, Name, Part, Share
from scenarios.language.people import Priority

DAY_S: Final = 86_400
DAYS_MOST: Final = 366  # a slot farther ahead than a year is in nobody's diary
DAYS_FORM: Final = f"a whole number of days from 1 day to {DAYS_MOST} days"
AHEAD_FORM: Final = f"two whole numbers of days such as 1 day to 60 days, from 1 day to {DAYS_MOST} days"
SLOTS_MOST: Final = 10_000_000
TWO_WEEKS: Final = 14  # days within which a patient of a two-week wait is seen


def _days(found: Any) -> int:
    """Whole days from `14 days`. Raises `UnitError`."""
    try:
        days = units.duration(found) / DAY_S
    except units.UnitError:
        raise units.UnitError(found, DAYS_FORM) from None
    if not (days.is_integer() and 1 <= days <= DAYS_MOST):
        raise units.UnitError(found, DAYS_FORM)
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


WholeDays = Annotated[
    int, BeforeValidator(_days), WithJsonSchema({"type": "string", "description": DAYS_FORM, "examples": ["14 days"]})
]
DaysAhead = Annotated[
    tuple[int, int],
    WrapValidator(_ahead),
    WithJsonSchema({"type": "string", "description": AHEAD_FORM, "examples": ["1 day to 60 days"]}),
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
    at: Moment | None = Field(default=None, description="when new slots appear: the time of day, or since the start")
    ahead: DaysAhead = Field(description="on which of the days ahead slots lie")

    @model_validator(mode="after")
    def _whole(self) -> Specialty:
        if not (self.at_start or self.published):
            raise ValueError("gives no slots: say `at_start`, or `published` and `at`")
        if (self.at is None) != (self.published == 0):
            raise ValueError("`published` and `at` go together: how many new slots, and when each day")
        if self.at is not None and not 0 <= self.at < DAY_S:
            raise ValueError("`at` must lie within the first 24 hours: new slots appear then, and each day again")
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
