"""One recorded exchange as a request of a scenario: what answers gave and secrets by name, the rest as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urljoin

from scenarios.imported.correlation import LEAST_LENGTH, Correlation
from scenarios.imported.har_entries import HarBody, RecordedExchange, decoded_json
from scenarios.imported.names import literal
from scenarios.imported.path_templates import NUMBER, TOKEN, UUID, segments_of
from scenarios.imported.secrecy import Secrets, is_sensitive, leaves

_KEPT: Final = frozenset({"accept", "accept-language", "x-requested-with"})
# what a browser writes of its own accord, or the load test does
_BROWSERS: Final = re.compile(
    r":.*|sec-.*|if-.*|host|connection|content-(?:length|type)|cookie|user-agent|accept-encoding|origin|referer"
    r"|cache-control|pragma|upgrade.*|te|dnt|priority|transfer-encoding|range|keep-alive|proxy-.*|x-client-data"
)
_WORD_MOST: Final = 16  # a shorter part of a path without a digit is a word of the address, whoever also says it
_HEADER: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_NO_TEXT: Final = re.compile(r"[\x00\ufffd]")  # bytes that a recorder could not write as text
_OF_ITSELF: Final = {"json": "application/json", "body": "text/plain"}  # what the load test says of such a body
_SAFE: Final = "%:@!$&'()*+,;=~-._"


@dataclass
class LeftOut:
    """What a recording has and a scenario has not, counted."""

    bodies: int = 0
    files: int = 0


@dataclass
class RequestMaker:
    """Makes requests, in the order in which they were recorded."""

    secrets: Secrets
    correlation: Correlation
    left_out: LeftOut = field(default_factory=LeftOut)

    def request(self, exchange: RecordedExchange, number: int) -> dict[str, Any]:
        """`http` of an operation."""
        sent = _Sent(self, exchange, number)
        method, headers, body = exchange.entry.request.method.upper(), sent.headers(), sent.body()
        headers |= sent.media_type(body)
        return {"method": method, **sent.address(), **({"headers": headers} if headers else {}), **body}


@dataclass
class _Sent:
    maker: RequestMaker
    exchange: RecordedExchange
    number: int

    def value(self, value: str, name: str) -> str:
        """A value as a template."""
        given = self.maker.correlation.sent(value, self.number, self.exchange.start_s)
        return given if given is not None else self.maker.secrets.hidden(value, name)

    def address(self) -> dict[str, Any]:
        """`path` and `query`; the whole of an earlier `Location` where identifiers are in it."""
        url = self.exchange.url
        if (place := self._redirected()) is not None:
            return {"path": place}
        parts = [self._part(part) for part in (url.path or "/").split("/")]
        query: dict[str, Any] = {}
        for name, value in parse_qsl(url.query, keep_blank_values=True):
            query.setdefault(name, []).append(self.value(value, name))
        return {"path": "/".join(parts) or "/", **({"query": _single(query)} if query else {})}

    def _redirected(self) -> str | None:
        url = self.exchange.url
        identified = {NUMBER, UUID, TOKEN} & set(segments_of(url.path or "/"))
        if len(url.path) < LEAST_LENGTH or not (identified or url.query):
            return None
        whole = f"{url.path}?{url.query}" if url.query else url.path
        for place in (whole, urljoin(f"{url.scheme}://{self.exchange.host}/", whole)):
            if (given := self.maker.correlation.sent(place, self.number, self.exchange.start_s)) is not None:
                return given
        return None

    def _part(self, part: str) -> str:
        plain = unquote(part)
        is_chosen = not any(one.isdigit() for one in plain) and len(plain) < _WORD_MOST
        found = self.maker.secrets.hidden(plain, "") if is_chosen else self.value(plain, "")
        return found if "{" in found.replace("{{", "") else quote(part, safe=_SAFE)

    def headers(self) -> dict[str, str]:
        """What was asked for, tokens, and headers of the service's own."""
        found: dict[str, str] = {}
        for header in self.exchange.entry.request.headers:
            name, value = header.name.lower(), header.value or ""
            if not value.isascii() or re.search(r"[\r\n\x00]", value) or not _HEADER.fullmatch(name):
                continue
            if name in _KEPT:
                found[header.name] = self.maker.secrets.hidden(value, "")
            elif name == "authorization":
                scheme, _, token = value.partition(" ")
                found[header.name] = (
                    f"{scheme} {self.value(token.strip(), 'authorization')}"
                    if token
                    else self.value(value, "authorization")
                )
            elif not _BROWSERS.fullmatch(name):
                given = self.maker.correlation.sent(value, self.number, self.exchange.start_s)
                hides = is_sensitive(name) or (len(value) >= LEAST_LENGTH and any(one.isdigit() for one in value))
                hidden = self.maker.secrets.placeholder if hides else self.maker.secrets.hidden
                found[header.name] = given or hidden(value, header.name)
        return found

    def media_type(self, body: dict[str, Any]) -> dict[str, str]:
        """The header that says what a body of JSON or text is, where the load test would say something else."""
        recorded = self.exchange.entry.request.postData
        said = " ".join(((recorded.mimeType if recorded else "") or "").split())
        usual = next((kind for way, kind in _OF_ITSELF.items() if way in body), None)
        is_other = usual is not None and said.partition(";")[0].strip().lower() not in ("", usual)
        return {"Content-Type": literal(said)} if is_other and said.isascii() and said.isprintable() else {}

    def body(self) -> dict[str, Any]:
        """`json`, `form`, `file` or `body`, where something was sent that can be sent again."""
        body = self.exchange.entry.request.postData
        if body is None or not (body.text or body.params):
            self.maker.left_out.bodies += (body is not None and body.is_multipart) or self._sent_bytes()
            return {}
        kind = (body.mimeType or "").partition(";")[0].strip().lower()
        if body.is_multipart:
            return self._multipart(body)
        if kind == "application/x-www-form-urlencoded":
            pairs = (
                parse_qsl(body.text, keep_blank_values=True)
                if body.text
                else [(one.name, unquote_plus(one.value or "")) for one in body.params or []]
            )
            return {"form": self._form(pairs)}
        if (value := decoded_json(body.text or "")) is not None:
            return {"json": self._json(value, "")}
        if not body.text or is_sensitive(body.text) or "\x00" in body.text:
            self.maker.left_out.bodies += 1
            return {}
        return {"body": self.maker.secrets.hidden(body.text, "")}

    def _sent_bytes(self) -> bool:
        """Whether there was a body, by what the request says of its length."""
        return any(value.strip() not in ("", "0") for value in self.exchange.sent_headers("content-length"))

    def _form(self, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        form: dict[str, Any] = {}
        for name, value in pairs:
            form.setdefault(name, []).append(self.value(value, name))
        return _single(form)

    def _multipart(self, body: HarBody) -> dict[str, Any]:
        fields = [(one.name, one.value or "") for one in body.params or [] if not one.fileName]
        files = [one for one in body.params or [] if one.fileName]
        if not fields and not files:
            self.maker.left_out.bodies += 1
            return {}
        uploads = [
            {
                "field": one.name,
                "name": self.maker.secrets.hidden(one.fileName or "file", ""),
                "content": self._content(one.value or ""),
                "type": one.contentType if (one.contentType or "").isascii() and one.contentType else "text/plain",
            }
            for one in files
        ]
        return ({"form": self._form(fields)} if fields else {}) | ({"file": uploads} if uploads else {})

    def _content(self, recorded: str) -> str:
        """Of an uploaded file: as it was recorded where it is a text without secrets of its own."""
        if recorded and not is_sensitive(recorded) and not _NO_TEXT.search(recorded):
            return self.maker.secrets.hidden(recorded, "")
        self.maker.left_out.files += 1
        return "the content was not recorded"

    def _json(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: self._json(inner, key) for key, inner in value.items() if not self.maker.secrets.is_known(key)}
        if isinstance(value, list):
            return [self._json(inner, name) for inner in value]
        if isinstance(value, bool) or value is None:
            return value
        template = self.value(str(value), name)
        is_plain = isinstance(value, int | float) and "{" not in template
        return value if is_plain else template


def _single(found: dict[str, list[str]]) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def sent_values(exchange: RecordedExchange) -> Iterator[str]:
    """Whatever a request sends that an answer may have given: parts of its address, headers, fields of its body."""
    url, body = exchange.url, exchange.entry.request.postData
    whole = f"{url.path}?{url.query}" if url.query else url.path
    yield from (whole, urljoin(f"{url.scheme}://{exchange.host}/", whole))
    yield from (unquote(part) for part in url.path.split("/"))
    yield from (value for _, value in parse_qsl(url.query))
    for header in exchange.entry.request.headers:
        if header.name.lower() != "cookie":
            yield from (header.value or "", (header.value or "").partition(" ")[2].strip())
    if body is not None:
        yield from (unquote_plus(one.value or "") for one in body.params or [])
        yield from (value for _, value in parse_qsl(body.text or ""))
        yield from (str(value) for _, _, value in leaves(decoded_json(body.text or "")))
