"""HTTP as uvicorn speaks it, with limits, and with the connection in the application's reach.

A fault on the wire needs what ASGI hides: an answer that breaks off half-way, a connection that is reset, a
client that has gone. Each request's scope carries its connection under `extensions["rehearsal"]`; one dictionary
a connection, so that a request costs one assignment more. In process, where there is no connection, the scope has
none.

The limits (`wire_limits`) cost a request that comes in one piece a few comparisons: only one that does not has a
timer and a count of its bytes.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mock_server.http.wire_limits import WireLimits, connections_allowed

EXTENSION: Final = "rehearsal"
_CLOSE_AT_ONCE: Final = struct.pack("ii", 1, 0)
_FLUSHED_WITHIN_S: Final = 1.0
_LINE_BYTES: Final = 4  # of a header field's line beside name and value
_REQUEST_LINE_REST: Final = 64  # more than a request line has beside its target
_VERSIONS: Final = frozenset({"1.0", "1.1"})


class _HeadRefusedError(Exception):
    """A head is beyond a limit, or of another HTTP: the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class ClientConnection(HttpToolsProtocol):
    """One connection, as uvicorn makes them for `http=ClientConnection`."""

    limits: ClassVar[WireLimits] = WireLimits()

    _extensions: dict[str, Any]
    was_closed = False  # by this side, with a request unanswered
    _tell: tuple[Callable[[], None], ...] = ()
    _is_whole = True  # no request is half here
    _has_head = True
    _is_deaf = False  # what comes is thrown away
    _is_shared = False  # the piece that is being read has the end of another request, too
    _piece_bytes = 0
    _sent_bytes = 0  # of a request that does not come in one piece
    _without_offer = b""  # the head of a request that offers another protocol, as if it did not
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._extensions = {EXTENSION: self}
        if len(self.connections) > connections_allowed(self.limits):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:  # who never asks for anything is idle, too
            held = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
            self.timeout_keep_alive_task = held

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        self._piece_bytes, self._is_shared = len(data), False
        try:
            self._feed(data)
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause.status if isinstance(cause, _HeadRefusedError) else HTTPStatus.BAD_REQUEST)
        else:
            if not self._is_whole:
                self._await_rest()

    def _feed(self, data: bytes) -> None:
        """Another protocol may be offered, and is not taken (RFC 9110, section 7.8): the parser, which would leave all
        behind the head to that protocol, reads the request anew without the offer."""
        rest = data
        while True:
            try:
                self.parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                head, self._without_offer = self._without_offer, b""
                self.parser = httptools.HttpRequestParser(self)
                self.parser.feed_data(head)
                rest = memoryview(rest)[upgrade.args[0] :]  # type: ignore[assignment]  # the parser takes either
            else:
                return

    def on_message_begin(self) -> None:
        self._unset_keepalive_if_required()
        super().on_message_begin()
        self.scope["extensions"] = self._extensions
        self._is_whole = self._has_head = False
        self._sent_bytes = 0
        if self.cycle is None or self.cycle.response_complete:
            self._tell = ()  # of requests that have been answered

    def on_headers_complete(self) -> None:
        """Hand the request over. Raises `_HeadRefusedError` when its head is beyond a limit, or of another HTTP."""
        self._has_head = True
        limits = self.limits
        if self.parser.get_http_version() not in _VERSIONS:
            raise _HeadRefusedError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        if len(self.url) > limits.target_bytes:
            raise _HeadRefusedError(HTTPStatus.REQUEST_URI_TOO_LONG)
        if len(self.headers) > limits.headers or self._head_is_beyond(limits.header_bytes):
            raise _HeadRefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._without_offer = self._head_without_offer()
            return
        super().on_headers_complete()
        self.headers = []  # a field that comes behind the body is none of the head (RFC 9110, section 6.5.1)

    def _head_without_offer(self) -> bytes:
        parser = self.parser
        line = b"%b %b HTTP/%b\r\n" % (parser.get_method(), self.url, parser.get_http_version().encode())
        fields = (b"%b: %b\r\n" % field for field in self.headers if field[0] != b"upgrade")
        return b"".join((line, *fields, b"\r\n"))

    def on_message_complete(self) -> None:
        if self._without_offer:
            return
        self._is_whole = self._is_shared = True
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        super().on_message_complete()

    def _head_is_beyond(self, limit: int) -> bool:
        # no head is longer than what has been sent, and that is known
        if self._sent_bytes + self._piece_bytes <= limit:
            return False
        return sum(len(name) + len(value) + _LINE_BYTES for name, value in self.headers) > limit

    def _await_rest(self) -> None:
        """A request is half here: it may become neither too large nor too old."""
        if not self._is_shared:
            self._sent_bytes += self._piece_bytes
        limits = self.limits
        head_bytes = self._sent_bytes - len(self.url) - _REQUEST_LINE_REST
        if not self._has_head and len(self.url) > limits.target_bytes:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif not self._has_head and (len(self.headers) > limits.headers or head_bytes > limits.header_bytes):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._sent_bytes > limits.sent_bytes:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self._patience is None:
            self._patience = self.loop.call_later(limits.whole_within_s, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        if self.pipeline or self.flow.read_paused:  # it is this side that does not listen
            self._patience = self.loop.call_later(self.limits.whole_within_s, self._lose_patience)
        elif not self._is_deaf:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer so, hear nothing more, and close. The answer that is due to an earlier request comes alone."""
        self._is_deaf = True
        self._unset_keepalive_if_required()
        cycle = self.cycle
        is_half = not self._is_whole and cycle is not None and cycle.scope is self.scope
        if cycle is not None and not cycle.response_complete and not is_half:
            cycle.keep_alive = False
            return
        if is_half:
            cycle.disconnected = True
            cycle.message_event.set()
        if not (is_half and cycle.response_started) and not self.pipeline:
            self.transport.write(_refusal(status))
        self._close_gently()

    def _close_gently(self) -> None:
        # a socket that is closed with something unread is reset, and what was written may be lost with it
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(self.limits.linger_s, self.transport.abort)

    # what a fault asks for

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Call `tell` once when the client has gone before its present request was answered."""
        self._tell = (*self._tell, tell)

    def connection_lost(self, exc: Exception | None) -> None:
        is_waiting = self.cycle is not None and not self.cycle.response_complete
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        waiting, self._tell = self._tell, ()
        if is_waiting:
            for tell in waiting:
                tell()

    def close_unanswered(self) -> bool:
        """Close it without another byte when a request of it is not answered yet; whether that was so."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.was_closed = self.cycle.disconnected = True  # for uvicorn, which would else answer 500
        self.transport.close()
        return True

    def reset(self) -> None:
        """Break it with RST: the client sees ECONNRESET, and nothing that was not sent yet.

        Closing a socket that lingers for no time sends RST in place of FIN. Source: socket(7), SO_LINGER.
        """
        if not self.transport.is_closing():
            held = self.transport.get_extra_info("socket")
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_AT_ONCE)
        self.transport.abort()

    async def flush(self) -> None:
        """Until the system has all that was written: a reset throws away what has not been sent."""
        left_s, step_s = _FLUSHED_WITHIN_S, 0.005
        while self.transport.get_write_buffer_size() and left_s > 0 and not self.transport.is_closing():
            await asyncio.sleep(step_s)
            left_s -= step_s


def connection_of(scope: Mapping[str, Any]) -> ClientConnection | None:
    """The connection that a request came by; None in process."""
    extensions = scope.get("extensions")
    return extensions.get(EXTENSION) if extensions else None


def _refusal(status: HTTPStatus) -> bytes:
    text = f"{status.value} {status.phrase}: {_REASONS[status]}\n".encode()
    return b"".join(
        (
            STATUS_LINE[status],
            b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(text),
            b"retry-after: 1\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else b"",
            b"connection: close\r\n\r\n",
            text,
        )
    )


_REASONS: Final = {
    HTTPStatus.BAD_REQUEST: "this is not HTTP/1.1",
    HTTPStatus.REQUEST_TIMEOUT: "the rest of the request did not come in time",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the request is larger than this server takes",
    HTTPStatus.REQUEST_URI_TOO_LONG: "the address is longer than this server takes",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "the header has more fields or bytes than this server takes",
    HTTPStatus.SERVICE_UNAVAILABLE: "this server has as many connections as it takes",
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED: "this server speaks HTTP/1.0 and 1.1",
}
