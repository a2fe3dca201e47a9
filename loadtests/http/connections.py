"""HTTP over keep-alive connections, as cheap as it gets, and exactly what was asked for.

Each request has a connection to itself, taken from a pool without a limit, so that nothing here bounds how many are in
flight, and nobody waits in a thread or a greenlet: whoever asked is called back. Nothing is sent twice: a client that
quietly repeats a request whose connection broke (as geventhttpclient does for a GET, up to the size of its pool) would
hide what is to be measured. Who stops waiting breaks the request off: its connection is closed, so that the late answer
cannot be taken for another's.
"""

from __future__ import annotations

import ssl
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

from loadtests.http.connection import Connection, Ended
from loadtests.http.known_heads import KnownHeads
from loadtests.http.replies import Reply
from loadtests.http.stream import Route
from loadtests.http.tunnel import asking
from loadtests.safety.targets import FoundHost, Terms, cleared
from loadtests.schedule.send_rate import Sendings

__all__ = ["IDLE_S_MAX", "Connections", "Reply"]

IDLE_S_MAX: Final = 4.0  # servers commonly close what has been idle for five seconds


class Connections:
    """The pool for one host. `shortages` counts the connections that this machine could not open.

    `found` is where load to this host may go; without it only to loopback. `sendings` hears of each request. `tls` is
    how an https host is checked; without it by the certificates that this machine trusts.
    """

    def __init__(
        self,
        host: str,
        found: FoundHost | None = None,
        sendings: Sendings | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        found = found or cleared(host, Terms())
        self.sendings = sendings or Sendings()
        self.sends, self.heads = self.sendings.note, KnownHeads()
        parts = urlsplit(host)
        tls = (tls or found.tls.context(ssl.create_default_context)) if parts.scheme == "https" else None
        self.authority = parts.netloc.rpartition("@")[2].encode()
        self.prefix = parts.path.rstrip("/").encode()
        tunnel = b""
        if found.proxy is not None and tls is None:
            self.prefix = b"http://" + self.authority + self.prefix  # a proxy is told the whole address
        elif found.proxy is not None:
            tunnel = asking(self.authority if parts.port else self.authority + b":443")
        # looked up once: a name server is no part of the service
        self._route = Route(found.way, tunnel, tls, found.name)
        self._first = 0  # the address that answered last
        self.shortages = 0
        self._open: set[Connection] = set()
        self.idle: dict[Connection, None] = {}  # in the order in which they were used

    def send(self, message: bytes, ended: Ended, whose: Any) -> Connection:
        """Send a request, and call `ended(whose, …)` with what comes of it; never before this has returned. Whoever
        stops waiting says so to the connection (`break_off`)."""
        now_s, idle = perf_counter(), self.idle
        while idle:  # the connection that was used last, if one is still good
            connection, _ = idle.popitem()
            if now_s - connection.since_s > IDLE_S_MAX:
                for one in (connection, *idle):  # the others have been idle for longer still
                    one.close()
            elif connection.is_at_rest():
                connection.exchange(message, ended, whose)
                return connection
        connection = Connection(self._route, self)
        self._open.add(connection)
        connection.exchange(message, ended, whose)
        connection.open(self._first)
        return connection

    def close(self) -> None:
        """Close every connection. Nobody is called back."""
        for connection in list(self._open):
            connection.close()

    # what connections say

    def stands(self, address: int) -> None:
        """This address of the way answers."""
        self._first = address

    def lost(self, connection: Connection, *, is_shortage: bool) -> None:
        """A connection is closed, or never came about."""
        self.idle.pop(connection, None)
        self._open.discard(connection)
        self.shortages += is_shortage
