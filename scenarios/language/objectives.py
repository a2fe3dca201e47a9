"""What is measured: a measure, of what, and during which part of the period. An objective says what must hold of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from scenarios.quantities import units
from scenarios.quantities.fields import Name, Part, PositiveDuration, Share, Short, Span
from scenarios.text.nearest import nearest

Subject = Literal[
    "operations",
    "stations",
    "populations",
    "achievements",
    "goals",
    "faults",
    "places",
    "activities",
    "everything",
    "specialties",
    "priorities",
]
Among = Literal["populations", "priorities", "roles"]
Kind = Literal["duration", "share", "rate", "count", "working time"]

# measure -> (what `of` names, what kind of quantity it is); pNN stands for any percentile
MEASURES: dict[str, tuple[Subject, Kind]] = {
    "response mean": ("operations", "duration"),
    "response pNN": ("operations", "duration"),
    "response max": ("operations", "duration"),
    "good share": ("operations", "share"),
    "failed share": ("operations", "share"),
    "goodput": ("operations", "rate"),
    "offered rate": ("operations", "rate"),
    "sent rate": ("operations", "rate"),
    "received rate": ("operations", "rate"),
    "time to pNN": ("goals", "duration"),
    "people share": ("goals", "share"),
    "time in line pNN": ("operations", "duration"),
    "wait mean": ("stations", "duration"),
    "wait pNN": ("stations", "duration"),
    "waited share": ("stations", "share"),
    "refused share": ("stations", "share"),
    "left share": ("stations", "share"),
    "hit share": ("stations", "share"),
    "busy share": ("stations", "share"),
    "idle share": ("stations", "share"),
    "full share": ("stations", "share"),
    "queue mean": ("stations", "count"),
    "queue max": ("stations", "count"),
    "in system mean": ("stations", "count"),
    "session good share": ("populations", "share"),
    "session time pNN": ("populations", "duration"),
    "makespan": ("populations", "duration"),
    "waiting to retry mean": ("populations", "count"),
    "achieved share": ("achievements", "share"),
    "paper share": ("populations", "share"),
    "recovery time": ("faults", "duration"),
    "referrals": ("places", "count"),
    "referral share": ("places", "share"),
    "delay mean": ("places", "duration"),
    "delay pNN": ("places", "duration"),
    "late share": ("places", "share"),
    "staff time": ("activities", "working time"),
    "cost": ("everything", "count"),
    "practices using share": ("everything", "share"),
    "practices in share": ("everything", "share"),
    "backlog max": ("everything", "count"),
    "backlog at end": ("everything", "count"),
    "backlog cleared": ("everything", "duration"),
    "slot share": ("specialties", "share"),
    "slots free min": ("specialties", "count"),
    "appointment wait mean": ("priorities", "duration"),
    "appointment wait pNN": ("priorities", "duration"),
    "seen in time share": ("priorities", "share"),
}
OF_PRACTICES: tuple[Subject, ...] = ("places", "activities", "everything")  # what is followed with practices alone
# measure -> what `among` names; each person counts once among populations, each referral once among priorities
AMONG: dict[str, Among] = {
    **dict.fromkeys(("time to pNN", "people share", "time in line pNN"), "populations"),
    **{measure: "priorities" for measure, (subject, _) in MEASURES.items() if subject == "places"},
    "staff time": "roles",
}
# what a client cannot see: stations, for which day its appointment is, and how many more there are
_NOT_SEEN_BY_CLIENTS = frozenset(
    {"slots free min"} | {name for name, (subject, _) in MEASURES.items() if subject in ("stations", "priorities")}
)
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)$")
LIMIT_FORM = "a quantity in the measure's unit, such as 3 s, 99 %, 10 / s or 20"
MEASURE_FORM = "one of " + ", ".join(MEASURES) + " (pNN is a percentile such as p95 or p99.9, more than p0)"


def percentile_of(measure: str) -> float | None:
    """95.0 for `response p95`, None for a measure that is not a percentile."""
    found = _PERCENTILE.search(measure)
    return float(found[1]) if found else None


def measure_family(measure: str) -> str:
    """`response pNN` for `response p95`; other measures are their own family."""
    return _PERCENTILE.sub("pNN", measure)


def _measure(found: Any) -> str:
    if (
        not isinstance(found, str)
        or measure_family(found) not in MEASURES
        or found.endswith("pNN")
        or percentile_of(found) == 0
    ):
        raise units.UnitError(found, MEASURE_FORM + nearest(str(found), MEASURES))
    return found


def _quantity(found: Any) -> Any:
    """Text or a number; which of them, and in which unit, the measure says."""
    if isinstance(found, bool) or not isinstance(found, str | int | float | None):
        raise units.UnitError(found, LIMIT_FORM)
    return found


Limit = Annotated[str | float | None, BeforeValidator(_quantity), Field(description=LIMIT_FORM)]
Measure = Annotated[str, BeforeValidator(_measure), Field(description=MEASURE_FORM)]


def _names(found: Any) -> Any:
    """One name is a list of one."""
    return [found] if isinstance(found, str) else found


def _number(found: Any) -> float:
    value = units.plain_number(found, "a number")
    if not isinstance(value, int | float):
        raise units.UnitError(found, "a number")
    return float(value)


_READERS: dict[Kind, Callable[[Any], float]] = {
    "duration": units.duration,
    "working time": units.duration,
    "share": units.share,
    "rate": units.rate,
    "count": _number,
}


def quantity(found: Any, measure: str) -> float:
    """A quantity in the measure's unit: seconds, a fraction, per second, or a count. Raises `UnitError`."""
    return float(_READERS[MEASURES[measure_family(measure)][1]](found))


