"""State in a PostgreSQL database that several mock nodes share.

Each node writes groups as it does with SQLite; what must hold between nodes the database decides: a slot
and an idempotency key are primary keys, a referral is locked from the moment a change reads it (`FOR
UPDATE`), UBRNs come from a sequence (so numbers of refused creates are left out). A group that waits long
for another node's locks is rolled back and tried again write by write, with nothing held meanwhile, so that
two nodes cannot stay in each other's way.

Durability is the server's: `sync` and `group` wait for its disk, `async` commits with
`synchronous_commit=off` and asks for everything to be on the disk every window. A node that dies loses
nothing that it acknowledged; only the server's own power loss does. `none` is no promise that a shared
database can keep.

Reads use a second connection, on the event loop's thread, and cost a round trip each.
Source: PostgreSQL manual, chapters 13.3 (explicit locking), 30.4 (asynchronous commit).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import psycopg

from mock_server.contract.idempotency import ONE_AT_A_TIME
from mock_server.storage.advice import FIND_FOR_CHANGE as FIND_ADVICE_FOR_CHANGE
from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.referrals import FIND_FOR_CHANGE, NEXT_UBRN, SCHEMA, first_ubrn
from scenarios.language.service import Durability

GROUP_MAX: Final = 64
_GROUP_WAITS_MS: Final = 100
# What PostgreSQL wants otherwise than SQLite.
_OWN: Final = {
    NEXT_UBRN: "SELECT nextval('ubrn')",
    ONE_AT_A_TIME: "SELECT pg_advisory_xact_lock(?::bigint)",
    FIND_FOR_CHANGE: f"{FIND_FOR_CHANGE} FOR UPDATE",
    FIND_ADVICE_FOR_CHANGE: f"{FIND_ADVICE_FOR_CHANGE} FOR UPDATE",
}
_TYPES: Final = (
    ("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    ("INTEGER", "BIGINT"),
    ("BLOB", "BYTEA"),
    (" WITHOUT ROWID", ""),
)
_SCHEMA_LOCK: Final = 0x65525331  # two nodes that start together make the tables once


class PostgresConnection:
    """A connection that takes the store's statements."""

    def __init__(self, address: str, synchronous_commit: str) -> None:
        try:
            self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=2)
        except psycopg.Error as error:
            raise ConnectionError(str(error).strip()) from None
        self._connection.execute(f"SET synchronous_commit = {synchronous_commit}".encode())
        self.total_changes = 0
        self.archive: ArchivedReferrals | None = None

    def execute(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run a statement; `total_changes` counts the rows that it changed."""
        cursor = self._connection.execute(_translated(statement), values or None)
        if not statement.startswith("SELECT"):
            self.total_changes += max(0, cursor.rowcount)
        return cursor

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> psycopg.Cursor[Any]:
        """Run a statement for each row of values."""
        cursor = self._connection.cursor()
        cursor.executemany(_translated(statement), rows)
        self.total_changes += max(0, cursor.rowcount)
        return cursor

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


class PostgresDatabase:
    """A database on a PostgreSQL server. Raises `ValueError` for a promise that it cannot keep."""

    errors: tuple[type[Exception], ...] = (psycopg.Error,)
    conflicts: tuple[type[Exception], ...] = (
        psycopg.errors.LockNotAvailable,
        psycopg.errors.DeadlockDetected,
        psycopg.errors.SerializationFailure,
    )
    dropped = 0

    def __init__(self, address: str, durability: Durability, archive: ArchivedReferrals | None = None) -> None:
        if durability.promise == "none":
            raise ValueError("a shared database keeps what it is given; durability none is for a data folder")
        self._promise = durability.promise
        self.group_max = 1 if self._promise == "sync" else GROUP_MAX
        self.writer = PostgresConnection(address, "off" if self._promise == "async" else "on")
        self._make_tables(first_ubrn(archive))
        self._reader = PostgresConnection(address, "off")

    def begin(self, writes: int) -> None:
        self.writer.execute("BEGIN")
        waits_ms = _GROUP_WAITS_MS if writes > 1 else 0  # 0: as long as it takes
        self.writer.execute(f"SET LOCAL lock_timeout = {waits_ms}")

    def commit(self) -> None:
        self.writer.execute("COMMIT")

    def rollback(self) -> None:
        if self.writer.in_transaction:
            self.writer.execute("ROLLBACK")

    def read(self, statement: str, values: Sequence[object]) -> psycopg.Cursor[Any]:
        return self._reader.execute(statement, values)

    def flush(self) -> None:
        """A commit that waits for the disk takes all earlier ones there, for the log is one."""
        self.writer.execute("BEGIN")
        self.writer.execute("SET LOCAL synchronous_commit = on")
        self.writer.execute("SELECT pg_logical_emit_message(true, 'rehearse', '')")
        self.writer.execute("COMMIT")

    def close(self) -> None:
        if self._promise == "async":
            self.flush()
        self._reader.close()
        self.writer.close()

    def _make_tables(self, first: int) -> None:
        schema = SCHEMA
        for sqlite, postgres in _TYPES:
            schema = schema.replace(sqlite, postgres)
        self.writer.execute("BEGIN")
        self.writer.execute(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
        self.writer.execute("SET LOCAL client_min_messages = warning")
        for statement in schema.split(";"):
            if statement.strip():
                self.writer.execute(statement)
        self.writer.execute(f"CREATE SEQUENCE IF NOT EXISTS ubrn START {first} CACHE 1")
        self.writer.execute("COMMIT")


@lru_cache(maxsize=1024)
def _translated(statement: str) -> bytes:
    """SQLite's marks for values as psycopg's."""
    return _OWN.get(statement, statement).replace("?", "%s").encode()
