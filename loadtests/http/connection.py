"""One connection: opened, perhaps through a tunnel and under TLS, and then one request and one answer at a time.

Nothing here waits. A watcher of gevent's own loop calls back when the socket has something to read, for as long as the
connection lives; another one while something cannot be written yet. Whoever asked is called back once, with what came.
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final, Protocol

import gevent
from gevent.monkey import get_original

from loadtests.http.encodings import decoded
from loadtests.http.receiving import ANSWER_BYTES_MAX, NoAnswerError, Receiving
from loadtests.http.replies import NO_TIMINGS, Reply, Timings, Unanswered
from loadtests.http.tls import TlsLayer
from loadtests.http.tunnel import NoTunnelError, is_opened
from loadtests.safety.targets import Address
from scenarios.protocol.failure_causes import FailureCause

# what is called with whoever asked: an answer, none, or an exception of ours
Ended = Callable[[Any, Reply | Unanswered | Exception], None]

_READ, _WRITE = 1, 2  # as the loop has them
_CHUNK_BYTES: Final = 16384
plain_socket: Any = get_original("socket", "socket")  # gevent's own would wait
_BEGUN: Final = frozenset({0, errno.EINPROGRESS})
_SHORTAGES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})
_NOT_THERE: Final = frozenset({
    errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EAFNOSUPPORT,
    errno.EACCES, errno.EPERM,
})  # fmt: skip


@dataclass(frozen=True)
class Route:
    """The way to a host: its addresses, or its proxy's; what opens a tunnel, if one is needed; TLS and whose
    certificate is wanted."""

    way: Sequence[Address]
    tunnel: bytes
    tls: ssl.SSLContext | None
    name: str


class ConnectionOwner(Protocol):
    """Whoever has the connections."""

    def stands(self, address: int) -> None:
        """This address of the way answers."""

    @property
    def sends(self) -> Callable[[float], None]:
        """What is called as a request is being sent, with the reading of `perf_counter`."""

    def rests(self, connection: Connection) -> None:
        """A connection may be used again."""

    def lost(self, connection: Connection, *, is_shortage: bool) -> None:
        """A connection is closed, or never came about; a shortage is this machine's."""


