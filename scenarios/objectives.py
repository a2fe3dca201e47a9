"""What must hold: a measure, of what, a limit, and during which part of the period."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from scenarios import units
from scenarios.fields import Name, Part, Share, Span

Subject = Literal["operations", "stations", "populations", "achievements"]
Kind = Literal["duration", "share", "rate", "count"]

# measure -> (what `of` names, what kind of quantity it is); pNN stands for any percentile
MEASURES: dict[str, tuple[Subject, Kind]] = {
    "response mean": ("operations", "duration"),
    "response pNN": ("operations", "duration"),
    "response max": ("operations", "duration"),
    "good share": ("operations", "share"),
    "failed share": ("operations", "share"),
    "goodput": ("operations", "rate"),
    "offered rate": ("operations", "rate"),
    "wait mean": ("stations", "duration"),
    "wait pNN": ("stations", "duration"),
    "waited share": ("stations", "share"),
    "refused share": ("stations", "share"),
    "left share": ("stations", "share"),
    "busy share": ("stations", "share"),
    "idle share": ("stations", "share"),
    "full share": ("stations", "share"),
    "queue mean": ("stations", "count"),
    "queue max": ("stations", "count"),
    "in system mean": ("stations", "count"),
    "session good share": ("populations", "share"),
    "waiting to retry mean": ("populations", "count"),
    "achieved share": ("achievements", "share"),
    "paper share": ("populations", "share"),
}
_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)$")
MEASURE_FORM = "one of " + ", ".join(MEASURES) + " (pNN is a percentile such as p95 or p99.9)"


def percentile_of(measure: str) -> float | None:
    """95.0 for `response p95`, None for a measure that is not a percentile."""
    found = _PERCENTILE.search(measure)
    return float(found[1]) if found else None


def measure_family(measure: str) -> str:
    """`response pNN` for `response p95`; other measures are their own family."""
    return _PERCENTILE.sub("pNN", measure)


def _measure(found: Any) -> str:
    if not isinstance(found, str) or measure_family(found) not in MEASURES or found.endswith("pNN"):
        raise units.UnitError(found, MEASURE_FORM)
    return found


Measure = Annotated[str, BeforeValidator(_measure), Field(description=MEASURE_FORM)]


class Objective(Part):
    """One thing that must hold. Exactly one of `at_most` and `at_least`."""

    measure: Measure
    of: list[Name] = Field(default_factory=list, description="which operations, stations or populations; none is all")
    at_most: str | float | None = None
    at_least: str | float | None = None
    during: Span | None = Field(default=None, description="when, within the period; without it the whole period")
    in_launches: Share | None = Field(
        default=None,
        description="judge the share of launches that hold the limit, not the mean: 95 % asks that at least"
        " 95 of 100 launches hold it",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_is_a_list(cls, found: Any) -> Any:
        if isinstance(found, dict) and isinstance(found.get("of"), str):
            return found | {"of": [found["of"]]}
        return found

    @model_validator(mode="after")
    def _one_limit(self) -> Objective:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give exactly one of at_most and at_least")
        _ = self.limit
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
    def limit(self) -> float:
        """The limit in seconds, as a fraction, per second, or as a count."""
        given: Any = self.at_most if self.at_most is not None else self.at_least
        if self.kind == "duration":
            return units.duration(given)
        if self.kind == "share":
            return units.share(given)
        if self.kind == "rate":
            return units.rate(given)
        try:
            return float(given)
        except ValueError:
            raise units.UnitError(given, "a number") from None

    def holds(self, value: float) -> bool:
        """Whether a value (in the limit's unit) keeps the limit."""
        return value <= self.limit if self.at_most is not None else value >= self.limit
