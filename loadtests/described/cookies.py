"""The cookie jar of one session, as far as one service needs one (RFC 6265, section 5).

It keeps name, value, path, expiry and Secure. A cookie of another domain than the target's, or one that is Secure and
came without TLS, is not kept; of the latter the names are noted. Of third parties, SameSite and public suffixes it
knows nothing. A cookie of more than 4,096 bytes is not kept, and of more than 50 the oldest goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from math import inf
from time import monotonic, time
from typing import Final, NamedTuple

_BYTES_MOST: Final = 4096
_COOKIES_MOST: Final = 50
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Cookie(NamedTuple):
    """A cookie; `expires_s` is a reading of the monotonic clock, `path` where it is sent."""

    name: str
    value: str
    path: str
    is_secure: bool
    expires_s: float


class CookieJar:
    """The cookies of one session with one host. `has_tls` says whether it is spoken to over TLS, `without_tls` is where
    the names of Secure cookies go that came without."""

    __slots__ = ("_cookies", "_has_tls", "_host", "_newest", "_without_tls")

    def __init__(self, host: str, *, has_tls: bool, without_tls: set[str] | None = None) -> None:
        self._host, self._has_tls = host.lower(), has_tls
        self._without_tls = set[str]() if without_tls is None else without_tls
        self._cookies: dict[tuple[str, str], Cookie] = {}
        self._newest: dict[str, tuple[str, str]] = {}  # which cookie of a name was set last

    def take(self, lines: Iterable[bytes], path: str) -> None:
        """Keep what an answer to a request for `path` sets, each `Set-Cookie` a line; what expires at once goes."""
        for line in lines:
            cookie = _cookie(line.decode("latin-1"), path, self._host) if len(line) <= _BYTES_MOST else None
            if cookie is None:
                continue
            if cookie.is_secure and not self._has_tls:
                if len(self._without_tls) < _COOKIES_MOST:
                    self._without_tls.add(cookie.name)
                continue
            place = (cookie.name, cookie.path)
            if cookie.expires_s <= monotonic():
                self._drop(place)
                continue
            self._cookies[place] = cookie
            self._newest[cookie.name] = place
            if len(self._cookies) > _COOKIES_MOST:
                self._drop(next(iter(self._cookies)))

    def header(self, path: str) -> str:
        """What `Cookie` says in a request for `path`, the longest paths first; nothing without cookies."""
        if not self._cookies:
            return ""
        sent = [cookie for cookie in self._living() if _matches(path, cookie.path)]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)

    def value(self, name: str) -> str | None:
        """The value of the cookie of that name that was set last, whatever its path."""
        living = {(cookie.name, cookie.path): cookie.value for cookie in self._living() if cookie.name == name}
        return living.get(self._newest.get(name, ("", "")), next(iter(living.values()), None))

    def _drop(self, place: tuple[str, str]) -> None:
        self._cookies.pop(place, None)
        self._newest.pop(place[0], None)

    def _living(self) -> list[Cookie]:
        now_s = monotonic()
        return [cookie for cookie in self._cookies.values() if cookie.expires_s > now_s]


def _cookie(line: str, path: str, host: str) -> Cookie | None:
    """A `Set-Cookie` line, or None for one that is not to be kept."""
    pair, *attributes = line.split(";")
    name, has_value, value = (part.strip() for part in pair.partition("="))
    if not has_value or not name or _CONTROL.search(line):
        return None
    found = {
        key.strip().lower(): given.strip() for key, _, given in (attribute.partition("=") for attribute in attributes)
    }
    domain = found.get("domain", "").lower().removeprefix(".")
    if domain and domain != host and not host.endswith(f".{domain}"):
        return None
    own_path = found.get("path", "")
    where = own_path if own_path.startswith("/") else _folder(path)
    return Cookie(name, value, where, "secure" in found, _expiry(found))


def _expiry(found: dict[str, str]) -> float:
    """When a cookie expires, by the monotonic clock; `Max-Age` goes before `Expires`."""
    seconds = found.get("max-age", "")
    if re.fullmatch(r"-?[0-9]{1,15}", seconds):
        return monotonic() + int(seconds) if int(seconds) > 0 else -inf
    if "expires" in found:
        try:
            return monotonic() + parsedate_to_datetime(found["expires"]).timestamp() - time()
        except (ValueError, OverflowError, IndexError, TypeError):
            return inf  # no date: as if it were not there
    return inf


def _folder(path: str) -> str:
    """The default path of a cookie (RFC 6265, 5.1.4)."""
    return path[: path.rfind("/")] or "/"


def _matches(path: str, own: str) -> bool:
    """Whether a request's path lies within a cookie's (RFC 6265, 5.1.4)."""
    return path == own or (path.startswith(own) and (own.endswith("/") or path[len(own)] == "/"))
