"""What the newer operations are sent, and short names for what they answer."""

from typing import Any

import httpx
from mock_client import SERVICE_ID, STU3, User, coded, document, parameters, patient

REFERRAL = f"{STU3}/ReferralRequest"
ADVICE = f"{STU3}/CommunicationRequest"
BOOKABLE = "70003"
# The services that triage: every eleventh (see World).
TRIAGES = "70009"


def shortlist(*services: str) -> dict[str, Any]:
    """The parameter that names services."""
    entry = [{"item": {"identifier": {"system": SERVICE_ID, "value": service}}} for service in services]
    return {"name": "shortlist", "resource": {"resourceType": "List", "entry": entry}}


def text(name: str, value: str) -> dict[str, Any]:
    """A parameter with a text."""
    return {"name": name, "valueString": value}


def attached(name: str, address: str) -> dict[str, Any]:
    """A parameter with an uploaded file."""
    return {"name": name, "resource": document(address)}


async def change(user: User, ubrn: str, verb: str, version: int | None, *held: dict[str, Any]) -> httpx.Response:
    """One of the $ers changes to a referral."""
    headers = {} if version is None else {"If-Match": f'W/"{version}"'}
    return await user.post(f"{REFERRAL}/{ubrn}/$ers.{verb}", headers=headers, json=parameters(*held))


async def reject(user: User, ubrn: str, version: int, code: str = "INAPPROPRIATE_SERVICE") -> httpx.Response:
    return await change(user, ubrn, "rejectReferral", version, coded("rejectionReason", code))


async def redirect(user: User, ubrn: str, version: int, *more: dict[str, Any]) -> httpx.Response:
    held = (text("comments", "try the other clinic"), *more)
    return await change(user, ubrn, "cancelAppointmentActionLater", version, *held)


async def triage(user: User, ubrn: str, version: int, outcome: str, *more: dict[str, Any]) -> httpx.Response:
    held = (coded("reviewOutcome", outcome), text("reviewComments", "seen"), *more)
    return await change(user, ubrn, "recordReviewOutcome", version, *held)


async def end(user: User, ubrn: str, version: int, code: str = "NO_LONGER_REQUIRED") -> httpx.Response:
    return await change(user, ubrn, "cancelReferral", version, coded("cancellationReason", code))


async def change_shortlist(user: User, ubrn: str, version: int, *services: str) -> httpx.Response:
    return await change(user, ubrn, "changeShortlist", version, shortlist(*services))


async def cancel_appointment(
    user: User, body: dict[str, Any], version: int, code: str = "PATIENT_UNABLE_TO_ATTEND"
) -> httpx.Response:
    """A034 with the appointment as it was read."""
    sent = body | {"status": "cancelled", "reason": [{"coding": [{"code": code}]}]}
    headers = {**user.headers, "If-Match": f'W/"{version}"'}
    return await user.http.put(f"{STU3}/Appointment/{body['id']}", headers=headers, json=sent)


async def ask(user: User, service: str, authorisation: str = "AUTHORISED_TO_CONVERT", *more: Any) -> httpx.Response:
    """A044."""
    held = (patient(), coded("providerConversionAuthorisation", authorisation), shortlist(service))
    body = parameters(*held, text("request", "what would you do?"), *more)
    return await user.post(f"{ADVICE}/$ers.createAdviceAndGuidance", json=body)


async def advise(user: User, ubrn: str, version: int, outcome: str, *more: dict[str, Any]) -> httpx.Response:
    """A026."""
    body = parameters(coded("guidanceOutcome", outcome), text("guidance", "rest"), *more)
    path = f"{ADVICE}/{ubrn}/$ers.sendCommunicationToRequester"
    return await user.post(path, headers={"If-Match": f'W/"{version}"'}, json=body)


async def convert(user: User, ubrn: str, version: int) -> httpx.Response:
    """A027."""
    reference = {
        "name": "createFrom",
        "valueReference": {"reference": f"CommunicationRequest/{ubrn}/_history/{version}"},
    }
    body = parameters(reference, text("guidance", "we take over"), text("reviewComments", "book a clinic"))
    return await user.post(f"{REFERRAL}/$ers.createFromCommunicationRequestActionLater", json=body)


async def advice_worklist(user: User) -> httpx.Response:
    """A023."""
    codes = {"coding": [{"code": "ADVICE_AND_GUIDANCE_REQUESTS"}]}
    body = parameters({"name": "listType", "valueCodeableConcept": codes})
    return await user.post(f"{ADVICE}/$ers.fetchworklist", json=body)


def appointment_id(referral: dict[str, Any]) -> str:
    """The reference to the current appointment."""
    held = next(e for e in referral["extension"] if "Appointment-Reference" in e["url"])
    return str(held["valueReference"]["reference"]).removeprefix("Appointment/")


def resource(answer: httpx.Response, name: str) -> dict[str, Any]:
    """One of the resources of an answer that holds several."""
    return dict(next(p["resource"] for p in answer.json()["parameter"] if p["name"] == name))


def status_of(advice: dict[str, Any]) -> str:
    """The state of a request for advice."""
    return str(advice["category"][0]["coding"][0]["code"])
