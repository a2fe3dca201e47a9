"""Values that an answer gave and a later request sent: tokens and identifiers, which each session gets anew.

It must be certain. A value counts that has eight characters at least, stood by itself in the answer (a text or number
of JSON, an input or meta tag of HTML, a cookie, the whole of `Location`), had not been sent before, and was sent only
after that answer had ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from scenarios.imported.har_entries import RecordedExchange
from scenarios.imported.names import Names
from scenarios.imported.secrecy import Secrets, cookies_set, leaves

LEAST_LENGTH: Final = 8
_LONGEST: Final = 8192
_TAG: Final = re.compile(r"<(?:input|meta)\b[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z-]+)\s*=\s*(["'])(.*?)\2""", re.DOTALL)


@dataclass(frozen=True)
class Returned:
    """Where a value stood in an answer: the number of the exchange, what it is called there, and how it is taken."""

    exchange: int
    name: str
    rule: dict[str, str]


@dataclass
class _Uses:
    rule: dict[str, str]
    of: dict[int, int] = field(default_factory=dict)  # by the exchange that gave it, the last one that sent it


class Correlation:
    """Takes the exchanges in their order, and knows where a value came from. `extracts` is by exchange and name."""

    def __init__(self, secrets: Secrets, ever_sent: set[str]) -> None:
        """`ever_sent` is what any request sends: of what answers give, only that is remembered."""
        self.extracts: dict[int, dict[str, dict[str, str]]] = {}
        self._secrets, self._ever_sent = secrets, ever_sent
        self._returned: dict[str, tuple[Returned, float]] = {}
        self._sent: set[str] = set()
        self._names, self._uses = Names(), dict[str, _Uses]()

    def sent(self, value: str, number: int, start_s: float) -> str | None:
        """The placeholder for a value that exchange `number` sends, where an answer had given it; else None."""
        found, end_s = self._returned.get(value, (None, 0.0))
        if found is None or end_s > start_s or found.exchange == number:
            self._sent.add(value)
            return None
        name = self._name(found, number)
        self.extracts.setdefault(found.exchange, {})[name] = found.rule
        return f"{{{name}}}"

    def answered(self, exchange: RecordedExchange, number: int) -> None:
        """Note what the answer of an exchange gave."""
        for value, name, rule in _given(exchange):
            if value not in self._ever_sent or value in self._returned or value in self._sent:
                continue
            if LEAST_LENGTH <= len(value) <= _LONGEST and not self._has_secrets(rule):
                self._returned[value] = Returned(number, name, rule), exchange.end_s

    def _has_secrets(self, rule: dict[str, str]) -> bool:
        return any(self._secrets.is_known(text) for kind, text in rule.items() if kind != "cookie")

    def _name(self, found: Returned, number: int) -> str:
        """One name for the same place in other answers, unless those come in between."""
        for name, uses in self._uses.items():
            if uses.rule == found.rule and not _in_between(uses, found.exchange, number):
                uses.of[found.exchange] = max(number, uses.of.get(found.exchange, 0))
                return name
        name = self._names.value(found.name)
        self._uses[name] = _Uses(found.rule, {found.exchange: number})
        return name


def _in_between(uses: _Uses, given: int, sent: int) -> bool:
    return any(given < other < sent or other < given < last for other, last in uses.of.items())


def _given(exchange: RecordedExchange) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each value of an answer by itself, what it is called, and the rule that takes it."""
    for path, key, value in leaves(exchange.answer_json):
        yield str(value), key, {"json": path}
    if "html" in (exchange.entry.response.content.mimeType or ""):
        yield from _tags(exchange.answer)
    for name, value in cookies_set(exchange):
        yield from ((one, name, {"cookie": name}) for one in dict.fromkeys((value, unquote(value))))
    for place in exchange.answered_headers("location"):
        yield place, "place", {"header": "Location"}


def _tags(html: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    for tag in _TAG.finditer(html):
        found: dict[str, tuple[str, int]] = {}
        for one in _ATTRIBUTE.finditer(tag[0]):
            found.setdefault(one[1].lower(), (one[3], one.start()))
        name, value_at = found.get("name"), found.get("value", found.get("content"))
        if name is None or value_at is None or "&" in value_at[0] or not name[0]:
            continue
        attribute = "value" if "value" in found else "content"
        named = rf"""\bname\s*=\s*["']{re.escape(name[0])}["']"""
        valued = rf"""\b{attribute}\s*=\s*["']([^"']*)["']"""
        first, second = (named, valued) if name[1] < value_at[1] else (valued, named)
        rule = f"{first}[^<>]*?{second}"
        again = re.search(rule, html)
        if again is not None and again[1] == value_at[0]:
            yield value_at[0], name[0], {"regex": rule}
