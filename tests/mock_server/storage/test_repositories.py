"""Whatever keeps the state, the same operations get the same answers: archived referrals are like any other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mock_server.storage.archive_overlay import reader_with
from mock_server.storage.sql import Cursor, Database, SqlConnection, SqlDialect
from mock_server.storage.sql_repositories import reader_over, transaction_over
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.store import Store
from mock_server.storage.ubrns import FIRST_UBRN, CountedUbrns
from scenarios.language.service import Durability
from tests.fixtures.mock_server.kept_histories import (
    ARCHIVE,
    ARCHIVED,
    KINDS,
    ApiOperation,
    enter_archived,
    everything,
    perform,
)
from tests.fixtures.mock_server.postgres_server import postgres_server

NONE = Durability(promise="none")
# enough in two dozen steps: a few archived referrals of each sort, one that is not there, and new ones
UBRNS = st.sampled_from([0, 1, 2, *range(ARCHIVED - 9, ARCHIVED + 1), FIRST_UBRN, FIRST_UBRN + 1])
HISTORIES = st.lists(st.tuples(st.sampled_from(KINDS), UBRNS), max_size=24)
EVERY_KIND: list[ApiOperation] = [("refer", 3), *((kind, ubrn) for ubrn in range(33, ARCHIVED + 1) for kind in KINDS)]
Open = Callable[[], Any]


@contextmanager
def plain() -> Iterator[Store]:
    """SQLite in which the archived referrals were entered one by one: what the others are compared with."""
    with folder() as path, closing(Store(path, NONE)) as store:
        enter_archived(store)
        yield store


@contextmanager
def with_archive() -> Iterator[Store]:
    with folder() as path, closing(Store(path, NONE, ARCHIVE)) as store:
        yield store


@contextmanager
def with_archive_and_statements_written_otherwise() -> Iterator[Store]:
    with folder() as path, closing(Store(written_otherwise(path), NONE, ARCHIVE)) as store:
        yield store


def assert_the_same(other: Open, history: list[ApiOperation]) -> None:
    with plain() as one, other() as two:
        assert everything(two) == everything(one)
        for operation in history:
            assert perform(two, operation) == perform(one, operation), operation
        assert everything(two) == everything(one)


quickly = settings(max_examples=6)


@pytest.mark.parametrize("other", [with_archive, with_archive_and_statements_written_otherwise])
@quickly
@given(history=HISTORIES)
@example(history=EVERY_KIND)
def test_archived_referrals_are_like_stored_ones(other: Open, history: list[ApiOperation]) -> None:
    assert_the_same(other, history)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres_server() as found:
        yield found


@pytest.mark.parametrize("has_archive", [False, True])
def test_postgresql_answers_as_sqlite_does(address: str, has_archive: bool) -> None:
    assert_the_same(lambda: on_postgresql(address, has_archive), EVERY_KIND)


@contextmanager
def on_postgresql(address: str, has_archive: bool) -> Iterator[Store]:
    """A store over an emptied database, with the archive or with its referrals entered."""
    import psycopg  # noqa: PLC0415  # an extra

    from mock_server.storage.postgresql import PostgresDatabase  # noqa: PLC0415  # needs an extra

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    held = ARCHIVE if has_archive else None
    with closing(Store(PostgresDatabase(address, Durability(), held), Durability(), held)) as store:
        if not has_archive:
            enter_archived(store)
        yield store


def test_most_operations_of_the_long_history_succeed() -> None:
    """Otherwise the comparison would be of refusals."""
    with with_archive() as store:
        done = [kind for kind, ubrn in EVERY_KIND if isinstance(perform(store, (kind, ubrn)), bytes)]
    assert {"attach", "book", "accept", "cancel", "refer"} <= set(done)


def test_without_an_archive_nothing_is_laid_over(tmp_path: Path) -> None:
    with closing(Store(tmp_path, NONE)) as store:
        assert reader_with(None, store.read) is store.read
        assert store.read.referrals.current(1) is None


class Rewriting:
    """A connection that gets every statement in lower case and with a word a line."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def query(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        return self._connection.query(rewritten(statement), values)

    def change(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        return self._connection.change(rewritten(statement), values)

    def change_each(self, statement: str, rows: Iterable[Sequence[Any]]) -> Cursor:
        return self._connection.change_each(rewritten(statement), rows)

    @property
    def total_changes(self) -> int:
        return self._connection.total_changes


def rewritten(statement: str) -> str:
    return "\n".join(statement.lower().split())


def written_otherwise(path: Path) -> Database:
    database = SqliteDatabase(path, NONE)
    rewriting = Rewriting(database.connection)
    database.reader = reader_over(rewriting)
    # a transaction begins and ends as before; the numbers are looked up each time, as nobody tells when it begins
    database.transaction = transaction_over(rewriting, SqlDialect(), LookedUpUbrns(rewriting, FIRST_UBRN))
    return database


class LookedUpUbrns(CountedUbrns):
    def next_ubrn(self) -> int:
        self.begin()
        return super().next_ubrn()


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextmanager
def closing(store: Store) -> Iterator[Store]:
    try:
        yield store
    finally:
        store.close()
