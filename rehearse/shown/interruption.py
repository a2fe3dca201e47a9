"""What Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP) do: end a command at once while there is nothing to keep,
interrupt its work afterwards, and end it with the status that it has come to once that is over.

While modules are loaded an exception in the middle may be taken for something else, or shown with its traceback; and a
command that has not begun to work has nothing to lose.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, Final

from scenarios.protocol.terminals import leave_closed, open_terminals

_INTERRUPTED: Final = 105  # `exit_status.ExitStatus`, which is not loaded yet
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_terminals: set[int] = set()  # which of them were terminals at the beginning


def end_at_once() -> None:
    """From now on a signal ends this process."""
    _terminals.update(open_terminals())
    _handle(dict.fromkeys(_SIGNALS, _end))


def interrupt_work() -> None:
    """From now on a signal raises `KeyboardInterrupt`, all but Ctrl-C only once, for `timeout` sends SIGTERM twice."""
    _handle({signal.SIGINT: signal.default_int_handler, signal.SIGTERM: _interrupt, signal.SIGHUP: _interrupt})


def end_with(status: int) -> None:
    """From now on a signal ends this process with a status: its work is done, and what is left is to go."""
    _handle(dict.fromkeys(_SIGNALS, lambda _number, _frame: os._exit(status)))


def _handle(handlers: Mapping[signal.Signals, Callable[[int, Any], Any]]) -> None:
    for number, handler in handlers.items():
        # who started this with `nohup` wants it to go on when the terminal is closed
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _end(_number: int, _frame: Any) -> None:
    with contextlib.suppress(OSError):
        os.write(2, b"interrupted\n")
    os._exit(_INTERRUPTED)


def _interrupt(number: int, _frame: Any) -> None:
    signal.signal(number, signal.SIG_IGN)
    leave_closed(_terminals)
    raise KeyboardInterrupt
