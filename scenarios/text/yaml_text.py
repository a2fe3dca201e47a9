"""YAML as people write scenarios in it: values, and the line of every key.

`08:00` is text and not the sexagesimal number of YAML 1.1, `on` is a word, 010 is ten, and a key that stands twice is a
mistake. What would unfold to more than a person writes (anchors of anchors, `<<` with lists of them) is refused before
it is unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, ClassVar, Final

import yaml

MOST_BYTES: Final = 500_000
_MOST_PLACES, _DEEPEST = 50_000, 100
_TOO_DEEP: Final = f"is nested too deeply: more than {_DEEPEST} levels"
_TOO_MUCH: Final = f"its anchors unfold to too much: more than {_MOST_PLACES:,} keys and values"
_TOO_MANY: Final = f"says too much: more than {_MOST_PLACES:,} keys and values"
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")
# what libyaml and PyYAML read differently, and the neighbourhood of it: odd characters, tags, documents, comments that
# touch a mark
_READ_IN_TWO_WAYS: Final = re.compile(
    r"[^\n -~\xa0-\u2027\u202a-\ufefe\U00010000-\U0010ffff]|!|\?|^%|^---|^\.\.\.|[|>][-+0-9]*#", re.MULTILINE
)
KeyPath = tuple[str | int, ...]  # where something stands: its keys from the top


@dataclass(frozen=True)
class TextMistake:
    """What is wrong with a text: in which line, where known, and at which key."""

    line: int | None
    message: str
    at: KeyPath = ()


class YamlTextError(Exception):
    """A text that is no YAML, or none that is allowed here; `mistakes` has at least one."""

    def __init__(self, mistakes: list[TextMistake]) -> None:
        super().__init__("; ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes


def values_and_lines(text: str) -> tuple[Any, dict[KeyPath, int]]:
    """The value of a text (None where there is none), and the line of every key and item. Raises `YamlTextError`."""
    try:
        node, value = _parsed(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _one(line, f"not YAML: {error.problem}{_advice(str(error.problem))}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _one(line, f"not YAML: {str(error).partition(chr(10))[0]}") from None
    lines = _Lines()
    if node is not None:
        lines.note(node, ())
    if lines.mistakes:
        raise YamlTextError(lines.mistakes)
    return value, lines.found


def _one(line: int | None, message: str) -> YamlTextError:
    return YamlTextError([TextMistake(line, message)])


def _advice(problem: str) -> str:
    return "; indent with spaces, not with tabs" if r"'\t'" in problem else ""


class _Loader(yaml.SafeLoader):
    """YAML without its surprises, and no more of it, nor deeper nested, than a person writes."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # the base class has an instance's
    depth = nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Composing recurs, once for each level."""
        self.nodes += 1
        if self.depth >= _DEEPEST or self.nodes > _MOST_PLACES:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise _one(event.start_mark.line + 1, _TOO_DEEP if self.depth >= _DEEPEST else _TOO_MANY)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, yaml.ScalarNode) and _HALF_CHARACTER.search(node.value):
            raise _one(node.start_mark.line + 1, f"not text: {node.value!r:.80} has half a character (a surrogate)")
        return node

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """PyYAML lets errors of Python through where a value does not fit its tag."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError, AttributeError, TypeError, OverflowError):
            value = repr(node.value) if isinstance(node, yaml.ScalarNode) else "this"
            shown = value if len(value) <= 80 else f"{value[:77]}…"
            problem = f"{shown} does not fit {node.tag.rpartition(':')[2]}"
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


class _QuickLoader(_Loader):
    """The same of the events that libyaml finds, in a quarter of the time. Raises `YAMLError` in other words, and for a
    text that no UTF-8 can hold `UnicodeError`."""

    def __init__(self, text: str) -> None:
        yaml.composer.Composer.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)
        events: Any = yaml.CSafeLoader(text)
        vars(self).update({name: getattr(events, name) for name in ("check_event", "peek_event", "get_event")})

    def dispose(self) -> None:
        """There is no state to forget."""


def _parsed(text: str) -> tuple[Any, Any]:
    """The text as nodes, which know their lines, and as values, from one parse."""
    if yaml.__with_libyaml__ and not _READ_IN_TWO_WAYS.search(text):
        with suppress(yaml.YAMLError, UnicodeError):  # PyYAML then says what is wrong, in its own words
            return _made_by(_QuickLoader(text))
    return _made_by(_Loader(text))


def _made_by(loader: _Loader) -> tuple[Any, Any]:
    try:
        node = loader.get_single_node()
        if node is None:
            return None, None
        _Unfolded().size(node)
        written = [(mapping, list(mapping.value)) for mapping in _mappings(node)]
        value = loader.construct_document(node)
    finally:
        loader.dispose()
    for mapping, pairs in written:  # to make values of it, `<<` is unfolded in place
        mapping.value = pairs
    return node, value


class _Unfolded:
    """How much a node comes to once every anchor is written out, and how deep: worked out once for each node, whoever
    repeats it."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}

    def size(self, node: Any) -> tuple[int, int]:
        """Values and levels. Raises `YamlTextError` where there are too many, or no end of them."""
        found = self._known.get(id(node))
        if found is not None:
            return found
        self._known[id(node)] = (_MOST_PLACES, _DEEPEST)  # for who meets it again within itself
        values, levels = 1, 0
        for inner in _inside(node):
            more, deeper = self.size(inner)
            values, levels = values + more, max(levels, deeper)
            if values > _MOST_PLACES or levels >= _DEEPEST:
                raise _one(node.start_mark.line + 1, _TOO_DEEP if levels >= _DEEPEST else _TOO_MUCH)
        self._known[id(node)] = values, levels + 1
        return values, levels + 1


def _inside(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.MappingNode):
        yield from chain.from_iterable(node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _mappings(node: Any) -> list[Any]:
    """Every mapping in a node, once, however often an anchor repeats it."""
    found: dict[int, Any] = {}
    coming = [node]
    while coming:
        one = coming.pop()
        if id(one) in found or isinstance(one, yaml.ScalarNode):
            continue
        found[id(one)] = one
        coming += _inside(one)
    return [one for one in found.values() if isinstance(one, yaml.MappingNode)]


@dataclass
class _Lines:
    """Where each key and item stands, and which keys stand twice."""

    found: dict[KeyPath, int] = field(default_factory=dict)
    mistakes: list[TextMistake] = field(default_factory=list)

    def note(self, node: Any, place: KeyPath) -> None:
        if isinstance(node, yaml.MappingNode):
            first: dict[str, int] = {}
            for key, value in node.value:
                here, line = (*place, str(key.value)), key.start_mark.line + 1
                if key.value in first:
                    self.mistakes.append(TextMistake(line, f"stands twice, first in line {first[key.value]}", here))
                first.setdefault(key.value, line)
                self.found[here] = line
                self.note(value, here)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self.found[(*place, number)] = value.start_mark.line + 1
                self.note(value, (*place, number))
