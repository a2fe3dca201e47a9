"""What a load test does when the process that started it is gone: no load goes on that nobody waits for.

It is killed, but not before the faults that it has begun on the target are ended: those would stay.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from time import monotonic
from typing import Final

from gevent.monkey import get_original

from scenarios.protocol.parent import watch_parent

_END_FAULTS_WITHIN_S: Final = 90.0
_LOOK_EVERY_S: Final = 0.1


def end_after_parent(parent: int, has_faults_on: Callable[[], bool] = lambda: False) -> None:
    """From now on this process ends when `parent` is gone, once no fault is on.

    It is a thread of the system that looks, for gevent's would wait while this process is busy.
    """
    sleep = get_original("time", "sleep")

    def end_faults() -> None:
        if not has_faults_on():
            return
        os.kill(os.getpid(), signal.SIGINT)
        until_s = monotonic() + _END_FAULTS_WITHIN_S
        while has_faults_on() and monotonic() < until_s:
            sleep(_LOOK_EVERY_S)

    get_original("_thread", "start_new_thread")(watch_parent, (parent, end_faults, sleep))
