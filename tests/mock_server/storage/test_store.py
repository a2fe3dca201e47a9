"""Group commit: one commit for many writes, each decided by itself."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mock_server.domain.advice import Advice
from mock_server.domain.referral import Attachment
from mock_server.errors import UnavailableRefusal
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


def read_only(database: SqliteDatabase) -> None:
    database.connection.execute("PRAGMA query_only=ON")


def full(database: SqliteDatabase) -> None:
    (pages,) = database.connection.execute("PRAGMA page_count").fetchone()
    database.connection.execute(f"PRAGMA max_page_count={pages}")


def held_by_another_program(database: SqliteDatabase) -> None:
    other = sqlite3.connect(database.connection.execute("PRAGMA database_list").fetchone()[2])
    other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (read_only, "attempt to write a readonly database"),
        (full, "database or disk is full"),
        (held_by_another_program, "database is locked"),
    ],
)
def test_a_write_that_cannot_be_kept_is_refused_and_costs_a_line(
    spoil: Callable[[SqliteDatabase], object],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("mock_server.storage.sqlite._LOCKED_WITHIN_S", 0.05)
    database = SqliteDatabase(tmp_path, Durability())
    store = Store(database)
    large, about = b"x" * 1_000_000, Attachment("1", "a.txt", "text/plain", 1, "", "", "")

    async def story() -> None:
        spoil(database)
        with pytest.raises(UnavailableRefusal, match=reason) as refused:
            await store.write(lambda transaction: transaction.files.add(about, large))
        assert refused.value.status == 503 and refused.value.retry_after_s >= 1

    asyncio.run(story())
    assert store.acknowledged == 0
    store.close()
    assert [line.getMessage() for line in caplog.records] == [f"1 write was not kept: {reason}"]
    assert not any(line.exc_info for line in caplog.records)


def test_the_writer_goes_on_when_the_disk_has_room_again(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path, Durability())
    store = Store(database)

    async def story() -> None:
        read_only(database)
        with pytest.raises(UnavailableRefusal):
            await store.write(lambda transaction: take(transaction, 1))
        database.connection.execute("PRAGMA query_only=OFF")
        assert await store.write(lambda transaction: take(transaction, 2)) == 2

    asyncio.run(story())
    assert store.read.slots.taken_from("1", 0) == {2}
    assert store.acknowledged == 1
    store.close()


def test_the_writer_outlives_what_nobody_has_thought_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    database = SqliteDatabase(tmp_path, Durability())
    store = Store(database)

    def fail() -> None:
        raise MemoryError("nothing left")

    async def story() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(database, "commit", fail)
            with pytest.raises(MemoryError):
                await store.write(lambda transaction: take(transaction, 1))
        assert await store.write(lambda transaction: take(transaction, 2)) == 2

    asyncio.run(story())
    assert store.read.slots.taken_from("1", 0) == {2}
    store.close()
    assert "a group of writes failed" in caplog.text


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
