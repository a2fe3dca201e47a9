"""Killed under load and started again: what was acknowledged is there, once, as far as was promised."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from loadtests.audit.audit import audit
from loadtests.audit.reconciliation import AuditRecord
from tests.fixtures.mock_server.served_mock import HTTP, OPERATOR, Referrers, Served, listed, served


def kill_under_load(server: Served, people: Referrers, draw: random.Random) -> None:
    """Kill it after some more acknowledgements, at a moment that nobody chose."""
    enough = people.acknowledged + draw.randrange(20, 120)
    people.work(server.url, 4, lambda: people.acknowledged >= enough, server.kill)


def checked(server: Served, ledger: Path) -> AuditRecord:
    """The audit, and that no slot has been given twice."""
    held = listed(server.url)
    slots = Counter(referral["slot"] for referral in held if referral["slot"])
    assert not slots or max(slots.values()) == 1
    return audit(server.url, [ledger], patience_s=20)


def killed(folder: Path, times: int, seed: int) -> AuditRecord:
    """Kill the server that often, on one folder, and look after each kill."""
    ledger = folder / "ledger.jsonl"
    folder.mkdir(exist_ok=True)
    people, draw = Referrers(ledger), random.Random(seed)
    for _ in range(times):
        with served(folder) as server:
            kill_under_load(server, people, draw)
    people.ledger.close()
    with served(folder) as server:
        return checked(server, ledger)


def is_whole(found: AuditRecord) -> bool:
    result = found.result
    return (result.did_not_survive, result.never_read, found.result.refused_present) == (0, 0, 0)


def test_two_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    found = killed(tmp_path / "data", 2, seed=1)
    assert is_whole(found), found
    assert found.result.acknowledged >= 40
    assert {"referral", "letter", "booking"} <= found.by_kind.keys()


@pytest.mark.long
def test_twenty_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    found = killed(tmp_path / "data", 20, seed=2)
    assert is_whole(found), found
    assert found.result.acknowledged >= 400


@pytest.mark.parametrize("promise", [pytest.param("sync", marks=pytest.mark.long), "group"])
def test_a_power_loss_takes_nothing_that_is_durable(tmp_path: Path, promise: str) -> None:
    found, lost, _ = after_power_loss(tmp_path, promise)
    assert (lost["lost"], lost["durability"]) == (0, promise)
    assert is_whole(found), found


def test_a_power_loss_takes_just_what_async_had_not_written(tmp_path: Path) -> None:
    found, lost, dropped = after_power_loss(tmp_path, {"async": "4 s"})
    assert 0 < lost["lost"] < lost["acknowledged"], "some writes were durable and some were not"
    assert found.result.lost == lost["lost"] == dropped
    assert (found.result.stale, found.result.duplicated, found.result.acknowledged) == (0, 0, lost["acknowledged"])


def test_a_kill_takes_what_a_power_loss_takes(tmp_path: Path) -> None:
    people = Referrers(tmp_path / "ledger.jsonl", ["create"])
    promise = {"async": "10 min"}
    with served(tmp_path / "data", durability=promise) as server:
        people.work(server.url, 4, lambda: people.acknowledged >= 50, people.stop)
        server.kill()
    people.ledger.close()
    with served(tmp_path / "data", durability=promise) as server:
        found = checked(server, tmp_path / "ledger.jsonl")
        assert found.result.lost == found.result.acknowledged == server.health()["store"]["dropped_at_start"]


def test_nothing_outlives_the_promise_of_nothing(tmp_path: Path) -> None:
    found, lost, _ = after_power_loss(tmp_path, "none")
    assert found.result.lost == found.result.acknowledged == lost["lost"] > 0


def test_a_stop_in_order_loses_nothing_of_async(tmp_path: Path) -> None:
    people = Referrers(tmp_path / "ledger.jsonl")
    with served(tmp_path / "data", durability={"async": "10 min"}) as server:
        people.work(server.url, 4, lambda: people.acknowledged >= 50, people.stop)
    people.ledger.close()
    with served(tmp_path / "data") as server:
        assert is_whole(checked(server, tmp_path / "ledger.jsonl"))


def after_power_loss(folder: Path, durability: Any) -> tuple[AuditRecord, dict[str, Any], int]:
    """The audit, what the server said that it would lose, and what the next start found missing.

    Referrals only, so that each write is one acknowledgement of the ledger. It waits for the first flush,
    then for more writes, and cuts the power when everybody has been answered.
    """
    ledger = folder / "ledger.jsonl"
    people = Referrers(ledger, ["create"])
    with served(folder / "data", durability=durability) as server:
        people.work(server.url, 4, lambda: people.acknowledged >= 50, people.stop)
        if isinstance(durability, dict):
            while server.health()["store"]["durable"] == 0:
                pass
        people.work(server.url, 4, lambda: people.acknowledged >= 100, people.stop)
        lost: dict[str, Any] = HTTP.post(f"{server.url}/mock/power-loss", headers=OPERATOR).json()
        assert server.process.wait(timeout=60) == 137
    people.ledger.close()
    with served(folder / "data", durability=durability) as server:
        return checked(server, ledger), lost, server.health()["store"]["dropped_at_start"]
