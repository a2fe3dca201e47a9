"""Text with values in braces: `/basket/{sku}`, with `{{` and `}}` for braces themselves.

A template is read once, when the scenario is; a value's name is `csrf`, or with its source before it `customers.email`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_ .-]*[A-Za-z0-9_])?")
_FORM: Final = "a value in braces such as {csrf} or {customers.email}; a brace itself is written {{ or }}"

_NO_ARGUMENTS: Final = "; what Faker draws is asked for by its name alone, without arguments"


class TemplateError(ValueError):
    """Text that is no template; says what was found and what is allowed."""


@dataclass(frozen=True)
class ValueName:
    """A value that stands in a template: `customers.email` is `email` of the source `customers`."""

    name: str

    @property
    def source(self) -> str:
        """What stands before the first point; nothing for a value of the session's own."""
        return self.name.partition(".")[0] if "." in self.name else ""

    @property
    def field(self) -> str:
        """What stands after the first point, or all of it."""
        return self.name.partition(".")[2] if "." in self.name else self.name


Template = tuple[str | ValueName, ...]


def template(text: str) -> Template:
    """The parts of a text: literal ones, and values. Raises `TemplateError`."""
    parts: list[str | ValueName] = []
    literal, reached = "", 0
    for piece in _PIECE.finditer(text):
        literal, reached = literal + text[reached : piece.start()], piece.end()
        if piece[0] in ("{{", "}}"):
            literal += piece[0][0]
        elif piece[1] is None or not _NAME.fullmatch(piece[1]):
            hint = _NO_ARGUMENTS if piece[0].startswith("{faker.") else ""
            raise TemplateError(f"found {_shortened(piece[0], text[piece.start() :])}; allowed is {_FORM}{hint}")
        else:
            parts += [literal] if literal else []
            parts.append(ValueName(piece[1]))
            literal = ""
    literal += text[reached:]
    return (*parts, literal) if literal else tuple(parts)


def values_in(found: Any) -> Iterator[ValueName]:
    """The values of every text within a mapping, a list or a text. Raises `TemplateError`."""
    if isinstance(found, str):
        yield from (part for part in template(found) if isinstance(part, ValueName))
    elif isinstance(found, dict):
        for inner in found.values():
            yield from values_in(inner)
    elif isinstance(found, list | tuple):
        for inner in found:
            yield from values_in(inner)


def _shortened(piece: str, rest: str) -> str:
    shown = piece if len(piece) > 1 else rest
    return repr(shown if len(shown) <= 40 else f"{shown[:39]}…")
