"""HTTP over keep-alive connections, as cheap as it gets, and exactly what was asked for.

Each request has a connection to itself, taken from a pool without a limit, so that nothing here bounds how
many are in flight. Nothing is sent twice: a client that quietly repeats a request whose connection broke
(as geventhttpclient does for a GET, up to the size of its pool) would hide what is to be measured. A
request has one deadline for connecting, sending and receiving together; when it passes, the connection is
closed, so that the late answer cannot be taken for another's.

CPU per exchange, measured against a trivial server: 100 µs through Locust's FastHttpSession, 54 through
geventhttpclient's HTTPClient, 22 here.
"""

from __future__ import annotations

import errno
import ssl
from time import perf_counter
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httptools
from gevent import socket
from gevent.ssl import create_default_context

from loadtests.safety.targets import FoundHost, Terms, cleared
from loadtests.schedule.send_rate import Sendings

IDLE_S_MAX: Final = 4.0  # servers commonly close what has been idle for five seconds
ANSWER_BYTES_MAX: Final = 64 * 1024 * 1024  # headers and body; more is taken for an answer without an end
_CHUNK_BYTES: Final = 65536
_TUNNEL_BYTES_MAX: Final = 16384
_OURS: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS})


class Reply(NamedTuple):
    """An answer: status, headers with names in lower case (the last of each), body, and every `Set-Cookie`."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    cookies: tuple[bytes, ...] = ()


class Unanswered(Exception):  # noqa: N818  # what it is, and no error of ours
    """No answer came. `sent` tells whether the server may have the request."""

    def __init__(self, sent: bool) -> None:
        super().__init__()
        self.sent = sent


class TimedOut(Unanswered):
    """The deadline passed."""


class Broken(Unanswered):
    """There was no connection, or it broke."""


class Connections:
    """The pool for one host. `shortages` counts the connections that this machine could not open.

    `found` is where load to this host may go; without it only to loopback. `sendings` hears of each request.
    """

    def __init__(self, host: str, found: FoundHost | None = None, sendings: Sendings | None = None) -> None:
        found = found or cleared(host, Terms())
        self.sendings = sendings or Sendings()
        parts = urlsplit(host)
        self._name = found.name
        is_tls = parts.scheme == "https"
        self._tls: ssl.SSLContext | None = found.tls.context(create_default_context) if is_tls else None
        # looked up once: a name server is no part of the service
        self._family, self._address = found.way[0]
        self.authority = parts.netloc.rpartition("@")[2].encode()
        self.prefix = parts.path.rstrip("/").encode()
        self._tunnel = b""
        if found.proxy is not None and self._tls is None:
            self.prefix = b"http://" + self.authority + self.prefix  # a proxy is told the whole address
        elif found.proxy is not None:
            end = self.authority if parts.port else self.authority + b":443"
            self._tunnel = b"CONNECT " + end + b" HTTP/1.1\r\nHost: " + end + b"\r\n\r\n"
        self.shortages = 0
        self._idle: list[tuple[Any, float]] = []

    def exchange(self, message: bytes, deadline_s: float) -> Reply:
        """Send a request and receive its answer before `perf_counter` shows `deadline_s`.

        Raises `TimedOut` or `Broken`.
        """
        sent, connection, receiving = False, None, _Receiving()
        try:
            connection = self._kept() or self._opened(deadline_s)
            connection.settimeout(_left(deadline_s))
            sent = True
            self.sendings.note(perf_counter())
            connection.sendall(message)
            while not receiving.complete:
                connection.settimeout(_left(deadline_s))
                receiving.feed(connection.recv(_CHUNK_BYTES))
            reply = receiving.reply()
        except TimeoutError:
            _close(connection)
            raise TimedOut(sent) from None
        except (OSError, httptools.HttpParserError) as error:
            _close(connection)
            self.shortages += getattr(error, "errno", None) in _OURS
            raise Broken(sent) from None
        except BaseException:  # the session was cut
            _close(connection)
            raise
        finally:
            receiving.forget()
        if receiving.keeps_alive:
            self._idle.append((connection, perf_counter()))
        else:
            _close(connection)
        return reply

    def close(self) -> None:
        """Close every idle connection."""
        while self._idle:
            _close(self._idle.pop()[0])

    def _kept(self) -> Any:
        """The connection that was used last, if one is still good; those closed meanwhile are dropped."""
        while self._idle:
            connection, since_s = self._idle.pop()
            if perf_counter() - since_s > IDLE_S_MAX:
                _close(connection)
                self.close()  # those below have been idle for longer still
                return None
            if self._tls is not None or _is_quiet(connection):
                return connection
            _close(connection)
        return None

    def _opened(self, deadline_s: float) -> Any:
        connection = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(_left(deadline_s))
            connection.connect(self._address)
            if self._tunnel:
                _open_tunnel(connection, self._tunnel, deadline_s)
            if self._tls is not None:
                return self._tls.wrap_socket(connection, server_hostname=self._name)
        except BaseException:
            _close(connection)
            raise
        return connection


def _open_tunnel(connection: Any, message: bytes, deadline_s: float) -> None:
    """Have a proxy open the way to a TLS server, byte for byte: what follows its answer is no more of it.

    Raises `OSError` when it does not.
    """
    connection.sendall(message)
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        connection.settimeout(_left(deadline_s))
        part = connection.recv(1)
        if not part or len(said) > _TUNNEL_BYTES_MAX:
            raise ConnectionResetError
        said += part
    if said.split(b" ", 2)[1:2] != [b"200"]:
        raise ConnectionRefusedError


class _Receiving:
    """Takes an answer in while it comes; the parser's callbacks."""

    __slots__ = ("_bytes", "_cookies", "_has_begun", "_parser", "_parts", "complete", "headers", "keeps_alive")

    def __init__(self) -> None:
        self._bytes = 0
        self.headers: dict[bytes, bytes] = {}
        self.complete = self.keeps_alive = self._has_begun = False
        self._parts: list[bytes] = []
        self._cookies: tuple[bytes, ...] = ()
        self._parser: Any = httptools.HttpResponseParser(self)

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.lower()
        self.headers[key] = value
        if key == b"set-cookie":
            self._cookies += (value,)

    def on_headers_complete(self) -> None:
        self._has_begun = self._parser.get_status_code() >= 200

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() >= 200:
            self.complete = True
            self.keeps_alive = self._parser.should_keep_alive()  # known only now
        else:
            self.headers.clear()  # 103 and its like come before the answer

    def feed(self, data: bytes) -> None:
        """Take in what came; nothing means that the server closed the connection.

        Raises `OSError` for an answer without an end, `HttpParserError` for what is none.
        """
        self._bytes += len(data)
        if self._bytes > ANSWER_BYTES_MAX:
            raise ConnectionResetError
        if data:
            self._parser.feed_data(data)
        elif self._has_begun and not self.headers.keys() & {b"content-length", b"transfer-encoding"}:
            self.complete = True  # this body ends with the connection
        else:
            raise ConnectionResetError

    def reply(self) -> Reply:
        return Reply(self._parser.get_status_code(), self.headers, b"".join(self._parts), self._cookies)

    def forget(self) -> None:
        """Let go of the parser, which knows this object: cycles would be collected in pauses of a tenth of a second."""
        self._parser = None


def _left(deadline_s: float) -> float | None:
    """Seconds until the deadline, as sockets want them. Raises `TimeoutError` when there are none."""
    if deadline_s == float("inf"):
        return None
    left_s = deadline_s - perf_counter()
    if left_s <= 0:
        raise TimeoutError
    return left_s


def _is_quiet(connection: Any) -> bool:
    """Whether an idle connection is neither closed by the server nor has anything unasked to read."""
    connection.settimeout(0.0)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _close(connection: Any) -> None:
    if connection is not None:
        connection.close()
