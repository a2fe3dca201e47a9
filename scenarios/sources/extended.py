"""What a scenario changes of the one that it extends, key by key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from scenarios.quantities.fields import Place
from scenarios.sources.catalogue import find
from scenarios.sources.problems import dotted
from scenarios.sources.source import Source

# what a scenario says of itself, and no part of what happens
_SAID: Final = frozenset({"title", "about", "assumptions", "sources", "extends"})
_LONGEST: Final = 100


@dataclass(frozen=True)
class ChangedKey:
    """A key, and how it reads in either scenario; None where it is not there."""

    key: str
    was: str | None
    now: str | None

    @property
    def words(self) -> str:
        """`service.stations.identity.servers: 44 instead of 16`."""
        if self.was is None:
            return f"{self.key}: {self.now} (new)"
        if self.now is None:
            return f"{self.key}: left out, was {self.was}"
        return f"{self.key}: {self.now} instead of {self.was}"


def changed_keys(name: str) -> tuple[str, list[ChangedKey]]:
    """The scenario that the one of this catalogue name or file extends, and what differs; of one that extends nothing
    an empty name and nothing. Raises `ScenarioError`."""
    path = find(name)
    whole = Source.load(path).data
    base = whole.get("extends")
    if not isinstance(base, str):
        return "", []
    before = Source.load(find(base, beside=path.parent)).data
    return base, [one for one in _differences(before, whole, ()) if one.key.partition(".")[0] not in _SAID]


def _differences(was: Any, now: Any, place: Place) -> Iterator[ChangedKey]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*was, *now]):
            yield from _differences(*_both(was.get(key), now.get(key), is_top=not place), (*place, key))
    elif was != now:
        yield ChangedKey(dotted(place), _written(was), _written(now))


def _both(was: Any, now: Any, *, is_top: bool) -> tuple[Any, Any]:
    """Both values; at the top a mapping that is missing in one is empty there: each fault that is new is told alone."""
    if is_top and isinstance(was if now is None else now, dict):
        return was or {}, now or {}
    return was, now


def _written(value: Any) -> str | None:
    """A value on one line, as a file has it, and not too long."""
    if value is None:
        return None
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    text = text.removesuffix("...\n").strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
