"""HTTP as uvicorn speaks it, with the connection in the application's reach.

A fault on the wire needs what ASGI hides: an answer that breaks off half-way, a connection that is reset, a
client that has gone. Each request's scope carries its connection under `extensions["rehearsal"]`; one dictionary
a connection, so that a request costs one assignment more. In process, where there is no connection, the scope has
none.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION: Final = "rehearsal"
_CLOSE_AT_ONCE: Final = struct.pack("ii", 1, 0)
_FLUSHED_WITHIN_S: Final = 1.0


class ClientConnection(HttpToolsProtocol):
    """One connection, as uvicorn makes them for `http=ClientConnection`."""

    _extensions: dict[str, Any]
    _tell: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._extensions = {EXTENSION: self}

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = self._extensions

    def when_lost(self, tell: Callable[[], None]) -> None:
        """Call `tell` once when the client has gone before its present request was answered."""
        self._tell = tell

    def connection_lost(self, exc: Exception | None) -> None:
        is_waiting = self.cycle is not None and not self.cycle.response_complete
        super().connection_lost(exc)
        tell, self._tell = self._tell, None
        if tell is not None and is_waiting:
            tell()

    def close_unanswered(self) -> bool:
        """Close it without another byte when a request of it is not answered yet; whether that was so."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.disconnected = True  # for uvicorn, which would else answer 500
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
