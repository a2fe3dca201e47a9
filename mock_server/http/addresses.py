"""Addresses that somebody sends: where a browser may be sent back to, and whether a page is one of this machine.

A text is taken for an address whole or not at all: what is left out of it, a control character or a backslash, a
browser may read as something else. Source: RFC 3986; RFC 6454 (origins); RFC 6749, section 3.1.2.
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from typing import Final

_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,2000}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9.])?")
_LOOPBACK: Final = r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?"
_LOOPBACK_HOST: Final = re.compile(_LOOPBACK, re.IGNORECASE)
_LOOPBACK_ORIGIN: Final = re.compile(f"https?://{_LOOPBACK}", re.IGNORECASE)


def redirect_target(uri: str) -> urllib.parse.SplitResult | None:
    """The address to which a browser may be sent back, of http or https and with a host; None when it is none."""
    if not _CHARACTERS.fullmatch(uri):
        return None
    try:
        target = urllib.parse.urlsplit(uri)
        port = target.port
    except ValueError:
        return None
    if target.scheme not in ("http", "https") or "@" in target.netloc or "#" in uri or port == 0:
        return None
    return target if _is_host(target) else None


def _is_host(target: urllib.parse.SplitResult) -> bool:
    host = target.hostname or ""
    if not target.netloc.startswith("["):
        return _HOST.fullmatch(host) is not None
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def is_loopback_origin(origin: bytes) -> bool:
    """Whether a browser says so (`Origin`) of a page that this machine serves itself."""
    return _LOOPBACK_ORIGIN.fullmatch(origin.decode("latin-1")) is not None


def is_loopback_host(host: bytes) -> bool:
    """Whether the client has asked (`Host`) for this machine by a name that cannot be made to mean another."""
    return _LOOPBACK_HOST.fullmatch(host.decode("latin-1")) is not None


def is_loopback_peer(address: str) -> bool:
    """Whether a connection comes from this machine."""
    try:
        return ipaddress.ip_address(address.removeprefix("::ffff:")).is_loopback
    except ValueError:
        return False