class Measured(Part):
    """A measure, of what, among whom, and when."""

    measure: Measure
    of: Annotated[list[Name], BeforeValidator(_names), Short({"type": "string"})] = Field(
        default_factory=list,
        description="which operations, stations, populations, achievements, places of referrals, activities,"
        " specialties or priorities; none is all",
    )
    among: Annotated[list[Name], BeforeValidator(_names), Short({"type": "string"})] = Field(
        default_factory=list,
        description="only people of these populations, where people are measured (time to, people share, time in line);"
        " only referrals of these priorities; only the time of people of these roles; none is all",
    )
    later_than: PositiveDuration | None = Field(
        default=None, description="with `late share`: how long after the consultation a referral is late"
    )
    during: Span | None = Field(
        default=None, description="when, within the period and its drain; without it all of both"
    )

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.measure == "makespan" and self.during is not None:
            raise ValueError("`makespan` is of all sessions; leave `during` out")
        if self.among and self.among_whom is None:
            raise ValueError(f"`among` goes with {', '.join(AMONG)}")
        if self.of and self.subject == "everything":
            raise ValueError(f"`{self.measure}` is of everything; leave `of` out")
        if (self.later_than is None) == (self.measure == "late share"):
            needs = "`late share` needs `later_than`, such as 24 h"
            raise ValueError(needs if self.later_than is None else "`later_than` goes with `late share`")
        return self

    @property
    def kind(self) -> Kind:
        """Which kind of quantity is measured."""
        return MEASURES[measure_family(self.measure)][1]

    @property
    def subject(self) -> Subject:
        """What `of` names."""
        return MEASURES[measure_family(self.measure)][0]

    @property
    def is_seen_by_clients(self) -> bool:
        """Whether a load test, which is a client, can measure it."""
        return measure_family(self.measure) not in _NOT_SEEN_BY_CLIENTS

    @property
    def among_whom(self) -> Among | None:
        """What `among` names; None where it goes with nothing."""
        return AMONG.get(measure_family(self.measure))


class Objective(Measured):
    """One thing that must hold. Exactly one of `at_most` and `at_least`."""

    at_most: Limit = None
    at_least: Limit = None
    in_launches: Share | None = Field(
        default=None,
        description="judge the share of launches that hold the limit, not the mean: 95 % asks that at least"
        " 95 of 100 launches hold it",
    )

    @field_validator("at_most", "at_least")
    @classmethod
    def _of_the_right_kind(cls, given: Any, info: ValidationInfo) -> Any:
        if given is not None and "measure" in info.data:
            quantity(given, info.data["measure"])
        return given

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give exactly one of at_most and at_least")
        return self

    @property
    def limit(self) -> float:
        """The limit in seconds, as a fraction, per second, or as a count."""
        return quantity(self.at_most if self.at_most is not None else self.at_least, self.measure)

    def holds(self, value: float) -> bool:
        """Whether a value (in the limit's unit) keeps the limit."""
        return value <= self.limit if self.at_most is not None else value >= self.limit
