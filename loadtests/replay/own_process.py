"""What a worker's process asks of the machine and of its interpreter, to be on time."""

from __future__ import annotations

import contextlib
import gc
import os
import resource


def spare_the_collector() -> None:
    """Keep the cyclic collector from walking what was built at the start, and let it run hardly ever."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def go_first() -> None:
    """Needing little of a processor, but that at once: where it is permitted, go before other processes."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)


def allow_many_connections() -> None:
    """As many open files as this process may have: each request in flight is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
