"""What comes of one request on the wire: an answer, or none and why; and how long each part of it took."""

from __future__ import annotations

import msgspec

from scenarios.protocol.failure_causes import TIMEOUT_CAUSES, FailureCause


class Timings(msgspec.Struct, frozen=True, gc=False):
    """Where a request's time went, in seconds, as far as it came. On a kept connection nothing is connected.

    `connect_s`: until the connection stood, a proxy's tunnel included. `tls_s`: the handshake. `first_byte_s`: from
    when the request was sent to the first byte of the answer. `body_s`: from there until the answer was whole.
    """

    connect_s: float = 0.0
    tls_s: float = 0.0
    first_byte_s: float = 0.0
    body_s: float = 0.0


NO_TIMINGS = Timings()


class Reply(msgspec.Struct, frozen=True, gc=False):
    """An answer: status, headers with names in lower case (several of a name are one list, with commas; of those that
    there can be one of the last counts), body without its content encoding.

    `cookies` is every `Set-Cookie` value in order. Bytes are those of HTTP, before TLS. `is_readable` is False when the
    body's content encoding (gzip, deflate) was broken; `body` is then as it came.
    """

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    cookies: tuple[bytes, ...] = ()
    timings: Timings = NO_TIMINGS
    bytes_sent: int = 0
    bytes_received: int = 0
    is_new_connection: bool = False
    is_readable: bool = True


class Unanswered(msgspec.Struct, frozen=True, gc=False):
    """No answer came. `sent` tells whether the server may have the request; all else is as far as it came."""

    sent: bool
    cause: FailureCause
    timings: Timings = NO_TIMINGS
    bytes_sent: int = 0
    bytes_received: int = 0
    is_new_connection: bool = False
    why: str = ""  # in the words of whoever found it, for a person

    @property
    def is_timeout(self) -> bool:
        """Whether the client stopped waiting."""
        return self.cause in TIMEOUT_CAUSES
