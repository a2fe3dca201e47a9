"""The whole session of a referrer and of a provider, call by call."""

from collections.abc import Callable

import httpx

from mock_server.domain.synthetic_directory import SyntheticDirectory
from tests.fixtures.mock_server.mock_client import (
    PATIENT,
    R4,
    STU3,
    InstantModel,
    User,
    listed_ubrns,
    slot_ids,
    state_of,
)


def test_a_referrer_books_and_attaches_the_letter(tell: Callable[..., None], model: InstantModel) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        session = await user.log_on("REFERRING_CLINICIAN")
        assert session["permission"]["orgIdentifier"] == "A81001"

        roles = (await user.get(f"{R4}/PractitionerRole")).json()
        assert roles["entry"][0]["resource"]["organization"]["identifier"]["value"] == "A81001"
        specialties = (await user.get(f"{STU3}/CodeSystem/SPECIALTY")).json()
        assert "CARDIOLOGY" in {concept["code"] for concept in specialties["concept"]}

        found = (await user.search()).json()["entry"]
        service = found[0]["item"]["identifier"]["value"]
        detail = await user.get(f"{R4}/HealthcareService/{service}")
        assert (detail.status_code, detail.json()["id"]) == (200, service)

        created = await user.create([service])
        assert (created.status_code, created.headers["etag"]) == (201, 'W/"1"')
        ubrn = created.json()["id"]
        assert len(ubrn) == 12 and ubrn.isdigit()
        read = await user.get(f"{STU3}/ReferralRequest/{ubrn}")
        assert read.json() == created.json()
        assert (read.json()["subject"]["identifier"]["value"], state_of(read.json())) == (
            PATIENT,
            "NOT_BOOKED",
        )
        assert listed_ubrns(await user.worklist("AWAITING_BOOKING")) == [ubrn]

        slot = slot_ids(await user.slots(service))[3]
        booked = await user.book(ubrn, 1, service, slot)
        assert (booked.status_code, booked.json()["status"]) == (201, "booked")
        assert booked.json()["incomingReferral"][0]["reference"] == f"ReferralRequest/{ubrn}/_history/2"
        assert slot not in slot_ids(await user.slots(service))
        assert listed_ubrns(await user.worklist("AWAITING_BOOKING")) == []

        address = (await user.upload()).headers["location"]
        assert listed_ubrns(await user.worklist("LETTERS_OUTSTANDING")) == [ubrn]
        attached = await user.attach(ubrn, 2, address)
        assert (attached.status_code, attached.headers["etag"]) == (200, 'W/"3"')
        assert listed_ubrns(await user.worklist("LETTERS_OUTSTANDING")) == []

        letter = await user.post(f"{STU3}/ReferralRequest/{ubrn}/$ers.generatePatientLetter")
        assert letter.headers["content-type"] == "application/pdf"
        assert letter.content.startswith(b"%PDF-1.4") and ubrn.encode() in letter.content

        latest = (await user.get(f"{STU3}/ReferralRequest/{ubrn}")).json()
        assert state_of(latest) == "BOOKED"
        earlier = (await user.get(f"{STU3}/ReferralRequest/{ubrn}/_history/1")).json()
        assert earlier == created.json() != latest

        ended = await http.delete(f"/v1/ProfessionalSession/{session['id']}", headers=user.headers)
        assert (ended.status_code, ended.content) == (204, b"")
        assert (await user.get(f"{STU3}/ReferralRequest/{ubrn}")).status_code == 401

    tell(story)
    performed = [name for name, _ in model.performed]
    assert performed[:4] == ["op_A001", "op_A002", "op_A030", "op_A004"]
    assert performed.count("op_A016_book") == 1 and "op_A033" not in performed


