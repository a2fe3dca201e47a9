"""Stores that do not keep their word, each as one request sees it: it reads what was, or loses, or doubles.

A handler works with such a store without knowing it. What an acknowledged write lost or did twice is then found by
an audit from outside, for nothing that is kept says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from mock_server.storage.repositories import (
    CommittedState,
    KeptVersion,
    ReferralReader,
    StateStore,
    Transaction,
    UbrnSequence,
    Write,
)

T = TypeVar("T")


class _Passing:
    """The store behind it."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    @property
    def read(self) -> CommittedState:
        """What is committed."""
        return self._store.read

    async def write(self, write: Write[T]) -> T:
        """Run a write. Raises what it raises."""
        return await self._store.write(write)


class StaleStore(_Passing):
    """Reads a referral as it was before its last change; one that never changed is read as it is."""

    @property
    def read(self) -> CommittedState:
        """What is committed, but for the current version of each referral."""
        held = self._store.read
        return replace(held, referrals=_StaleReferrals(held.referrals))


class LosingStore(_Passing):
    """Acknowledges a write and does not keep it. A number it gave is never given again."""

    async def write(self, write: Write[T]) -> T:
        """The write's result; nothing else is left of it. Raises what it raises."""
        return await self._store.write(lambda transaction: _undone(transaction, write))


class DoublingStore(_Passing):
    """Does a write twice, as a server does that repeats what was answered; the second gets numbers of its own."""

    async def write(self, write: Write[T]) -> T:
        """The first one's result. Raises what either raises."""

        def twice(transaction: Transaction) -> T:
            first = write(transaction)
            write(transaction)
            return first

        return await self._store.write(twice)


class _StaleReferrals:
    def __init__(self, kept: ReferralReader) -> None:
        self._kept = kept
        self.earlier, self.find, self.worklist = kept.earlier, kept.find, kept.worklist
        self.list_stored, self.stored_among = kept.list_stored, kept.stored_among

    def current(self, ubrn: int) -> KeptVersion | None:
        found = self._kept.current(ubrn)
        body = None if found is None else self._kept.earlier(ubrn, found.version - 1)
        return found if found is None or body is None else found._replace(version=found.version - 1, body=body)


class _NotedUbrns:
    """Gives numbers on, and knows the last."""

    def __init__(self, ubrns: UbrnSequence) -> None:
        self._ubrns = ubrns
        self.use_up = ubrns.use_up
        self.given: int | None = None

    def next_ubrn(self) -> int:
        self.given = self._ubrns.next_ubrn()
        return self.given


def _undone(transaction: Transaction, write: Write[T]) -> T:
    noted = _NotedUbrns(transaction.ubrns)
    result = transaction.savepoint.undone(lambda: write(replace(transaction, ubrns=noted)))
    if noted.given is not None:
        transaction.ubrns.use_up(noted.given)
    return result
