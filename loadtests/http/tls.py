"""TLS between memory and memory, so that one watcher of a socket serves encrypted connections like plain ones.

What the other side sends for TLS itself (session tickets, key updates) is taken in here and is no part of an answer.
"""

from __future__ import annotations

import ssl
from typing import Final

_RECORDS_BYTES: Final = 65536


class TlsLayer:
    """One connection's encryption. Every method may leave bytes to be sent: `outgoing` takes them."""

    __slots__ = ("_incoming", "_object", "_outgoing")

    def __init__(self, context: ssl.SSLContext, name: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)

    def shakes_hands(self, data: bytes = b"") -> bool:
        """Go on with the handshake, with what came. Whether it is done. Raises `ssl.SSLError` when it fails."""
        self._incoming.write(data)
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def encrypt(self, message: bytes) -> bytes:
        """A message as it is sent."""
        self._object.write(message)
        return self._outgoing.read()

    def decrypt(self, data: bytes) -> tuple[bytes, bool]:
        """What the other side says with these bytes, which may be nothing, and whether it has said that it is all.
        Raises `ssl.SSLError` when it is no TLS, or an alert."""
        self._incoming.write(data)
        parts = []
        try:
            while part := self._object.read(_RECORDS_BYTES):
                parts.append(part)
        except ssl.SSLWantReadError:
            return b"".join(parts), False
        except ssl.SSLZeroReturnError:
            pass
        return b"".join(parts), True

    def outgoing(self) -> bytes:
        """What TLS itself wants to say; mostly nothing."""
        return self._outgoing.read() if self._outgoing.pending else b""
