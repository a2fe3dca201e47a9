"""What is published of the launch that a scenario retells, and is compared with the outcomes; and what cannot be."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from scenarios.language.objectives import Measured, quantity
from scenarios.quantities import units
from scenarios.quantities.fields import Part, Short

PUBLISHED_FORM = "one value or a range in the measure's unit, such as 24,000 to 26,000, 4 min or 80 % to 90 %"
_NUMBER: Final = re.compile(r"\s*[0-9,]*(?:\.(?P<decimals>[0-9]+))?(?:e(?P<power>[+-]?[0-9]{1,3}))?", re.IGNORECASE)
_TUNED_FORM = "the values that were tuned to meet it, by name, or false"


def _one_or_two(found: Any) -> Any:
    """Text or a number; which of them, and in which unit, the measure says."""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise units.UnitError(found, PUBLISHED_FORM)
    return found


def _tuned(found: Any) -> Any:
    """One name is a list of one, and false a list of none."""
    if found is True:
        raise units.UnitError(found, _TUNED_FORM)
    return [] if found is False else [found] if isinstance(found, str) else found


_Published = Annotated[
    str | int | float,
    BeforeValidator(_one_or_two),
    WithJsonSchema({"type": ["string", "number"], "description": PUBLISHED_FORM, "examples": ["24,000 to 26,000"]}),
]
_Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class PublishedFigure(Measured):
    """A published figure that a measure of the scenario is compared with. It never changes a run's verdict."""

    published: _Published = Field(description=PUBLISHED_FORM)
    source: _Text = Field(description="where it is published, or how it was derived")
    tuned: Annotated[
        list[_Text],
        BeforeValidator(_tuned),
        Short({"type": "string", "description": _TUNED_FORM}),
        Short({"const": False}),
    ] = Field(default_factory=list, description=_TUNED_FORM)

    @field_validator("published")
    @classmethod
    def _of_the_right_kind(cls, given: Any, info: ValidationInfo) -> Any:
        if "measure" in info.data:
            _range(given, info.data["measure"])
        return given

    @property
    def published_range(self) -> tuple[float, float]:
        """The least and the greatest published value in the measure's unit; of a single one, what rounds to it as it is
        written: 3.5 to 4.5 min of `4 min`."""
        return _range(self.published, self.measure)


class NotReproduced(Part):
    """A published figure that the model cannot reproduce."""

    published: _Text = Field(description="the figure, in words")
    source: _Text = Field(description="where it is published")
    because: _Text = Field(description="why the model cannot reproduce it")


def _range(given: str | float, measure: str) -> tuple[float, float]:
    ends = given.split(" to ") if isinstance(given, str) else [given]
    if len(ends) > 2:
        raise units.UnitError(given, PUBLISHED_FORM)
    try:
        low, high = (0.0 if str(end).strip() == "0" else quantity(end, measure) for end in (ends[0], ends[-1]))
        half = _half(given, measure) if len(ends) == 1 else 0.0
    except units.UnitError as error:
        raise units.UnitError(given, f"{error.allowed}, or a range of two such as 24,000 to 26,000") from None
    if low < 0:
        raise units.UnitError(given, f"{PUBLISHED_FORM}, not less than 0")
    if high < low:
        raise units.UnitError(given, f"{PUBLISHED_FORM}, the second not less than the first")
    return max(low - half, 0.0), high + half


def _half(given: str | float, measure: str) -> float:
    """Half of what a one is worth in the last place; nothing of a 0 without a unit. Raises `UnitError`."""
    try:
        return quantity(_half_of_last_place(given), measure)
    except units.UnitError:
        if str(given).strip() != "0":
            raise
        return 0.0


def _half_of_last_place(given: str | float) -> str | float:
    """Half of what a one is worth in the last place that is written: `0.5 min` of `4 min`, `0.05 %` of `1.5 %`."""
    number = _NUMBER.match(str(given))
    assert number is not None, "it was read as a quantity"
    places = len(number["decimals"] or "") - int(number["power"] or 0)
    half = Decimal(5).scaleb(-places - 1)
    return f"{half:f}{str(given)[number.end() :]}" if isinstance(given, str) else float(half)
