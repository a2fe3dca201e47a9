"""Bytes to and from a host: a socket that is connected, perhaps through a tunnel and under TLS, and never waited for.

A watcher of gevent's own loop calls back when the socket has something to read, for as long as the stream lives;
another one while something cannot be written yet. What comes of it all is told to a `StreamListener`.
"""

from __future__ import annotations

import errno
import select
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Protocol

import gevent
from gevent.monkey import get_original

from loadtests.http.causes import cause_of, reason, tls_reason
from loadtests.http.tls import TlsLayer
from loadtests.http.tunnel import NoTunnelError, is_opened
from loadtests.safety.targets import Address
from scenarios.protocol.failure_causes import FailureCause

_READ, _WRITE = 1, 2  # as the loop has them
_BEFORE_TIMERS: Final = 1  # an answer that is there when a time-out is due may make it needless
_CHUNK_BYTES: Final = 16384
plain_socket: Any = get_original("socket", "socket")  # gevent's own would wait
_plain_poll: Any = get_original("select", "poll")
_BEGUN: Final = frozenset({0, errno.EINPROGRESS})


@dataclass(frozen=True)
class Route:
    """The way to a host: its addresses, or its proxy's; what opens a tunnel, if one is needed; TLS and whose
    certificate is wanted."""

    way: Sequence[Address]
    tunnel: bytes
    tls: ssl.SSLContext | None
    name: str


class StreamListener(Protocol):
    """Whoever a stream is for. None of these is called from within `Stream.open` or `Stream.write`."""

    def stands(self, address: int) -> None:
        """Bytes may be sent now; this address of the way answered."""

    def came(self, data: bytes) -> None:
        """The other side has said this."""

    def hung_up(self) -> None:
        """The other side has closed the connection."""

    def failed(self, cause: FailureCause, why: str) -> None:
        """There is no stream, or it broke."""

    def faulted(self, fault: Exception) -> None:
        """An exception of our own."""


