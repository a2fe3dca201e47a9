"""When the sessions of a population start, as a scenario writes it down."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)

from scenarios.calendar.calendar import Calendar
from scenarios.calendar.written import WrittenMoment, clock_text
from scenarios.quantities import units
from scenarios.quantities.fields import (
    MOMENT_SCHEMA,
    Moment,
    Part,
    PositiveDuration,
    PositiveRate,
    Rate,
    Share,
    Short,
    chosen_key,
    known_calendar,
)
from scenarios.quantities.times import PositiveTime, Recorded

_MOMENTS_A_DAY: Final = 256
StormShape = Literal["even", "triangle", "bell", "front"]


def _around(found: Any, _inner: Any, info: ValidationInfo) -> list[float]:
    """One moment, maybe of each day, or a list of moments. Raises `ValueError`."""
    calendar = known_calendar(info)
    if not isinstance(found, list):
        return [units.daily_moment(found, calendar)]
    moments = [units.moment(one, calendar) for one in found]
    if not moments or any(later <= earlier for earlier, later in pairwise(moments)):
        raise ValueError("give one moment or several, each later than the one before")
    if len(moments) > _MOMENTS_A_DAY:
        raise ValueError(f"give at most {_MOMENTS_A_DAY} moments")
    return moments


Around = Annotated[
    list[float],
    WrapValidator(_around),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number"], "description": units.MOMENT_FORMS},
                {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1},
            ]
        }
    ),
]


class Storm(Part):
    """A number of people within a number of minutes: everybody logs on when the practice opens."""

    people: int = Field(ge=1, le=10_000_000)
    around: Around = Field(
        description="the moment at the middle of the storm, or several; in a period of days a clock time without a day"
        " is on each day on which the calendar is open"
    )
    within: PositiveDuration = Field(description="how long the storm lasts from its first to its last person")
    shape: StormShape = Field(
        default="triangle",
        description="even: the same rate throughout; triangle: rising to `around` and falling; bell: a normal"
        " curve cut at two standard deviations; front: highest at once, then falling in a straight line",
    )

    @property
    def is_daily(self) -> bool:
        """Whether it is at the same time of several days."""
        return isinstance(self.around[0], units.DailyTime)

    def moments(self, calendar: Calendar, period: tuple[float, float]) -> dict[int, float]:
        """Its moments in order, each with a number of its own: 0 where there is one alone, else a number that stays
        when other days come or go. A daily storm is on the days of the period on which the calendar is open, as far as
        it reaches into the period. Raises `CalendarError` where the clocks of a day show its time never, or twice."""
        if not self.is_daily:
            return {0: self.around[0]} if len(self.around) == 1 else _numbered(self.around, calendar)
        time = _time(self.around[0])
        open_on = [day for day in calendar.days_within(period) if calendar.open_hours(day)]
        found = _numbered([calendar.moment_on(day, time) for day in open_on], calendar)
        start_s, end_s = period[0] - self.within / 2, period[1] + self.within / 2
        return {number: moment for number, moment in found.items() if start_s < moment < end_s}


def _numbered(moments: list[float], calendar: Calendar) -> dict[int, float]:
    """Moments by their days' numbers and their places within the day."""
    found: dict[int, float] = {}
    for moment in moments:
        number = calendar.day_number(calendar.day_of(moment)) * _MOMENTS_A_DAY
        while number in found:
            number += 1
        found[number] = moment
    return found


