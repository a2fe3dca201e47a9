"""Faulty stores over a real one: what they give up, and what they leave as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from mock_server.errors import Refusal
from mock_server.faults.faulty_stores import DoublingStore, LosingStore, StaleStore
from mock_server.storage.repositories import StateStore, Transaction, Write
from mock_server.storage.store import Store
from mock_server.storage.ubrns import FIRST_UBRN
from tests.fixtures.mock_server.kept_histories import ARCHIVE, ARCHIVED, attach, refer
from tests.fixtures.mock_server.kept_histories import found as found_in

T = TypeVar("T")


@pytest.fixture
def archived(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path, archive=ARCHIVE)
    yield store
    store.close()


def did(store: StateStore, write: Write[T]) -> T:
    return asyncio.run(store.write(write))


def create(transaction: Transaction) -> int:
    refer(transaction, 1)
    return transaction.ubrns.next_ubrn() - 1


@pytest.mark.parametrize("ubrn", [FIRST_UBRN, ARCHIVED])
def test_a_stale_store_reads_the_version_before(archived: Store, ubrn: int) -> None:
    did(archived, lambda transaction: refer(transaction, 1))
    stale = StaleStore(archived)
    first = archived.read.referrals.current(ubrn)
    did(stale, lambda transaction: attach(transaction, ubrn))
    second = archived.read.referrals.current(ubrn)
    assert first is not None and second is not None and second.version == first.version + 1
    assert stale.read.referrals.current(ubrn) == first
    assert stale.read.referrals.find(ubrn) == archived.read.referrals.find(ubrn)
    assert stale.read.referrals.current(1_000_000_000) is None


def test_one_that_never_changed_is_read_as_it_is(archived: Store) -> None:
    did(archived, lambda transaction: refer(transaction, 1))
    assert StaleStore(archived).read.referrals.current(FIRST_UBRN) == archived.read.referrals.current(FIRST_UBRN)


def test_a_lost_write_leaves_nothing_but_its_number_is_gone(archived: Store) -> None:
    losing = LosingStore(archived)
    lost = did(losing, create)
    assert archived.read.referrals.list_stored(0, 10) == [] == losing.read.referrals.list_stored(0, 10)
    did(losing, lambda transaction: attach(transaction, ARCHIVED))
    assert archived.read.files.find(f"{ARCHIVED}-1") is None
    kept = did(archived, create)
    assert kept > lost
    assert [listed.ubrn for listed in archived.read.referrals.list_stored(0, 10)] == [kept]


def test_a_lost_write_that_is_refused_is_refused(archived: Store) -> None:
    with pytest.raises(Refusal):
        did(LosingStore(archived), lambda transaction: found_in(transaction, ARCHIVED + 1))
    assert did(archived, create) == FIRST_UBRN, "the transaction went on in order"


def test_a_doubled_create_makes_two_with_numbers_of_their_own(archived: Store) -> None:
    did(DoublingStore(archived), lambda transaction: refer(transaction, 1))
    assert [listed.ubrn for listed in archived.read.referrals.list_stored(0, 10)] == [FIRST_UBRN, FIRST_UBRN + 1]
