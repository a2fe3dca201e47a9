"""What Ctrl-C and SIGTERM do: end a command at once while there is nothing to keep, interrupt its work afterwards.

While modules are loaded an exception in the middle may be taken for something else, or shown with its traceback; and a
command that has not begun to work has nothing to lose.
"""

from __future__ import annotations

import contextlib
import os
import signal
from typing import Any, Final

_INTERRUPTED: Final = 105  # `exit_status.ExitStatus`, which is not loaded yet
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def end_at_once() -> None:
    """From now on a signal ends this process."""
    for number in _SIGNALS:
        signal.signal(number, _end)


def interrupt_work() -> None:
    """From now on a signal raises `KeyboardInterrupt`, SIGTERM only once, for `timeout` sends it twice."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)


def _end(_number: int, _frame: Any) -> None:
    with contextlib.suppress(OSError):
        os.write(2, b"interrupted\n")
    os._exit(_INTERRUPTED)


def _interrupt(number: int, _frame: Any) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
