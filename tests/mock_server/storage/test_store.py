"""Group commit: one commit for many writes, each decided by itself."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from mock_server.domain.advice import Advice
from mock_server.storage.repositories import Transaction
from mock_server.storage.sql import GROUP_MAX
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.store import Store
from mock_server.storage.ubrns import FIRST_UBRN
from scenarios.language.service import Durability


def take(transaction: Transaction, number: int) -> int:
    assert transaction.slots.take("1", number, 1)
    if number % 10 == 3:
        raise ValueError(number)
    return number


def test_a_failed_write_leaves_nothing_and_disturbs_nobody(tmp_path: Path) -> None:
    store = Store(tmp_path)

    async def story() -> list[int | BaseException]:
        writes = (store.write(partial(take, number=n)) for n in range(40))
        return await asyncio.gather(*writes, return_exceptions=True)

    results = asyncio.run(story())
    failed = {n for n in range(40) if n % 10 == 3}
    assert {n for n, result in enumerate(results) if isinstance(result, ValueError)} == failed
    assert store.read.slots.taken_from("1", 0) == set(range(40)) - failed
    store.close()


def test_waiting_writes_share_a_commit(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, Durability())
    store = Store(database)
    commits: list[int] = []
    database.connection.set_trace_callback(lambda sql: commits.append(1) if sql == "COMMIT" else None)

    async def story() -> None:
        await asyncio.gather(*(store.write(partial(take, number=n * 10)) for n in range(100)))

    asyncio.run(story())
    assert 100 / GROUP_MAX <= len(commits) < 50
    store.close()


def test_a_write_that_cannot_be_committed_is_not_acknowledged(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, Durability())
    store = Store(database)

    async def story() -> None:
        database.connection.execute("PRAGMA query_only=ON")
        with pytest.raises(sqlite3.Error):
            await store.write(lambda transaction: take(transaction, 1))
        database.connection.execute("PRAGMA query_only=OFF")
        assert await store.write(lambda transaction: take(transaction, 2)) == 2

    asyncio.run(story())
    assert store.read.slots.taken_from("1", 0) == {2}
    assert store.acknowledged == 1
    store.close()


def test_a_group_that_is_taken_apart_gives_no_number_twice(tmp_path: Path) -> None:
    """A number belongs to who has entered it; one that a failed write was given goes to the next."""
    store = Store(tmp_path)

    def enter(transaction: Transaction, place: int) -> int:
        ubrn = transaction.ubrns.next_ubrn()
        transaction.advice.add(request_for_advice(ubrn), b"", b"")
        if place % 5 == 4:
            raise ValueError(place)
        return ubrn

    async def story() -> list[int | BaseException]:
        writes = (store.write(partial(enter, place=n)) for n in range(50))
        return await asyncio.gather(*writes, return_exceptions=True)

    given = [ubrn for ubrn in asyncio.run(story()) if isinstance(ubrn, int)]
    assert sorted(given) == list(range(FIRST_UBRN, FIRST_UBRN + 40))
    store.close()


def test_a_refused_write_that_changed_nothing_is_not_counted(tmp_path: Path) -> None:
    store = Store(tmp_path)

    async def story() -> None:
        assert await store.write(lambda transaction: transaction.slots.take("1", 1, 1))
        assert not await store.write(lambda transaction: transaction.slots.take("1", 1, 2))

    asyncio.run(story())
    assert (store.acknowledged, store.durable) == (1, 1)
    store.close()


def request_for_advice(ubrn: int) -> Advice:
    return Advice(
        ubrn=ubrn,
        version=1,
        patient="9990000018",
        clinician="1",
        practice="A81001",
        priority="ROUTINE",
        specialty="CARDIOLOGY",
        clinic_type="",
        service="70000",
        provider="P",
        authorisation="",
        created="",
        updated="",
        messages=(),
        correlation_id="",
    )
