"""The synthetic country: England in little memory, its past worked out, its slots scarce as told."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from mock_server.domain.referral import worklists
from mock_server.domain.synthetic_directory import NATIONAL, DirectorySettings, SyntheticDirectory
from mock_server.storage.archive import OPEN_EACH, ArchivedReferrals
from mock_server.storage.store import Store
from scenarios.text.nhs_numbers import is_synthetic
from tests.fixtures.mock_server.held_client import client_of
from tests.fixtures.mock_server.mock_bodies import appointment_id, cancel_appointment
from tests.fixtures.mock_server.mock_client import STU3, InstantModel, User, code_of, listed_ubrns, slot_ids, state_of
from tests.fixtures.mock_server.served_mock import served

Story = Callable[[httpx.AsyncClient], Awaitable[None]]
FIRST_DAY = dt.date(2030, 1, 7)
MIB = 1024


def small(**settings: object) -> SyntheticDirectory:
    told = {"services": 80, "providers": 6, "practices": 5, "names": 20, "first_day": FIRST_DAY, **settings}
    return SyntheticDirectory(7, DirectorySettings(**told))  # type: ignore[arg-type]


def told_in(folder: Path, directory: SyntheticDirectory, story: Story) -> None:
    archive = ArchivedReferrals(directory) if directory.settings.archived_referrals else None
    store = Store(folder, archive=archive)

    async def run() -> None:
        async with client_of(InstantModel(), store, directory) as http:
            await story(http)

    try:
        asyncio.run(run())
    finally:
        store.close()


def test_england_fits_in_a_gibibyte(tmp_path: Path) -> None:
    with served(tmp_path / "data", "--world", "national") as server:
        with httpx.Client(base_url=server.url, timeout=20) as http:
            organisations = http.get("/mock/organisations").json()
            assert {name: len(codes) for name, codes in organisations.items()} == {
                "providers": 1100,
                "practices": 7674,
            }
            practice = organisations["practices"][0]
            key = http.post("/v1/ProfessionalSession", json={"token": f"clinician-{practice}-1"}).json()["id"]
            role = {
                "NHSD-eRS-Business-Function": "REFERRING_CLINICIAN",
                "NHSD-End-User-Organisation-ODS": practice,
            }
            headers = {"Authorization": f"Bearer {key}", **role}
            for k in range(0, 7818, 10):
                answer = http.get(f"{STU3}/ReferralRequest/{k * 7674 + 1:012d}", headers=headers)
                assert answer.status_code == 200
                assert answer.json()["id"] == f"{k * 7674 + 1:012d}"
        status = Path(f"/proc/{server.health()['pid']}/status").read_text()
        (peak_kib,) = re.findall(r"VmHWM:\s*(\d+) kB", status)
        assert int(peak_kib) < 1024 * MIB


def test_england_has_its_numbers() -> None:
    directory = SyntheticDirectory(1, NATIONAL)
    assert (len(directory.services), len(directory.providers), len(directory.practices)) == (45_000, 1_100, 7_674)
    archive = ArchivedReferrals(directory)
    first, last = archive.find(1), archive.find(60_000_000)
    assert first is not None and last is not None
    assert archive.find(0) is archive.find(60_000_001) is None
    assert first.created < last.created
    assert is_synthetic(first.patient) and is_synthetic(last.patient)


@pytest.mark.parametrize("settings", [{}, {"services": 45_000}])
def test_the_nearest_services_are_the_nearest(settings: dict[str, int]) -> None:
    directory = small(**settings)
    for practice in ("A81001", "Z9"):
        found = directory.services_for("CARDIOLOGY", None)
        nearest = [miles for miles, _ in directory.nearest(practice, found, 5)]
        assert nearest == sorted(directory.distance_miles(practice, service) for service in found)[:5]


def test_every_open_referral_stands_on_the_lists_of_both_sides() -> None:
    directory = small(archived_referrals=1003)
    archive = ArchivedReferrals(directory)
    each = -(-1003 // 5)
    referrals = [archive.find(ubrn) for ubrn in range(1, 1004)]
    standing = {(r.ubrn, place) for r in referrals if r is not None for place in worklists(r)}
    found = set()
    for organisation in (*directory.practices, *directory.providers):
        for referral in archive.open_of(organisation):
            found |= {(referral.ubrn, place) for place in worklists(referral) if place[0] == organisation}
    assert found == standing
    assert {ubrn for ubrn, _ in standing} <= set(range((each - OPEN_EACH) * 5 + 1, 1004))
    assert {place[1] for _, place in standing} == {
        "REFERRALS_FOR_REVIEW", "APPOINTMENT_SLOT_ISSUES", "AWAITING_BOOKING", "LETTERS_OUTSTANDING",
    }  # fmt: skip


def test_a_past_referral_is_like_any_other_and_stored_when_it_changes(tmp_path: Path) -> None:
    directory = small(archived_referrals=1000)
    archive = ArchivedReferrals(directory)
    waiting = next(r for r in map(archive.find, range(1000, 0, -1)) if r is not None and r.state == "NOT_BOOKED")
    ubrn = f"{waiting.ubrn:012d}"

    async def story(http: httpx.AsyncClient) -> None:
        user = User(http, f"clinician-{waiting.practice}-1")
        await user.log_on()
        path = f"{STU3}/ReferralRequest/{ubrn}"
        before = await user.get(path)
        assert (before.headers["etag"], state_of(before.json())) == ('W/"1"', "NOT_BOOKED")
        assert ubrn in listed_ubrns(await user.worklist("AWAITING_BOOKING"))
        assert (await http.get("/mock/referrals")).json()["referrals"] == []
        service = waiting.shortlist[0]
        slot = slot_ids(await user.slots(service))[0]
        assert (await user.book(ubrn, 1, service, slot, waiting.patient)).status_code == 201
        after = await user.get(path)
        assert (after.headers["etag"], state_of(after.json())) == ('W/"2"', "BOOKED")
        assert (await user.get(f"{path}/_history/1")).content == before.content
        assert ubrn not in listed_ubrns(await user.worklist("AWAITING_BOOKING"))
        provider = User(http, f"provider-{waiting.providers[0]}-1")
        await provider.log_on()
        on_list = listed_ubrns(await provider.worklist("REFERRALS_FOR_REVIEW"))
        assert ubrn in on_list and on_list == sorted(on_list)
        assert (await user.book(ubrn, 1, service, slot, waiting.patient)).status_code == 409
        assert [r["ubrn"] for r in (await http.get("/mock/referrals")).json()["referrals"]] == [ubrn]
        assert (await provider.accept(ubrn, 2)).status_code == 200
        assert (await user.get(f"{path}/_history/2")).content == after.content

    told_in(tmp_path, directory, story)


def test_a_past_referral_has_its_history_and_relationships(tmp_path: Path) -> None:
    directory = small(archived_referrals=1000)
    old = ArchivedReferrals(directory).find(3)
    assert old is not None and old.accepted is not None

    async def story(http: httpx.AsyncClient) -> None:
        user, stranger = User(http, f"clinician-{old.practice}-1"), User(http, "clinician-X99999-1")
        for one in (user, stranger):
            await one.log_on()
        path = f"{STU3}/ReferralRequest/{3:012d}"
        assert (await user.get(path)).headers["etag"] == 'W/"3"'
        states = [state_of((await user.get(f"{path}/_history/{version}")).json()) for version in (1, 2, 3)]
        assert states == ["NOT_BOOKED", "BOOKED", "BOOKED"]
        assert (await user.get(f"{path}/_history/4")).status_code == 404
        assert code_of(await stranger.get(path)) == "NO_RELATIONSHIP"
        assert (await user.get(f"{STU3}/ReferralRequest/{1001:012d}")).status_code == 404
        made = (await user.create([next(iter(directory.services))])).json()["id"]
        assert int(made) > 1000

    told_in(tmp_path, directory, story)


def test_a_share_of_the_services_has_no_slots(tmp_path: Path) -> None:
    directory = small(share_without_slots=0.4, services=4000)
    without = [service for service in directory.services if directory.is_without_slots(service)]
    assert len(without) / 4000 == pytest.approx(0.4, abs=0.03)

    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        service = without[0]
        assert slot_ids(await user.slots(service)) == []
        ubrn = (await user.create([service])).json()["id"]
        assert code_of(await user.book(ubrn, 1, service, f"{service}0000000")) == "INAPPROPRIATE_SLOT"
        assert (await user.defer(ubrn, 1, service, reason="NO_SLOTS_AT_SERVICE")).status_code == 201

    told_in(tmp_path, directory, story)


def test_slots_are_released_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = small(slots_per_service=3, release_every_s=60.0)

    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        assert len(slot_ids(await user.slots("70000"))) == 3
        monkeypatch.setattr(directory, "_opened_s", directory._opened_s - 121)
        assert len(slot_ids(await user.slots("70000"))) == 5

    told_in(tmp_path, directory, story)


def test_a_past_appointment_is_read_and_cancelled_like_any_other(tmp_path: Path) -> None:
    directory = small(archived_referrals=1000)
    booked = next(
        r for r in map(ArchivedReferrals(directory).find, range(1000, 0, -1)) if r is not None and r.state == "BOOKED"
    )
    asked = next(
        r
        for r in map(ArchivedReferrals(directory).find, range(1000, 0, -1))
        if r is not None and r.state == "NOT_BOOKED"
    )

    async def story(http: httpx.AsyncClient) -> None:
        user, stranger = User(http, f"clinician-{booked.practice}-1"), User(http, "clinician-X99999-1")
        for one in (user, stranger):
            await one.log_on()
        read = await user.get(f"{STU3}/ReferralRequest/{booked.ubrn:012d}")
        path = f"{STU3}/Appointment/{appointment_id(read.json())}"
        made = await user.get(path)
        assert (made.json()["status"], made.headers["etag"]) == ("booked", 'W/"1"')
        assert (await user.get(f"{path}/_history/1")).content == made.content
        assert (await user.get(f"{path}/_history/2")).status_code == 404
        assert code_of(await stranger.get(path)) == "NO_RELATIONSHIP"
        nobodys = int(appointment_id(read.json())) - booked.ubrn + asked.ubrn
        assert (await user.get(f"{STU3}/Appointment/{nobodys}")).status_code == 404, "that one has none"

        cancelled = await cancel_appointment(user, made.json(), 1)
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert (await user.get(path)).content == cancelled.content
        assert (await user.get(f"{path}/_history/1")).content == made.content
        after = await user.get(f"{STU3}/ReferralRequest/{booked.ubrn:012d}")
        assert state_of(after.json()) == "APPT_CANCELLED_BY_PATIENT"

    told_in(tmp_path, directory, story)
