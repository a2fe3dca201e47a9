"""Group commit: one commit for many writes, each decided by itself."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from mock_server.storage import referrals as registers
from mock_server.storage.database import Connection
from mock_server.storage.store import GROUP_MAX, Store


def add(connection: sqlite3.Connection, number: int) -> int:
    connection.execute("INSERT INTO slot_taken VALUES ('1', ?, 1)", (number,))
    if number % 10 == 3:
        raise ValueError(number)
    return number


def test_a_failed_write_leaves_nothing_and_disturbs_nobody(tmp_path: Path) -> None:
    store = Store(tmp_path)

    async def story() -> list[int | BaseException]:
        writes = (store.write(partial(add, number=n)) for n in range(40))
        return await asyncio.gather(*writes, return_exceptions=True)

    results = asyncio.run(story())
    failed = {n for n in range(40) if n % 10 == 3}
    assert {n for n, result in enumerate(results) if isinstance(result, ValueError)} == failed
    kept = {number for (number,) in store.rows("SELECT number FROM slot_taken")}
    assert kept == set(range(40)) - failed
    store.close()


def test_waiting_writes_share_a_commit(tmp_path: Path) -> None:
    store = Store(tmp_path)
    commits: list[int] = []
    store._writer.set_trace_callback(lambda sql: commits.append(1) if sql == "COMMIT" else None)

    async def story() -> None:
        await asyncio.gather(*(store.write(partial(add, number=n * 10)) for n in range(100)))

    asyncio.run(story())
    assert 100 / GROUP_MAX <= len(commits) < 50
    store.close()


def test_a_write_that_cannot_be_committed_is_not_acknowledged(tmp_path: Path) -> None:
    store = Store(tmp_path)

    async def story() -> None:
        store._writer.execute("PRAGMA query_only=ON")
        with pytest.raises(sqlite3.Error):
            await store.write(lambda connection: add(connection, 1))
        store._writer.execute("PRAGMA query_only=OFF")
        assert await store.write(lambda connection: add(connection, 2)) == 2

    asyncio.run(story())
    assert store.rows("SELECT number FROM slot_taken") == [(2,)]
    store.close()


def test_a_group_that_is_taken_apart_gives_no_number_twice(tmp_path: Path) -> None:
    """A number belongs to who has entered it; one that a failed write was given goes to the next."""
    store = Store(tmp_path)

    def enter(connection: Connection, place: int) -> int:
        ubrn = registers.next_ubrn(connection)
        connection.execute(
            "INSERT INTO advice (ubrn, version, organisations, body, value) VALUES (?, 1, '', '', '')", (ubrn,)
        )
        if place % 5 == 4:
            raise ValueError(place)
        return ubrn

    async def story() -> list[int | BaseException]:
        writes = (store.write(partial(enter, place=n)) for n in range(50))
        return await asyncio.gather(*writes, return_exceptions=True)

    given = [ubrn for ubrn in asyncio.run(story()) if isinstance(ubrn, int)]
    assert sorted(given) == list(range(registers.FIRST_UBRN, registers.FIRST_UBRN + 40))
    store.close()
