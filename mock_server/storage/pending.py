"""Writes on their way to the disk, and telling their handlers what became of them."""

import asyncio
from typing import Any

from mock_server.storage.repositories import Write


class Pending:
    """A write on its way to the disk, and the future its handler waits for."""

    __slots__ = ("error", "future", "loop", "result", "write")

    def __init__(self, write: Write[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.write = write
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        """Tell the handler; runs on its loop. It may have given up meanwhile."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def settle_group(group: list[Pending]) -> None:
    """One wake-up of each loop for the whole group, not one for each write."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Pending]] = {}
    for pending in group:
        by_loop.setdefault(pending.loop, []).append(pending)
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle_all, settled)
        except RuntimeError:
            # The loop has closed under a server that stops: nobody is waiting.
            continue


def _settle_all(group: list[Pending]) -> None:
    for pending in group:
        pending.settle()
