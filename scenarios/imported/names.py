"""Names for what a document calls by any text: names of a scenario, names of values, and text that is no template."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_LONGEST: Final = 60
_NOT_OF_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NOT_OF_VALUES: Final = re.compile(r"[^A-Za-z0-9_]+")


class Names:
    """Gives each thing a name that no other has: the second of a name gets a 2, the third a 3."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, text: str) -> str:
        """A name as the scenario language allows it."""
        return self._alone(_NOT_OF_NAMES.sub(" ", _ascii(unquote(text))).strip(" ._-"), "operation", " ")

    def value(self, text: str) -> str:
        """A name for a value in braces, or for a secret."""
        plain = _NOT_OF_VALUES.sub("_", _ascii(text)).strip("_").lower()
        return self._alone(f"_{plain}" if plain[:1].isdigit() else plain, "value", "_")

    def _alone(self, wanted: str, otherwise: str, between: str) -> str:
        first = wanted[:_LONGEST].strip(" ._-" if between == " " else "") or otherwise
        name, number = first, 1
        while name.lower() in self._taken:
            number += 1
            end = f"{between}{number}"
            name = first[: _LONGEST - len(end)] + end
        self._taken.add(name.lower())
        return name


def literal(text: str) -> str:
    """Text as it stands in a template: a brace is written twice."""
    return text.replace("{", "{{").replace("}", "}}")


def literal_json(value: object) -> object:
    """A JSON value whose texts stand in templates."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, list):
        return [literal_json(one) for one in value]
    return {str(key): literal_json(one) for key, one in value.items()} if isinstance(value, dict) else value


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
