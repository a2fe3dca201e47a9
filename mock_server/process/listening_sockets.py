"""Addresses that a server holds, whether or not it listens there.

A port where nobody listens would be anybody's: the system gives it to a client as its own, and a client that asks
for it may even be connected to itself. So the address stays bound by a socket that never listens, and each time the
server opens it, another socket is bound beside it (both say SO_REUSEADDR). Whoever connects meanwhile is refused.
Other systems than Linux allow no second socket; there the address is held only while it is open.
"""

from __future__ import annotations

import socket
import sys

BACKLOG = 8192


class ListeningSocket:
    """One address. Port 0 takes a free one. Raises `OSError` when the address cannot be taken."""

    def __init__(self, host: str, port: int) -> None:
        self._family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._held: socket.socket | None = _bound(self._family, (host, port))
        self._address = (host, int(self._held.getsockname()[1]))
        if sys.platform != "linux":
            self.let_go()

    @property
    def url(self) -> str:
        """The address as an HTTP client writes it."""
        host, port = self._address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def open(self) -> socket.socket:
        """A socket that listens there; when it is closed, connections are refused. Raises `OSError`."""
        listening = _bound(self._family, self._address)
        listening.listen(BACKLOG)
        return listening

    def let_go(self) -> None:
        """Hold the address no more."""
        if self._held is not None:
            self._held.close()
            self._held = None


def _bound(family: int, address: tuple[str, int]) -> socket.socket:
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except BaseException:
        bound.close()
        raise
    return bound
