"""One line of an access log as a request: the common and combined formats of Apache and nginx, or a line of JSON.

Sources: Apache HTTP Server documentation, mod_log_config; nginx documentation, ngx_http_log_module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

_QUOTED: Final = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
_COMBINED: Final = re.compile(
    rb"(?:(?:[^\s:]+|\[\S+\]):[0-9]+ (?=\S+ \S+ \S[^\[\"]* ?\[))?"  # a virtual host, as some logs have it
    rb"(\S+) \S+ (?:[^\[\"]*|\"\") ?\[([^\]]{20,40})\] " + _QUOTED + rb" ([0-9]{3}) (?:[0-9]+|-)"
    rb"(?: " + _QUOTED + rb" " + _QUOTED + rb")?(?: |$)"
)
_REQUEST: Final = re.compile(r"([A-Z]{3,12}) (\S+)(?: HTTP/[0-9.]+)?")
_MONTHS: Final = {
    month: number for number, month in enumerate(re.findall("...", "JanFebMarAprMayJunJulAugSepOctNovDec"), 1)
}
_LOGGED_TIME: Final = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)")
# what a line of JSON may call each field, tried in this order
LOG_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "time": ("time", "@timestamp", "timestamp", "time_iso8601", "time_local", "ts", "msec", "start_time"),
    "request": ("request",),
    "method": ("method", "request_method", "verb", "request.method", "http.request.method"),
    "path": ("path", "uri", "request_uri", "url", "request.uri", "request.path", "url.path", "http.url"),
    "status": ("status", "status_code", "response.status", "http.response.status_code", "response_code"),
    "client": ("remote_addr", "client_ip", "client", "ip", "remote_ip", "request.remote_ip", "client.ip", "source.ip"),
    "agent": ("http_user_agent", "user_agent", "agent", "user_agent.original", "request.headers.User-Agent"),
}


class Client(NamedTuple):
    """Who asked, as far as a log can tell."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request: when, in seconds since 1970, with the log's offset from UTC in seconds (None where it says none)."""

    at_s: float
    offset_s: int | None
    client: Client
    method: str
    path: str
    has_query: bool
    status: int


LineReader = Callable[[bytes], LoggedRequest | None]


def reader_for(first: bytes, fields: Mapping[str, str]) -> LineReader:
    """What reads the lines of a log that begins with this one; `fields` says what JSON calls them."""
    if fields or first.lstrip()[:1] == b"{":
        return _JsonLines(fields).read
    return read_combined


def read_combined(line: bytes) -> LoggedRequest | None:
    """A line of the common or combined format; None for one that is neither."""
    found = _COMBINED.match(line.rstrip())
    if found is None:
        return None
    client, time, request, status, _, agent = found.groups()
    when, asked = _logged_time(time.decode("ascii", "replace")), _asked(request.decode("utf-8", "replace"))
    if when is None or asked is None:
        return None
    named = Client(client.decode("utf-8", "replace"), (agent or b"").decode("utf-8", "replace"))
    return LoggedRequest(when[0], when[1], named, *asked, int(status))


class _JsonLines:
    """Lines that are JSON objects each; a name with points is looked for as it stands, and then object by object."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._names = {field: (fields[field],) if field in fields else names for field, names in LOG_FIELDS.items()}

    def read(self, line: bytes) -> LoggedRequest | None:
        """The request of a line; None for one that is none."""
        try:
            found = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None
        if not isinstance(found, dict):
            return None
        when, asked = _time_of(self._field_value(found, "time")), self._asked(found)
        status = str(self._field_value(found, "status")).removesuffix(".0")
        if when is None or asked is None or not re.fullmatch(r"[1-5][0-9]{2}", status):
            return None
        named = Client(str(self._field_value(found, "client") or ""), str(self._field_value(found, "agent") or ""))
        return LoggedRequest(when[0], when[1], named, *asked, int(status))

    def _asked(self, found: dict[str, Any]) -> tuple[str, str, bool] | None:
        method, path = self._field_value(found, "method"), self._field_value(found, "path")
        if isinstance(path, str) and path and isinstance(method, str):
            return _asked(f"{method.upper()} {path.split()[0] if path.split() else path}")
        request = self._field_value(found, "request")
        return _asked(request) if isinstance(request, str) else None

    def _field_value(self, found: dict[str, Any], field: str) -> Any:
        for name in self._names[field]:
            here: Any = found.get(name)
            if here is None and "." in name:
                here = found
                for part in name.split("."):
                    here = here.get(part) if isinstance(here, dict) else None
            if here is not None and not isinstance(here, dict | list):
                return here
        return None


@lru_cache(maxsize=65_536)
def _asked(request: str) -> tuple[str, str, bool] | None:
    """Method, path, and whether something was asked for after a `?`."""
    found = _REQUEST.fullmatch(request)
    if found is None:
        return None
    path = re.sub(r"^https?://[^/?]*", "", found[2], flags=re.IGNORECASE)
    path, mark, _ = path.partition("?")
    path = path.partition("#")[0]
    return (found[1], path or "/", bool(mark)) if not path or path[0] == "/" else None


@lru_cache(maxsize=4096)
def _logged_time(text: str) -> tuple[float, int] | None:
    found = _LOGGED_TIME.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[place]) for place in (1, 3, 4, 5, 6))
    offset_s = (int(found[7][1:]) * 60 + int(found[8])) * (-60 if found[7][0] == "-" else 60)
    try:
        clock = datetime(year, _MONTHS[found[2]], day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None
    return clock.timestamp() + (second == 60) - offset_s, offset_s


def _time_of(value: Any) -> tuple[float, int | None] | None:
    """A timestamp of ISO 8601, one as the combined format has it, or seconds since 1970, or parts of one."""
    if isinstance(value, str):
        if (logged := _logged_time(value)) is not None:
            return logged
        try:
            moment = datetime.fromisoformat(re.sub(r" (?=[+-][0-9:]{4,6}$)", "", value))
        except ValueError:
            return _epoch(value)
        offset = moment.utcoffset()
        aware = moment if offset is not None else moment.replace(tzinfo=UTC)
        return aware.timestamp(), None if offset is None else int(offset.total_seconds())
    return _epoch(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _epoch(value: Any) -> tuple[float, None] | None:
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    parts = next((most for most in (1e11, 1e14, 1e17) if number <= most), 1e20)  # ms, us and ns are so much larger
    seconds = number / (parts / 1e11)
    return (seconds, None) if 0 <= seconds < 1e11 else None
