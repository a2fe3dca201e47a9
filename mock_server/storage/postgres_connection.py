"""Connections to a PostgreSQL server that may go away, and what keeps anybody from waiting for one for ever.

A statement ends within `STATEMENT_WITHIN_S`, because the server ends it (`statement_timeout`) or, where the server
itself stands still, because `StuckStatements` shuts the socket under it: libpq has no time limit of its own for an
answer. A connection that has gone says so (`is_lost`) and can be made anew under whoever holds it.
Sources: PostgreSQL manual, chapters 20.11 (client connection defaults), 34.1 (connection parameters).
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

CONNECT_WITHIN_S: Final = 2
STATEMENT_WITHIN_S: Final = 5.0
_GRACE_S: Final = 1.0  # for the server's own time limit, which is the friendlier one
_LOOK_EVERY_S: Final = 0.25
_SETTINGS: Final = (
    "SET synchronous_commit = {synchronous_commit}; SET statement_timeout = {statement_ms};"
    " SET idle_in_transaction_session_timeout = {idle_ms}; SET client_min_messages = warning"
)
_OPEN: Final = (TransactionStatus.ACTIVE, TransactionStatus.INTRANS, TransactionStatus.INERROR)


class PostgresConnection:
    """A connection that takes the repositories' statements. Raises `ConnectionError` when there is no such database."""

    def __init__(self, address: str, synchronous_commit: str) -> None:
        self._address, self._synchronous_commit = address, synchronous_commit
        self._busy_since_s: float | None = None
        self.total_changes = 0
        self.why_lost = ""
        self._connection = self._opened()

    def query(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run a statement that changes no rows."""
        self._busy_since_s = monotonic()
        try:
            return self._connection.execute(_marked(statement), values or None)
        except psycopg.Error as error:
            self._notice(error)
            raise
        finally:
            self._busy_since_s = None

    def change(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run a statement that changes rows; `total_changes` counts them."""
        cursor = self.query(statement, values)
        self.total_changes += max(0, cursor.rowcount)
        return cursor

    def change_each(self, statement: str, rows: Iterable[Sequence[Any]]) -> psycopg.Cursor[Any]:
        """Run a statement that changes rows for each row of values."""
        cursor = self._connection.cursor()
        self._busy_since_s = monotonic()
        try:
            cursor.executemany(_marked(statement), rows)
        except psycopg.Error as error:
            self._notice(error)
            raise
        finally:
            self._busy_since_s = None
        self.total_changes += max(0, cursor.rowcount)
        return cursor

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.info.transaction_status in _OPEN

    @property
    def is_lost(self) -> bool:
        """Whether the connection has been found gone; `why_lost` has the words for it."""
        return self._connection.closed

    def reopen(self) -> None:
        """Connect anew, whatever became of the old connection. Raises `ConnectionError` when that cannot be done."""
        fresh, old = self._opened(), self._connection
        self._connection = fresh
        _retire(old)

    def end_if_stuck(self) -> None:
        """Shut the socket under a statement that the server should have ended itself; called from another thread."""
        since_s = self._busy_since_s
        if since_s is not None and monotonic() - since_s > STATEMENT_WITHIN_S + _GRACE_S:
            _shut(self._connection)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _opened(self) -> psycopg.Connection[Any]:
        settings = _SETTINGS.format(
            synchronous_commit=self._synchronous_commit,
            statement_ms=round(STATEMENT_WITHIN_S * 1000),
            idle_ms=round(2 * STATEMENT_WITHIN_S * 1000),
        )
        try:
            connection = psycopg.connect(
                self._address,
                autocommit=True,
                prepare_threshold=2,
                connect_timeout=CONNECT_WITHIN_S,
                tcp_user_timeout=round(STATEMENT_WITHIN_S * 1000),
            )
            try:
                connection.execute(settings.encode())
            except psycopg.Error:
                connection.close()
                raise
        except psycopg.Error as error:
            raise ConnectionError(in_one_line(error)) from None
        return connection

    def _notice(self, error: psycopg.Error) -> None:
        if self._connection.closed:
            self.why_lost = in_one_line(error)


class StuckStatements:
    """A thread that looks after connections whose server no longer answers, until it is stopped."""

    def __init__(self, connections: Sequence[PostgresConnection]) -> None:
        self._connections, self._over = connections, threading.Event()
        threading.Thread(target=self._look, name="stuck-statements", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            for connection in self._connections:
                connection.end_if_stuck()


def in_one_line(error: BaseException) -> str:
    """What an error says, without its line breaks."""
    said = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return " ".join((said or str(error)).split()) or type(error).__name__


def _retire(connection: psycopg.Connection[Any]) -> None:
    """Close a connection that another thread may be waiting on: it is told first, and let go of the connection then."""
    _shut(connection)
    with suppress(psycopg.Error):
        connection.execute(b"SELECT 1")  # waits for the other thread's statement, which fails now
    connection.close()


def _shut(connection: psycopg.Connection[Any]) -> None:
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.pgconn.socket)) as held:
        held.shutdown(socket.SHUT_RDWR)


@lru_cache(maxsize=1024)
def _marked(statement: str) -> bytes:
    """The statement with psycopg's marks for values in place of SQLite's."""
    return statement.replace("?", "%s").encode()