class Stream:
    """One connection's bytes. `connect_s` and `tls_s` are how long its opening took; `is_over` when TLS has said that
    nothing more comes; `unsent` is what was to be written and could not be yet."""

    __slots__ = (
        "_listener", "_loop", "_place", "_poll", "_reader", "_recv", "_route", "_said", "_send", "_socket", "_take",
        "_tls", "_untried", "_writer", "connect_s", "is_closed", "is_over", "is_standing", "opened_s", "tls_s",
        "unsent",
    )  # fmt: skip

    def __init__(self, route: Route, listener: StreamListener) -> None:
        self._route = route
        self._listener: Any = listener
        self._loop: Any = gevent.get_hub().loop
        self._socket = self._reader = self._writer = self._recv = self._send = self._poll = None  # type: Any
        self._take: Any = None  # what is done with bytes that come: the stage of the opening, or the listener's
        self._tls: TlsLayer | None = None
        self._said = b""
        self._untried: list[int] = []
        self._place = 0
        self.unsent: memoryview | None = None
        self.is_closed = self.is_over = self.is_standing = False
        self.opened_s = self.connect_s = self.tls_s = 0.0

    def open(self, first: int) -> None:
        """Begin to connect, to address `first` of the way and, where nobody is there, to the others."""
        others = [place for place in range(len(self._route.way)) if place != first]
        self._untried = [*reversed(others), first] if self._route.way else []
        self.opened_s = perf_counter()
        self._loop.run_callback(self._connect)

    def write(self, data: bytes, *, is_raw: bool = False) -> bool:
        """Send what can be sent now, and the rest when it can. Whether the other side may have any of it. What
        `is_raw` is not to be encrypted: TLS says it itself."""
        if self._tls is not None and not is_raw:
            try:
                data = self._tls.encrypt(data)
            except ssl.SSLError as error:
                self._loop.run_callback(self._fail, FailureCause.TLS, tls_reason(error))
                return False
        if self.unsent is not None:
            self.unsent = memoryview(bytes(self.unsent) + data)
            return True
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._loop.run_callback(self._broken, error)
            return False
        if sent < len(data):
            self.unsent = memoryview(data)[sent:]
            self._writer = self._loop.io(self._socket.fileno(), _WRITE)
            self._writer.start(self._write_more)
        return True

    def is_quiet(self) -> bool:
        """Whether nothing has come over an unused stream but what TLS has to say; the listener hears of anything."""
        while not self.is_closed:
            if not self._poll(0):  # a fifth of what it takes to try to read, and be told by an exception
                return True
            self._readable()
        return False

    def close(self) -> None:
        """Let go of everything. The listener is not told."""
        self.is_closed, self.is_standing = True, False
        for watcher in (self._reader, self._writer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._reader = self._writer = self._recv = self._send = self._poll = self._take = self._listener = None
        self._untried = []
        self.unsent = None
        wire, self._socket = self._socket, None
        if wire is not None:
            wire.close()

    def _connect(self) -> None:
        """Try the next address."""
        if self.is_closed:
            return
        code = 0
        while self._untried:
            self._place = self._untried.pop()
            code = self._begin_to_connect(self._route.way[self._place])
            if code in _BEGUN:
                return
        self._fail(cause_of(code, FailureCause.REFUSED) if code else FailureCause.NAME, reason(code))

    def _begin_to_connect(self, address: Address) -> int:
        """0 or an error's number."""
        try:
            self._socket = wire = plain_socket(address.family, socket.SOCK_STREAM)
            wire.setblocking(False)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code: int = wire.connect_ex(address.where)
        except OSError as error:
            code = error.errno or errno.EIO
        if code in _BEGUN:
            self._writer = self._loop.io(wire.fileno(), _WRITE)
            self._writer.start(self._connected)
        elif self._socket is not None:
            self._socket.close()
            self._socket = None
        return code

    def _connected(self) -> None:
        """There is a connection, or there is none."""
        self._stop_writer()
        if code := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._socket.close()
            self._socket = None
            if self._untried:
                self._connect()
            else:
                self._fail(cause_of(code, FailureCause.REFUSED), reason(code))
            return
        self._recv, self._send = self._socket.recv, self._socket.send
        polled = _plain_poll()
        polled.register(self._socket.fileno(), select.POLLIN)
        self._poll = polled.poll
        self._reader = self._loop.io(self._socket.fileno(), _READ, priority=_BEFORE_TIMERS)
        self._reader.start(self._readable)
        try:
            if self._route.tunnel:
                self._take = self._take_from_proxy
                self.write(self._route.tunnel)
            else:
                self._is_through()
        except Exception as fault:  # ours
            self._faulted(fault)

    def _take_from_proxy(self, data: bytes) -> None:
        self._said += data
        try:
            if is_opened(self._said):
                self._is_through()
        except NoTunnelError as error:
            self._fail(FailureCause.REFUSED, str(error))

    def _is_through(self) -> None:
        """Nothing lies between this end and the other any more."""
        self.connect_s = perf_counter() - self.opened_s
        if self._route.tls is None:
            self._stand(self._listener.came)
            return
        self._tls = TlsLayer(self._route.tls, self._route.name)
        self._take = self._take_handshake
        self._take_handshake(b"")

    def _take_handshake(self, data: bytes) -> None:
        assert self._tls is not None
        try:
            is_done = self._tls.shakes_hands(data)
        except ssl.SSLError as error:
            self._fail(FailureCause.TLS, tls_reason(error))
            return
        if said := self._tls.outgoing():
            self.write(said, is_raw=True)
        if is_done:
            self.tls_s = perf_counter() - self.opened_s - self.connect_s
            self._stand(self._take_encrypted)

    def _stand(self, take: Any) -> None:
        self._take, self.is_standing = take, True
        self._listener.stands(self._place)

    def _take_encrypted(self, data: bytes) -> None:
        assert self._tls is not None
        try:
            said, self.is_over = self._tls.decrypt(data)
        except ssl.SSLError as error:
            self._fail(FailureCause.TLS, tls_reason(error))
            return
        if answer := self._tls.outgoing():
            self.write(answer, is_raw=True)
        if said:
            self._listener.came(said)
        if self.is_over and not self.is_closed:
            self._listener.hung_up()

    def _readable(self) -> None:
        try:
            data = self._recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self._broken(error)
            return
        try:
            if data:
                self._take(data)
            elif self.is_standing:
                self._listener.hung_up()
            else:
                self._fail(FailureCause.RESET if self._tls is None else FailureCause.TLS, "the connection was closed")
        except Exception as fault:  # ours: told once to whoever waits
            self._faulted(fault)

    def _write_more(self) -> None:
        assert self.unsent is not None
        try:
            self.unsent = self.unsent[self._send(self.unsent) :]
        except BlockingIOError:
            return
        except OSError:  # what it has said before it hung up comes by reading
            self._stop_writer()
            return
        if not self.unsent:
            self.unsent = None
            self._stop_writer()

    def _stop_writer(self) -> None:
        if self._writer is not None:
            self._writer.stop()
            self._writer.close()
            self._writer = None

    def _broken(self, error: OSError) -> None:
        self._fail(cause_of(error.errno, FailureCause.RESET), reason(error.errno))

    def _fail(self, cause: FailureCause, why: str) -> None:
        if not self.is_closed:
            self._listener.failed(cause, why)

    def _faulted(self, fault: Exception) -> None:
        if self.is_closed:
            raise fault
        self._listener.faulted(fault)
