"""A way through a proxy to a TLS server: CONNECT, and what the proxy says to it."""

from __future__ import annotations

from typing import Final

_BYTES_MAX: Final = 16384
_END: Final = b"\r\n\r\n"


class NoTunnelError(Exception):
    """The proxy does not open the way."""


def is_opened(said: bytes) -> bool:
    """Whether a proxy that has said this has opened the way; not yet, when its answer is not whole.

    Raises `NoTunnelError` when it does not.
    """
    head, end, more = said.partition(_END)
    if not end and len(said) <= _BYTES_MAX:
        return False
    status = head.split(b" ", 2)[1:2]
    if not end or more or status != [b"200"]:
        raise NoTunnelError(f"the proxy answered {head[:60].decode('latin-1')!r} to CONNECT")
    return True


def asking(authority: bytes) -> bytes:
    """What a proxy is asked for the way to `HOST:PORT`."""
    return b"CONNECT " + authority + b" HTTP/1.1\r\nHost: " + authority + b"\r\n\r\n"
