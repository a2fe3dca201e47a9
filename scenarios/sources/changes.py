"""A scenario changed without editing it: settings `KEY=VALUE`, and the sets of them that it names as `variants`.

A change is laid over the scenario just as a file is over the one that it extends. Of two settings of one key the later
counts; a setting counts more than the variant's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import BaseModel

from scenarios.quantities.fields import Place
from scenarios.quantities.units import shown
from scenarios.sources.changed_words import changed_words
from scenarios.sources.keys import KeyMistakeError, at, misplaced, place_of
from scenarios.sources.merging import Items, laid_over, replaced
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.sources.source import Source
from scenarios.text.nearest import unknown_name
from scenarios.text.yaml_text import YamlTextError, values_and_lines

_NOT_TEXT: Final = re.compile("[\ud800-\udfff]")
_UNCHANGEABLE: Final = {
    "extends": "which scenario a file is laid over cannot be changed: give that one's own name or file",
    "variants": "a variant is chosen by its name, with --variant NAME",
    "changed": "is written by the program: what was changed",
}
# what is asked of a file of measured values or of code, and what it gave
_ASKED_OF_FILES: Final = {"file", "column", "unit", "family", "begins", "function", "user"}
_GIVEN_BY_FILES: Final = ("found", "checksum")


@dataclass(frozen=True)
class Changes:
    """What of a scenario is changed: one of its variants, by name, and over it settings, each `KEY=VALUE`."""

    variant: str | None = None
    settings: tuple[str, ...] = ()

    @classmethod
    def asked(cls, variant: str | None, settings: Sequence[str], demand: str | None) -> Changes:
        """As a command line asks for them; `demand` is the setting of that name. Raises `ValueError` where both say
        it."""
        if demand is None:
            return cls(variant, tuple(settings))
        if any(setting.partition("=")[0].strip() == "demand" for setting in settings):
            raise ValueError("--demand and --set demand say the same; give one of them")
        return cls(variant, (*settings, f"demand={demand}"))


NO_CHANGES: Final = Changes()


@dataclass(frozen=True)
class _Change:
    """One key and its new value, and the file and line of every part of the value."""

    key: str
    value: Any
    lines: Mapping[Place, tuple[str, int | None]]

    def problem(self, message: str, place: Place = ()) -> ScenarioError:
        return ScenarioError([Problem(*self.lines[()], dotted(place) or self.key, message)])


def changed(source: Source, changes: Changes, top: type[BaseModel]) -> Source:
    """The source with the changes laid over it, and what they are in words under `changed`; `top` is the model of
    scenarios. Raises `ScenarioError`."""
    if changes == NO_CHANGES:
        return source
    found, about, by = source, list[str](), dict[Place, str]()
    if changes.variant is not None:
        given, who = _variant(source, changes.variant), f"variant {changes.variant}"
        about = [": ".join(filter(None, [who, " ".join(str(given.get("about") or "").split())]))]
        found, places = _with_all(found, _changes_of(source, changes.variant, given), top)
        by = dict.fromkeys(places, who)
    found, places = _with_all(found, [_setting(text) for text in changes.settings], top)
    by |= dict.fromkeys(places, "--set")
    words = changed_words(source.data, found.data, by, top)
    before = source.data.get("changed", [])
    said = [*before, *about, *words] if isinstance(before, list) else before
    return replace(found, data={**found.data, "changed": said} if said else found.data)


def variant_words(source: Source, name: str, top: type[BaseModel]) -> list[str]:
    """What the variant of that name changes, each in words. Raises `ScenarioError` where it cannot be laid over it."""
    found, places = _with_all(source, _changes_of(source, name, _variant(source, name)), top)
    return changed_words(source.data, found.data, dict.fromkeys(places, ""), top)


def _variant(source: Source, name: str) -> dict[str, Any]:
    """The variant of that name as it is written. Raises `ScenarioError`."""
    variants = source.data.get("variants")
    known = variants if isinstance(variants, dict) else {}
    if name not in known:
        none = f"found {name!r}; {source.file} names no variants; it may name some under `variants`"
        said = unknown_name(name, map(str, known)) if known else none
        raise ScenarioError([Problem(f"--variant {name}", None, "", said)])
    return known[name] if isinstance(known[name], dict) else {}


def _changes_of(source: Source, name: str, variant: Mapping[str, Any]) -> list[_Change]:
    """What a variant sets. One that is no mapping changes nothing: the language will say what is wrong with it."""
    given = variant.get("set")
    changes = []
    for key, value in given.items() if isinstance(given, dict) else ():
        place: Place = ("variants", name, "set", str(key))
        lines = {where[4:]: at for where, at in source.lines.items() if where[:4] == place}
        changes.append(_Change(str(key), value, {(): source.where(place), **lines}))
    return changes


def _setting(text: str) -> _Change:
    """What `KEY=VALUE` says. Raises `ScenarioError`."""
    key, equals, value = text.partition("=")
    key = key.strip()
    here: tuple[str, int | None] = (f"--set {key}", None)
    try:
        if _NOT_TEXT.search(key):
            raise ValueError("not text: it has half a character (a surrogate)")
        if not key or not equals:
            raise ValueError("a setting is KEY=VALUE, such as service.stations.app.servers=24")
        if not value.strip():
            raise ValueError("has no value; null takes a key away")
        found, lines = values_and_lines(value)
    except YamlTextError as error:
        raise ScenarioError([Problem(*here, key, one.message) for one in error.mistakes]) from None
    except ValueError as error:
        raise ScenarioError([Problem(*here, key, str(error))]) from None
    return _Change(key, found, {(): here, **dict.fromkeys(lines, here)})


@dataclass
class _Overlay:
    """What is laid over a source by several changes at once: `data` is that source's, with them."""

    source: Source
    data: dict[str, Any]
    over: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, tuple[str, int | None]] = field(default_factory=dict)
    changes: dict[Place, _Change] = field(default_factory=dict)

    def add(self, change: _Change, top: type[BaseModel]) -> None:
        """One more change, which counts more than those before it. Raises `ScenarioError`."""
        place = self._place(change, top)
        self._put(place, change)
        self.changes[place] = change
        new = (place[:length] for length in range(1, len(place)))
        self.lines |= {one: change.lines[()] for one in new if one not in self.source.lines and one not in self.lines}
        self.lines |= {(*place, *inner): where for inner, where in change.lines.items()}
        self.data = laid_over(self.source.data, self.over)

    def whole(self) -> Source:
        """The source with everything laid over it."""
        lines = self.source.lines
        kept = {place: where for place, where in lines.items() if not replaced(self.over, self.source.data, place)}
        return replace(self.source, data=_to_be_read_anew(self.data, self.changes), lines=kept | self.lines)

    def _place(self, change: _Change, top: type[BaseModel]) -> Place:
        try:
            place = place_of(self.data, change.key)
        except KeyMistakeError as mistake:
            raise change.problem(str(mistake)) from None
        if (why := _UNCHANGEABLE.get(str(place[0]))) is not None:
            raise change.problem(why)
        if (trouble := misplaced(self.data, place, top, is_removed=change.value is None)) is not None:
            raise change.problem(trouble[1], trouble[0])
        return place

    def _put(self, place: Place, change: _Change) -> None:
        """Its value among those of the others, which it may not rule out, nor they it."""
        here: Any = self.over
        for number, part in enumerate(place[:-1]):
            if part not in here:
                here[part] = Items() if isinstance(at(self.data, place[: number + 1]), list) else {}
            here = here[part]
            if not isinstance(here, dict):
                raise self._both(change, place, place[: number + 1], here)
        here[place[-1]] = self._joined(here.get(place[-1]), deepcopy(change.value), place, change)

    def _joined(self, earlier: Any, value: Any, place: Place, change: _Change) -> Any:
        """The later value of a place; with what the earlier says besides, where both are mappings."""
        if isinstance(earlier, dict) and isinstance(value, dict) and not isinstance(earlier, Items):
            both = {key: self._joined(earlier.get(key), one, (*place, key), change) for key, one in value.items()}
            return {**earlier, **both}
        below = (one for one in self.changes if len(one) > len(place) and one[: len(place)] == place)
        if isinstance(earlier, dict) and (lost := next(below, None)) is not None:
            other = self.changes[lost].key
            raise change.problem(f"found {shown(value)}, which leaves nothing of {other}, which is set as well", place)
        return value

    def _both(self, change: _Change, place: Place, around: Place, earlier: Any) -> ScenarioError:
        other = next(one.key for where, one in self.changes.items() if where == around[: len(where)])
        makes = f"which makes {dotted(around)} {shown(earlier)}"
        return change.problem(f"cannot be set as well as {other}, {makes}", place)


def _to_be_read_anew(data: dict[str, Any], places: Iterable[Place]) -> dict[str, Any]:
    """The data without what a file once gave, where another file or another part of it is asked for now."""
    over: dict[str, Any] = {}
    for place in places:
        around, last = at(data, place[:-1]), place[-1]
        if last in _ASKED_OF_FILES and isinstance(around, dict) and "file" in around:
            here: Any = over
            for number, part in enumerate(place[:-1]):
                kind: type[dict[Any, Any]] = Items if isinstance(at(data, place[: number + 1]), list) else dict
                here = here.setdefault(part, kind())
            here |= dict.fromkeys(_GIVEN_BY_FILES)
    return laid_over(data, over) if over else data


def _with_all(source: Source, changes: Iterable[_Change], top: type[BaseModel]) -> tuple[Source, list[Place]]:
    """The source with all of the changes laid over it at once, and their places. Raises `ScenarioError`."""
    overlay = _Overlay(source, source.data)
    for change in changes:
        overlay.add(change, top)
    return overlay.whole(), list(overlay.changes)
