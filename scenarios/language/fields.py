"""The field types of the scenario language: units read by `units`, described for the JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, WrapValidator

from scenarios.language import units


def _text(form: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": form, "examples": list(examples)})


def _text_or_number(form: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number"], "description": form, "examples": list(examples)})


def _positive(value: float) -> float:
    if value <= 0:
        raise units.UnitError(value, "more than 0")
    return value


def _positive_duration(found: Any) -> float:
    return _positive(units.duration(found))


def positive_rate(found: Any) -> float:
    """A rate above 0. Raises `UnitError`."""
    per_s = units.rate(found)
    if per_s <= 0:
        raise units.UnitError(found, f"{units.RATE_FORM}, more than 0")
    return per_s


def _moment(found: Any, _inner: Any) -> float:
    """In place of the inner validator, which would make a plain float of a `ClockTime`."""
    return units.moment(found)


def _span(found: Any, _inner: Any) -> tuple[float, float]:
    return units.span(found)


Place = tuple[str | int, ...]  # where something stands in a scenario: its keys from the top

Duration = Annotated[
    float, BeforeValidator(units.duration), _text_or_number(units.DURATION_FORM, "250 ms", "3 s", "20 min")
]
PositiveDuration = Annotated[
    float, BeforeValidator(_positive_duration), _text(units.DURATION_FORM + ", more than 0", "250 ms", "3 s")
]
Moment = Annotated[float, WrapValidator(_moment), _text_or_number(units.MOMENT_FORM, "08:00", "90 s")]
Rate = Annotated[float, BeforeValidator(units.rate), _text(units.RATE_FORM, "18 / s", "40 per min")]
PositiveRate = Annotated[
    float, BeforeValidator(positive_rate), _text(units.RATE_FORM + ", more than 0", "18 / s", "40 per min")
]
Share = Annotated[float, BeforeValidator(units.share), _text_or_number(units.SHARE_FORM, "20 %")]
Span = Annotated[tuple[float, float], WrapValidator(_span), _text(units.SPAN_FORM, "07:30 to 10:00", "0 s to 90 s")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$", max_length=60)]


def whole_or(word: str, least: int) -> BeforeValidator:
    """Reads a whole number of at least `least`, or the word."""

    def read(found: Any) -> Any:
        if found != word and (not isinstance(found, int) or isinstance(found, bool) or found < least):
            raise units.UnitError(found, f"a whole number from {least}, or {word}")
        return found

    return BeforeValidator(read)


class Short:
    """In the JSON Schema: a short form that is read as the full one, such as `20 ms` for `{constant: 20 ms}`."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(core_schema), self.form]}


class Part(BaseModel):
    """A part of a scenario: immutable, and no key that the language does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def chosen_key(part: Part) -> str:
    """The name of the one field that was given, for parts that are 'exactly one of'. Raises `ValueError`."""
    given = [name for name in type(part).model_fields if getattr(part, name) is not None]
    if len(given) != 1:
        raise ValueError(f"give exactly one of {', '.join(type(part).model_fields)}; found {given or 'none'}")
    return given[0]
