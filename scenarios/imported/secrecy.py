"""What must not leave a recording: passwords, cookies, tokens. In a scenario a name stands in their place.

A secret is known by where it stood (a cookie, an `Authorization`, a field that is called so) and from then on by its
value, wherever else that turns up.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, unquote_plus

from scenarios.imported.har_entries import RecordedExchange, decoded_json
from scenarios.imported.names import Names, literal

_SENSITIVE: Final = re.compile(
    r"pass(?!eng|age)|pwd|secret|token|auth(?!or)|api.?key|^key$|session|^sid$|jwt|signature|^sig$|credential"
    r"|^otp$|^pin$|^code$|^state$|nonce|csrf|xsrf|assertion|cvv|cvc|card.?num|samlresponse",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")  # a signed JSON web token
_LEAST: Final = 4  # a shorter value may be anything
_WITHIN_LEAST: Final = 8  # one shorter than this is looked for as a whole only


def is_sensitive(name: str) -> bool:
    """Whether what is called so is a secret."""
    return _SENSITIVE.search(name) is not None


class Secrets:
    """The secrets of a recording, and the names that stand in their places; `variables` is where each is looked for."""

    def __init__(self, exchanges: list[RecordedExchange]) -> None:
        self.variables: dict[str, str] = {}
        self._names, self._name_of = Names(), dict[str, str]()
        self._known = {value: name for one in exchanges for name, value in _secrets_of(one) if len(value) >= _LEAST}
        self._beginning: dict[str, list[str]] = {}
        for value in sorted(self._known, key=lambda one: (-len(one), one)):
            if len(value) >= _WITHIN_LEAST:
                self._beginning.setdefault(value[:_WITHIN_LEAST], []).append(value)

    def is_known(self, value: str) -> bool:
        """Whether a value is a secret, or has one in it."""
        plain = unquote(value)
        return plain in self._known or next(self._within(plain), None) is not None

    def placeholder(self, value: str, name: str) -> str:
        """What stands in place of a secret: `{secret.password}`."""
        if value not in self._name_of:
            called = self._name_of[value] = self._names.value(name)
            self.variables[called] = called.upper().replace("-", "_")
        return f"{{secret.{self._name_of[value]}}}"

    def hidden(self, value: str, name: str) -> str:
        """A value as a template: a secret by its name, also within something longer; all else as it stands."""
        if is_sensitive(name) or value in self._known or _TOKEN.fullmatch(value):
            return self.placeholder(value, self._known.get(value, name) or "token")
        plain, parts, reached = unquote(value), list[str](), 0
        for start, secret in self._within(plain):
            parts += [literal(plain[reached:start]), self.placeholder(secret, self._known[secret])]
            reached = start + len(secret)
        return "".join((*parts, literal(plain[reached:]))) if parts else literal(value)

    def _within(self, text: str) -> Iterator[tuple[int, str]]:
        """Each secret within a text, with where it begins; the longest where several begin alike."""
        place = 0
        while place <= len(text) - _WITHIN_LEAST:
            possible = self._beginning.get(text[place : place + _WITHIN_LEAST], ())
            found = next((one for one in possible if text.startswith(one, place)), None)
            if found is not None:
                yield place, found
            place += len(found) if found else 1


def cookies_set(exchange: RecordedExchange) -> Iterator[tuple[str, str]]:
    """Name and value of each cookie that an answer sets."""
    for line in exchange.answered_headers("set-cookie"):
        name, mark, value = line.partition(";")[0].partition("=")
        if mark:
            yield name.strip(), value.strip().strip('"')


def cookies_sent(exchange: RecordedExchange) -> Iterator[tuple[str, str]]:
    """Name and value of each cookie that a request has."""
    for line in exchange.sent_headers("cookie"):
        for pair in line.split(";"):
            name, mark, value = pair.partition("=")
            if mark:
                yield name.strip(), value.strip().strip('"')


def leaves(value: Any, path: str = "$", name: str = "") -> Iterator[tuple[str, str, Any]]:
    """JSONPath, key and value of each text or number within a JSON value."""
    coming = [(value, path, name)]
    while coming:
        here, at, key = coming.pop()
        if isinstance(here, dict):
            coming += [(inner, at + _step(one), one) for one, inner in reversed(here.items())]
        elif isinstance(here, list):
            coming += [(inner, f"{at}[{place}]", key) for place, inner in reversed(list(enumerate(here)))]
        elif isinstance(here, str | int) and not isinstance(here, bool):
            yield at, key, here


def _step(key: str) -> str:
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f".{key}" if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key) else f"['{quoted}']"


def _secrets_of(exchange: RecordedExchange) -> Iterator[tuple[str, str]]:
    """Name and value of each secret of a request and its answer."""
    for name, value in (*cookies_set(exchange), *cookies_sent(exchange)):
        yield from ((name, one) for one in (value, unquote(value)))
    for header in exchange.entry.request.headers:
        value = header.value or ""
        if header.name.lower() in ("authorization", "proxy-authorization"):
            token = value.partition(" ")[2].strip()
            yield from ((header.name, one) for one in (value, token, _password(value)))
        elif is_sensitive(header.name):
            yield header.name, value
    if exchange.url.password:
        yield "password", unquote(exchange.url.password)
    fields = [*parse_qsl(exchange.url.query), *parse_qsl(exchange.url.fragment), *_sent_fields(exchange)]
    yield from ((name, value) for name, value in fields if is_sensitive(name))
    answered = ((key, str(value)) for _, key, value in leaves(exchange.answer_json) if is_sensitive(key))
    yield from ((name, value) for name, value in answered if len(value) >= _WITHIN_LEAST)


def _password(authorization: str) -> str:
    """The password of HTTP basic; empty where there is none."""
    scheme, _, token = authorization.partition(" ")
    try:
        named = base64.b64decode(token, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return ""
    return named.partition(":")[2]


def _sent_fields(exchange: RecordedExchange) -> Iterator[tuple[str, str]]:
    """Name and value of what a body has, of JSON or of a form."""
    body = exchange.entry.request.postData
    if body is None:
        return
    text = (body.text or "").strip()
    yield from ((key, str(value)) for _, key, value in leaves(decoded_json(text) if text[:1] in ("{", "[") else None))
    yield from ((one.name, unquote_plus(one.value or "")) for one in body.params or [])
    if "form-urlencoded" in (body.mimeType or ""):
        yield from parse_qsl(text)
