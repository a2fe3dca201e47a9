"""Two mock nodes over one PostgreSQL database: one state, one owner of each slot, one answer to each key."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loadtests.audit.audit import audit
from mock_server.domain.synthetic_directory import DirectorySettings, SyntheticDirectory
from mock_server.storage.repositories import Transaction, Write
from mock_server.storage.store import Store
from scenarios.language.service import Durability
from tests.fixtures.mock_server.mock_client import PATIENT, STU3, User, code_of, new_referral, slot_ids, state_of
from tests.fixtures.mock_server.postgres_server import postgres_server
from tests.fixtures.mock_server.served_mock import Referrers, listed, served

SMALL = ("--world", "small")
GROUP = Durability()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as found:
        yield found


@pytest.fixture
def address(server: str, request: pytest.FixtureRequest) -> str:
    """An empty database of the test's own."""
    import psycopg  # noqa: PLC0415  # an extra

    name = request.node.name.lower()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


def store_on(address: str, durability: Durability = GROUP) -> Store:
    from mock_server.storage.postgresql import PostgresDatabase  # noqa: PLC0415  # needs an extra

    return Store(PostgresDatabase(address, durability), durability)


def outcome_counts(answers: list[httpx.Response]) -> Counter[Any]:
    return Counter(201 if answer.status_code == 201 else code_of(answer) for answer in answers)


async def two_nodes(urls: list[str]) -> None:
    async with httpx.AsyncClient(base_url=urls[0]) as one, httpx.AsyncClient(base_url=urls[1]) as two:
        users = [User(one), User(two)]
        for user in users:
            await user.log_on()
        ubrns = [(await users[n % 2].create(["70000"])).json()["id"] for n in range(20)]
        assert len(set(ubrns)) == 20
        # what one node keeps, the other reads
        path = f"{STU3}/ReferralRequest/{ubrns[0]}"
        assert (await users[1].get(path)).content == (await users[0].get(path)).content
        # everybody wants the same slot, through either node
        slots = slot_ids(await users[0].slots("70000", count=40))
        tries = [users[n % 2].book(ubrn, 1, "70000", slots[0]) for n, ubrn in enumerate(ubrns)]
        assert outcome_counts(await asyncio.gather(*tries)) == {201: 1, "SLOT_NOT_AVAILABLE": 19}
        # one referral, many slots at once: one version wins
        states = [state_of((await users[0].get(f"{STU3}/ReferralRequest/{u}")).json()) for u in ubrns]
        free = ubrns[states.index("NOT_BOOKED")]
        tries = [users[n % 2].book(free, 1, "70000", slot) for n, slot in enumerate(slots[1:11])]
        counted = outcome_counts(await asyncio.gather(*tries))
        assert counted[201] == 1
        # refused by a lock on the winner's node, by the version on the other
        assert counted["VERSION_CONFLICT"] + counted["RESOURCE_LOCKED"] == 9
        # slots wanted in opposite orders: nobody waits for ever, nobody gets two
        left = [u for u in ubrns if u != free and states[ubrns.index(u)] == "NOT_BOOKED"]
        tries = [users[n % 2].book(u, 1, "70000", slots[12 + (n if n % 2 else -n) % 4]) for n, u in enumerate(left)]
        counted = outcome_counts(await asyncio.gather(*tries))
        assert counted[201] == 4 and counted["SLOT_NOT_AVAILABLE"] == len(left) - 4
        # a create sent to both nodes with one key is one referral
        keyed = {"Idempotency-Key": "one"}
        body, create = new_referral(["70001"]), f"{STU3}/ReferralRequest/$ers.createReferral"
        answers = await asyncio.gather(*(users[n % 2].post(create, headers=keyed, json=body) for n in range(6)))
        assert len({answer.content for answer in answers}) == 1


def test_two_nodes_share_one_state(address: str, tmp_path: Path) -> None:
    shared = ("--database", address, *SMALL)
    with served(tmp_path / "a", *shared) as one, served(tmp_path / "b", *shared) as two:
        asyncio.run(two_nodes([one.url, two.url]))
        held = listed(one.url)
        assert held == listed(two.url)
        slots = Counter(r["slot"] for r in held if r["slot"])
        assert max(slots.values()) == 1
        assert {r["patient"] for r in held} == {PATIENT}


