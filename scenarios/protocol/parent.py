"""Ends a process when the one that started it is gone, however that ended: after SIGKILL nobody is left to stop it.

A process of a rehearsal is told by the environment (`REHEARSE_PARENT`) whose child it is. A thread of its own looks
every fifth of a second whether that is so still: an orphan has another parent. Unlike Linux's signal at the parent's
death this works on every POSIX system, does not mind which thread of the parent started the child, and a pipe could not
be handed to processes that a library starts.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache
from typing import Final

PARENT_VARIABLE: Final = "REHEARSE_PARENT"
_LOOK_EVERY_S: Final = 0.2


def naming_parent(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child that shall not outlive this process."""
    return {**environment, PARENT_VARIABLE: str(os.getpid())}


def named_parent(environment: MutableMapping[str, str] = os.environ) -> int | None:
    """Whose child this process is to be; None when nobody said. Takes the name away, for it is not the parent of what
    this one starts."""
    name = environment.pop(PARENT_VARIABLE, "")
    return int(name) if name.isdecimal() else None


@cache
def end_with_parent(parent: int) -> None:
    """From now on this process is killed when `parent` is not its parent any more, or if it is not already."""
    threading.Thread(target=watch_parent, args=(parent,), daemon=True).start()


def watch_parent(
    parent: int,
    orphaned: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Sleep until `parent` is gone, do what `orphaned` does, and be killed."""
    while os.getppid() == parent:
        sleep(_LOOK_EVERY_S)
    orphaned()
    os.kill(os.getpid(), signal.SIGKILL)
