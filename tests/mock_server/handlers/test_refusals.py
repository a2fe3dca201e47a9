"""What the service refuses, and how it says so."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mock_server.contract.operations import OPERATIONS
from mock_server.contract.routes import Routes
from mock_server.domain.synthetic_directory import DirectorySettings, SyntheticDirectory
from mock_server.errors import Refusal
from mock_server.sessions.professional import Sessions
from mock_server.storage.store import Store
from scenarios.text.nhs_numbers import is_synthetic, nhs_number
from tests.fixtures.mock_server.held_client import client_of
from tests.fixtures.mock_server.mock_client import (
    PATIENT,
    R4,
    STU3,
    InstantModel,
    User,
    appointment,
    code_of,
    coded,
    new_referral,
    slot_ids,
)

Tell = Callable[..., None]


def test_one_slot_is_booked_once_however_many_try(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrns = [(await user.create(["70000"])).json()["id"] for _ in range(20)]
        slot = slot_ids(await user.slots("70000"))[0]
        tries = await asyncio.gather(*(user.book(ubrn, 1, "70000", slot) for ubrn in ubrns))
        won = [answer for answer in tries if answer.status_code == 201]
        lost = [answer for answer in tries if answer.status_code == 422]
        assert (len(won), len(lost)) == (1, 19)
        assert {code_of(answer) for answer in lost} == {"SLOT_NOT_AVAILABLE"}
        held = (await http.get("/mock/referrals")).json()["referrals"]
        assert [r["slot"] for r in held if r["slot"]] == [slot]
        assert sorted(r["version"] for r in held) == [1] * 19 + [2]

    tell(story)


def test_of_many_changes_to_one_version_one_wins(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        ubrn = (await user.create(["70000"])).json()["id"]
        addresses = [(await user.upload(f"letter-{i}.txt")).headers["location"] for i in range(8)]
        tries = await asyncio.gather(*(user.attach(ubrn, 1, address) for address in addresses))
        assert sorted(answer.status_code for answer in tries) == [200] + [423] * 7, "the others met its lock"
        later = await user.attach(ubrn, 1, addresses[0])
        assert (later.status_code, code_of(later)) == (409, "VERSION_CONFLICT")
        assert (await user.attach(ubrn, None, addresses[0])).status_code == 412
        stale = await user.book(ubrn, 1, "70000", slot_ids(await user.slots("70000"))[0])
        assert stale.status_code == 409

    tell(story)


def test_without_a_session_nothing_opens(tell: Tell, model: InstantModel) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        stranger = User(http)
        answer = await stranger.get(f"{STU3}/ReferralRequest/000050000001")
        assert (answer.status_code, code_of(answer)) == (401, "NO_ACCESS")
        answer = await http.get(f"{R4}/PractitionerRole", headers={"Authorization": "Bearer gone"})
        assert (answer.status_code, code_of(answer)) == (401, "ACCESS_DENIED")

    tell(story)
    assert model.performed == [], "nobody was let in, so no modelled time was taken"


def test_a_wrong_role_is_forbidden(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        clerk = User(http, f"provider-{next(iter(directory.providers))}-1")
        session = await clerk.log_on()
        answer = await clerk.create(["70000"])
        assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN")
        assert (await clerk.worklist("LETTERS_OUTSTANDING")).status_code == 403
        referrer = User(http)
        await referrer.log_on()
        assert (await referrer.accept("000050000001", 1)).status_code == 403
        body = {"permission": {"businessFunction": "REFERRING_CLINICIAN", "orgIdentifier": "A81001"}}
        chosen = await clerk.put(f"/v1/ProfessionalSession/{session['id']}", json=body)
        assert chosen.status_code == 403

    tell(story)


def test_a_stranger_to_the_referral_may_not_read_it(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        mine, other = User(http), User(http, "clinician-B82002-1")
        await mine.log_on()
        await other.log_on()
        ubrn = (await mine.create(["70000"])).json()["id"]
        answer = await other.get(f"{STU3}/ReferralRequest/{ubrn}")
        assert (answer.status_code, code_of(answer)) == (422, "NO_RELATIONSHIP")

    tell(story)


def test_an_ended_session_is_worth_nothing(directory: SyntheticDirectory) -> None:
    now_s = [0.0]
    sessions = Sessions(directory, lifetime_s=10.0, now_s=lambda: now_s[0])
    key = sessions.open("clinician-A81001-1").key
    assert sessions.find(key) is not None
    now_s[0] = 10.0
    assert sessions.find(key) is None
    sessions.open("clinician-A81001-2")
    assert len(sessions) == 1, "ended sessions are dropped"


@pytest.mark.parametrize("path", ["/", "/nowhere", f"{STU3}/ReferralRequest", f"{STU3}/ReferralRequest//_history/1"])
def test_an_unknown_address_is_told_as_an_outcome(tell: Tell, path: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        answer = await http.get(path)
        assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")
        assert (await http.delete("/health")).status_code == 405

    tell(story)


def test_unknown_things_are_not_found(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        for path in ("ReferralRequest/000000000001", "ReferralRequest/1", "CodeSystem/NONE", "Binary/none"):
            assert (await user.get(f"{STU3}/{path}")).status_code == 404, path
        missing = await user.get(f"{R4}/HealthcareService/1")
        assert (missing.status_code, code_of(missing)) == (404, "REC_NOT_FOUND")
        assert (await user.attach("000000000001", 1, "Binary/x")).status_code == 404

    tell(story)


WITHOUT = {
    "patient": "MISSING_VALUE",
    "shortlist": "MISSING_VALUE",
    "intentionToAddReferralLetter": "MISSING_VALUE",
    "firstReminderLetterFollowUpDays": "MISSING_VALUE",
}
ILL_FORMED: list[tuple[Any, str]] = [
    *(
        ({"parameter": [p for p in new_referral(["70000"])["parameter"] if p["name"] != name]}, code)
        for name, code in WITHOUT.items()
    ),
    (new_referral(["70000"], nhs_number="9990000019"), "INVALID_VALUE"),
    (new_referral(["70000"], nhs_number="9434765919"), "INVALID_VALUE"),
    (new_referral(["70000"], priority="SOON"), "INVALID_CODE"),
    (new_referral(["70000", "70000"]), "DUPLICATE_SERVICE"),
    (new_referral([str(70000 + i) for i in range(21)]), "TOO_MANY_ITEMS"),
    (new_referral(["1"]), "REFERENCE_NOT_FOUND"),
    ({"parameter": "none"}, "INVALID_FHIR_STRUCTURE"),
    ([], "INVALID_FHIR_STRUCTURE"),
]


@pytest.mark.parametrize(("body", "code"), ILL_FORMED)
def test_an_ill_formed_referral_is_not_created(tell: Tell, body: Any, code: str) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        answer = await user.post(f"{STU3}/ReferralRequest/$ers.createReferral", json=body)
        assert (answer.status_code, code_of(answer)) == (422, code)
        assert (await http.get("/mock/referrals")).json() == {"referrals": [], "next": None}

    tell(story)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b'"text"', b"[" * 100_000])
def test_what_is_no_json_is_refused_everywhere(tell: Tell, body: bytes) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        session = await user.log_on()
        ubrn = (await user.create(["70000"])).json()["id"]
        posts = [
            "HealthcareService/$ers.searchHealthcareServicesForPatient",
            "ReferralRequest/$ers.createReferral",
            "ReferralRequest/$ers.fetchworklist",
            "Appointment",
            f"ReferralRequest/{ubrn}/$ers.maintainReferralLetter",
        ]
        answers = [await user.post(f"{STU3}/{path}", headers={"If-Match": 'W/"1"'}, content=body) for path in posts]
        answers.append(await user.post("/v1/ProfessionalSession", content=body))
        answers.append(await user.put(f"/v1/ProfessionalSession/{session['id']}", content=body))
        assert {answer.status_code for answer in answers} <= {400, 422}
        assert {code_of(answer) for answer in answers} <= {"BAD_REQUEST", "INVALID_FHIR_STRUCTURE"}

    tell(story)


def test_single_objects_stand_for_lists(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        body = new_referral(["70000"])
        shortlist = next(p for p in body["parameter"] if p["name"] == "shortlist")["resource"]
        shortlist["entry"], shortlist["contained"] = shortlist["entry"][0], shortlist["contained"][0]
        created = await user.post(f"{STU3}/ReferralRequest/$ers.createReferral", json=body)
        assert created.status_code == 201
        wish = appointment(created.json()["id"], 1, "70000") | {"status": "booked"}
        wish["slot"] = {"reference": f"Slot/{slot_ids(await user.slots('70000'))[0]}"}
        wish["incomingReferral"] = wish["incomingReferral"][0]
        assert (await user.post(f"{STU3}/Appointment", json=wish)).status_code == 201

    tell(story)


def test_deferring_for_want_of_slots_needs_a_full_diary(model: InstantModel, store: Store) -> None:
    small = SyntheticDirectory(
        1, DirectorySettings(services=30, providers=2, practices=2, names=5, slots_per_service=1)
    )

    async def story() -> None:
        async with client_of(model, store, small) as http:
            user = User(http)
            await user.log_on()
            first, second = [(await user.create(["70000"])).json()["id"] for _ in range(2)]
            refused = await user.defer(first, 1, "70000", reason="NO_SLOTS_AT_SERVICE")
            assert code_of(refused) == "SLOTS_CURRENTLY_AVAILABLE"
            (slot,) = slot_ids(await user.slots("70000"))
            named = {"slot": [{"reference": f"Slot/{slot}"}]}
            refused = await user.defer(first, 1, "70000", reason="SLOT_NOT_AVAILABLE", **named)
            assert code_of(refused) == "THIS_SLOT_IS_AVAILABLE"
            assert (await user.book(first, 1, "70000", slot)).status_code == 201
            assert slot_ids(await user.slots("70000")) == []
            outside = await user.book(second, 1, "70000", f"{slot[:-1]}9")
            assert code_of(outside) == "INAPPROPRIATE_SLOT"
            assert (await user.defer(second, 1, "70000", reason="NO_SLOTS_AT_SERVICE")).status_code == 201

    asyncio.run(story())


def test_files_are_checked(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        assert code_of(await user.upload(name="letter.pdf")) == "CONFLICTING_VALUES"
        assert code_of(await user.upload(content=b"")) == "FILE_SIZE_ERROR"
        assert (await user.upload(content=b"x" * (5 * 1024 * 1024))).status_code == 201
        large = await user.upload(content=b"x" * (5 * 1024 * 1024 + 1))
        assert (large.status_code, code_of(large)) == (413, "FILE_SIZE_ERROR")
        program = {"Content-Type": "application/x-sh", "NHSD-eRS-File-Name": "a.sh"}
        assert (await user.post(f"{STU3}/Binary", headers=program, content=b"x")).status_code == 415
        unnamed = await user.post(f"{STU3}/Binary", headers={"Content-Type": "text/plain"}, content=b"x")
        assert code_of(unnamed) == "MISSING_VALUE"
        ubrn = (await user.create(["70000"])).json()["id"]
        assert code_of(await user.attach(ubrn, 1, "Binary/none")) == "REFERENCE_NOT_FOUND"
        addresses = [(await user.upload()).headers["location"] for _ in range(2)]
        assert code_of(await user.attach(ubrn, 1, *addresses)) == "DUPLICATE_FILENAME"
        assert (await user.attach(ubrn, 1, addresses[0])).status_code == 200
        assert code_of(await user.attach(ubrn, 2, addresses[0])) == "NO_CHANGES_DETECTED"

    tell(story)


@pytest.mark.parametrize(
    ("outcome", "status", "code"),
    [
        ("busy", 503, "SYSTEM_UNAVAILABLE"),
        ("left_queue", 503, "SYSTEM_UNAVAILABLE"),
        ("error", 500, "INTERNAL_SERVER_ERROR"),
    ],
)
def test_what_the_model_refuses_changes_nothing(
    tell: Tell, model: InstantModel, outcome: str, status: int, code: str
) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        model.outcome = outcome
        answer = await user.create(["70000"])
        assert (answer.status_code, code_of(answer)) == (status, code)
        assert ("retry-after" in answer.headers) == (status == 503)
        assert answer.headers["x-rehearsal-outcome"] == outcome
        assert (await http.get("/mock/referrals")).json()["referrals"] == []
        log_on = await http.post("/v1/ProfessionalSession", json={"token": "x"})
        assert log_on.status_code == status
        model.outcome = "good"
        assert (await user.create(["70000"])).status_code == 201

    tell(story)


def test_a_patient_number_that_the_tests_use_is_a_valid_one() -> None:
    assert is_synthetic(PATIENT)
    drawn = [nhs_number(index) for index in range(1000)]
    assert all(is_synthetic(number) for number in drawn)
    assert len(set(drawn)) > 900


@pytest.mark.parametrize("name", ["specialty", "clinicType"])
def test_a_referral_is_for_a_specialty_and_a_clinic_that_there_are(tell: Tell, name: str) -> None:
    """What anybody may invent would also be kept for ever with the displays of codes."""

    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        body = new_referral(["70000"])
        body["parameter"][1]["resource"]["contained"][0]["parameter"].append(coded(name, "x" * 100_000))
        refused = await user.post(f"{STU3}/ReferralRequest/$ers.createReferral", json=body)
        assert (refused.status_code, code_of(refused)) == (422, "INVALID_CODE")

    tell(story)


@pytest.mark.parametrize(("sent", "is_kept"), [("a\x00b", False), ("\\\x00", False), ("\\u0000", True), ("\x01", True)])
def test_a_text_with_a_nul_is_refused(tell: Tell, sent: str, is_kept: bool) -> None:
    """PostgreSQL has no such text; a backslash before the same letters is another thing."""

    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        body = new_referral(["70000"])
        identifier = {"name": "referringClinician", "valueIdentifier": {"value": sent}}
        body["parameter"].append(identifier)
        answer = await user.post(f"{STU3}/ReferralRequest/$ers.createReferral", json=body)
        assert answer.status_code == 201 if is_kept else code_of(answer) == "INVALID_VALUE"

    tell(story)


def test_an_address_with_a_nul_is_nowhere() -> None:
    routes = Routes(OPERATIONS)
    assert routes.find("GET", f"{STU3}/Binary/ab")[1] == ("ab",)
    with pytest.raises(Refusal, match="NOT_FOUND"):
        routes.find("GET", f"{STU3}/Binary/a\0b")
