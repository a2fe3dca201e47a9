"""Durable state with group commit: an answer leaves only after the commit that holds it.

A commit costs one fsync whether it holds one write or many, so a single writer thread takes every write
that is waiting, up to the database's `group_max`, runs them one by one, commits once, and only then
resolves their futures. Nearly every refused write (slot gone, version stale) is refused before it has
changed anything and leaves its group as it was; a group in which one fails half-way is rolled back and done
again write by write, so that the others do not notice. That is cheaper than a savepoint for each: two
statements less of the six or so that a create takes. As the thread is the only writer of its process,
conflicts are decided in the order of arrival, by looking at what the earlier write left; between processes
the database decides, and a group that it cannot fit in is taken apart and tried again write by write.

With the promise `async` the answer leaves before its write is on the disk, and the thread flushes every
window. The store counts what it acknowledged and how much of it is durable; the difference is what a power
cut takes.
"""

import asyncio
import queue
import threading
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, Final, TypeVar

from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.archive_overlay import reader_with, transaction_with
from mock_server.storage.repositories import Write
from mock_server.storage.sql import Database
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.ubrns import first_ubrn
from mock_server.timing.histogram import BucketHistogram
from scenarios.language.service import Durability

T = TypeVar("T")

_GROUPED: Final = Durability()


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


class _SpoiledError(Exception):
    """A write of the group failed after it had changed something."""


class Store:
    """The state of one mock server: in a data folder, or in a database that it shares with others."""

    def __init__(
        self, kept: Path | Database, durability: Durability = _GROUPED, archive: ArchivedReferrals | None = None
    ) -> None:
        self._database: Database = (
            SqliteDatabase(kept, durability, first_ubrn(archive)) if isinstance(kept, Path) else kept
        )
        self._failures: tuple[type[Exception], ...] = (_SpoiledError, *self._database.errors)
        self._durability = durability
        self._connection = self._database.connection
        self._transaction = transaction_with(archive, self._database.transaction)
        self.read = reader_with(archive, self._database.reader)
        self.acknowledged = self.durable = 0
        self.commit_times = BucketHistogram()
        self._cut = False
        self._flush_at_s: float | None = None
        self._committing = threading.Lock()
        self._waiting: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_groups, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, write: Write[T]) -> T:
        """Run a write in the writer's thread; returns once it is as durable as promised."""
        pending = Pending(write, asyncio.get_running_loop())
        self._waiting.put(pending)
        result: T = await pending.future
        return result

    def state(self) -> dict[str, Any]:
        """The promise, the acknowledged writes, how many of them are durable, what the start dropped."""
        return {
            "durability": self._durability.promise,
            "acknowledged": self.acknowledged,
            "durable": self.durable,
            "dropped_at_start": self._database.dropped,
        }

    def cut(self) -> dict[str, Any]:
        """The power fails: nothing more becomes durable or is acknowledged; what that loses."""
        with self._committing:
            self._cut = True
            return {**self.state(), "lost": self.acknowledged - self.durable}

    def close(self) -> None:
        """Finish the writes that were handed in, then let go of the database."""
        self._waiting.put(None)
        self._thread.join()
        if not self._cut:
            self._database.close()

    def _write_groups(self) -> None:
        goes_on = True
        while goes_on:
            try:
                first = self._waiting.get(timeout=self._until_flush_s())
            except queue.Empty:
                self._flush()
                continue
            group = [] if first is None else [first]
            goes_on = first is not None and self._gather(group)
            self._finish(group)
            if self._flush_at_s is not None and monotonic() >= self._flush_at_s:
                self._flush()

    def _gather(self, group: list[Pending]) -> bool:
        """Add whatever else is waiting; False when the store is closing."""
        while len(group) < self._database.group_max:
            try:
                pending = self._waiting.get_nowait()
            except queue.Empty:
                return True
            if pending is None:
                return False
            group.append(pending)
        return True

    def _finish(self, group: list[Pending]) -> None:
        with self._committing:
            if self._cut or not group:
                return
            began_s = perf_counter()
            changed = self._commit(group)
            self.commit_times.observe(perf_counter() - began_s)
            self._count(changed)
            _settle(group)

    def _count(self, changed: int) -> None:
        self.acknowledged += changed
        if self._durability.promise in ("sync", "group"):
            self.durable += changed
        elif self._durability.promise == "async" and self._flush_at_s is None:
            self._flush_at_s = monotonic() + self._durability.window

    def _until_flush_s(self) -> float | None:
        return None if self._flush_at_s is None else max(0.0, self._flush_at_s - monotonic())

    def _flush(self) -> None:
        with self._committing:
            if not self._cut:
                self._database.flush()
                self.durable = self.acknowledged
            self._flush_at_s = None

    def _commit(self, group: list[Pending]) -> int:
        """Decide and commit a group; how many of its writes changed something."""
        try:
            self._database.begin(len(group))
            changed = sum([self._attempt(pending) for pending in group])
            self._database.commit()
            return changed
        except self._failures as error:
            self._database.rollback()
            if len(group) > 1:
                return sum(self._commit([pending]) for pending in group)
            # Refused half-way, or the disk is full or gone: this may not be acknowledged.
            group[0].error = group[0].error or error
            return 0

    def _attempt(self, pending: Pending) -> bool:
        pending.error = None
        before = self._connection.total_changes
        try:
            pending.result = pending.write(self._transaction)
        except self._database.conflicts:
            raise
        except Exception as error:
            pending.error = error
            if self._connection.total_changes > before or isinstance(error, self._database.errors):
                raise _SpoiledError from error
        return bool(self._connection.total_changes > before)


def _settle(group: list[Pending]) -> None:
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
