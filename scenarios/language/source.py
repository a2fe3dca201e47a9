"""A scenario's text as YAML, with the line of every key, and what it extends laid under it.

A scenario that `extends` another is laid over it key by key: mappings merge (but another kind of arrivals or of time
replaces the old one), anything else replaces, and `null` takes a key of the other away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

import yaml

from scenarios.language.catalogue import catalogue, find
from scenarios.language.fields import Place
from scenarios.language.problems import Problem, ScenarioError, dotted
from scenarios.language.units import shown

# mappings that name exactly one kind, or one way to give it
_CHOICES = {"arrivals", "time", "work", "think", "gap", "timeout", "patience", "there", "back", "lognormal"}
_MOST_PLACES, _DEEPEST = 200_000, 100
_TOO_MUCH = "is nested too deeply, or its anchors unfold to too much"


@dataclass
class Source:
    """A parsed file (with what it extends laid under it) and where each key stands."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, tuple[str, int]]

    @classmethod
    def load(cls, path: Path, above: tuple[Path, ...] = ()) -> Source:
        """The file; `above` are those that extend it. Raises `ScenarioError`."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ScenarioError([Problem(str(path), None, "", f"cannot be read: {error}")]) from None
        return cls.parse(text, str(path), path.parent, (*above, path.resolve()))

    @classmethod
    def parse(cls, text: str, file: str, folder: Path, above: tuple[Path, ...] = ()) -> Source:
        """The text of a file in `folder`. Raises `ScenarioError`."""
        data, places = _load_yaml(text, file)
        source = cls(file, data, {place: (file, line) for place, line in places.items()})
        other = data.get("extends")
        return source._over(other, folder, above) if isinstance(other, str) else source

    def _over(self, other: str, folder: Path, above: tuple[Path, ...]) -> Source:
        here = Problem(self.file, self.line(("extends",)), "extends", "")
        try:
            path = find(other, beside=folder)
        except ScenarioError as error:
            raise ScenarioError([Problem(here.file, here.line, here.key, error.problems[0].message)]) from None
        if path.resolve() in above:
            raise ScenarioError([Problem(here.file, here.line, here.key, f"{other!r} extends itself")])
        base = Source.load(path, above)
        kept = {place: at for place, at in base.lines.items() if not _replaced(self.data, base.data, place)}
        return Source(self.file, _merged(base.data, self.data), kept | self.lines)

    def where(self, place: Place) -> tuple[str, int | None]:
        """File and line of a place, or of the nearest one around it."""
        for length in range(len(place), 0, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return self.file, None

    def line(self, place: Place) -> int | None:
        return self.where(place)[1]


class _Loader(yaml.SafeLoader):
    """YAML as people write it: `08:00` is text, not the sexagesimal number of YAML 1.1, `on` is a word, 010 is ten."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # the base class has an instance's

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """PyYAML lets errors of Python through where a value does not fit its tag."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError):
            problem = f"{shown(node.value)} does not fit {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(str(node.value)))


for _tag, _form, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("merge", r"^(?:<<)$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_form), list(_first))


def titles() -> dict[str, str]:
    """The titles of the catalogue's scenarios by name, read without looking at the rest. Raises `ScenarioError`."""
    return {name: str(Source.load(path).data.get("title", "")) for name, path in catalogue().items()}


def _load_yaml(text: str, file: str) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        node, data = _parsed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ScenarioError([Problem(file, line, "", f"not YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:
        raise ScenarioError([Problem(file, None, "", f"not YAML: {str(error).partition(chr(10))[0]}")]) from None
    except RecursionError:
        raise ScenarioError([Problem(file, None, "", _TOO_MUCH)]) from None
    if not isinstance(data, dict):
        raise ScenarioError([Problem(file, 1, "", "a scenario is a mapping of keys such as title, period, service")])
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    try:
        _note_lines(node, (), lines, file, problems)
    except (RecursionError, _TooMuchError):
        problems = [Problem(file, None, "", _TOO_MUCH)]
    if problems:
        raise ScenarioError(problems)
    return data, lines


def _parsed(text: str) -> tuple[Any, Any]:
    """The text as nodes, which know their lines, and as values, from one parse."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        written = [(mapping, list(mapping.value)) for mapping in _mappings(node)]
        data = loader.construct_document(node)
    finally:
        loader.dispose()
    for mapping, pairs in written:  # to make values of it, `<<` is unfolded in place
        mapping.value = pairs
    return node, data


def _mappings(node: Any) -> list[Any]:
    """Every mapping in a node, once, however often an anchor repeats it."""
    found: dict[int, Any] = {}
    coming = [node]
    while coming:
        one = coming.pop()
        if id(one) in found or isinstance(one, yaml.ScalarNode):
            continue
        found[id(one)] = one
        coming += chain.from_iterable(one.value) if isinstance(one, yaml.MappingNode) else one.value
    return [one for one in found.values() if isinstance(one, yaml.MappingNode)]


class _TooMuchError(Exception):
    """More places than a person writes."""


def _note_lines(node: Any, place: Place, lines: dict[Place, int], file: str, problems: list[Problem]) -> None:
    if len(lines) > _MOST_PLACES or len(place) > _DEEPEST:
        raise _TooMuchError
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*place, str(key.value))
            if key.value in seen:
                problems.append(Problem(file, key.start_mark.line + 1, dotted(here), "stands twice"))
            seen.add(key.value)
            lines[here] = key.start_mark.line + 1
            _note_lines(value, here, lines, file, problems)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[(*place, number)] = value.start_mark.line + 1
            _note_lines(value, (*place, number), lines, file, problems)


def _merged(base: Any, over: Any, key: str = "") -> Any:
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    if key in _CHOICES and not set(base) & set(over):
        return over  # another kind of arrivals or of time takes the place of the old one
    both = {key: _merged(base[key], value, key) if key in base else value for key, value in over.items()}
    laid = {key: both.get(key, value) for key, value in base.items()} | both
    return {key: value for key, value in laid.items() if value is not None}


def _replaced(over: Any, base: Any, place: Place) -> bool:
    """Whether what stood at `place` of the base is gone."""
    key: str | int = ""
    for part in place:
        if not (isinstance(over, dict) and isinstance(base, dict)) or (key in _CHOICES and not set(base) & set(over)):
            return True
        if part not in over or part not in base:
            return False
        over, base, key = over[part], base[part], part
    return False
