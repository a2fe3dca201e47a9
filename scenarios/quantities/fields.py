"""The field types of the scenario language: units read by `units`, described for the JSON Schema."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    field_validator,
)

from scenarios.calendar.calendar import Calendar
from scenarios.quantities import units
from scenarios.text.nearest import nearest


def _text(form: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": form, "examples": list(examples)})


def _text_or_number(form: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "description": form, "examples": list(examples)})


def _positive_duration(found: Any) -> float:
    seconds = units.duration(found)
    if seconds <= 0:
        raise units.UnitError(found, f"{units.DURATION_FORM}, more than 0")
    return seconds


def positive_rate(found: Any) -> float:
    """A rate above 0, as a plain number. Raises `UnitError`."""
    per_s = float(units.rate(found))
    if per_s <= 0:
        raise units.UnitError(found, f"{units.RATE_FORM}, more than 0")
    return per_s


class UnresolvedError(ValueError):
    """Moments that cannot be worked out because the period's days are not known; why not is said where it lies."""


def known_calendar(info: ValidationInfo) -> Calendar:
    """The calendar by which a scenario's moments are read: `calendar` of the validation's context, else that of a
    period without days. Raises `UnresolvedError` where it is known to be unusable, which is a None there."""
    found = (info.context or {}).get("calendar", units.NAMELESS)
    if not isinstance(found, Calendar):
        raise UnresolvedError("needs the period's days")
    return found


def _moment(found: Any, _inner: Any, info: ValidationInfo) -> float:
    """In place of the inner validator, which would make a plain float of a `ClockTime`."""
    return units.moment(found, known_calendar(info))


def _rate(found: Any, _inner: Any) -> float:
    """In place of the inner validator, which would make a plain float of a `PerSecond`."""
    return units.rate(found)


def _span(found: Any, _inner: Any, info: ValidationInfo) -> tuple[float, float]:
    return units.span(found, known_calendar(info))


Place = tuple[str | int, ...]  # where something stands in a scenario: its keys from the top

Duration = Annotated[
    float, BeforeValidator(units.duration), _text_or_number(units.DURATION_FORM, "250 ms", "3 s", "20 min")
]
PositiveDuration = Annotated[
    float, BeforeValidator(_positive_duration), _text(units.DURATION_FORM + ", more than 0", "250 ms", "3 s")
]
MOMENT_SCHEMA = _text_or_number(units.MOMENT_FORMS, "08:00", "Wed 08:00", "90 s")
Moment = Annotated[float, WrapValidator(_moment), MOMENT_SCHEMA]
Rate = Annotated[float, WrapValidator(_rate), _text(units.RATE_FORM, "18 / s", "40 per min")]
PositiveRate = Annotated[
    float, BeforeValidator(positive_rate), _text(units.RATE_FORM + ", more than 0", "18 / s", "40 per min")
]
Share = Annotated[float, BeforeValidator(units.share), _text_or_number(units.SHARE_FORM, "20 %")]
Multiple = Annotated[
    float,
    BeforeValidator(units.multiple),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": units.MULTIPLE_FORM,
            "examples": [1.5, "150 %"],
            "exclusiveMinimum": 0,
            "maximum": 1000,
        }
    ),
]
Span = Annotated[
    tuple[float, float],
    WrapValidator(_span),
    _text(units.SPAN_FORMS, "07:30 to 10:00", "Mon 07:00 to Fri 19:00", "0 s to 90 s"),
]
NAME_PATTERN = r"^[A-Za-z0-9](?:[A-Za-z0-9 ._-]*[A-Za-z0-9._-])?$"
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=60)]


def whole_or(word: str, least: int) -> BeforeValidator:
    """Reads a whole number of at least `least`, or the word."""

    def read(found: Any) -> Any:
        if found == word:
            return found
        allowed = f"a whole number from {least}, or {word}{nearest(str(found), [word])}"
        number = units.plain_number(found, allowed)
        if not isinstance(number, int) or number < least:
            raise units.UnitError(found, allowed)
        return number

    return BeforeValidator(read)


def _whole_number(found: Any) -> Any:
    return units.plain_number(found, "a whole number")


def _number(found: Any) -> Any:
    return units.plain_number(found, "a number")


def _true_or_false(found: Any) -> Any:
    """A word for either, too; but 1 is a number."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        raise units.UnitError(found, "true or false")
    return found


_READERS: Final[dict[Any, Callable[[Any], Any]]] = {int: _whole_number, float: _number, bool: _true_or_false}


@cache
def _reader(annotation: Any) -> Callable[[Any], Any] | None:
    """What reads the plain numbers of a field of this type; None where it has none, or where a unit reads them."""
    if annotation in _READERS:
        return _READERS[annotation]
    inner = [one for one in get_args(annotation) if one is not type(None)]
    container = get_origin(annotation)
    if container in (list, dict) and (read := _reader(inner[-1])):
        return partial(_each, read)
    return _reader(inner[0]) if container in (UnionType, Union) and len(inner) == 1 else None


def _each(read: Callable[[Any], Any], found: Any) -> Any:
    if isinstance(found, list):
        return [read(one) for one in found]
    return {name: read(one) for name, one in found.items()} if isinstance(found, dict) else found


class Short:
    """In the JSON Schema: a short form that is read as the full one, such as `20 ms` for `{constant: 20 ms}`."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), self.form]}


class Part(BaseModel):
    """A part of a scenario: immutable, and no key that the language does not know."""

    # built when first read, as a part of what it stands in: each by itself takes a tenth of a second of every start
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain_numbers(cls, found: Any, info: ValidationInfo) -> Any:
        """A number without a unit is no text and no truth, though it may be written in groups: `2,700`."""
        field = cls.model_fields[str(info.field_name)]
        if found is None or any(isinstance(one, BeforeValidator | WrapValidator) for one in field.metadata):
            return found
        read = _reader(field.annotation)  # type: ignore[arg-type]  # a type is hashable
        return found if read is None else read(found)


def chosen_key(part: Part) -> str:
    """The name of the one field that was given, for parts that are 'exactly one of'. Raises `ValueError`."""
    given = [name for name in type(part).model_fields if getattr(part, name) is not None]
    if len(given) != 1:
        raise ValueError(f"give exactly one of {', '.join(type(part).model_fields)}; found {given or 'none'}")
    return given[0]