class Hourly(Part):
    """A day's total spread over the hours: a published profile."""

    per_day: float = Field(gt=0)
    percent: list[float] = Field(min_length=24, max_length=24, description="per cent of the day in hours 0 to 23")
    week: list[float] | None = Field(
        default=None,
        min_length=7,
        max_length=7,
        description="per cent of the week from Sunday to Saturday; `per_day` is the mean of Monday to Friday then",
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Hourly:
        for number, per_cents in ((24, self.percent), (7, self.week)):
            if per_cents and (min(per_cents) < 0 or not 99 <= sum(per_cents) <= 101):
                found = f"they add up to {sum(per_cents):.2f}"
                raise ValueError(f"the {number} per cents must add up to 100 (to 1); {found}")
        if self.week and sum(self.week[1:6]) <= 0:
            raise ValueError("somebody must come from Monday to Friday: `per_day` is their mean")
        return self

    def on(self, weekday: int | None) -> float:
        """The total of a day that counts as this weekday, 0 for Mon."""
        if self.week is None or weekday is None:
            return self.per_day
        return self.per_day * self.week[(weekday + 1) % 7] / (sum(self.week[1:6]) / 5)


class RateArrivals(Part):
    """The same rate throughout."""

    rate: Rate
    spacing: Literal["random", "even"] = Field(
        default="random", description="random: a Poisson process; even: at equal intervals"
    )


class Point(Part):
    """The rate at one moment."""

    at: Moment
    rate: Rate


def _points(found: Any) -> Any:
    """A mapping of moments to rates is a list of points."""
    return [{"at": at, "rate": rate} for at, rate in found.items()] if isinstance(found, dict) else found


Points = Annotated[
    list[Point],
    Field(min_length=1),
    BeforeValidator(_points),
    Short({"type": "object", "additionalProperties": {"type": "string"}, "description": "rates by moment"}),
]


class Renewal(Part):
    """Each comes a gap after the one before, and the gaps are drawn apart."""

    gap: PositiveTime = Field(description="Erlang or gamma: more even than at random, or in bursts")


def _of_any_day(found: Any, _inner: Any, info: ValidationInfo) -> float:
    """A moment, of the first day where it names none."""
    calendar = known_calendar(info)
    moment = units.daily_moment(found, calendar)
    return units.ClockTime(calendar.moment_on(0, _time(moment))) if isinstance(moment, units.DailyTime) else moment


def _time(daily: float) -> WrittenMoment:
    return WrittenMoment(clock_text(daily), None, daily)


class Sine(Part):
    """Random arrivals at a rate of mean · (1 + swing · cos 2π(t − highest_at) / every)."""

    mean: PositiveRate
    swing: Share = Field(description="how far the rate rises above its mean and falls below it, as a share of it")
    every: PositiveDuration = Field(description="from one height to the next")
    highest_at: Annotated[float, WrapValidator(_of_any_day), MOMENT_SCHEMA] = Field(
        description="a moment at which the rate is highest; it may lie outside the period, and be of any day"
    )


class Arrivals(Part):
    """When the sessions of a population start: exactly one of these."""

    constant: RateArrivals | None = Field(default=None, description="one rate throughout")
    stepped: Points | None = Field(default=None, description="a rate that holds from each moment until the next")
    curve: Points | None = Field(default=None, description="rates joined by straight lines")
    hourly: Hourly | None = Field(default=None, description="a day's total with an hourly profile")
    storm: Storm | None = Field(default=None, description="a number of people within a number of minutes")
    at_once: int | None = Field(
        default=None, ge=1, description="people who are all there when the period begins (a closed population)"
    )
    sine: Sine | None = Field(default=None, description="a rate that rises and falls as a sine curve")
    renewal: Renewal | None = Field(default=None, description="gaps that are drawn one by one")
    recorded: Recorded | None = Field(default=None, description="moments of a file, played back")

    @model_validator(mode="after")
    def _one(self) -> Arrivals:
        chosen_key(self)
        for points in (self.stepped, self.curve):
            if points and any(b.at <= a.at for a, b in pairwise(points)):
                raise ValueError("the moments must rise")
        return self

    @property
    def may_miss_the_period(self) -> bool:
        """Whether people have times of their own, which may lie outside the period."""
        return self.storm is not None or self.recorded is not None


def _bare_is_rate(found: Any) -> Any:
    if isinstance(found, str):
        return {"constant": {"rate": found}}
    if isinstance(found, dict) and "rate" in found:
        return {"constant": found}
    return found


AnyArrivals = Annotated[
    Arrivals,
    BeforeValidator(_bare_is_rate),
    Short({"type": "string", "description": "the same throughout: " + units.RATE_FORM}),
    Short(
        {
            "type": "object",
            "properties": {"rate": {"type": "string"}, "spacing": {"enum": ["random", "even"]}},
            "required": ["rate"],
            "additionalProperties": False,
        }
    ),
]
