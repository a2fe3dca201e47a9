"""Templates made ready once, to be filled in for each request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote, quote_plus

import msgspec

from scenarios.text.templates import Template, ValueName, template

Encode = Callable[[str], str]


class ValueLookup(Protocol):
    """Where values come from."""

    def value(self, name: ValueName) -> Any: ...


def as_text(value: Any) -> str:
    """A value as it stands in a text: JSON's spelling of what is no text."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | int | float | dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def itself(text: str) -> str:
    """Where nothing needs to be encoded."""
    return text


def in_path(text: str) -> str:
    """One segment of a path; what is nothing but points would be taken for a step up."""
    return quote(text, safe="") if text.strip(".") else text.replace(".", "%2E")


class TextTemplate:
    """A text with values; what `encode` does is done to each value and, where `all_of_it`, to the rest, too."""

    def __init__(self, text: str, encode: Encode = itself, *, all_of_it: bool = False) -> None:
        parts: Template = template(text)
        self._encode = encode
        self._parts = [encode(part) if all_of_it and isinstance(part, str) else part for part in parts]
        self._fixed = "".join(self._parts) if all(isinstance(part, str) for part in self._parts) else None  # type: ignore[arg-type]

    def filled(self, values: ValueLookup) -> str:
        """The text with its values. Raises what `values` raises for one that is missing."""
        if self._fixed is not None:
            return self._fixed
        encode = self._encode
        return "".join(part if isinstance(part, str) else encode(as_text(values.value(part))) for part in self._parts)


class PairsTemplate:
    """`a=1&b=2`, for what follows the ? of an address, or a form."""

    def __init__(self, pairs: dict[str, Any]) -> None:
        self._pairs = [
            (quote_plus(name), TextTemplate(one, quote_plus, all_of_it=True))
            for name, given in pairs.items()
            for one in (given if isinstance(given, list) else [given])
        ]

    def filled(self, values: ValueLookup) -> str:
        """The pairs with their values."""
        return "&".join([f"{name}={text.filled(values)}" for name, text in self._pairs])


class JsonTemplate:
    """JSON with values in its texts; `{name}` alone is the value itself, a number stays a number."""

    def __init__(self, found: Any) -> None:
        self._make = _maker(found)
        self._fixed = None if callable(self._make) else msgspec.json.encode(self._make)

    def filled(self, values: ValueLookup) -> bytes:
        """The JSON with its values."""
        if self._fixed is not None:
            return self._fixed
        return msgspec.json.encode(self._make(values), enc_hook=str)

    def value(self, values: ValueLookup) -> Any:
        """The same, not written out."""
        return self._make(values) if callable(self._make) else self._make


def _maker(found: Any) -> Any:
    """What makes the value, or the value itself where nothing in it is to be filled in."""
    if isinstance(found, str):
        return _text_maker(found)
    if isinstance(found, dict):
        inner = {str(key): _maker(value) for key, value in found.items()}
        if not any(callable(one) for one in inner.values()):
            return inner
        return lambda values: {key: one(values) if callable(one) else one for key, one in inner.items()}
    if isinstance(found, list):
        several = [_maker(value) for value in found]
        if not any(callable(one) for one in several):
            return several
        return lambda values: [one(values) if callable(one) else one for one in several]
    return found


def _text_maker(found: str) -> Any:
    parts = template(found)
    if len(parts) == 1 and isinstance(parts[0], ValueName):
        name = parts[0]
        return lambda values: values.value(name)
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)  # type: ignore[arg-type]
    return TextTemplate(found).filled
