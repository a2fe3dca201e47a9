"""What becomes of a referral: rejected, redirected, triaged, its appointment cancelled, itself cancelled."""

from collections.abc import Callable

import httpx

from mock_server.domain.synthetic_directory import SyntheticDirectory
from tests.fixtures.mock_server.mock_bodies import (
    BOOKABLE,
    REFERRAL,
    TRIAGES,
    appointment_id,
    attached,
    cancel_appointment,
    change,
    change_shortlist,
    end,
    read,
    redirect,
    referrer_and_provider,
    reject,
    resource,
    shortlist,
    text,
    triage,
)
from tests.fixtures.mock_server.mock_client import (
    R4,
    STU3,
    User,
    code_of,
    coded,
    listed_ubrns,
    new_referral,
    slot_ids,
    state_of,
)

Tell = Callable[..., None]


async def booked_referral(referrer: User, service: str = BOOKABLE) -> tuple[str, str]:
    ubrn = (await referrer.create([service])).json()["id"]
    slot = slot_ids(await referrer.slots(service))[0]
    assert (await referrer.book(ubrn, 1, service, slot)).status_code == 201
    return ubrn, slot


def test_a_rejected_referral_goes_back_and_frees_its_slot(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn, slot = await booked_referral(referrer)
        assert slot not in slot_ids(await referrer.slots(BOOKABLE))
        assert code_of(await reject(provider, ubrn, 2, "NONE")) == "INVALID_CODE"
        assert code_of(await reject(provider, ubrn, 2, "INSUFFICIENT_INFORMATION")) == "MISSING_VALUE"
        rejected = await reject(provider, ubrn, 2)
        assert (rejected.status_code, rejected.headers["etag"]) == (200, 'W/"3"')
        assert state_of(rejected.json()) == "REJECTED"
        assert slot in slot_ids(await referrer.slots(BOOKABLE)), "the slot is free again"
        assert listed_ubrns(await referrer.worklist("REJECTED_TRIAGE_RESPONSE")) == [ubrn]
        assert listed_ubrns(await provider.worklist("REFERRALS_FOR_REVIEW")) == []
        held = (await http.get("/mock/referrals")).json()["referrals"]
        assert [r["slot"] for r in held] == [None]
        assert (await referrer.book(ubrn, 3, BOOKABLE, slot)).status_code == 201, "and can be booked anew"
        assert listed_ubrns(await referrer.worklist("REJECTED_TRIAGE_RESPONSE")) == []
        await provider.accept(ubrn, 4)
        assert code_of(await reject(provider, ubrn, 5)) == "INVALID_REQUEST_STATE"

    tell(story)


def test_a_redirected_referral_keeps_the_provider_s_file(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn, slot = await booked_referral(referrer)
        unrelated = (await provider.upload("x.txt")).headers["location"]
        refused = await redirect(provider, ubrn, 2, attached("providerAttachmentFile", unrelated))
        assert code_of(refused) == "INAPPROPRIATE_VALUE", "it was not uploaded for this referral"
        provider.headers["NHSD-eRS-Referral-ID"] = ubrn
        address = (await provider.upload("why.txt")).headers["location"]
        more = (attached("providerAttachmentFile", address), coded("priority", "URGENT"))
        redirected = await redirect(provider, ubrn, 2, *more)
        assert state_of(redirected.json()) == "APPT_CANCELLED_BY_PROVIDER"
        files = [c for c in redirected.json()["contained"] if c["resourceType"] == "DocumentReference"]
        assert [f["type"]["coding"][0]["code"] for f in files] == ["PROVIDER"]
        assert slot in slot_ids(await referrer.slots(BOOKABLE))
        assert listed_ubrns(await referrer.worklist("AWAITING_BOOKING")) == [ubrn]
        assert (await provider.get(f"{STU3}/{address}")).content == b"Dear colleague"

    tell(story)


def test_an_appointment_has_versions_of_its_own(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn, slot = await booked_referral(referrer)
        number = appointment_id(await read(referrer, ubrn))
        path = f"{STU3}/Appointment/{number}"
        first = await provider.get(path)
        assert (first.json()["status"], first.headers["etag"]) == ("booked", 'W/"1"')
        missing = await referrer.http.put(path, headers=referrer.headers, json=first.json())
        assert missing.status_code == 412
        assert code_of(await cancel_appointment(referrer, first.json(), 7)) == "VERSION_CONFLICT"
        assert code_of(await cancel_appointment(referrer, first.json(), 1, "NONE")) == "INVALID_CODE"
        cancelled = await cancel_appointment(referrer, first.json(), 1)
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert slot in slot_ids(await referrer.slots(BOOKABLE))
        assert state_of(await read(referrer, ubrn)) == "APPT_CANCELLED_BY_PATIENT"
        assert (await referrer.get(path)).json() == cancelled.json()
        assert (await referrer.get(f"{path}/_history/1")).json() == first.json()
        assert (await referrer.get(f"{path}/_history/9")).status_code == 404
        assert (await referrer.get(f"{STU3}/Appointment/x")).status_code == 404
        assert code_of(await cancel_appointment(referrer, first.json(), 2)) == "INVALID_REQUEST_STATE"

    tell(story)


def test_a_cancelled_referral_has_ended(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn, slot = await booked_referral(referrer)
        cancelled = await end(provider, ubrn, 2, "PATIENT_DECEASED")
        assert cancelled.status_code == 200
        referral = resource(cancelled, "updatedReferralRequest")
        assert (referral["status"], state_of(referral)) == ("cancelled", "CANCELLED_REFERRAL")
        assert resource(cancelled, "updatedAppointment")["status"] == "cancelled"
        assert slot in slot_ids(await referrer.slots(BOOKABLE))
        assert listed_ubrns(await referrer.worklist("ASSESSMENT_RETURNED_CANCELLED_DNA")) == [ubrn]
        assert listed_ubrns(await referrer.worklist("LETTERS_OUTSTANDING")) == []
        search = {"focus": f"ReferralRequest/{ubrn}/_history/3", "intent": "proposal", "status": "ready"}
        assert (await referrer.get(f"{STU3}/Task", params=search)).json()["entry"] == []
        for attempt in (
            await referrer.book(ubrn, 3, BOOKABLE, slot),
            await end(referrer, ubrn, 3),
            await change_shortlist(referrer, ubrn, 3, BOOKABLE),
        ):
            assert code_of(attempt) == "INVALID_REQUEST_STATE"
        found = await referrer.get(f"{R4}/ServiceRequest", params={"identifier": f"https://fhir.nhs.uk/Id/UBRN|{ubrn}"})
        assert found.json()["entry"][0]["resource"]["status"] == "revoked"

    tell(story)


def test_a_triage_service_reviews(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, TRIAGES)
        made = [(await referrer.create([TRIAGES])).json()["id"] for _ in range(2)]
        slot = f"{TRIAGES}0000001"
        assert code_of(await referrer.book(made[0], 1, TRIAGES, slot)) == "INAPPROPRIATE_VALUE"
        for ubrn in made:
            sent = await referrer.defer(ubrn, 1, TRIAGES, reason="TRIAGE")
            assert (sent.status_code, sent.json()["status"]) == (201, "proposed")
            assert state_of(await read(referrer, ubrn)) == "AWAITING_TRIAGE"
        assert listed_ubrns(await provider.worklist("REFERRALS_FOR_REVIEW")) == made
        assert listed_ubrns(await referrer.worklist("AWAITING_BOOKING")) == made
        assert code_of(await triage(provider, made[0], 2, "NONE")) == "INVALID_CODE"
        urgent = coded("reviewPriority", "URGENT")
        refused = await triage(provider, made[0], 2, "RETURN_TO_REFERRER_WITH_ADVICE", urgent)
        assert code_of(refused) == "PRIORITY_NOT_CURRENT"
        advised = await triage(provider, made[0], 2, "RETURN_TO_REFERRER_WITH_ADVICE")
        taken = await triage(provider, made[1], 2, "ACCEPT_REFER_BOOK_LATER", urgent)
        states = [state_of(answer.json()) for answer in (advised, taken)]
        assert states == ["TRIAGE_RESPONSE", "TRIAGED_PROVIDER_TO_ACTION"]
        assert listed_ubrns(await referrer.worklist("REJECTED_TRIAGE_RESPONSE")) == made[:1]
        assert listed_ubrns(await provider.worklist("REFERRALS_FOR_REVIEW")) == []

    tell(story)


def test_a_slot_issue_is_triaged_too(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn = (await referrer.create([BOOKABLE])).json()["id"]
        assert code_of(await referrer.defer(ubrn, 1, BOOKABLE, reason="TRIAGE")) == "INAPPROPRIATE_VALUE"
        await referrer.defer(ubrn, 1, BOOKABLE)
        taken = await triage(provider, ubrn, 2, "ACCEPT_REFER_BOOK_LATER")
        assert state_of(taken.json()) == "TRIAGED_PROVIDER_TO_ACTION"
        assert listed_ubrns(await provider.worklist("APPOINTMENT_SLOT_ISSUES")) == []

    tell(story)


def test_a_shortlist_changes(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, TRIAGES)
        ubrn = (await referrer.create([BOOKABLE])).json()["id"]
        missing = await change(referrer, ubrn, "changeShortlist", None, shortlist("70000"))
        assert missing.status_code == 400, "this operation has no 412"
        changed = await change_shortlist(referrer, ubrn, 1, "70000", "70001")
        assert (changed.status_code, changed.headers["etag"]) == (200, 'W/"2"')
        slot = slot_ids(await referrer.slots("70000"))[0]
        sent = await change(referrer, ubrn, "changeShortlistAndSendForTriage", 2, shortlist("70001"))
        assert code_of(sent) == "INAPPROPRIATE_VALUE"
        sent = await change(referrer, ubrn, "changeShortlistAndSendForTriage", 2, shortlist(TRIAGES))
        assert state_of(resource(sent, "updatedReferralRequest")) == "AWAITING_TRIAGE"
        assert resource(sent, "updatedReferralRequest")["meta"]["versionId"] == "3"
        assert resource(sent, "createdAppointment")["status"] == "proposed"
        assert listed_ubrns(await provider.worklist("REFERRALS_FOR_REVIEW")) == [ubrn]
        assert code_of(await referrer.book(ubrn, 3, "70000", slot)) == "INVALID_REQUEST_STATE"

    tell(story)


def test_a_referral_is_created_for_triage_at_once(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, TRIAGES)
        path = f"{REFERRAL}/$ers.createReferralAndSendForTriage"
        assert code_of(await referrer.post(path, json=new_referral([BOOKABLE]))) == "INAPPROPRIATE_VALUE"
        made = await referrer.post(path, json=new_referral([TRIAGES]))
        assert (made.status_code, made.headers["etag"]) == (201, 'W/"1"')
        assert state_of(made.json()) == "AWAITING_TRIAGE"
        appointment = await referrer.get(f"{STU3}/Appointment/{appointment_id(made.json())}")
        assert appointment.json()["reason"][0]["coding"][0]["code"] == "TRIAGE"
        assert listed_ubrns(await provider.worklist("REFERRALS_FOR_REVIEW")) == [made.json()["id"]]

    tell(story)


def test_only_the_right_role_decides(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn, _ = await booked_referral(referrer)
        body = (await referrer.get(f"{STU3}/Appointment/{appointment_id(await read(referrer, ubrn))}")).json()
        refused = (
            await reject(referrer, ubrn, 2),
            await redirect(referrer, ubrn, 2),
            await triage(referrer, ubrn, 2, "ACCEPT_REFER_BOOK_LATER"),
            await cancel_appointment(provider, body, 1),
            await change_shortlist(provider, ubrn, 2, BOOKABLE),
        )
        assert [answer.status_code for answer in refused] == [403] * 5
        assert code_of(await change(provider, ubrn, "rejectReferral", 2, text("x", "y"))) == "MISSING_VALUE"

    tell(story)
