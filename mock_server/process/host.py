"""The mock's surroundings, as a fault does things to them: process, listening socket, sessions, slots, status page.

`simulations/service/host.py` has the protocol, and `virtual_host.py` beside it models the same for virtual time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from mock_server.control.status_page import StatusPage
from mock_server.handlers.context import HandlerContext
from mock_server.process.supervisor import announce


class Listener(Protocol):
    """The listening socket of the service."""

    def shut(self) -> None:
        """Break what is open and refuse what comes."""

    def reopen(self) -> None:
        """Accept connections again."""


class MockHost:
    """Implements `simulations.service.host.Host`. Made before what it acts on, for the model wants it first.

    `remember` is called before a crash: what the next life of the process must know goes to the disk then.
    """

    context: HandlerContext
    listener: Listener

    def __init__(self, folder: Path, status: StatusPage) -> None:
        self._folder, self._status = folder, status
        self.remember: Callable[[], None] = lambda: None

    def crash(self, restart_s: float) -> None:
        """Die of SIGKILL, to be brought back by the supervisor."""
        self.remember()
        announce(self._folder, restart_s)
        os.kill(os.getpid(), signal.SIGKILL)

    def restarted(self) -> None:
        """Nothing to do: who is asked is back."""

    def flush_sessions(self) -> None:
        """Every session ends, and every refresh token with it."""
        self.context.grants.flush()
        self.context.sessions.flush()

    def listen(self, *, listening: bool) -> None:
        """Refuse connections, or accept them again."""
        if listening:
            self.listener.reopen()
        else:
            self.listener.shut()

    def take_slots(self, *, taken: bool) -> None:
        """Every diary is full, or shows again what is free."""
        self.context.diaries.are_full = taken

    def status_page(self, *, stands: bool) -> None:
        """Whether the status page answers."""
        self._status.stands = stands