def test_a_killed_node_takes_nothing_with_it(address: str, tmp_path: Path) -> None:
    shared = ("--database", address, *SMALL)
    people = Referrers(tmp_path / "ledger.jsonl")
    with served(tmp_path / "a", *shared) as one, served(tmp_path / "b", *shared) as two:
        people.work(one.url, 4, lambda: people.acknowledged >= 60, one.kill)
        people.ledger.close()
        found = audit(two.url, [tmp_path / "ledger.jsonl"], patience_s=20).result
    assert (found.lost, found.stale, found.duplicated, found.never_read) == (0, 0, 0, 0), found
    assert found.acknowledged >= 60


def test_groups_that_lock_each_other_out_are_taken_apart(address: str) -> None:
    stores = [store_on(address) for _ in range(2)]

    def take(number: int) -> Write[bool]:
        return lambda transaction: transaction.slots.take("locked", number, 1)

    async def story() -> list[bool]:
        forth, back = range(200), range(199, -1, -1)
        tries = [stores[0].write(take(n)) for n in forth] + [stores[1].write(take(n)) for n in back]
        return list(await asyncio.gather(*tries))

    assert sum(asyncio.run(story())) == 200
    for store in stores:
        store.close()


def test_async_asks_for_the_disk_every_window(address: str) -> None:
    store = store_on(address, Durability.model_validate({"promise": "async", "window": "50 ms"}))

    async def story() -> None:
        await store.write(lambda transaction: transaction.slots.take("async", 1, 1))
        while store.durable < 1:
            await asyncio.sleep(0.01)

    asyncio.run(story())
    assert store.acknowledged == 1
    store.close()


def test_a_shared_database_cannot_promise_nothing(address: str) -> None:
    with pytest.raises(ValueError, match="durability none"):
        store_on(address, Durability(promise="none"))


@pytest.mark.parametrize(
    ("name", "statement", "reason"),
    [
        (
            "foreign_tables",
            "CREATE TABLE referral (id INTEGER, name TEXT)",
            "its table 'referral' has other columns than this server's",
        ),
        (
            "newer_tables",
            "COMMENT ON TABLE referral IS 'rehearse tables, form 99'",
            "it was written by a newer version (its tables have form 99, this one knows 1)",
        ),
    ],
)
def test_somebody_elses_tables_are_left_as_they_are(server: str, name: str, statement: str, reason: str) -> None:
    import psycopg  # noqa: PLC0415  # an extra

    own = server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as by_hand:
        by_hand.execute(f"CREATE DATABASE {name}".encode())
    if name == "newer_tables":
        store_on(own).close()
        store_on(own).close()  # what it has written itself it takes up
    with psycopg.connect(own, autocommit=True) as by_hand:
        by_hand.execute(statement.encode())
        tables = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        before = sorted(by_hand.execute(tables).fetchall())
        with pytest.raises(ConnectionError) as found:
            store_on(own)
        assert str(found.value).startswith(reason)
        assert sorted(by_hand.execute(tables).fetchall()) == before


def test_an_archived_referral_is_first_changed_once(address: str) -> None:
    """Two nodes change the same archived referral: the second finds the first one's version."""
    from mock_server.domain.referral import Attachment, attach_letter  # noqa: PLC0415
    from mock_server.errors import Refusal  # noqa: PLC0415
    from mock_server.storage.archive import ArchivedReferrals  # noqa: PLC0415
    from mock_server.storage.postgresql import PostgresDatabase  # noqa: PLC0415

    directory = SyntheticDirectory(
        7, DirectorySettings(services=80, providers=6, practices=5, names=20, archived_referrals=1000)
    )
    archive = ArchivedReferrals(directory)
    stores = [Store(PostgresDatabase(address, GROUP, archive), GROUP, archive) for _ in range(2)]

    def change(transaction: Transaction) -> int:
        old = transaction.referrals.find(17)
        assert old is not None
        file = Attachment(str(old.version), "a.txt", "text/plain", 1, "2030-01-01", "1", "A")
        transaction.referrals.replace(old, attach_letter(old, (file,), "2030-01-01"), directory)
        return old.version + 1

    async def story() -> list[Any]:
        return await asyncio.gather(*(s.write(change) for s in stores), return_exceptions=True)

    made = asyncio.run(story())
    for store in stores:
        store.close()
    assert 4 in made
    assert all(one in (4, 5) or (isinstance(one, Refusal) and one.status == 409) for one in made)
