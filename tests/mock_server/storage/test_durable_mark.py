"""What `async` answered and had not flushed is lost after a sudden end, to the write, and nothing else is."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from mock_server.storage.durable_mark import DurableMark
from mock_server.storage.repositories import Transaction
from mock_server.storage.sqlite import SqliteDatabase
from mock_server.storage.store import Store
from scenarios.language.service import Durability

ASYNC = Durability.model_validate({"promise": "async", "window": "1 h"})  # no test waits for its end


def take(transaction: Transaction, number: int) -> bool:
    return transaction.slots.take("1", number, 1)


def write(database: SqliteDatabase, *numbers: int) -> None:
    """Each write is a commit of its own."""
    for number in numbers:
        database.begin(1)
        assert take(database.transaction, number)
        database.commit()


def taken(database: SqliteDatabase) -> set[int]:
    return set(database.reader.slots.taken_from("1", 0))


def copied(folder: Path, to: Path) -> Path:
    """The files as the machine's sudden end leaves them."""
    to.mkdir()
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


def test_a_start_drops_just_what_was_not_flushed_and_says_how_much(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "first", ASYNC)
    write(database, 1, 2, 3)
    database.flush()
    write(database, 4, 5)
    again = SqliteDatabase(copied(tmp_path / "first", tmp_path / "second"), ASYNC)
    assert (again.dropped, taken(again)) == (2, {1, 2, 3})
    again.close()
    database.close()


def test_a_stop_in_order_leaves_no_mark_and_loses_nothing(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, ASYNC)
    write(database, 1, 2, 3)
    database.close()
    assert not list(tmp_path.glob("*-durable"))
    again = SqliteDatabase(tmp_path, ASYNC)
    assert (again.dropped, taken(again)) == (0, {1, 2, 3})
    again.close()


def test_a_mark_without_a_log_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    assert DurableMark(path).flush() == 0
    assert DurableMark(path).recover() == 0
    assert not list(tmp_path.iterdir())


def test_a_log_that_had_not_even_its_header_held_no_write(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    (tmp_path / "kept.sqlite3-wal").write_bytes(b"half a header")
    DurableMark(path).note(0)
    assert DurableMark(path).recover() == 0
    assert (tmp_path / "kept.sqlite3-wal").read_bytes() == b""


def test_after_its_window_what_was_acknowledged_is_durable(tmp_path: Path) -> None:
    store = Store(tmp_path, Durability.model_validate({"promise": "async", "window": "1 ms"}))

    async def story() -> None:
        for number in range(3):
            assert await store.write(partial(take, number=number))
        while store.durable < 3:
            await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(story(), 30))
    assert store.state() | {"dropped_at_start": 0} == {
        "durability": "async",
        "acknowledged": 3,
        "durable": 3,
        "dropped_at_start": 0,
    }
    store.close()


def test_a_power_cut_says_what_it_takes_and_acknowledges_nothing_more(tmp_path: Path) -> None:
    store = Store(tmp_path / "first", ASYNC)

    async def story() -> None:
        assert await store.write(partial(take, number=1))
        assert await store.write(partial(take, number=2))
        assert store.cut()["lost"] == 2
        lost = asyncio.create_task(store.write(partial(take, number=3)))
        await asyncio.sleep(0.05)
        assert not lost.done()
        lost.cancel()

    asyncio.run(story())
    store.close()
    again = SqliteDatabase(copied(tmp_path / "first", tmp_path / "second"), ASYNC)
    assert (again.dropped, taken(again)) == (2, set())
    again.close()


def test_what_promises_nothing_begins_empty(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, Durability(promise="none"))
    write(database, 1)
    database.flush()
    database.close()
    again = SqliteDatabase(tmp_path, Durability(promise="none"))
    assert taken(again) == set()
    again.close()
