"""The repositories that SQLite and PostgreSQL share, over a connection of either."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Final, TypeVar

from mock_server.storage.advice import ADVICE_TABLES, SqlAdviceReader, SqlAdviceWriter
from mock_server.storage.appointments import APPOINTMENT_TABLES, SqlAppointmentReader, SqlAppointmentWriter
from mock_server.storage.files import FILE_TABLES, SqlFileReader, SqlFileWriter
from mock_server.storage.idempotency_keys import KEY_TABLES, SqlKeyWriter
from mock_server.storage.referrals import REFERRAL_TABLES, SqlReferralReader, SqlReferralWriter
from mock_server.storage.repositories import CommittedState, Transaction, UbrnSequence
from mock_server.storage.slots import SLOT_TABLES, SqlSlotReader, SqlSlotWriter
from mock_server.storage.sql import SqlConnection, SqlDialect
from mock_server.storage.sqlite_file import columns_in
from mock_server.storage.ubrns import UBRN_TABLES

_TABLES: Final = (
    REFERRAL_TABLES, SLOT_TABLES, APPOINTMENT_TABLES, KEY_TABLES, UBRN_TABLES, ADVICE_TABLES, FILE_TABLES,
)  # fmt: skip

T = TypeVar("T")


def table_statements(dialect: SqlDialect) -> list[str]:
    """What makes the tables that are not there yet."""
    text = "".join(_TABLES).format(
        integer=dialect.integer, blob=dialect.blob, counted_key=dialect.counted_key, by_key=dialect.by_key
    )
    return [statement for statement in text.split(";") if statement.strip()]


def table_columns() -> dict[str, frozenset[str]]:
    """The columns of each table, as SQLite reads the statements that make them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in table_statements(SqlDialect()):
            connection.execute(statement)
        return columns_in(connection)


def reader_over(connection: SqlConnection) -> CommittedState:
    """What may be read over this connection."""
    return CommittedState(
        SqlReferralReader(connection),
        SqlAppointmentReader(connection),
        SqlAdviceReader(connection),
        SqlFileReader(connection),
        SqlSlotReader(connection),
    )


def transaction_over(connection: SqlConnection, dialect: SqlDialect, ubrns: UbrnSequence) -> Transaction:
    """What a write may do over this connection; the database begins and ends its transactions."""
    files = SqlFileWriter(connection)
    return Transaction(
        SqlReferralWriter(connection, dialect, files),
        SqlAppointmentWriter(connection),
        SqlAdviceWriter(connection, dialect, files),
        files,
        SqlSlotWriter(connection),
        ubrns,
        SqlKeyWriter(connection, dialect),
        SqlSavepoint(connection),
    )


class SqlSavepoint:
    """A place in a transaction to go back to."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def undone(self, work: Callable[[], T]) -> T:
        """Run it and take back what it changed; its result. What it raises is passed on."""
        self._connection.query("SAVEPOINT undone")
        try:
            return work()
        finally:
            self._connection.query("ROLLBACK TO SAVEPOINT undone")
            self._connection.query("RELEASE SAVEPOINT undone")
