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

The server may go away and come back: it is restarted, it fails over, somebody ends our connection. Every
`LOOK_EVERY_S` the writer looks whether its connection still stands; one that was lost is made anew at once, then
after waits that double up to `WAIT_S_MAX`. Until then `trouble` says why nothing can be read or written.

Source: PostgreSQL manual, chapters 13.3 (explicit locking), 30.4 (asynchronous commit).
"""

import logging
from time import monotonic
from typing import Final

import psycopg

from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.postgres_connection import PostgresConnection, StuckStatements, in_one_line
from mock_server.storage.sql import GROUP_MAX, SqlConnection, SqlDialect
from mock_server.storage.sql_repositories import reader_over, table_columns, table_statements, transaction_over
from mock_server.storage.sqlite_file import SCHEMA_VERSION
from mock_server.storage.ubrns import first_ubrn, use_up
from scenarios.language.service import Durability

LOOK_EVERY_S: Final = 0.5
WAIT_S_MAX: Final = 2.0
_FIRST_WAIT_S: Final = 0.1
_LOG: Final = logging.getLogger(__name__)
_GROUP_WAITS_MS: Final = 100
_DIALECT: Final = SqlDialect(
    integer="BIGINT",
    blob="BYTEA",
    counted_key="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    by_key="",
    for_update=" FOR UPDATE",
    lock="SELECT pg_advisory_xact_lock(?::bigint)",
)
# no fault of a statement; the last is what somebody does to the tables while the mock runs
_UNABLE: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.UndefinedTable,
)
_COLUMNS: Final = (
    "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema()"
)
_FORM: Final = "rehearse tables, form "
_SCHEMA_LOCK: Final = 0x65525331  # two nodes that start together make the tables once


class PostgresDatabase:
    """A database on a PostgreSQL server.

    Raises `ValueError` for a promise that it cannot keep, `ConnectionError` for a database that it cannot use.
    """

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
        self.trouble: str | None = None
        self._lost_at_s = self._retry_at_s = self._wait_s = 0.0
        self.connection = PostgresConnection(address, "off" if self._promise == "async" else "on")
        try:
            self._make_tables(first_ubrn(archive))
        except (psycopg.Error, ValueError) as error:
            self.connection.close()
            raise ConnectionError(in_one_line(error)) from None
        self._reading = PostgresConnection(address, "off")
        self._stuck = StuckStatements((self.connection, self._reading))
        self.reader = reader_over(self._reading)
        self.transaction = transaction_over(self.connection, _DIALECT, _SequenceOfUbrns(self.connection))
        self.look_at_s: float | None = monotonic() + LOOK_EVERY_S

    def is_unable(self, error: BaseException | None) -> bool:
        return isinstance(error, _UNABLE)

    def begin(self, writes: int) -> None:
        self.connection.query("BEGIN")
        waits_ms = _GROUP_WAITS_MS if writes > 1 else 0  # 0: as long as it takes
        self.connection.query(f"SET LOCAL lock_timeout = {waits_ms}")

    def commit(self) -> None:
        self.connection.query("COMMIT")

    def rollback(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.query("ROLLBACK")
        except psycopg.Error:
            pass  # then the connection is gone, and its transaction with it
        if self.connection.is_lost:
            self._lose(self.connection.why_lost)

    def flush(self) -> None:
        """A commit that waits for the disk takes all earlier ones there, for the log is one."""
        self.connection.query("BEGIN")
        self.connection.query("SET LOCAL synchronous_commit = on")
        self.connection.query("SELECT pg_logical_emit_message(true, 'rehearse', '')")
        self.connection.query("COMMIT")

    def look_after(self) -> None:
        """See whether the connections stand, or make them anew."""
        if self.trouble is None:
            self._probe()
        if self.trouble is not None and monotonic() >= self._retry_at_s:
            self._come_back()
        self.look_at_s = monotonic() + LOOK_EVERY_S if self.trouble is None else self._retry_at_s

    def close(self) -> None:
        self._stuck.stop()
        try:
            if self._promise == "async":
                self.flush()
        finally:
            self._reading.close()
            self.connection.close()

    def _probe(self) -> None:
        if self._reading.is_lost:
            self._lose(self._reading.why_lost)
            return
        try:
            self.connection.query("SELECT 1")
        except psycopg.Error as error:
            self._lose(in_one_line(error))

    def _lose(self, why: str) -> None:
        if self.trouble is None:
            _LOG.warning("the database is lost: %s", why)
            self._lost_at_s = self._retry_at_s = self.look_at_s = monotonic()
            self._wait_s = _FIRST_WAIT_S
        self.trouble = f"the database cannot be reached: {why}"

    def _come_back(self) -> None:
        try:
            self.connection.reopen()
            self._reading.reopen()
        except ConnectionError as error:
            self.trouble = f"the database cannot be reached: {error}"
            self._retry_at_s = monotonic() + self._wait_s
            self._wait_s = min(2 * self._wait_s, WAIT_S_MAX)
            return
        self.trouble = None
        _LOG.warning("the database is back after %.1f s", monotonic() - self._lost_at_s)

    def _make_tables(self, first: int) -> None:
        self.connection.query("BEGIN")
        self.connection.query("SET LOCAL synchronous_commit = on")  # or its loss could take the tables
        self.connection.query(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
        self._check_tables()
        for statement in table_statements(_DIALECT):
            self.connection.query(statement)
        if self._form() is None:
            self.connection.query(f"COMMENT ON TABLE referral IS '{_FORM}{SCHEMA_VERSION}'")
        self.connection.query(f"CREATE SEQUENCE IF NOT EXISTS ubrn START {first} CACHE 1")
        self.connection.query(f"SELECT setval('ubrn', {first}, false) FROM ubrn WHERE last_value < {first}")
        self.connection.query("COMMIT")

    def _check_tables(self) -> None:
        """Raises `ValueError` when a table of ours is somebody else's, or of a newer version."""
        held: dict[str, set[str]] = {}
        for table, column in self.connection.query(_COLUMNS).fetchall():
            held.setdefault(table, set()).add(column)
        for table, columns in table_columns().items():
            if held.get(table, columns) != columns:
                what = f"its table {table!r} has other columns than this server's"
                raise ValueError(f"{what}; give this server a database of its own")
        if (form := self._form()) is not None and form > SCHEMA_VERSION:
            what = f"its tables have form {form}, this one knows {SCHEMA_VERSION}"
            raise ValueError(f"it was written by a newer version ({what})")

    def _form(self) -> int | None:
        """The form of the tables, as the first of them says; None where it does not."""
        said = self.connection.query("SELECT obj_description(to_regclass('referral'), 'pg_class')").fetchone()
        number = str((said and said[0]) or "").removeprefix(_FORM)
        return int(number) if number.isascii() and number.isdigit() else None


class _SequenceOfUbrns:
    """The database's own sequence: every node draws from it, and what it gave it never gives again."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def next_ubrn(self) -> int:
        return int(self._connection.query("SELECT nextval('ubrn')").fetchone()[0])

    def use_up(self, ubrn: int) -> None:
        use_up(self._connection, ubrn)
