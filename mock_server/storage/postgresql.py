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

from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.sql import GROUP_MAX, SqlConnection, SqlDialect
from mock_server.storage.sql_repositories import reader_over, table_statements, transaction_over
from mock_server.storage.ubrns import first_ubrn, use_up
from scenarios.language.service import Durability

_GROUP_WAITS_MS: Final = 100
_DIALECT: Final = SqlDialect(
    integer="BIGINT",
    blob="BYTEA",
    counted_key="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    by_key="",
    for_update=" FOR UPDATE",
    lock="SELECT pg_advisory_xact_lock(?::bigint)",
)
_SCHEMA_LOCK: Final = 0x65525331  # two nodes that start together make the tables once


class PostgresConnection:
    """A connection that takes the repositories' statements. Raises `ConnectionError` when there is no such database."""

    def __init__(self, address: str, synchronous_commit: str) -> None:
        try:
            self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=2)
        except psycopg.Error as error:
            raise ConnectionError(str(error).strip()) from None
        self._connection.execute(f"SET synchronous_commit = {synchronous_commit}".encode())
        self.total_changes = 0

    def query(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run a statement that changes no rows."""
        return self._connection.execute(_marked(statement), values or None)

    def change(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run a statement that changes rows; `total_changes` counts them."""
        cursor = self._connection.execute(_marked(statement), values or None)
        self.total_changes += max(0, cursor.rowcount)
        return cursor

    def change_each(self, statement: str, rows: Iterable[Sequence[Any]]) -> psycopg.Cursor[Any]:
        """Run a statement that changes rows for each row of values."""
        cursor = self._connection.cursor()
        cursor.executemany(_marked(statement), rows)
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
        self.connection = PostgresConnection(address, "off" if self._promise == "async" else "on")
        self._make_tables(first_ubrn(archive))
        self._reading = PostgresConnection(address, "off")
        self.reader = reader_over(self._reading)
        self.transaction = transaction_over(self.connection, _DIALECT, _SequenceOfUbrns(self.connection))

    def begin(self, writes: int) -> None:
        self.connection.query("BEGIN")
        waits_ms = _GROUP_WAITS_MS if writes > 1 else 0  # 0: as long as it takes
        self.connection.query(f"SET LOCAL lock_timeout = {waits_ms}")

    def commit(self) -> None:
        self.connection.query("COMMIT")

    def rollback(self) -> None:
        if self.connection.in_transaction:
            self.connection.query("ROLLBACK")

    def flush(self) -> None:
        """A commit that waits for the disk takes all earlier ones there, for the log is one."""
        self.connection.query("BEGIN")
        self.connection.query("SET LOCAL synchronous_commit = on")
        self.connection.query("SELECT pg_logical_emit_message(true, 'rehearse', '')")
        self.connection.query("COMMIT")

    def close(self) -> None:
        if self._promise == "async":
            self.flush()
        self._reading.close()
        self.connection.close()

    def _make_tables(self, first: int) -> None:
        self.connection.query("BEGIN")
        self.connection.query(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
        self.connection.query("SET LOCAL client_min_messages = warning")
        for statement in table_statements(_DIALECT):
            self.connection.query(statement)
        self.connection.query(f"CREATE SEQUENCE IF NOT EXISTS ubrn START {first} CACHE 1")
        self.connection.query(f"SELECT setval('ubrn', {first}, false) FROM ubrn WHERE last_value < {first}")
        self.connection.query("COMMIT")


class _SequenceOfUbrns:
    """The database's own sequence: every node draws from it, and what it gave it never gives again."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def next_ubrn(self) -> int:
        return int(self._connection.query("SELECT nextval('ubrn')").fetchone()[0])

    def use_up(self, ubrn: int) -> None:
        use_up(self._connection, ubrn)


@lru_cache(maxsize=1024)
def _marked(statement: str) -> bytes:
    """The statement with psycopg's marks for values in place of SQLite's."""
    return statement.replace("?", "%s").encode()
