"""Durable state with group commit: an answer leaves only after the commit that holds it.

One SQLite file in the data folder, write-ahead log, `synchronous=FULL`: what was acknowledged
survives a killed process and a power cut. A commit costs one fsync whether it holds one write
or many, so a single writer thread takes every write that is waiting, up to `GROUP_MAX`, runs
them one by one, commits once, and only then resolves their futures. Each write runs in a
savepoint of its own: a refused one (slot gone, version stale) leaves nothing behind and the
others of its group do not notice. As the thread is the only writer, conflicts are decided in
the order of arrival, by looking at what the earlier write left.

Reads run on the event loop's thread from a second connection. The alternative, a copy of
everything in memory, was not taken: a read by key costs about 10 µs here, the memory stays
bounded through a soak run, a restart needs no loading, and nobody can ever be shown a state
that a crash would take back, because the reader sees committed data only.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from mock_server.registers import SCHEMA

T = TypeVar("T")
Write = Callable[[sqlite3.Connection], T]

GROUP_MAX: Final = 64
_FILE: Final = "referrals.sqlite3"


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


class Store:
    """The data folder of one mock server."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / _FILE
        self._writer = _connect(self._path)
        self._writer.executescript(SCHEMA)
        self._reader = _connect(self._path)
        self._reader.execute("PRAGMA query_only=ON")
        self._waiting: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_groups, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, write: Write[T]) -> T:
        """Run a write in the writer's thread; returns once it is on the disk."""
        pending = Pending(write, asyncio.get_running_loop())
        self._waiting.put(pending)
        result: T = await pending.future
        return result

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first row of a query over committed state, or None."""
        return self._reader.execute(statement, values).fetchone()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query over committed state."""
        return self._reader.execute(statement, values).fetchall()

    def close(self) -> None:
        """Finish the writes that were handed in, then let go of the folder."""
        self._waiting.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()

    def _write_groups(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            goes_on = self._gather(group)
            self._commit(group)
            _settle(group)
            if not goes_on:
                return

    def _gather(self, group: list[Pending]) -> bool:
        """Add whatever else is waiting; False when the store is closing."""
        while len(group) < GROUP_MAX:
            try:
                pending = self._waiting.get_nowait()
            except queue.Empty:
                return True
            if pending is None:
                return False
            group.append(pending)
        return True

    def _commit(self, group: list[Pending]) -> None:
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            for pending in group:
                self._attempt(pending)
            self._writer.execute("COMMIT")
        except sqlite3.Error as error:
            # The disk is full or gone: nothing of this group may be acknowledged.
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            for pending in group:
                pending.error = error

    def _attempt(self, pending: Pending) -> None:
        self._writer.execute("SAVEPOINT one_write")
        try:
            pending.result = pending.write(self._writer)
        except Exception as error:
            pending.error = error
            self._writer.execute("ROLLBACK TO one_write")
        self._writer.execute("RELEASE one_write")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-65536")
    return connection


def _settle(group: list[Pending]) -> None:
    """One wake-up of each loop for the whole group, not one for each write."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Pending]] = {}
    for pending in group:
        by_loop.setdefault(pending.loop, []).append(pending)
    for loop, settled in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle_all, settled)
        except RuntimeError:
            # The loop has closed under a server that was told to stop: nobody is waiting.
            continue


def _settle_all(group: list[Pending]) -> None:
    for pending in group:
        pending.settle()
