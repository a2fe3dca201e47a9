"""Uvicorn as the mock runs it: it opens and shuts while it runs, and ends in a defined way.

Asked to stop, it takes no more connections and has `_GRACE_S` to answer what it has taken up. Whatever is in flight
then ends with its connection closed: no byte of an answer, no traceback in the log, one line that says how many.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

from mock_server.http.protocol import ClientConnection
from mock_server.process.listening_sockets import BACKLOG, ListeningSocket

_GRACE_S: Final = 1.5
_LOG: Final = logging.getLogger(__name__)


def _do_nothing() -> None:
    pass


class HttpServer(uvicorn.Server):
    """Uvicorn, which says when it accepts connections, can be shut and opened while it runs, and stops quietly."""

    def __init__(self, app: object, listening_socket: ListeningSocket, ready: Callable[[], None]) -> None:
        super().__init__(http_config(app))
        self._listening_socket, self._ready = listening_socket, ready
        self._ended = 0
        self._opening: asyncio.Task[None] | None = None
        self.let_go: Callable[[], None] = _do_nothing  # of whom a fault keeps waiting, when the server stops

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    def take_signals(self) -> None:
        """Have SIGINT and SIGTERM stop the server in order, and nothing more: uvicorn raises them again when it is
        done, and what is to be closed then is closed after it."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._signalled)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what can be answered within the grace, then close what is left."""
        self.let_go()
        over = asyncio.get_running_loop().call_later(_GRACE_S, self._end_in_flight)
        await super().shutdown(sockets)
        over.cancel()
        self._end_in_flight()
        await asyncio.wait(tasks, timeout=_GRACE_S) if (tasks := set(self.server_state.tasks)) else None
        if self._ended:
            _LOG.warning("stopped with %d requests in flight: their connections were closed", self._ended)

    def _end_in_flight(self) -> None:
        """Close the connections of requests that are not answered, and end the work on them."""
        for connection in list(self.server_state.connections):
            assert isinstance(connection, ClientConnection)
            self._ended += connection.close_unanswered()
        for task in list(self.server_state.tasks):
            task.cancel()

    def _signalled(self, number: int, _: FrameType | None) -> None:
        if not self.should_exit:  # it does not serve yet
            raise KeyboardInterrupt

    def shut(self) -> None:
        """Break what is open and refuse what comes."""
        for server in self.servers:
            server.close()
        self.servers = []
        for connection in list(self.server_state.connections):
            assert isinstance(connection, ClientConnection)
            connection.reset()

    def reopen(self) -> None:
        """Accept connections again."""
        if not self.should_exit:
            self._opening = asyncio.get_running_loop().create_task(super().startup([self._listening_socket.open()]))


def http_config(app: object) -> uvicorn.Config:
    """The settings of every HTTP server of the mock, its control API's too."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=ClientConnection,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody stands between: who says it came from elsewhere is not believed
        backlog=BACKLOG,
        timeout_keep_alive=600,  # a user thinks for minutes; their connection is theirs
        timeout_graceful_shutdown=round(2 * _GRACE_S),
    )
