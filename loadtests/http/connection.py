"""One connection: one request and one answer at a time over a stream, for as long as both sides like.

Nothing here waits. Whoever asked is called back once, with what came.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final, Protocol

from loadtests.http.encodings import decoded
from loadtests.http.known_heads import KnownHeads
from loadtests.http.receiving import ANSWER_BYTES_MAX, NoAnswerError, Receiving
from loadtests.http.replies import NO_TIMINGS, Reply, Timings, Unanswered
from loadtests.http.stream import Route, Stream
from scenarios.protocol.failure_causes import FailureCause

_CODING: Final = b"content-encoding"
# what is called with whoever asked: an answer, none, or an exception of ours
Ended = Callable[[Any, Reply | Unanswered | Exception], None]


class ConnectionOwner(Protocol):
    """Whoever has the connections."""

    @property
    def sends(self) -> Callable[[float], None]:
        """What is called as a request is being sent, with the reading of `perf_counter`."""

    @property
    def idle(self) -> dict[Connection, None]:
        """The connections that may be used again, to which each adds itself."""

    @property
    def heads(self) -> KnownHeads:
        """Those of answers that came before."""

    def stands(self, address: int) -> None:
        """This address of the way answers."""

    def lost(self, connection: Connection, *, is_shortage: bool) -> None:
        """A connection is closed, or never came about; a shortage is this machine's."""


class Connection:
    """A connection to a host. `since_s` is when it was last used, by `perf_counter`; `is_at_rest()` whether nothing has
    come over an unused connection that would spoil it, for one that is not is closed."""

    __slots__ = (
        "_ended", "_exchange_s", "_is_new", "_is_sent", "_message", "_owner", "_receiving", "_stream", "_whose",
        "is_at_rest", "since_s",
    )  # fmt: skip

    def __init__(self, route: Route, owner: ConnectionOwner) -> None:
        self._owner, self._stream, self._receiving = owner, Stream(route, self), Receiving(owner.heads)
        self.is_at_rest = self._stream.is_quiet  # one call less a request
        self._is_new, self._is_sent, self._message = True, False, b""
        self._ended: Ended | None = None
        self._whose: Any = None
        self._exchange_s = self.since_s = 0.0

    # what its owner asks for

    def open(self, first: int) -> None:
        """Begin to connect, to address `first` of the way and, where nobody is there, to the others."""
        self._stream.open(first)

    def exchange(self, message: bytes, ended: Ended, whose: Any) -> None:
        """Send a request, now or as soon as the connection stands, and call `ended(whose, …)`, never before this has
        returned."""
        self._message, self._ended, self._whose = message, ended, whose
        self._is_sent = False
        self._receiving.expect(is_head=message.startswith(b"HEAD "))
        if self._stream.is_standing:
            self._send_message()

    def break_off(self) -> Unanswered:
        """Stop waiting, and close. What is known of the exchange; nobody is called back."""
        if not self._stream.is_standing:
            cause = FailureCause.TIMEOUT_CONNECT
        elif self._receiving.size_bytes:
            cause = FailureCause.TIMEOUT_BODY
        else:
            cause = FailureCause.TIMEOUT_FIRST_BYTE
        unanswered = self._unanswered(cause)
        self.close()
        return unanswered

    def close(self, *, is_shortage: bool = False) -> None:
        """Let go of everything; whoever waits is not called back."""
        if self._stream.is_closed:
            return
        self._stream.close()
        self._ended = self._whose = None
        self._receiving.forget()
        self._owner.lost(self, is_shortage=is_shortage)

    # what its stream says

    def stands(self, address: int) -> None:
        """The request that waits may be sent."""
        self._owner.stands(address)
        if self._ended is not None:
            self._send_message()

    def came(self, data: bytes) -> None:
        """A part of the answer, or something that nobody asked for."""
        if self._ended is None:
            self.close()
            return
        try:
            is_complete = self._receiving.feed(data)
        except NoAnswerError as error:
            self.failed(FailureCause.PROTOCOL, str(error))
            return
        if is_complete:
            self._answered()

    def hung_up(self) -> None:
        """The other side has closed the connection, which is the end of some answers."""
        if self._ended is not None and self._receiving.ended():
            self._answered()
        else:
            self.failed(FailureCause.RESET, "the connection was closed")

    def failed(self, cause: FailureCause, why: str) -> None:
        """There is no connection, or it broke."""
        if self._ended is None:
            self.close()
        else:
            self._give(self._unanswered(cause, why), is_shortage=cause is FailureCause.NO_SOCKET)

    def faulted(self, fault: Exception) -> None:
        """An exception of our own: told once to whoever waits. Raises it where nobody does."""
        if self._ended is None:
            self.close()
            raise fault
        self._give(fault)

    # one exchange

    def _send_message(self) -> None:
        self._exchange_s = now_s = perf_counter()
        self._owner.sends(now_s)
        self._is_sent = self._stream.write(self._message)

    def _answered(self) -> None:
        receiving, stream, now_s = self._receiving, self._stream, perf_counter()
        headers, body, is_readable = receiving.headers, b"".join(receiving.body), True
        if _CODING in headers:
            try:
                body = decoded(body, headers[_CODING], ANSWER_BYTES_MAX)
            except ValueError:
                is_readable = False
        is_all_sent = stream.unsent is None
        first_s = receiving.first_s
        connect_s, tls_s = (stream.connect_s, stream.tls_s) if self._is_new else (0.0, 0.0)
        reply = Reply(
            receiving.status,
            headers,
            body,
            receiving.cookies,
            Timings(connect_s, tls_s, first_s - self._exchange_s, now_s - first_s),
            len(self._message) if is_all_sent else 0,
            receiving.size_bytes,
            self._is_new,
            is_readable,
        )
        if not (receiving.keeps_alive and is_all_sent) or stream.is_over:
            self._give(reply)
            return
        ended: Any = self._ended
        whose, self._ended, self._whose = self._whose, None, None
        self._is_new, self.since_s = False, now_s
        self._owner.idle[self] = None
        ended(whose, reply)

    def _give(self, what: Reply | Unanswered | Exception, *, is_shortage: bool = False) -> None:
        """The last thing that comes over this connection."""
        ended, whose = self._ended, self._whose
        self.close(is_shortage=is_shortage)
        assert ended is not None
        ended(whose, what)

    def _unanswered(self, cause: FailureCause, why: str = "") -> Unanswered:
        unsent = self._stream.unsent
        sent_bytes = max(0, len(self._message) - (0 if unsent is None else len(unsent))) if self._is_sent else 0
        timings, received = self._timings(perf_counter()), self._receiving.size_bytes
        return Unanswered(self._is_sent, cause, timings, sent_bytes, received, self._is_new, why)

    def _timings(self, now_s: float) -> Timings:
        """Of an exchange that came to no answer."""
        stream = self._stream
        connect_s, tls_s = (stream.connect_s, stream.tls_s) if self._is_new else (0.0, 0.0)
        if not stream.is_standing:
            return Timings(connect_s or now_s - stream.opened_s, tls_s) if stream.opened_s else NO_TIMINGS
        if not self._receiving.size_bytes:
            return Timings(connect_s, tls_s, now_s - self._exchange_s)
        first_s = self._receiving.first_s
        return Timings(connect_s, tls_s, first_s - self._exchange_s, now_s - first_s)