def test_a_provider_reviews_and_accepts(tell: Callable[..., None], directory: SyntheticDirectory) -> None:
    service = directory.services["70003"]

    async def story(http: httpx.AsyncClient) -> None:
        referrer = User(http)
        await referrer.log_on()
        ubrn = (await referrer.create([service.id])).json()["id"]
        address = (await referrer.upload(content=b"the letter")).headers["location"]
        await referrer.attach(ubrn, 1, address)
        await referrer.book(ubrn, 2, service.id, slot_ids(await referrer.slots(service.id))[0])

        clerk = User(http, f"provider-{service.provider}-9")
        session = await clerk.log_on("SERVICE_PROVIDER_CLINICIAN_ADMIN")
        assert session["permission"]["orgIdentifier"] == service.provider
        assert (await clerk.get(f"{R4}/PractitionerRole")).json()["total"] == 1
        assert listed_ubrns(await clerk.worklist("REFERRALS_FOR_REVIEW")) == [ubrn]

        read = await clerk.get(f"{STU3}/ReferralRequest/{ubrn}")
        summary = await clerk.post(f"{STU3}/ReferralRequest/{ubrn}/$ers.generateCRI")
        assert summary.content.startswith(b"%PDF") and b"letter.txt" in summary.content
        documents = [held for held in read.json()["contained"] if held["resourceType"] == "DocumentReference"]
        url = documents[0]["content"][0]["attachment"]["url"]
        assert url == address
        redirect = await clerk.get(f"{R4}/{url}")
        assert redirect.status_code == 307
        assert (await http.get(redirect.headers["location"])).content == b"the letter"
        assert (await clerk.get(f"{STU3}/{url}")).content == b"the letter"

        search = {"focus": f"ReferralRequest/{ubrn}/_history/3", "intent": "proposal", "status": "ready"}
        tasks = (await clerk.get(f"{STU3}/Task", params=search)).json()["entry"]
        assert [task["resource"]["code"]["coding"][0]["code"] for task in tasks] == ["CANCEL_REFERRAL"]

        accepted = await clerk.accept(ubrn, 3)
        assert (accepted.status_code, accepted.json()["meta"]["versionId"]) == (200, "4")
        assert listed_ubrns(await clerk.worklist("REFERRALS_FOR_REVIEW")) == []
        again = await clerk.accept(ubrn, 4)
        assert again.status_code == 422

    tell(story)


def test_a_deferred_referral_is_a_slot_issue_of_the_provider(
    tell: Callable[..., None], directory: SyntheticDirectory, model: InstantModel
) -> None:
    service = directory.services["70003"]

    async def story(http: httpx.AsyncClient) -> None:
        referrer = User(http)
        await referrer.log_on()
        ubrn = (await referrer.create([service.id])).json()["id"]
        deferred = await referrer.defer(ubrn, 1, service.id)
        assert (deferred.status_code, deferred.json()["status"]) == (201, "proposed")
        assert "slot" not in deferred.json()
        read = (await referrer.get(f"{STU3}/ReferralRequest/{ubrn}")).json()
        assert (read["meta"]["versionId"], state_of(read)) == ("2", "DEFERRED_TO_PROVIDER")
        clerk = User(http, f"clerk-{service.provider}-1")
        await clerk.log_on()
        assert listed_ubrns(await clerk.worklist("APPOINTMENT_SLOT_ISSUES")) == [ubrn]
        assert listed_ubrns(await clerk.worklist("REFERRALS_FOR_REVIEW")) == []

    tell(story)
    assert "op_A016_defer" in {name for name, _ in model.performed}


def test_role_and_session_may_come_in_the_current_headers(tell: Callable[..., None]) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        answer = await http.post("/v1/ProfessionalSession", json={"token": "receptionist-B82002-5"})
        user = User(http, headers={"Authorization": f"Bearer {answer.json()['id']}"})
        assert (await user.create(["70000"])).status_code == 403
        user.headers["NHSD-eRS-Business-Function"] = "REFERRING_CLINICIAN_ADMIN"
        user.headers["NHSD-End-User-Organisation-ODS"] = "B82002"
        assert (await user.create(["70000"])).status_code == 201

    tell(story)


def test_staff_of_the_office_see_worklists_and_change_nothing(
    tell: Callable[..., None], directory: SyntheticDirectory
) -> None:
    service = directory.services["70003"]

    async def story(http: httpx.AsyncClient) -> None:
        referrer = User(http)
        await referrer.log_on()
        ubrn = (await referrer.create([service.id])).json()["id"]
        secretary, booking = User(http, "secretary-A81001-1"), User(http, f"booking-{service.provider}-1")
        held = [(await user.log_on())["permission"] for user in (secretary, booking)]
        assert [(p["businessFunction"], p["orgIdentifier"]) for p in held] == [
            ("REFERRING_ADMIN", "A81001"),
            ("SERVICE_PROVIDER_ADMIN", service.provider),
        ]
        assert listed_ubrns(await secretary.worklist("AWAITING_BOOKING")) == [ubrn]
        assert (await secretary.worklist("REFERRALS_FOR_REVIEW")).status_code == 403

        await referrer.book(ubrn, 1, service.id, slot_ids(await referrer.slots(service.id))[0])
        assert listed_ubrns(await booking.worklist("REFERRALS_FOR_REVIEW")) == [ubrn]
        for user in (secretary, booking):
            assert (await user.get(f"{STU3}/ReferralRequest/{ubrn}")).status_code == 403
            assert (await user.create([service.id])).status_code == 403
            assert (await user.accept(ubrn, 2)).status_code == 403

    tell(story)
