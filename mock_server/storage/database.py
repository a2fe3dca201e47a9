"""What the store needs of a database: a connection that writes, one that reads, and a way to the disk.

Statements are written once, in the SQL that SQLite and PostgreSQL share, with `?` for values; where one of
them wants it otherwise, its own module says so.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Write = Callable[[Any], T]  # what a handler wants done, given the writer's connection


class Cursor(Protocol):
    """The rows that a statement found, or how many it changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows."""


class Connection(Protocol):
    """What a write may do; `sqlite3.Connection` is one."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor:
        """Run a statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Run a statement for each row of values."""

    @property
    def total_changes(self) -> int:
        """How many rows have been changed since the connection was made."""


class Database(Protocol):
    """Where the state is kept."""

    dropped: int
    writer: Any
    group_max: int
    errors: tuple[type[Exception], ...]  # of the database itself
    conflicts: tuple[type[Exception], ...]  # those of them after which the transaction may be tried again

    def begin(self, writes: int) -> None:
        """Begin a transaction of the writer for so many writes."""

    def commit(self) -> None:
        """End it; what it did is visible, and as durable as promised."""

    def rollback(self) -> None:
        """End it as if it had never been, if there is one."""

    def read(self, statement: str, values: Sequence[object]) -> Cursor:
        """A query over committed state."""

    def flush(self) -> None:
        """Bring everything that is committed to the disk."""

    def close(self) -> None:
        """Let go, in order."""


class Keeper(Protocol):
    """What keeps the state: the store, or the store as one request sees it."""

    async def write(self, write: Write[T]) -> T:
        """Run a write; returns once it is as durable as promised."""

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first row of a query over committed state, or None."""

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query over committed state."""
