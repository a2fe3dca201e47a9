"""The coordinator's links to its workers: Locust's runner, and what of its inside is needed beyond its messages.

That a worker's process has ended is known as soon as its connection is closed: a message to it can then not be routed,
and ZeroMQ says so when it is asked to (`ROUTER_MANDATORY`). Locust never asks; it waits until a worker has been silent
for four seconds, and its own messages to one that has gone are dropped. A `LocalRunner` is coordinator and worker in
one process, and hands messages to itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
from errno import EHOSTUNREACH
from typing import Any

import psutil
import zmq
from locust.rpc import Message

from loadtests.control.old_seconds import forget_old_seconds

PREFIX = "rehearsal_"


class WorkerLinks:
    """Sends messages to workers, and knows which are connected."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner
        self.is_local = not hasattr(runner, "clients")

    def connected(self) -> list[str]:
        """Those that are ready for work now."""
        return ["local"] if self.is_local else sorted(client.id for client in self._runner.clients.ready)

    def forget_old_seconds(self) -> None:
        """Have Locust's statistics of all workers not grow with every second."""
        forget_old_seconds(self._runner.stats)

    def tell(self, what: str, data: Any, worker: str) -> None:
        """Send one worker a message."""
        self._runner.send_message(f"{PREFIX}{what}", data, worker)

    def is_there(self, worker: str) -> bool:
        """Whether a worker's connection stands. It is told, with it, that its coordinator is there."""
        if self.is_local:
            return True
        socket = self._runner.server.socket
        ping = Message(f"{PREFIX}ping", None, worker).serialize()  # type: ignore[no-untyped-call]
        socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        try:
            socket.send_multipart([worker.encode(), ping], zmq.NOBLOCK)
        except zmq.Again:  # it reads nothing: it is silent, and not gone
            return True
        except zmq.ZMQError as error:
            return error.errno != EHOSTUNREACH
        finally:
            socket.setsockopt(zmq.ROUTER_MANDATORY, 0)
        return True

    def let_go(self, worker: str, pid: int | None) -> None:
        """Wait for a lost worker no more. A child of this process is ended: it may hang, and Locust waits for it."""
        with contextlib.suppress(KeyError):
            del self._runner.clients[worker]
        if pid is not None and pid in {child.pid for child in psutil.Process().children()}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def living_children() -> int:
    """How many processes that this one has started are alive."""
    return sum(child.status() != psutil.STATUS_ZOMBIE for child in psutil.Process().children())
