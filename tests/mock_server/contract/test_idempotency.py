"""A create sent again with its key is made once; without a key twice, and the audit names it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from loadtests.audit.audit import audit
from loadtests.ers.ledger import Ledger, LedgerEntry
from mock_server.storage.store import Store
from scenarios.text.nhs_numbers import nhs_number
from tests.fixtures.mock_server.mock_client import PATIENT, STU3, User, code_of, new_referral, slot_ids
from tests.fixtures.mock_server.served_mock import PRACTICE, served

Tell = Callable[..., None]
CREATE = f"{STU3}/ReferralRequest/$ers.createReferral"
OTHER_PATIENT = nhs_number(77)
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def test_a_referral_sent_again_is_the_first_one(tell: Tell, store: Store) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        tries = [user.post(CREATE, headers=KEY, json=new_referral(["70000"])) for _ in range(5)]
        first, *others = await asyncio.gather(*tries)
        assert first.status_code == 201
        assert all((a.status_code, a.content, a.headers["etag"]) == (201, first.content, 'W/"1"') for a in others)
        other_key = await user.post(CREATE, headers={"Idempotency-Key": "b"}, json=new_referral(["70000"]))
        assert other_key.json()["id"] != first.json()["id"]

    tell(story)
    assert len(store.read.referrals.list_stored(0, 10)) == 2


def test_a_booking_sent_again_is_no_conflict(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create(["70000"])).json()["id"]
        slot = slot_ids(await user.slots("70000"))[0]
        keyed = User(http, user.token, {**user.headers, **KEY})
        first, again = [await keyed.book(ubrn, 1, "70000", slot) for _ in range(2)]
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert (await user.book(ubrn, 1, "70000", slot)).status_code == 409

    tell(story)


def test_a_file_sent_again_keeps_its_address(tell: Tell, tmp_path: Path) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        user.headers |= KEY
        addresses = {(await user.upload()).headers["location"] for _ in range(3)}
        assert len(addresses) == 1
        assert (await http.get(f"/mock/attachments/{addresses.pop().rpartition('/')[2]}")).content == b"Dear colleague"

    tell(story)
    with sqlite3.connect(tmp_path / "data" / "referrals.sqlite3") as kept:
        assert kept.execute("SELECT count(*) FROM attachment").fetchone() == (1,)


def test_a_key_belongs_to_its_caller_and_its_request(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, other = User(http), User(http, "clinician-A81001-2")
        for one in (user, other):
            await one.log_on()
        first = await user.post(CREATE, headers=KEY, json=new_referral(["70000"]))
        theirs = await other.post(CREATE, headers=KEY, json=new_referral(["70000"]))
        assert first.json()["id"] != theirs.json()["id"]
        changed = await user.post(CREATE, headers=KEY, json=new_referral(["70001"]))
        assert (changed.status_code, code_of(changed)) == (422, "IDEMPOTENCY_KEY_REUSED")
        long = await user.post(CREATE, headers={"Idempotency-Key": "x" * 256}, json=new_referral(["70000"]))
        assert long.status_code == 400

    tell(story)


def test_a_refused_create_leaves_no_key_behind(tell: Tell, tmp_path: Path) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrns = [(await user.create(["70000"])).json()["id"] for _ in range(2)]
        slots = slot_ids(await user.slots("70000"))
        await user.book(ubrns[0], 1, "70000", slots[0])
        user.headers |= KEY
        assert code_of(await user.book(ubrns[1], 1, "70000", slots[0])) == "SLOT_NOT_AVAILABLE"
        with sqlite3.connect(tmp_path / "data" / "referrals.sqlite3") as kept:
            assert kept.execute("SELECT * FROM idempotency").fetchall() == []
        assert (await user.book(ubrns[1], 1, "70000", slots[1])).status_code == 201

    tell(story)


def test_the_audit_names_the_duplicate_that_a_retry_without_a_key_makes(tmp_path: Path) -> None:
    """The answers to the first tries are lost on their way, and the process dies before the second; one had a key."""
    keyless: list[str] = []
    keyed: list[str] = []
    for _ in range(2):
        with served(tmp_path / "data") as server:
            with httpx.Client(base_url=server.url, verify=False, timeout=60) as http:
                keyless.append(created(http, PATIENT, {"X-Correlation-ID": "retry-0000000000000001"}))
                keyed.append(created(http, OTHER_PATIENT, {"X-Correlation-ID": "retry-0000000000000002", **KEY}))
            server.kill()
    ledger = Ledger(tmp_path / "ledger.jsonl", "retry")
    for patient, ubrn in ((PATIENT, keyless[1]), (OTHER_PATIENT, keyed[1])):
        intent = f"one wish of {patient}"
        ledger.add(LedgerEntry("unknown", patient, time.time(), intent=intent))
        ledger.add(LedgerEntry("referral", patient, time.time(), ubrn, 1, "", PRACTICE, intent))
    ledger.close()
    with served(tmp_path / "data") as server:
        found = audit(server.url, [tmp_path / "ledger.jsonl"], patience_s=20)
    assert len(set(keyless)) == 2 and len(set(keyed)) == 1
    assert (found.result.duplicated, found.result.lost) == (1, 0)
    assert found.examples["duplicated"] == [f"{PATIENT}: {', '.join(sorted(keyless))}"]


def created(http: httpx.Client, patient: str, headers: dict[str, str]) -> str:
    """A referral of the one practice, by whoever logs on."""
    key = http.post("/v1/ProfessionalSession", json={"token": f"receptionist-{PRACTICE}-1"}).json()["id"]
    role = {
        "NHSD-eRS-Business-Function": "REFERRING_CLINICIAN_ADMIN",
        "NHSD-End-User-Organisation-ODS": PRACTICE,
    }
    sent = {"Authorization": f"Bearer {key}", **role, **headers}
    answer = http.post(CREATE, json=new_referral(["70000"], nhs_number=patient), headers=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])
