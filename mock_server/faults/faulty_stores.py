"""Stores that do not keep their word, each as one request sees it: it reads the past, or loses, or doubles.

A handler works at such a store without knowing it. What an acknowledged write lost or did twice is then found by
an audit from outside, for nothing in the tables says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from mock_server.storage import referrals as registers
from mock_server.storage.database import Connection, Keeper, Write

T = TypeVar("T")


class _Passing:
    """The store behind it."""

    def __init__(self, store: Keeper) -> None:
        self._store = store

    async def write(self, write: Write[T]) -> T:
        """Run a write."""
        return await self._store.write(write)

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first row of a query."""
        return self._store.row(statement, values)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query."""
        return self._store.rows(statement, values)


class StaleStore(_Passing):
    """Reads a referral as it was before its last change; one that never changed is read as it is."""

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The row, of the version before."""
        found = self._store.row(statement, values)
        if found is None or statement != registers.LATEST:
            return found
        version, organisations, _ = found
        earlier = self._store.row(registers.EARLIER, (values[0], version - 1))
        return found if earlier is None else (version - 1, organisations, earlier[0])


class LosingStore(_Passing):
    """Acknowledges a write and does not keep it. A number it gave is never given again."""

    async def write(self, write: Write[T]) -> T:
        """The write's result; nothing else is left of it."""
        return await self._store.write(lambda connection: _undone(connection, write))


class DoublingStore(_Passing):
    """Does a write twice, as a server does that repeats what was answered; the second gets numbers of its own."""

    async def write(self, write: Write[T]) -> T:
        """The first one's result."""

        def twice(connection: Connection) -> T:
            first = write(connection)
            write(connection)
            return first

        return await self._store.write(twice)


def _undone(connection: Connection, write: Write[T]) -> T:
    before = registers.next_ubrn(connection)
    connection.execute("SAVEPOINT unkept")
    try:
        result = write(connection)
        after = registers.next_ubrn(connection)
    finally:
        connection.execute("ROLLBACK TO SAVEPOINT unkept")
        connection.execute("RELEASE SAVEPOINT unkept")
    if after > before:
        registers.use_up(connection, after - 1)
    return result
