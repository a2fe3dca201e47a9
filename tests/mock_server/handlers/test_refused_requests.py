"""A request that names the wrong thing is refused with the contract's status and code, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mock_server.domain.synthetic_directory import SyntheticDirectory
from tests.fixtures.mock_server.mock_bodies import (
    ADVICE,
    BOOKABLE,
    TRIAGES,
    advice_worklist,
    appointment_id,
    ask,
    cancel_appointment,
    convert,
    read,
    referrer_and_provider,
    shortlist,
)
from tests.fixtures.mock_server.mock_client import (
    R4,
    STU3,
    User,
    appointment,
    code_of,
    coded,
    new_referral,
    parameters,
    patient,
    slot_ids,
    state_of,
)

Tell = Callable[..., None]
SLOTS = {
    "schedule.actor:HealthcareService": BOOKABLE,
    "appointmentType": "ROUTINE",
    "status": "free",
    "_count": "10",
    "page": "1",
}


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, code_of(answer)


def changed(body: dict[str, Any], name: str, **part: Any) -> dict[str, Any]:
    """The body with another parameter of this name."""
    return body | {"parameter": [{"name": name, **part} if p["name"] == name else p for p in body["parameter"]]}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("appointmentType", None, "MISSING_PARAMETER"),
        ("appointmentType", "SOON", "INVALID_CODE"),
        ("status", "busy", "INVALID_CODE"),
        ("schedule.actor:HealthcareService", "1", "REFERENCE_NOT_FOUND"),
        ("_count", "0", "INVALID_VALUE"),
        ("_count", "101", "INVALID_VALUE"),
        ("page", "first", "INVALID_VALUE"),
    ],
)
def test_a_search_for_slots_needs_every_parameter_as_it_is_meant(tell: Tell, name: str, value: Any, code: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        search = {key: held for key, held in {**SLOTS, name: value}.items() if held is not None}
        assert refused(await user.get(f"{STU3}/Slot", params=search)) == (400, code)

    tell(story)


@pytest.mark.parametrize(
    ("search", "code"),
    [
        ({}, "MISSING_PARAMETER"),
        ({"intent": "proposal", "status": "ready"}, "MISSING_PARAMETER"),
        ({"intent": "order", "status": "ready"}, "INVALID_VALUE"),
        ({"intent": "proposal", "status": "ready", "focus": "ReferralRequest/5"}, "INVALID_VALUE"),
        (
            {"intent": "proposal", "status": "ready", "focus": "ReferralRequest/000000000001/_history/1"},
            "REFERENCE_NOT_FOUND",
        ),
    ],
)
def test_actions_are_listed_of_a_version_that_is_named(tell: Tell, search: dict[str, str], code: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        assert refused(await user.get(f"{STU3}/Task", params=search)) == (400, code)

    tell(story)


async def actions(user: User, ubrn: str, version: int) -> httpx.Response:
    focus = f"ReferralRequest/{ubrn}/_history/{version}"
    return await user.get(f"{STU3}/Task", params={"intent": "proposal", "status": "ready", "focus": focus})


def action_codes(answer: httpx.Response) -> list[str]:
    return [entry["resource"]["code"]["coding"][0]["code"] for entry in answer.json()["entry"]]


def test_a_referrer_is_shown_what_the_state_allows(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, provider = await referrer_and_provider(http, directory, BOOKABLE)
        stranger = User(http, "clinician-B82002-1")
        await stranger.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        assert action_codes(await actions(user, ubrn, 1)) == [
            "CREATE_APPOINTMENT",
            "CHANGE_SHORTLIST",
            "CHANGE_SHORTLIST_AND_SEND_FOR_TRIAGE",
            "CANCEL_REFERRAL",
        ]
        slot = slot_ids(await user.slots(BOOKABLE))[0]
        assert (await user.book(ubrn, 1, BOOKABLE, slot)).status_code == 201
        assert action_codes(await actions(user, ubrn, 2)) == ["CANCEL_DIRECTLY_BOOKED_APPOINTMENT", "CANCEL_REFERRAL"]
        assert action_codes(await actions(provider, ubrn, 2)) == ["CANCEL_REFERRAL"]
        assert refused(await actions(user, ubrn, 1)) == (400, "HISTORY_NOT_SUPPORTED")
        assert refused(await actions(stranger, ubrn, 2)) == (400, "NO_RELATIONSHIP")
        assert (await provider.accept(ubrn, 2)).status_code == 200
        assert action_codes(await actions(user, ubrn, 3)) == ["CANCEL_DIRECTLY_BOOKED_APPOINTMENT", "CANCEL_REFERRAL"]

    tell(story)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: changed(body, "requestType", valueCoding={"code": "GOSSIP"}), "INVALID_CODE"),
        (lambda body: changed(body, "patient", **{"valueIdentifier": {"value": "9434765919"}}), "INVALID_VALUE"),
        (lambda body: changed(body, "searchCriteria", resource=parameters()), "VALUE_IS_REQUIRED"),
        (
            lambda body: changed(body, "searchCriteria", resource=parameters(coded("specialty", "ALCHEMY"))),
            "INVALID_CODE",
        ),
        (lambda body: changed(body, "searchCriteria"), "MISSING_VALUE"),
    ],
)
def test_a_search_for_services_is_for_a_patient_and_a_specialty(tell: Tell, change: Any, code: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        whole = parameters(
            coded("requestType", "APPOINTMENT_REQUEST"),
            coded("sortBy", "DISTANCE"),
            patient(),
            {"name": "searchCriteria", "resource": parameters(coded("specialty", "CARDIOLOGY"))},
        )
        path = f"{STU3}/HealthcareService/$ers.searchHealthcareServicesForPatient"
        assert (await user.post(path, json=whole)).status_code == 200
        assert refused(await user.post(path, json=change(whole))) == (422, code)

    tell(story)


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("firstReminderLetterFollowUpDays", {"valueUnsignedInt": 366}, "INVALID_VALUE"),
        ("shortlist", {"resource": {"resourceType": "List", "entry": []}}, "MISSING_VALUE"),
        ("shortlist", {}, "MISSING_VALUE"),
        ("intentionToAddReferralLetter", {"valueCoding": {"code": "PERHAPS"}}, "INVALID_CODE"),
    ],
)
def test_a_referral_says_for_which_services_and_when_to_remind(tell: Tell, name: str, part: Any, code: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        body = changed(new_referral([BOOKABLE]), name, **part)
        answer = await user.post(f"{STU3}/ReferralRequest/$ers.createReferral", json=body)
        assert refused(answer) == (422, code)
        assert (await http.get("/mock/referrals")).json()["referrals"] == []

    tell(story)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"status": "fulfilled"}, 422, "INVALID_CODE"),
        ({"status": "booked"}, 422, "MISSING_VALUE"),
        ({"status": "proposed", "reason": [{"coding": [{"code": "RAIN"}]}]}, 422, "INVALID_CODE"),
        ({"incomingReferral": [{"reference": "Letter/000000000001/_history/1"}]}, 422, "INVALID_VALUE"),
        ({"incomingReferral": [{"reference": "ReferralRequest/1/_history/1"}]}, 422, "INVALID_VALUE"),
        ({"status": "booked", "slot": [{"reference": "Slot/noon"}]}, 422, "REFERENCE_NOT_FOUND"),
        ({"participant": []}, 422, "MISSING_VALUE"),
    ],
)
def test_an_appointment_names_its_referral_its_service_and_its_slot(
    tell: Tell, change: dict[str, Any], status: int, code: str
) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        slot = slot_ids(await user.slots(BOOKABLE))[0]
        wish = appointment(ubrn, 1, BOOKABLE) | {"status": "booked", "slot": [{"reference": f"Slot/{slot}"}]}
        if change == {"status": "booked"}:
            del wish["slot"]
        assert refused(await user.post(f"{STU3}/Appointment", json=wish | change)) == (status, code)
        assert state_of(await read(user, ubrn)) == "NOT_BOOKED"

    tell(story)


def test_a_booking_is_of_the_referrals_own_service_and_patient(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        slot = slot_ids(await user.slots(BOOKABLE))[0]
        other = slot_ids(await user.slots("70000"))[0]
        assert refused(await user.book(ubrn, 1, "1", slot)) == (422, "REFERENCE_NOT_FOUND")
        assert refused(await user.book(ubrn, 1, "70000", other)) == (422, "INAPPROPRIATE_VALUE")
        assert refused(await user.book(ubrn, 1, BOOKABLE, slot, "9990000026")) == (422, "INAPPROPRIATE_VALUE")
        assert (await user.book(ubrn, 1, BOOKABLE, slot)).status_code == 201

    tell(story)


def test_an_appointment_can_be_cancelled_and_nothing_else(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, _ = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        slot = slot_ids(await user.slots(BOOKABLE))[0]
        await user.book(ubrn, 1, BOOKABLE, slot)
        held = (await user.get(f"{STU3}/Appointment/{appointment_id(await read(user, ubrn))}")).json()
        path, version = f"{STU3}/Appointment/{held['id']}", held["meta"]["versionId"]
        headers = {**user.headers, "If-Match": f'W/"{version}"'}
        moved = await http.put(path, headers=headers, json=held | {"status": "arrived"})
        assert refused(moved) == (422, "INAPPROPRIATE_VALUE")
        unknown = await cancel_appointment(user, held | {"id": "999999"}, int(version))
        assert unknown.status_code == 404
        assert (await cancel_appointment(user, held, int(version))).status_code == 200
        again = await cancel_appointment(user, held, int(version))
        assert refused(again) == (409, "VERSION_CONFLICT")

    tell(story)


@pytest.mark.parametrize("held", ['W/"two"', "two", 'W/"1234567890"', ""])
def test_a_change_names_the_version_that_it_changes(tell: Tell, held: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        path = f"{STU3}/ReferralRequest/{ubrn}/$ers.maintainReferralLetter"
        answer = await user.post(path, headers={"If-Match": held}, json=parameters())
        assert refused(answer) == (412, "PRECONDITION_FAILED")

    tell(story)


@pytest.mark.parametrize("path", ["000000000001/_history/1", "{ubrn}/_history/one", "{ubrn}/_history/9"])
def test_a_version_that_there_is_not_is_not_found(tell: Tell, path: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        assert (await user.get(f"{STU3}/ReferralRequest/{path.format(ubrn=ubrn)}")).status_code == 404

    tell(story)


def test_a_worklist_and_a_session_are_of_those_that_there_are(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        session = await user.log_on()
        assert refused(await user.worklist("EVERYTHING")) == (422, "INVALID_CODE")
        assert refused(await http.post("/v1/ProfessionalSession", json={"token": "  "})) == (422, "MISSING_VALUE")
        chosen = {"token": "another", "permission": session["user"]["permissions"][0]}
        assert (await user.put(f"/v1/ProfessionalSession/{session['id']}", json=chosen)).status_code == 401

    tell(story)


def test_a_role_in_the_headers_is_one_that_the_user_has(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        user.headers |= {
            "NHSD-eRS-Business-Function": "SERVICE_PROVIDER_CLINICIAN",
            "NHSD-End-User-Organisation-ODS": "A81001",
        }
        assert refused(await user.create([BOOKABLE])) == (403, "FORBIDDEN")

    tell(story)


def test_advice_is_asked_of_one_service_that_gives_some(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, _ = await referrer_and_provider(http, directory, BOOKABLE)
        path = f"{ADVICE}/$ers.createAdviceAndGuidance"
        common = (
            coded("providerConversionAuthorisation", "AUTHORISED_TO_CONVERT"),
            {"name": "request", "valueString": "what would you do?"},
        )
        two = parameters(patient(), shortlist(BOOKABLE, "70000"), *common)
        assert refused(await user.post(path, json=two)) == (422, "TOO_MANY_ITEMS")
        real = parameters(patient("9434765919"), shortlist(BOOKABLE), *common)
        assert refused(await user.post(path, json=real)) == (422, "INVALID_VALUE")
        assert refused(await ask(user, TRIAGES)) == (422, "INAPPROPRIATE_VALUE")

    tell(story)


def test_a_conversation_is_for_those_who_take_part_in_it(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, provider = await referrer_and_provider(http, directory, BOOKABLE)
        stranger = User(http, "clinician-B82002-1")
        await stranger.log_on()
        asked = await ask(user, BOOKABLE)
        assert asked.status_code == 200
        reference = (await advice_worklist(provider)).json()["entry"][0]["item"]["reference"]
        ubrn = reference.split("/")[1]

        async def conversation(who: User, based_on: str, **more: str) -> httpx.Response:
            return await who.get(f"{STU3}/Communication", params={"based-on": based_on, **more})

        plain = await conversation(provider, f"CommunicationRequest/{ubrn}/_history/1")
        assert [entry["resource"]["resourceType"] for entry in plain.json()["entry"]] == ["Communication"]
        assert refused(await conversation(stranger, f"CommunicationRequest/{ubrn}/_history/1")) == (
            400,
            "NO_RELATIONSHIP",
        )
        unknown = await conversation(user, "CommunicationRequest/000000000001/_history/1")
        assert unknown.status_code == 404
        assert (await convert(provider, "000000000001", 1)).status_code == 404

    tell(story)


def test_a_request_for_advice_has_the_versions_that_it_has(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, provider = await referrer_and_provider(http, directory, BOOKABLE)
        await ask(user, BOOKABLE)
        reference = (await advice_worklist(provider)).json()["entry"][0]["item"]["reference"]
        ubrn = reference.split("/")[1]
        assert (await user.get(f"{ADVICE}/{ubrn}/_history/one")).status_code == 404
        held = {"name": "createFrom", "valueReference": {"reference": f"Letter/{ubrn}/_history/1"}}
        body = parameters(
            held,
            {"name": "guidance", "valueString": "we take over"},
            {"name": "reviewComments", "valueString": "book a clinic"},
        )
        path = f"{STU3}/ReferralRequest/$ers.createFromCommunicationRequestActionLater"
        assert refused(await provider.post(path, json=body)) == (422, "INVALID_VALUE")

    tell(story)


def test_only_what_the_caller_takes_part_in_is_found_by_its_ubrn(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user, stranger = User(http), User(http, "clinician-B82002-1")
        await user.log_on()
        await stranger.log_on()
        ubrn = (await user.create([BOOKABLE])).json()["id"]
        search = {"identifier": f"https://fhir.nhs.uk/Id/UBRN|{ubrn}"}
        assert len((await user.get(f"{R4}/ServiceRequest", params=search)).json()["entry"]) == 1
        assert (await stranger.get(f"{R4}/ServiceRequest", params=search)).json().get("entry", []) == []

    tell(story)