class Connection:
    """A connection to a host. `since_s` is when it was last used, by `perf_counter`."""

    __slots__ = (
        "_connect_s", "_ended", "_exchange_s", "_is_closed", "_is_new", "_is_over", "_is_sent", "_loop", "_message",
        "_opened_s", "_owner", "_place", "_reader", "_receiving", "_recv", "_rest", "_route", "_said", "_send",
        "_socket", "_stands", "_take", "_tls", "_tls_s", "_untried", "_whose", "_writer", "since_s",
    )  # fmt: skip

    def __init__(self, route: Route, owner: ConnectionOwner) -> None:
        self._route, self._owner = route, owner
        self._loop: Any = gevent.get_hub().loop
        self._receiving = Receiving()
        self._socket: Any = None
        self._reader: Any = None
        self._writer: Any = None
        self._recv: Any = None
        self._send: Any = None
        self._take: Any = None  # what is done with bytes that come: the connection's stage
        self._tls: TlsLayer | None = None
        self._stands = self._is_sent = self._is_over = self._is_closed = False
        self._is_new = True
        self._message = self._said = b""
        self._rest: memoryview | None = None
        self._whose: Any = None
        self._ended: Ended | None = None
        self._opened_s = self._connect_s = self._tls_s = self._exchange_s = self.since_s = 0.0
        self._untried: list[int] = []
        self._place = 0

    # what its owner asks for

    def open(self, first: int) -> None:
        """Begin to connect, to address `first` of the way and, where nobody is there, to the others."""
        others = [place for place in range(len(self._route.way)) if place != first]
        self._untried = [*reversed(others), first] if self._route.way else []
        self._opened_s = perf_counter()
        self._loop.run_callback(self._connect)

    def exchange(self, message: bytes, ended: Ended, whose: Any) -> None:
        """Send a request, now or as soon as the connection stands, and call `ended(whose, …)`, never before this has
        returned."""
        self._message, self._ended, self._whose = message, ended, whose
        self._is_sent = False
        self._receiving.expect(is_head=message.startswith(b"HEAD "))
        if self._stands:
            self._send_message()

    def is_at_rest(self) -> bool:
        """Whether nothing has come over an unused connection that would spoil it; one that is not is closed."""
        while self._socket is not None:
            try:
                self._recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return True
            except OSError:
                pass  # it comes again
            self._readable()
        return False

    def break_off(self) -> Unanswered:
        """Stop waiting, and close. What is known of the exchange; nobody is called back."""
        if not self._stands:
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
        if self._is_closed:
            return
        self._is_closed = True
        for watcher in (self._reader, self._writer):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._reader = self._writer = self._recv = self._send = self._take = self._ended = self._whose = None
        self._untried = []
        self._rest = None
        self._receiving.forget()
        self._stands = False
        wire, self._socket = self._socket, None
        if wire is not None:
            wire.close()
        self._owner.lost(self, is_shortage=is_shortage)

    # until it stands

    def _connect(self) -> None:
        """Try the next address."""
        code = 0
        while self._untried:
            self._place = self._untried.pop()
            code = self._begin_to_connect(self._route.way[self._place])
            if code in _BEGUN:
                return
        if self._ended is not None:
            cause = _cause(code, FailureCause.REFUSED) if self._route.way else FailureCause.NAME
            self._fail(cause, _worded(code))

    def _begin_to_connect(self, address: Address) -> int:
        """0 or an error's number."""
        try:
            self._socket = connection = plain_socket(address.family, socket.SOCK_STREAM)
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code: int = connection.connect_ex(address.where)
        except OSError as error:
            code = error.errno or errno.EIO
        if code in _BEGUN:
            self._writer = self._loop.io(connection.fileno(), _WRITE)
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
                self._fail(_cause(code, FailureCause.REFUSED), _worded(code))
            return
        try:
            self._begin()
        except Exception as fault:  # ours
            self._give(fault)

    def _begin(self) -> None:
        """The socket is connected; what is to be said on it is not yet the request."""
        self._owner.stands(self._place)
        self._recv, self._send = self._socket.recv, self._socket.send
        self._reader = self._loop.io(self._socket.fileno(), _READ)
        self._reader.start(self._readable)
        if self._route.tunnel:
            self._take = self._take_from_proxy
            self._write(self._route.tunnel)
        else:
            self._is_through()

    def _take_from_proxy(self, data: bytes) -> None:
        self._said += data
        try:
            if is_opened(self._said):
                self._is_through()
        except NoTunnelError as error:
            self._fail(FailureCause.REFUSED, str(error))

    def _is_through(self) -> None:
        """Nothing lies between this end and the other any more."""
        now_s = perf_counter()
        self._connect_s = now_s - self._opened_s
        if self._route.tls is None:
            self._take = self._take_answer
            self._stand()
            return
        self._tls = TlsLayer(self._route.tls, self._route.name)
        self._take = self._take_handshake
        self._take_handshake(b"")

    def _take_handshake(self, data: bytes) -> None:
        assert self._tls is not None
        try:
            is_done = self._tls.shakes_hands(data)
        except ssl.SSLError as error:
            self._fail(FailureCause.TLS, _worded_tls(error))
            return
        if said := self._tls.outgoing():
            self._write(said)
        if is_done:
            self._tls_s = perf_counter() - self._opened_s - self._connect_s
            self._take = self._take_encrypted
            self._stand()

    def _stand(self) -> None:
        self._stands = True
        if self._ended is not None:
            self._send_message()

    # one exchange after the other

    def _send_message(self) -> None:
        self._exchange_s = now_s = perf_counter()
        self._owner.sends(now_s)
        if self._tls is None:
            self._write(self._message)
            return
        try:
            self._write(self._tls.encrypt(self._message))
        except ssl.SSLError as error:
            self._loop.run_callback(self._fail, FailureCause.TLS, _worded_tls(error))

    def _write(self, data: bytes) -> None:
        """Send what can be sent now, and the rest when it can."""
        if self._rest is not None:
            self._rest = memoryview(bytes(self._rest) + data)
            return
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._loop.run_callback(self._broken, error)
            return
        if self._stands:
            self._is_sent = True
        if sent < len(data):
            self._rest = memoryview(data)[sent:]
            self._writer = self._loop.io(self._socket.fileno(), _WRITE)
            self._writer.start(self._write_more)

    def _write_more(self) -> None:
        assert self._rest is not None
        try:
            self._rest = self._rest[self._send(self._rest) :]
        except BlockingIOError:
            return
        except OSError:  # what it has said before it hung up comes by reading
            self._stop_writer()
            return
        if not self._rest:
            self._rest = None
            self._stop_writer()

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
            else:
                self._hung_up()
        except Exception as fault:  # ours: told once to whoever waits
            self._give(fault)

    def _take_answer(self, data: bytes) -> None:
        if self._ended is None:  # nobody asked
            self.close()
            return
        receiving = self._receiving
        try:
            receiving.feed(data)
        except NoAnswerError as error:
            self._fail(FailureCause.PROTOCOL, str(error))
            return
        if receiving.is_complete:
            self._answered()

    def _take_encrypted(self, data: bytes) -> None:
        assert self._tls is not None
        try:
            said, is_all = self._tls.decrypt(data)
        except ssl.SSLError as error:
            self._fail(FailureCause.TLS, _worded_tls(error))
            return
        self._is_over = is_all
        if answer := self._tls.outgoing():
            self._write(answer)
        if said:
            self._take_answer(said)
        if is_all and not self._is_closed:
            self._hung_up()

    def _hung_up(self) -> None:
        """The other side has closed the connection."""
        if self._ended is not None and self._stands and self._receiving.ended():
            self._answered()
        elif self._take == self._take_handshake:
            self._fail(FailureCause.TLS, "the connection was closed during the TLS handshake")
        else:
            self._fail(FailureCause.RESET, "the connection was closed")

    def _broken(self, error: OSError) -> None:
        self._fail(_cause(error.errno, FailureCause.RESET), _worded(error.errno))

    def _answered(self) -> None:
        receiving, coding = self._receiving, b""
        body, is_readable = b"".join(receiving.body), True
        if coding := receiving.headers.get(b"content-encoding", b""):
            try:
                body = decoded(body, coding, ANSWER_BYTES_MAX)
            except ValueError:
                is_readable = False
        reply = Reply(
            receiving.status,
            receiving.headers,
            body,
            tuple(receiving.cookies),
            self._timings(perf_counter()),
            len(self._message) if self._rest is None else 0,
            receiving.size_bytes,
            self._is_new,
            is_readable,
        )
        if not receiving.keeps_alive or self._rest is not None or self._is_over:
            self._give(reply)
            return
        ended, whose = self._ended, self._whose
        self._ended = self._whose = None
        self._is_new = False
        self._owner.rests(self)
        assert ended is not None
        ended(whose, reply)

    def _fail(self, cause: FailureCause, why: str) -> None:
        if self._ended is None:
            self.close()
        else:
            self._give(self._unanswered(cause, why), is_shortage=cause is FailureCause.NO_SOCKET)

    def _give(self, what: Reply | Unanswered | Exception, *, is_shortage: bool = False) -> None:
        """The last thing that comes over this connection."""
        ended, whose = self._ended, self._whose
        self.close(is_shortage=is_shortage)
        if ended is not None:
            ended(whose, what)
        elif isinstance(what, Exception):
            raise what

    def _unanswered(self, cause: FailureCause, why: str = "") -> Unanswered:
        rest = 0 if self._rest is None else len(self._rest)
        return Unanswered(
            self._is_sent,
            cause,
            self._timings(perf_counter()),
            max(0, len(self._message) - rest) if self._is_sent else 0,
            self._receiving.size_bytes,
            self._is_new,
            why,
        )

    def _timings(self, now_s: float) -> Timings:
        connect_s, tls_s = (self._connect_s, self._tls_s) if self._is_new else (0.0, 0.0)
        if not self._stands:
            return Timings(connect_s or now_s - self._opened_s, tls_s) if self._opened_s else NO_TIMINGS
        first_s = self._receiving.first_s
        if not first_s:
            return Timings(connect_s, tls_s, now_s - self._exchange_s)
        return Timings(connect_s, tls_s, first_s - self._exchange_s, now_s - first_s)

    def _stop_writer(self) -> None:
        if self._writer is not None:
            self._writer.stop()
            self._writer.close()
            self._writer = None


def _cause(code: int | None, otherwise: FailureCause) -> FailureCause:
    """What an error of a socket means."""
    if code in _SHORTAGES:
        return FailureCause.NO_SOCKET
    if code in _NOT_THERE:
        return FailureCause.REFUSED
    if code == errno.ETIMEDOUT and otherwise is FailureCause.REFUSED:
        return FailureCause.TIMEOUT_CONNECT
    return otherwise


def _worded(code: int | None) -> str:
    return os.strerror(code) if code else ""


def _worded_tls(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)
