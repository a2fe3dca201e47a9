"""What was changed of a scenario, in words: `service.stations.identity.servers: 24 instead of 16 (--set)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from scenarios.quantities.fields import Place
from scenarios.sources.keys import inside
from scenarios.sources.merging import is_merged
from scenarios.sources.problems import dotted

_LONGEST: Final = 80  # of a value that is shown


def changed_words(before: Any, after: Any, by: Mapping[Place, str], top: type[BaseModel]) -> list[str]:
    """A text for every place at which two scenarios differ; `by` says which places were set, and by whom if that is to
    be said, `top` is the model of scenarios."""
    texts = []
    for place, old, new in _differences(before, after, (), by):
        who = next((who for one, who in reversed(list(by.items())) if _overlap(one, place)), "")
        texts.append(f"{dotted(place)}: {_change_words(old, new, place, top)}" + (f" ({who})" if who else ""))
    return texts


def _overlap(one: Place, other: Place) -> bool:
    return one[: len(other)] == other[: len(one)]


def written(value: Any) -> str:
    """A value on one line, as a scenario writes it, or the beginning of a long one."""
    text = " ".join(_flow(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _change_words(old: Any, new: Any, place: Place, top: type[BaseModel]) -> str:
    if new is None:
        return f"taken away, it was {written(old)}"
    if old is None:
        old = _default(place, top)
    return f"{written(new)} instead of {written(old)}" if old is not None else f"{written(new)}, not written before"


def _default(place: Place, top: type[BaseModel]) -> int | float | None:
    """What a scenario has that does not say it, where that is a number as it would be written: `demand`, `seed`."""
    found = top.model_fields[str(place[0])].default if len(place) == 1 and place[0] in top.model_fields else None
    return (int(found) if found == int(found) else found) if isinstance(found, int | float) else None


def _differences(before: Any, after: Any, place: Place, among: Iterable[Place]) -> Iterator[tuple[Place, Any, Any]]:
    """Every place at which they differ, with what stood and stands there; None where nothing does. What had to be made
    for a place `among` those that were set is none itself."""
    if before is after or (before == after and type(before) is type(after)):
        return
    if before is None and any(len(one) > len(place) and _overlap(one, place) for one in among):
        before = {}
    if is_merged(before, after, place) or (before == {} and isinstance(after, dict)):
        for key in (*after, *(key for key in before if key not in after)):
            yield from _differences(inside(before, key), inside(after, key), (*place, key), among)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _differences(old, new, (*place, number), among)
    else:
        yield place, before, after


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
