"""The numbers that stand in a scenario, found by walking its data beside the language's types.

A number is what the language reads as a count, a duration, a rate, a share or how many times over. Moments are none (to
have everything later is another scenario), nor are shares that must add up, HTTP's status codes, or shapes of
distributions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import WrapValidator

from scenarios.language.arrivals import Arrivals
from scenarios.language.people import Option, whole_shares
from scenarios.language.supply import Specialty
from scenarios.quantities.fields import Place, Rate, Share
from scenarios.quantities.times import FittedTime, Recorded, Time
from scenarios.quantities.units import in_two_units
from scenarios.sources.models import is_model

_NUMBER: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?|\.\d+)\s*([^\d\s:].*)?")
_RATE_READER: Final = get_args(Rate)[1]
_SHARE_READER: Final = get_args(Share)[1]
# what cannot be more or less by itself, is no amount, or is not of the simulated launch
_NOT_VARIED: Final = {"status", "response", "on_target", "percent", "week", "phases", "shape", "scv"}
_SHARE_A_WHOLE: Final = {Option, Specialty}  # their shares add up to 100 %
_AS_ONE: Final = {"stepped", "curve"}  # the rates of one population
_DIGITS: Final = 4
_LENGTHS: Final = {"day": 86_400, "days": 86_400, "h": 3_600, "min": 60, "s": 1}


@dataclass(frozen=True)
class Leaf:
    """A number at a place, with its unit as it is written. A whole one stays whole, a share stays within 0 to 1."""

    place: Place
    number: Decimal
    unit: str = ""
    is_whole: bool = False
    is_share: bool = False

    def times(self, factor: Decimal) -> str:
        """The number, multiplied, as a scenario has it."""
        wanted = self.number * factor
        if self.is_whole:
            return self._whole(wanted)
        if self.is_share:
            wanted = min(wanted, Decimal(100 if self.unit == "%" else 1))
        text = _plain(wanted)
        return f"{text} {self.unit}" if self.unit else text

    def words(self, factor: Decimal) -> str:
        """The same for people, who write `19 h 42 min` and not 70920 s; what is as short as `48 h` stays so."""
        wanted, length = self.number * factor, _LENGTHS.get(self.unit)
        is_short = length is None or (wanted < 100 and wanted == round(wanted))
        found = None if length is None or is_short else in_two_units(float(wanted) * length)
        return found or self.times(factor)

    def _whole(self, wanted: Decimal) -> str:
        """A whole number, which changes by one at least, if it is to change at all."""
        found = round(wanted)
        if found == self.number and wanted != self.number:
            found += 1 if wanted > self.number else -1
        return str(found)


@dataclass(frozen=True)
class Found:
    """What is varied as one: the leaves of one thing, and which thing that is. Things that are equal in `owner` are
    one and the same part of the file."""

    place: Place
    leaves: tuple[Leaf, ...]
    owner: tuple[int, str | int]


def found_in(data: Any, annotation: Any, place: Place, owner: tuple[int, str | int] = (0, "")) -> Iterator[Found]:
    """Every number below a place, of which the language says that it is of this type; a drawn duration as one, and the
    rates of a curve."""
    annotation, metadata = _plain_type(annotation)
    if data is None or isinstance(data, bool) or whole_shares in _functions(metadata):
        return
    if annotation is Time:
        yield from _as_one(_time_leaves(data, place), place, owner)
    elif annotation is Arrivals and not (isinstance(data, dict) and "rate" not in data):
        yield from _as_one(_short_rate(data, place), place, owner)
    elif is_model(annotation):
        yield from _in_model(data, annotation, place, owner)
    elif get_origin(annotation) is dict and isinstance(data, dict):
        for key, value in data.items():
            yield from found_in(value, get_args(annotation)[1], (*place, key), (id(data), key))
    elif get_origin(annotation) is list and isinstance(data, list):
        for number, value in enumerate(data):
            yield from found_in(value, get_args(annotation)[0], (*place, number), (id(data), number))
    elif (leaf := _leaf(data, annotation, metadata, place)) is not None:
        yield Found(place, (leaf,), owner)


def number_at(data: Any, place: Place, *, is_whole: bool = False, is_share: bool = False) -> Leaf | None:
    """The number with its unit that is written there; None where that is something else."""
    parts = None if isinstance(data, bool) else _NUMBER.fullmatch(str(data).strip())
    if parts is None:
        return None
    number = Decimal(parts[1].replace(",", ""))
    return Leaf(place, number, (parts[2] or "").strip(), is_whole, is_share) if number else None


def _in_model(data: Any, model: Any, place: Place, owner: tuple[int, str | int]) -> Iterator[Found]:
    if model in (FittedTime, Recorded):  # measured, and not assumed
        return
    if not isinstance(data, dict):  # a short form, such as a network's `20 ms` each way
        yield from _as_one([*filter(None, [number_at(data, place)])], place, owner)
        return
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key not in data or name in _NOT_VARIED or (name == "share" and model in _SHARE_A_WHOLE):
            continue
        here = (*place, key)
        if name in _AS_ONE:
            yield from _as_one(_point_rates(data[key], here), here, (id(data), key))
        else:
            yield from found_in(data[key], Annotated[field.annotation, *field.metadata, None], here, (id(data), key))


def _as_one(leaves: list[Leaf], place: Place, owner: tuple[int, str | int]) -> Iterator[Found]:
    if leaves:
        yield Found(place, tuple(leaves), owner)


def _time_leaves(data: Any, place: Place) -> list[Leaf]:
    """The durations of a drawn time, however it is distributed."""
    if isinstance(data, dict):
        inner = [(key, value) for key, value in data.items() if key not in (*_NOT_VARIED, "share", "fitted")]
        return [leaf for key, value in inner for leaf in _time_leaves(value, (*place, key))]
    if isinstance(data, list):
        return [leaf for number, value in enumerate(data) for leaf in _time_leaves(value, (*place, number))]
    return [*filter(None, [number_at(data, place)])]


def _short_rate(data: Any, place: Place) -> list[Leaf]:
    if isinstance(data, dict):
        return [*filter(None, [number_at(data["rate"], (*place, "rate"))])]
    return [*filter(None, [number_at(data, place)])]


def _point_rates(data: Any, place: Place) -> list[Leaf]:
    """The rates of points, given as a list or by their moments."""
    if isinstance(data, dict):
        found = [number_at(rate, (*place, moment)) for moment, rate in data.items()]
    else:
        found = [number_at(one["rate"], (*place, number, "rate")) for number, one in enumerate(data)]
    return [*filter(None, found)]


def _plain_type(annotation: Any) -> tuple[Any, list[Any]]:
    """The type within `Annotated` and `| None`, and what is said with it."""
    metadata: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += more
        elif get_origin(annotation) in (Union, UnionType):
            inner = [one for one in get_args(annotation) if one is not type(None)]
            if len(inner) != 1:
                return (int if int in inner else annotation), metadata
            annotation = inner[0]
        else:
            return annotation, metadata


def _functions(metadata: list[Any]) -> list[Any]:
    return [getattr(one, "func", None) for one in metadata]


def _leaf(data: Any, annotation: Any, metadata: list[Any], place: Place) -> Leaf | None:
    if annotation not in (int, float) or not isinstance(data, int | float | str):
        return None
    if any(isinstance(one, WrapValidator) and one is not _RATE_READER for one in metadata):
        return None  # a moment
    return number_at(data, place, is_whole=annotation is int, is_share=_SHARE_READER in metadata)


def _plain(value: Decimal) -> str:
    """Four digits, without exponent or trailing zeros."""
    places = _DIGITS - 1 - value.adjusted() if value else 0
    text = f"{round(value, max(places, 0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
