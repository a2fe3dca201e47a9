"""What Ctrl-C and a terminal that is closed (SIGHUP) do to a load test: it ends as its end would, and is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Final

import gevent

from scenarios.protocol.terminals import leave_closed, open_terminals

_TERMINALS: Final = open_terminals()


def when_interrupted(leave: Callable[[], None]) -> None:
    """From now on either has this process `leave`; a closed terminal not one that was started with `nohup`."""

    def hang_up() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        leave_closed(_TERMINALS)
        leave()

    gevent.signal_handler(signal.SIGINT, lambda: gevent.spawn(leave))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        gevent.signal_handler(signal.SIGHUP, lambda: gevent.spawn(hang_up))
