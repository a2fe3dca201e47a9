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

A write that cannot be kept (the disk is full, the database away) is refused with a line in the log; the thread goes
on, and gets a lost database back. Whether a commit was kept while the database was lost nobody knows: such a group is
refused and not tried again, for that might do it twice.
"""

import asyncio
import logging
import queue
import threading
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, Final, TypeVar

from mock_server.errors import UnavailableRefusal
from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.archive_overlay import reader_with, transaction_with
from mock_server.storage.pending import Pending, settle_group
from mock_server.storage.repositories import Write
from mock_server.storage.sql import Database
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.ubrns import first_ubrn
from mock_server.timing.histogram import BucketHistogram
from scenarios.language.service import Durability

T = TypeVar("T")

_GROUPED: Final = Durability()
_WRITTEN_WITHIN_S: Final = 15.0  # one group ahead may wait for locks, and the time-out of a client is longer
_FLUSH_AGAIN_S: Final = 1.0
_LOG: Final = logging.getLogger(__name__)


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
        self._disk_failures: tuple[type[Exception], ...] = (*self._database.errors, OSError)
        self._durability = durability
        self._connection = self._database.connection
        self._transaction = transaction_with(archive, self._database.transaction)
        self.read = reader_with(archive, self._database.reader)
        self.acknowledged = self.durable = 0
        self.commit_times = BucketHistogram()
        self._cut = False
        self._unconfirmed = 0  # acknowledged before their flush, which the database's loss has made uncertain
        self._flush_at_s: float | None = None
        self._committing = threading.Lock()
        self._waiting: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write_groups, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, write: Write[T]) -> T:
        """Run a write in the writer's thread; returns once it is as durable as promised.

        Raises `Refusal` when it cannot be kept at present, and what the write raises.
        """
        if (trouble := self._database.trouble) is not None:
            raise UnavailableRefusal(trouble)
        pending = Pending(write, asyncio.get_running_loop())
        self._waiting.put(pending)
        try:
            async with asyncio.timeout(_WRITTEN_WITHIN_S):
                result: T = await pending.future
        except TimeoutError:
            raise UnavailableRefusal(f"the write was not done within {_WRITTEN_WITHIN_S:g} s") from None
        return result

    @property
    def trouble(self) -> str | None:
        """Why nothing can be read or written at present; None when it can."""
        return self._database.trouble

    def refusal_of(self, error: BaseException) -> UnavailableRefusal | None:
        """The refusal for an error that only says that the database cannot do its work; None for any other."""
        if self._database.is_unable(error):
            return UnavailableRefusal(self._database.trouble or _in_one_line(error))
        return None

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
        if self._cut:
            return
        try:
            self._database.close()
        except self._disk_failures as error:
            _LOG.warning("the store was not closed in order: %s", _in_one_line(error))

    def _write_groups(self) -> None:
        goes_on = True
        while goes_on:
            try:
                first = self._waiting.get(timeout=self._until_next_s())
            except queue.Empty:
                self._look_after()
                continue
            group = [] if first is None else [first]
            goes_on = first is not None and self._gather(group)
            self._finish(group)
            self._look_after()

    def _until_next_s(self) -> float | None:
        """Until the flush or the look after the database that is due next; None: for ever."""
        moments = [moment for moment in (self._flush_at_s, self._database.look_at_s) if moment is not None]
        return max(0.0, min(moments) - monotonic()) if moments else None

    def _look_after(self) -> None:
        """Do what is due beside the writes."""
        now_s = monotonic()
        if self._database.look_at_s is not None and now_s >= self._database.look_at_s:
            self._database.look_after()
            self._note_loss()
        if self._flush_at_s is not None and now_s >= self._flush_at_s:
            self._flush()

    def _note_loss(self) -> None:
        if self._database.trouble is not None:
            self._unconfirmed = self.acknowledged - self.durable

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
        group = [pending for pending in group if not pending.future.cancelled()]  # nobody waits for it any more
        with self._committing:
            if self._cut or not group:
                return
            began_s = perf_counter()
            changed = self._attempt_all(group)
            self.commit_times.observe(perf_counter() - began_s)
            self._count(changed)
            settle_group(group)

    def _attempt_all(self, group: list[Pending]) -> int:
        """Commit a group; whatever goes wrong, its handlers hear of it and the thread goes on."""
        try:
            return self._commit(group)
        except Exception as error:
            _LOG.exception("a group of writes failed")
            self._database.rollback()
            for pending in group:
                pending.error = pending.error or error
            return 0

    def _count(self, changed: int) -> None:
        self.acknowledged += changed
        if self._durability.promise in ("sync", "group"):
            self.durable += changed
        elif self._durability.promise == "async" and self._flush_at_s is None:
            self._flush_at_s = monotonic() + self._durability.window

    def _flush(self) -> None:
        with self._committing:
            self._flush_at_s = None
            if self._cut:
                return
            try:
                self._database.flush()
            except self._disk_failures as error:
                _LOG.warning("what was acknowledged is not on the disk yet: %s", _in_one_line(error))
                self._database.rollback()
                self._note_loss()
                self._flush_at_s = monotonic() + max(self._durability.window, _FLUSH_AGAIN_S)
            else:
                self.durable = self.acknowledged - self._unconfirmed

    def _commit(self, group: list[Pending]) -> int:
        """Decide and commit a group; how many of its writes changed something."""
        try:
            self._database.begin(len(group))
        except self._database.errors as error:
            self._database.rollback()
            return self._refuse(group, error)
        try:
            changed = sum([self._attempt(pending) for pending in group])
            self._database.commit()
            return changed
        except self._failures as error:
            self._database.rollback()
            cause = error.__cause__ if isinstance(error, _SpoiledError) else error
            if self._database.trouble is not None:
                return self._refuse(group, cause)
            if len(group) > 1:
                return sum(self._commit([pending]) for pending in group)
            # Refused half-way, or the disk is full or gone: this may not be acknowledged.
            if self._database.is_unable(cause):
                return self._refuse(group, cause)
            group[0].error = group[0].error or error
            return 0

    def _refuse(self, group: list[Pending], error: BaseException | None) -> int:
        """None of these could be kept, whatever each of them wanted."""
        reason = self._database.trouble or _in_one_line(error)
        _LOG.warning("%d %s not kept: %s", len(group), "write was" if len(group) == 1 else "writes were", reason)
        self._note_loss()
        for pending in group:
            pending.error = UnavailableRefusal(f"the write was not kept, as far as is known: {reason}")
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


def _in_one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())
