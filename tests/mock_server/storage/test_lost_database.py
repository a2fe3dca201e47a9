"""The PostgreSQL server goes away under the mock, and comes back: nothing hangs, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server.errors import UnavailableRefusal
from mock_server.storage.repositories import Write
from mock_server.storage.store import Store
from scenarios.language.service import Durability
from tests.fixtures.mock_server.mock_client import STU3, User, code_of
from tests.fixtures.mock_server.postgres_server import PostgresServer, restartable_postgres
from tests.fixtures.mock_server.served_mock import Served, listed, served

PEOPLE = 4
ENOUGH = 40
ASYNC = Durability.model_validate({"promise": "async", "window": "1 h"})


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresServer]:
    with restartable_postgres() as server:
        yield server


@pytest.fixture
def postgres(cluster: PostgresServer) -> PostgresServer:
    """The server up, and its database empty."""
    import psycopg  # noqa: PLC0415  # an extra

    cluster.start()
    with psycopg.connect(cluster.address, autocommit=True) as by_hand:
        by_hand.execute("DROP SCHEMA IF EXISTS public CASCADE")
        by_hand.execute("CREATE SCHEMA public")
    return cluster


def store_on(server: PostgresServer, durability: Durability | None = None) -> Store:
    from mock_server.storage.postgresql import PostgresDatabase  # noqa: PLC0415  # needs an extra

    promise = durability or Durability()
    return Store(PostgresDatabase(server.address, promise), promise)


def take(number: int) -> Write[bool]:
    return lambda transaction: transaction.slots.take("1", number, 1)


async def until(condition: Callable[[], Any], within_s: float = 30.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s, "it did not come to that"
        await asyncio.sleep(0.02)


class Referring:
    """People who refer without end, and note what they were told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.acknowledged: list[str] = []
        self.refused: list[httpx.Response] = []
        self._stopped = False

    async def work(self, story: Callable[[httpx.AsyncClient], Any]) -> None:
        """Refer for as long as the story lasts."""
        async with httpx.AsyncClient(base_url=self._url, timeout=20) as http:
            user = User(http)
            await user.log_on()
            at_work = [asyncio.create_task(self._refer_on(user)) for _ in range(PEOPLE)]
            await story(http)
            self._stopped = True
            await asyncio.gather(*at_work)

    async def _refer_on(self, user: User) -> None:
        while not self._stopped:
            answer = await user.create(["70000"])
            if answer.status_code == 201:
                self.acknowledged.append(str(answer.json()["id"]))
            else:
                self.refused.append(answer)
                await asyncio.sleep(0.05)


