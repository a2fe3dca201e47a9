"""State in one SQLite file of the data folder: a write-ahead log, one writer, one reader.

The promises differ in when the log reaches the disk (`scenarios.language.service.Durability`):

    sync    synchronous=FULL: each commit is fsynced, and holds one write
    group   synchronous=FULL: the same with up to `GROUP_MAX` writes a commit
    async   synchronous=OFF, one write a commit, fsynced every window (`durable_mark`)
    none    synchronous=OFF in a file that every start removes: it outlives nothing

Reads use a second connection on the event loop's thread: a read by key costs about 10 µs, memory stays
bounded through a soak run, a restart needs no loading, and with sync and group nobody is ever shown a state
that a crash would take back, because the reader sees committed data only.
"""

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

from mock_server.storage.durable_mark import DurableMark
from mock_server.storage.sql import GROUP_MAX, SqlDialect
from mock_server.storage.sql_repositories import reader_over, table_columns, table_statements, transaction_over
from mock_server.storage.sqlite_file import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    DataUnusableError,
    check_file,
    is_damage,
    trouble_words,
)
from mock_server.storage.ubrns import FIRST_UBRN, CountedUbrns
from scenarios.language.service import Durability

_DIALECT: Final = SqlDialect()
_FILE: Final = "referrals.sqlite3"
_VOLATILE_FILE: Final = "volatile.sqlite3"
# A referral's row is 3 kB: pages of the usual 4 kB would hold one each, and a commit costs by the page.
_PAGE_BYTES: Final = 16384
_LOG_BYTES_MAX: Final = 64 * 1024 * 1024
_LOCKED_WITHIN_S: Final = 5.0  # another program may hold the file for so long


class SqliteConnection(sqlite3.Connection):
    """A connection under the names that the repositories use; it counts changes by itself."""

    query = sqlite3.Connection.execute
    change = sqlite3.Connection.execute
    change_each = sqlite3.Connection.executemany


class SqliteDatabase:
    """One file, opened as its promise wants it. Raises `DataUnusableError` before anything is written."""

    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    conflicts: tuple[type[Exception], ...] = ()  # one process writes
    trouble: str | None = None  # there is no connection to lose
    look_at_s: float | None = None

    def __init__(self, folder: Path, durability: Durability, first_ubrn: int = FIRST_UBRN) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._promise = durability.promise
        path = folder / (_VOLATILE_FILE if self._promise == "none" else _FILE)
        check_file(path, table_columns())
        self._mark = DurableMark(path)
        self._mark.check()
        if self._promise == "none":
            _remove(path)
        self.dropped = self._mark.recover()
        self.group_max = 1 if self._promise in ("sync", "async") else GROUP_MAX
        self._path = path
        try:
            self._open(first_ubrn)
        except sqlite3.Error as error:
            raise DataUnusableError(path, trouble_words(error)) from None

    def _open(self, first_ubrn: int) -> None:
        path = self._path
        self.connection = _connect(path, "FULL" if self._promise in ("sync", "group") else "OFF")
        for statement in table_statements(_DIALECT):
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        self.connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        if self._promise == "async":
            self._keep_whole_log()
        self._reading = _connect(path, "OFF")
        self._reading.execute("PRAGMA query_only=ON")
        self._ubrns = CountedUbrns(self.connection, first_ubrn)
        self.reader = reader_over(self._reading)
        self.transaction = transaction_over(self.connection, _DIALECT, self._ubrns)

    def is_unable(self, error: BaseException | None) -> bool:
        return isinstance(error, sqlite3.OperationalError) or is_damage(error)

    def begin(self, writes: int) -> None:
        self._ubrns.begin()
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def rollback(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # SQLite has done it itself where it could not go on
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def look_after(self) -> None:
        """There is nothing that could be away."""

    def flush(self) -> None:
        """Async: fsync the log; when it is long, move it into the file: only then may that hold it."""
        if self._promise == "async" and self._mark.flush() > _LOG_BYTES_MAX:
            self._empty_log()

    def close(self) -> None:
        self._reading.close()
        if self._promise == "async":
            self._mark.flush()
            self.connection.execute("PRAGMA synchronous=FULL")  # the last connection moves the log into the file
        self.connection.close()
        self._mark.remove()
        if self._promise == "none":
            _remove(self._path)

    def _keep_whole_log(self) -> None:
        """Nothing may leave the log before it is durable, or a cut log would not be the whole loss."""
        self.connection.execute("PRAGMA wal_autocheckpoint=0")
        self._empty_log()

    def _empty_log(self) -> None:
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.connection.execute("PRAGMA synchronous=OFF")
        self._mark.flush()


def _connect(path: Path, synchronous: str) -> SqliteConnection:
    connection: SqliteConnection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_LOCKED_WITHIN_S, factory=SqliteConnection
    )
    connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")  # of a new file; an older one keeps its own
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA cache_size=-65536")
    return connection


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
