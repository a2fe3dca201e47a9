"""What the SQL repositories need of a database, and what the store needs of it.

Statements are written once, in the SQL that SQLite and PostgreSQL share, with `?` for values; the few things that one
of them wants otherwise are its `SqlDialect`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from mock_server.storage.repositories import CommittedState, Transaction

GROUP_MAX: Final = 64  # writes a commit, where the promise allows more than one


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """Where databases differ; as it is, SQLite."""

    integer: str = "INTEGER"  # of 64 bits
    blob: str = "BLOB"
    counted_key: str = "INTEGER PRIMARY KEY AUTOINCREMENT"  # the database gives the numbers
    by_key: str = " WITHOUT ROWID"  # ends a table that is its primary key's index
    for_update: str = ""  # ends a query whose rows nobody else may change until the transaction ends
    lock: str | None = None  # waits until no other transaction holds a number; None: there is one writer


class Cursor(Protocol):
    """The rows that a statement found, or how many it changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows."""


class SqlConnection(Protocol):
    """A connection to a database: what asks is kept apart from what changes."""

    def query(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement that changes nothing."""

    def change(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement that changes rows."""

    def change_each(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement that changes rows for each row of values."""

    @property
    def total_changes(self) -> int:
        """How many rows have been changed since the connection was made."""


class Database(Protocol):
    """Where the state is kept: one connection that writes, one that reads, and a way to the disk."""

    dropped: int
    reader: CommittedState
    transaction: Transaction
    group_max: int
    errors: tuple[type[Exception], ...]  # of the database itself
    conflicts: tuple[type[Exception], ...]  # those of them after which the transaction may be tried again
    trouble: str | None  # why nothing can be read or written at present
    look_at_s: float | None  # when the writer shall look after it next, on the monotonic clock; None: never

    @property
    def connection(self) -> SqlConnection:
        """The writer's."""

    def is_unable(self, error: BaseException | None) -> bool:
        """Whether an error is no fault of the statement, but of what is kept: a full disk, a lock, a damaged page."""

    def begin(self, writes: int) -> None:
        """Begin a transaction of the writer for so many writes."""

    def commit(self) -> None:
        """End it; what it did is visible, and as durable as promised."""

    def rollback(self) -> None:
        """End it as if it had never been, if there is one. Raises nothing; `trouble` says when the database is lost."""

    def look_after(self) -> None:
        """See whether the database is there, and get it back where it is not. The writer's thread calls it."""

    def flush(self) -> None:
        """Bring everything that is committed to the disk."""

    def close(self) -> None:
        """Let go, in order."""
