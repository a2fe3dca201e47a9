"""Advice and guidance, and the directory's and the people's searches."""

from collections.abc import Callable

import httpx

from mock_server.domain.synthetic_directory import SyntheticDirectory
from tests.fixtures.mock_server.mock_bodies import (
    ADVICE,
    BOOKABLE,
    TRIAGES,
    advice_worklist,
    advise,
    ask,
    attached,
    convert,
    read,
    referrer_and_provider,
    resource,
    status_of,
)
from tests.fixtures.mock_server.mock_client import (
    R4,
    STU3,
    User,
    code_of,
    coded,
    listed_ubrns,
    parameters,
    patient,
    state_of,
)

Tell = Callable[..., None]


def test_a_question_is_asked_and_answered(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        scan = (await referrer.upload("scan.txt")).headers["location"]
        asked = await ask(referrer, BOOKABLE, "NOT_AUTHORISED_TO_CONVERT", attached("requestAttachmentFile", scan))
        made = resource(asked, "createdCommunicationRequest")
        ubrn = made["id"]
        assert (asked.status_code, status_of(made)) == (200, "PROVIDER_RESPONSE_REQUIRED")
        assert listed_ubrns(await advice_worklist(provider)) == [ubrn]
        assert (await provider.get(f"{ADVICE}/{ubrn}")).json() == made
        assert code_of(await convert(provider, ubrn, 1)) == "INVALID_STATE", "the referrer has not allowed it"
        assert (await advise(provider, ubrn, 5, "REQUIRE_FURTHER_INFORMATION")).status_code == 409
        provider.headers["NHSD-eRS-Referral-ID"] = ubrn
        leaflet = (await provider.upload("leaflet.txt")).headers["location"]
        more = (attached("guidanceAttachmentFile", leaflet), coded("guidanceIntendedRecommendation", "OTHER"))
        answered = await advise(provider, ubrn, 1, "RETURN_TO_REFERRER_WITH_ADVICE", *more)
        assert status_of(resource(answered, "updatedCommunicationRequest")) == "REFERRER_TO_REVIEW_RESPONSE"
        assert listed_ubrns(await advice_worklist(provider)) == []
        search = {
            "based-on": f"CommunicationRequest/{ubrn}/_history/2",
            "_include": [
                "Communication:sender-practitionerrole:PractionerRole",
                "Communication:content-reference:DocumentReference",
            ],
        }
        talk = (await referrer.get(f"{STU3}/Communication", params=search)).json()
        kinds = [entry["resource"]["resourceType"] for entry in talk["entry"]]
        assert kinds == ["Communication"] * 2 + ["PractitionerRole"] * 2 + ["DocumentReference"] * 2
        search["based-on"] = f"CommunicationRequest/{ubrn}/_history/1"
        assert (await referrer.get(f"{STU3}/Communication", params=search)).status_code == 404
        assert (await referrer.get(f"{STU3}/Communication?based-on=x")).status_code == 400
        overview = await referrer.post(f"{ADVICE}/{ubrn}/$ers.generateCRI")
        assert overview.content.startswith(b"%PDF") and b"what would you do?" in overview.content
        assert (await referrer.get(f"{ADVICE}/{ubrn}/_history/1")).json() == made
        assert (await referrer.get(f"{ADVICE}/{ubrn}/_history/2")).headers["etag"] == 'W/"2"'
        assert (await referrer.get(f"{ADVICE}/{ubrn}/_history/3")).status_code == 404
        stranger = User(http, "clinician-B82002-1")
        await stranger.log_on()
        assert code_of(await stranger.get(f"{ADVICE}/{ubrn}")) == "NO_RELATIONSHIP"

    tell(story)


def test_advice_becomes_a_referral_of_the_same_number(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, provider = await referrer_and_provider(http, directory, BOOKABLE)
        ubrn = resource(await ask(referrer, BOOKABLE), "createdCommunicationRequest")["id"]
        later = (await referrer.create([BOOKABLE])).json()["id"]
        assert int(later) == int(ubrn) + 1, "referrals and requests for advice are numbered together"
        converted = await convert(provider, ubrn, 1)
        assert (converted.status_code, converted.json()["id"]) == (201, ubrn)
        assert state_of(await read(referrer, ubrn)) == "TRIAGED_PROVIDER_TO_ACTION"
        advice = (await referrer.get(f"{ADVICE}/{ubrn}")).json()
        assert (advice["status"], status_of(advice)) == ("completed", "ADVICE_CONVERTED")
        found = (await referrer.get(f"{R4}/ServiceRequest", params={"identifier": ubrn})).json()
        assert [e["resource"]["category"][0]["coding"][0]["code"] for e in found["entry"]] == ["referral", "request"]
        assert code_of(await convert(provider, ubrn, 2)) == "INVALID_REQUEST_STATE"
        assert (await referrer.get(f"{R4}/ServiceRequest?identifier=7")).status_code == 400

    tell(story)


def test_a_question_goes_to_one_service_that_advises(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        referrer, _ = await referrer_and_provider(http, directory, BOOKABLE)
        assert code_of(await ask(referrer, TRIAGES)) == "INAPPROPRIATE_VALUE"
        assert code_of(await ask(referrer, BOOKABLE, "PERHAPS")) == "INVALID_CODE"
        assert (await advice_worklist(referrer)).status_code == 403

    tell(story)


def test_services_are_found_by_what_they_do(tell: Tell, directory: SyntheticDirectory) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http)
        await user.log_on()
        triage = directory.services[TRIAGES]
        found = {}
        for kind in ("APPOINTMENT_REQUEST", "ADVICE_AND_GUIDANCE_REQUEST"):
            criteria = {"resourceType": "Parameters", "parameter": [coded("specialty", triage.specialty)]}
            held = (coded("requestType", kind), coded("sortBy", "DISTANCE"), patient())
            body = parameters(*held, {"name": "searchCriteria", "resource": criteria})
            path = f"{STU3}/HealthcareService/$ers.searchHealthcareServicesForPatient"
            entries = (await user.post(path, json=body)).json()["entry"]
            found[kind] = {entry["item"]["identifier"]["value"] for entry in entries}
        assert TRIAGES in found["APPOINTMENT_REQUEST"] and TRIAGES not in found["ADVICE_AND_GUIDANCE_REQUEST"]
        both = (await user.get(f"{R4}/HealthcareService?_id={TRIAGES},{BOOKABLE}&_id=70000")).json()
        assert [entry["resource"]["id"] for entry in both["entry"]] == [TRIAGES, BOOKABLE, "70000"]
        assert (await user.get(f"{R4}/HealthcareService")).status_code == 400
        assert (await user.get(f"{R4}/HealthcareService?_id=1")).status_code == 404
        probed = await user.http.head(f"{R4}/HealthcareService/{TRIAGES}", headers=user.headers)
        assert (probed.status_code, probed.content, probed.headers["etag"]) == (200, b"", 'W/"1"')

    tell(story)


def test_an_administrator_finds_clinicians_to_act_for(tell: Tell) -> None:
    async def story(http: httpx.AsyncClient) -> None:
        user = User(http, "receptionist-A81001-4")
        await user.log_on()
        people = (await user.get(f"{R4}/Practitioner?_query=onBehalfOf")).json()
        assert people["total"] == 3
        assert (await user.get(f"{R4}/Practitioner")).status_code == 400

    tell(story)
