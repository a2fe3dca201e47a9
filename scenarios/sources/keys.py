"""Dotted keys: `service.stations.identity.servers` as a place of a scenario, and what is wrong with one that is none.

A name may have dots where the scenario has such a name: of several that would fit the longest is meant. An item of a
list is `steps[2]` or `steps.2`, the first being 0.
"""

from __future__ import annotations

import re
from typing import Any, Final, get_origin

from pydantic import BaseModel

from scenarios.quantities.fields import Place
from scenarios.quantities.units import shown
from scenarios.sources.models import container_at, has_chosen_names, is_model, known_keys
from scenarios.sources.problems import dotted, no_such_key
from scenarios.text.nearest import unknown_name

_FORM: Final = "a key is written with dots, as service.stations.app.servers or journeys.visit.steps[2].think"
_NUMBER: Final = re.compile(r"\[([0-9]{1,9})\](?:\.(?=.)|(?=\[)|$)")
_PART: Final = re.compile(r"([^.\[\]]+)(?:\.(?=[^.])|(?=\[)|$)")


class KeyMistakeError(ValueError):
    """A key that means no place; says why."""


def place_of(data: Any, key: str) -> Place:
    """The place that a dotted key means, whether or not anything stands there. Raises `KeyMistakeError`."""
    place: list[str | int] = []
    rest = key
    while rest or not place:
        part, rest = _first(data, rest)
        place.append(part)
        data = inside(data, part)
    return tuple(place)


def inside(data: Any, part: str | int) -> Any:
    """What stands at a key or an item's number of some data; None where nothing does."""
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
        return data[part]
    return None


def at(data: Any, place: Place) -> Any:
    """What stands at a place of some data; None where nothing does."""
    for part in place:
        data = inside(data, part)
    return data


def _first(data: Any, key: str) -> tuple[str | int, str]:
    """The first part of a key, of what it is looked up in, and the rest. Raises `KeyMistakeError`."""
    known = [name for name in data if _begins(key, str(name))] if isinstance(data, dict) else []
    if known:
        name = max(known, key=lambda one: len(str(one)))
        return name, key[len(str(name)) :].removeprefix(".")
    if number := _NUMBER.match(key):
        return int(number[1]), key[number.end() :]
    if part := _PART.match(key):
        is_number = isinstance(data, list) and re.fullmatch("[0-9]{1,9}", part[1])
        return int(part[1]) if is_number else part[1], key[part.end() :]
    raise KeyMistakeError(_FORM)


def _begins(key: str, name: str) -> bool:
    """Whether a key is the name, or the name and something below it."""
    return bool(name) and (key == name or (key.startswith((f"{name}.", f"{name}[")) and len(key) > len(name) + 1))


def misplaced(data: Any, place: Place, top: type[BaseModel], *, is_removed: bool) -> tuple[Place, str] | None:
    """Why nothing can be set, or taken away, at a place of a scenario's data of the model `top`: where the trouble lies
    and what it is. None where something can, and where the language itself will say that there is no such key."""
    for number, part in enumerate(place):
        here, around = place[: number + 1], container_at(place[:number], top)
        is_last = number == len(place) - 1
        if isinstance(data, list):
            if trouble := _no_item(data, part):
                return here, trouble
            if is_last and is_removed:
                return here, "null takes no item of a list away; give the list as it shall be"
        elif isinstance(data, dict | None):
            if trouble := _no_key(data or {}, part, around, is_last=is_last, is_removed=is_removed):
                return here, trouble + ("" if is_last else f"; what is new is given whole, as {dotted(here)}={{…}}")
        elif isinstance(part, int) or around is None or get_origin(around) is list:
            return place[:number], f"found {shown(data)}, below which nothing can be set"
        else:
            return None  # a short form, which gives way to a mapping
        data = inside(data, part)
    return None


def _no_item(data: list[Any], part: str | int) -> str:
    if isinstance(part, int) and part < len(data):
        return ""
    numbers = f"0 to {len(data) - 1}" if len(data) > 1 else "0 alone" if data else "none: it is empty"
    return f"found {part!r} where a list stands; the numbers of its items are {numbers}"


def _no_key(data: dict[Any, Any], part: str | int, around: Any, *, is_last: bool, is_removed: bool) -> str:
    if part in data:
        return ""
    if isinstance(part, int):
        return f"found [{part}], and there is no list"
    if is_last and not is_removed:
        return ""
    if has_chosen_names(around):
        return unknown_name(part, map(str, data))
    if is_model(around) and part not in known_keys(around) and is_removed and is_last:
        return no_such_key(part, known_keys(around))
    return ""
