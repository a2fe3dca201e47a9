"""Whether an answer is the one that was expected, and what is taken from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from loadtests.described.json_paths import NO_MATCH, first_match
from loadtests.described.texts import JsonTemplate, TextTemplate
from loadtests.described.values import NotMadeError, SessionValues
from loadtests.http.connections import Reply
from scenarios.language.requests import Expectation, Extraction

_CHARSET: Final = re.compile(rb"charset=\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_UNREAD: Final = object()


class ReadAnswer:
    """An answer's body as text and as JSON, each made once and only when it is asked for."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self._text: str | None = None
        self._json: Any = _UNREAD

    @property
    def text(self) -> str:
        """The body as text."""
        if self._text is None:
            found = _CHARSET.search(self.reply.headers.get(b"content-type", b""))
            try:
                self._text = self.reply.body.decode(found[1].decode() if found else "utf-8-sig", "replace")
            except (LookupError, ValueError):  # a charset that nobody knows, or that is none of text
                self._text = self.reply.body.decode("utf-8", "replace")
        return self._text

    @property
    def json(self) -> Any:
        """The body as JSON. Raises `NotMadeError` when it is none."""
        if self._json is _UNREAD:
            try:
                self._json = msgspec.json.decode(self.reply.body.removeprefix(b"\xef\xbb\xbf"))
            except (ValueError, RecursionError):
                raise NotMadeError("the body is no JSON") from None
        return self._json


class AnswerInPython(ReadAnswer):
    """The same for the function of a journey (`scenarios.behaviour.python_journeys.AnswerContent`)."""

    @property
    def status(self) -> int:
        """The status code."""
        return self.reply.status

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers by name in lower case; several of a name are one list, with commas."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.reply.headers.items()}

    @property
    def body(self) -> bytes:
        """The body without its content encoding."""
        return self.reply.body

    def json_or(self, otherwise: Any) -> Any:
        """The body as JSON, or `otherwise` when it is none."""
        try:
            return self.json
        except NotMadeError:
            return otherwise


class AnswerExpectation:
    """What a good answer of an operation is; `fault` says in a few words why one is not."""

    def __init__(self, expect: Expectation) -> None:
        self._statuses = {status for one in expect.status for status in _range(one)}
        self._wanted = ", ".join(str(one) for one in expect.status)
        self._headers = [(name.lower().encode(), name, TextTemplate(text)) for name, text in expect.header.items()]
        self._body = re.compile(expect.body) if expect.body is not None else None
        self._json = [(path, first_match(path), JsonTemplate(value)) for path, value in expect.json_values.items()]

    def has_status(self, reply: Reply) -> bool:
        """Whether the status is one of those expected."""
        return reply.status in self._statuses

    def fault(self, answer: ReadAnswer, values: SessionValues) -> str:
        """What is wrong; nothing of a good answer."""
        reply = answer.reply
        if not self.has_status(reply):
            return f"status {reply.status}, expected {self._wanted}"
        if not reply.is_readable:
            return "the body is packed, and damaged"
        for key, name, text in self._headers:
            said = reply.headers.get(key, b"").decode("latin-1")
            if text.filled(values).lower() not in said.lower():
                return f"header {name} is not as expected"
        if self._body is not None and self._body.search(answer.text) is None:
            return "the expected text is not in the body"
        for path, find, wanted in self._json:
            if not _is_same(find(answer.json), wanted.value(values)):
                return f"{path} is not as expected"
        return ""


class AnswerExtraction:
    """A value that is taken from an operation's good answers, under its name."""

    def __init__(self, name: str, rule: Extraction) -> None:
        self._name, self._is_optional = name, rule.optional
        self._found = _finder(rule)

    def take(self, answer: ReadAnswer, values: SessionValues) -> str:
        """Keep it among the session's values. What is wrong, when it is not there; then the session has none."""
        try:
            found = self._found(answer, values)
        except NotMadeError:
            found = NO_MATCH
        if found is not NO_MATCH:
            values.extracted[self._name] = found
            return ""
        values.extracted.pop(self._name, None)
        return "" if self._is_optional else f"no {self._name} in the answer"

    def take_or_make_up(self, answer: ReadAnswer, values: SessionValues) -> None:
        """The same of an answer of the mock, which knows nothing of what a service would say."""
        if self.take(answer, values) or self._name not in values.extracted:
            values.extracted[self._name] = "none"


def _finder(rule: Extraction) -> Callable[[ReadAnswer, SessionValues], Any]:
    if rule.regex is not None:
        pattern = re.compile(rule.regex)

        def by_pattern(answer: ReadAnswer, _: SessionValues) -> Any:
            found = pattern.search(answer.text)
            return NO_MATCH if found is None else _or_nothing(found[1 if pattern.groups else 0])

        return by_pattern
    if rule.json_path is not None:
        find = first_match(rule.json_path)
        return lambda answer, _: find(answer.json)
    if rule.header is not None:
        key = rule.header.lower().encode()
        return lambda answer, _: _decoded(answer.reply.headers, key)
    name = rule.cookie or ""
    return lambda _, values: _or_nothing(values.jar.value(name))


def _decoded(headers: Mapping[bytes, bytes], key: bytes) -> Any:
    return headers[key].decode("latin-1") if key in headers else NO_MATCH


def _or_nothing(found: Any) -> Any:
    return NO_MATCH if found is None else found


def _range(status: int | str) -> range:
    if isinstance(status, int):
        return range(status, status + 1)
    return range(int(status[0]) * 100, int(status[0]) * 100 + 100)


def _is_same(found: Any, wanted: Any) -> bool:
    """Equal as JSON is: true is not 1, though 1 is 1.0."""
    if found is NO_MATCH or isinstance(found, bool) != isinstance(wanted, bool):
        return False
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(_is_same(found[key], wanted[key]) for key in found)
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_is_same, found, wanted))
    return bool(found == wanted)
