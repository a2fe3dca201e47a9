"""What two scenarios differ in, by their keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from scenarios.language.scenario import Scenario

_NAMED: Final = 3
_HOW_IT_CAME: Final = frozenset({"seed", "variants", "changed"})
# what a scenario says to people, and how often it is launched
_SAID_OF_IT: Final = frozenset({"title", "about", "sources", "assumptions", "replications"})


def differing_keys(first: Scenario, second: Scenario, *, launches_only: bool = False) -> list[str]:
    """The dotted keys that two scenarios have not in common. Seeds are left out, and how the scenarios came to be what
    they are; with `launches_only` also all on which no launch depends."""
    left_out: Collection[str] = _HOW_IT_CAME | _SAID_OF_IT if launches_only else _HOW_IT_CAME
    said = [each.model_dump(mode="json", exclude=set(left_out)) for each in (first, second)]
    return list(_differing(said[0], said[1]))


def first_keys(keys: Sequence[str]) -> str:
    """The first of some keys in words, and how many more there are; empty of none."""
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return ", ".join(keys[:_NAMED]) + more


def differ_words(keys: Sequence[str]) -> str:
    """That these keys differ, the first of them by name."""
    return f"{first_keys(keys)} {'differs' if len(keys) == 1 else 'differ'}"


def _differing(first: Any, second: Any, place: str = "") -> Iterator[str]:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in dict.fromkeys([*first, *second]):
            yield from _differing(first.get(key), second.get(key), f"{place}.{key}" if place else str(key))
    elif first != second:
        yield place