def test_a_server_that_is_killed_and_started_again_takes_nothing_that_was_acknowledged(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    log = tmp_path / "server.log"
    with served(tmp_path / "a", "--database", postgres.address, "--world", "small", log=log) as server:
        referring = Referring(server.url)

        async def story(http: httpx.AsyncClient) -> None:
            await until(lambda: len(referring.acknowledged) >= ENOUGH)
            postgres.kill()
            await until(lambda: len(referring.refused) >= PEOPLE)
            await says_that_it_is_down(server, http)
            postgres.start()
            before = len(referring.acknowledged)
            await until(lambda: len(referring.acknowledged) >= before + ENOUGH)
            assert (await http.get("/health")).json()["status"] == "up"

        asyncio.run(referring.work(story))
        assert {answer.status_code for answer in referring.refused} == {503}
        for answer in referring.refused:
            assert code_of(answer) == "SYSTEM_UNAVAILABLE" and int(answer.headers["retry-after"]) >= 1
        held = [referral["ubrn"] for referral in listed(server.url)]
    assert set(referring.acknowledged) <= set(held)
    # each can have had one write under way that was kept and not answered
    assert len(held) <= len(referring.acknowledged) + PEOPLE
    said = log.read_text()
    assert "Traceback" not in said
    assert said.count("the database is lost: ") == said.count("the database is back after ") == 1


async def says_that_it_is_down(server: Served, http: httpx.AsyncClient) -> None:
    health = await http.get("/health")
    assert health.status_code == 503 and int(health.headers["retry-after"]) >= 1
    assert health.json()["status"] == "down"
    assert health.json()["reason"].startswith("the database cannot be reached: ")
    user = User(http, "receptionist-A81001-2")
    await user.log_on()  # which is no affair of the database's
    read = await user.get(f"{STU3}/ReferralRequest/000050000001")
    assert read.status_code == 503 and code_of(read) == "SYSTEM_UNAVAILABLE"
    assert int(read.headers["retry-after"]) >= 1


async def written(store: Store, number: int) -> None:
    """A write that is done in the end: who is refused comes again."""
    for _ in range(600):
        try:
            await store.write(take(number))
        except UnavailableRefusal:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("it was refused for ever")


def kept(store: Store) -> set[int] | None:
    """What is kept; None when that cannot be read."""
    try:
        return set(store.read.slots.taken_from("1", 0))
    except Exception as error:
        assert store.refusal_of(error) is not None, error
        return None


def test_a_connection_that_the_server_ends_is_made_anew(postgres: PostgresServer) -> None:
    import psycopg  # noqa: PLC0415  # an extra

    store = store_on(postgres)

    async def story() -> None:
        await written(store, 1)
        with psycopg.connect(postgres.address, autocommit=True) as by_hand:
            by_hand.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        await written(store, 2)
        await until(lambda: kept(store) == {1, 2})

    asyncio.run(story())
    store.close()


def test_a_table_that_somebody_takes_away_under_the_mock_is_a_refusal_and_a_line_each(
    postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    import psycopg  # noqa: PLC0415  # an extra

    store = store_on(postgres)
    with psycopg.connect(postgres.address, autocommit=True) as by_hand:
        by_hand.execute("DROP TABLE slot_taken")
    for number in (1, 2):
        with pytest.raises(UnavailableRefusal, match="does not exist"):
            asyncio.run(store.write(take(number)))
    assert kept(store) is None
    assert [record.exc_info for record in caplog.records] == [None] * 2
    store.close()


def test_an_idle_mock_notices_that_its_database_has_gone_and_is_back(postgres: PostgresServer) -> None:
    store = store_on(postgres)

    async def story() -> None:
        postgres.kill()
        await until(lambda: store.trouble is not None)
        with pytest.raises(UnavailableRefusal):
            await store.write(take(1))
        assert kept(store) is None
        postgres.start()
        await until(lambda: store.trouble is None)
        await written(store, 1)
        assert kept(store) == {1}

    asyncio.run(story())
    store.close()


def test_a_server_that_stands_still_does_not_hold_a_write_for_ever(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_server.storage.postgres_connection.STATEMENT_WITHIN_S", 0.2)
    store = store_on(postgres)

    async def story() -> None:
        await written(store, 1)
        postgres.signal_all(signal.SIGSTOP)
        try:
            with pytest.raises(UnavailableRefusal):
                await store.write(take(2))
        finally:
            postgres.signal_all(signal.SIGCONT)
        await written(store, 3)

    asyncio.run(story())
    store.close()


def test_what_async_had_not_flushed_when_the_database_was_lost_is_never_called_durable(
    postgres: PostgresServer,
) -> None:
    store = store_on(postgres, ASYNC)

    async def story() -> None:
        await written(store, 1)
        assert (store.acknowledged, store.durable) == (1, 0)
        postgres.kill()
        await until(lambda: store.trouble is not None)
        postgres.start()
        await written(store, 2)

    asyncio.run(story())
    store._flush()
    assert (store.acknowledged, store.durable) == (2, 1)
    store.close()


def test_a_store_can_be_closed_while_its_database_is_away(
    postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_on(postgres, ASYNC)
    asyncio.run(written(store, 1))
    postgres.kill()
    with caplog.at_level(logging.WARNING):
        store.close()
    assert "the store was not closed in order" in caplog.text


def test_a_database_that_refuses_to_be_used_is_named_in_one_line(postgres: PostgresServer) -> None:
    import psycopg  # noqa: PLC0415  # an extra

    from mock_server.storage.postgresql import PostgresDatabase  # noqa: PLC0415  # needs an extra

    with psycopg.connect(postgres.address, autocommit=True) as by_hand:
        by_hand.execute("CREATE ROLE reader LOGIN")
        by_hand.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    with pytest.raises(ConnectionError, match="permission denied for schema public") as found:
        PostgresDatabase(postgres.address.replace("rehearse@", "reader@"), Durability())
    assert "\n" not in str(found.value)
