"""A referrer and a provider, as a test sees them: one method a call, raw answers back."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from mock_server.model import Performed

STU3 = "/referrals/FHIR/STU3"
R4 = "/referrals/FHIR/R4"
SERVICE_ID = "http://fhir.nhs.net/Id/ers-service"
NHS_NUMBER = "http://fhir.nhs.net/Id/nhs-number"
PATIENT = "9990000018"


class InstantModel:
    """A service that takes no time, remembers what it was asked, and answers as told."""

    def __init__(self) -> None:
        self.performed: list[tuple[str, int]] = []
        self.outcome = "good"

    def operation_for(self, api: str, action: str | None = None) -> str | None:
        name = api if action is None else f"{api}_{action}"
        return None if api == "A033" else f"op_{name}"

    def knows(self, operation: str) -> bool:
        return operation.startswith("op_")

    def names(self) -> list[str]:
        return ["op_A011", "op_X"]

    async def perform(self, operation: str, request_key: int, *_: Any) -> Performed:
        self.performed.append((operation, request_key))
        return Performed(self.outcome)

    def state(self) -> dict[str, Any]:
        return {"app": {"servers": 4, "busy": 1, "waiting": 2}}


@dataclass
class User:
    """Somebody at a keyboard."""

    http: httpx.AsyncClient
    token: str = "clinician-A81001-1"
    headers: dict[str, str] = field(default_factory=dict)

    async def log_on(self, role: str | None = None) -> dict[str, Any]:
        answer = await self.http.post("/v1/ProfessionalSession", json={"token": self.token})
        assert answer.status_code == 201, answer.text
        session: dict[str, Any] = answer.json()
        self.headers["HTTP_X_SESSION_KEY"] = session["id"]
        held = session["user"]["permissions"]
        chosen = next(p for p in held if role in (None, p["businessFunction"]))
        body = {"token": self.token, "permission": chosen}
        answer = await self.put(f"/v1/ProfessionalSession/{session['id']}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, headers=self.headers, **more)

    async def put(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.put(path, headers=self.headers, **more)

    async def post(self, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return await self.http.post(path, headers={**self.headers, **(headers or {})}, **more)

    async def search(self, specialty: str = "CARDIOLOGY") -> httpx.Response:
        criteria = {"resourceType": "Parameters", "parameter": [coded("specialty", specialty)]}
        body = parameters(
            coded("requestType", "APPOINTMENT_REQUEST"),
            coded("sortBy", "DISTANCE"),
            patient(),
            {"name": "searchCriteria", "resource": criteria},
        )
        return await self.post(f"{STU3}/HealthcareService/$ers.searchHealthcareServicesForPatient", json=body)

    async def create(self, services: list[str], **more: Any) -> httpx.Response:
        return await self.post(f"{STU3}/ReferralRequest/$ers.createReferral", json=new_referral(services, **more))

    async def slots(self, service: str, count: int = 10, page: int = 1) -> httpx.Response:
        search = {
            "schedule.actor:HealthcareService": service,
            "appointmentType": "ROUTINE",
            "status": "free",
            "_count": count,
            "page": page,
        }
        return await self.get(f"{STU3}/Slot", params=search)

    async def book(self, ubrn: str, version: int, service: str, slot: str, nhs_number: str = PATIENT) -> httpx.Response:
        body = appointment(ubrn, version, service, nhs_number) | {
            "status": "booked",
            "slot": [{"reference": f"Slot/{slot}"}],
        }
        return await self.post(f"{STU3}/Appointment", json=body)

    async def defer(self, ubrn: str, version: int, service: str, **more: Any) -> httpx.Response:
        reason = more.pop("reason", "BOOKING_ATTEMPT_PROBLEM")
        body = appointment(ubrn, version, service) | {"status": "proposed", **more}
        body["reason"] = [{"coding": [{"code": reason}]}]
        return await self.post(f"{STU3}/Appointment", json=body)

    async def upload(self, name: str = "letter.txt", content: bytes = b"Dear colleague") -> httpx.Response:
        headers = {"Content-Type": "text/plain", "NHSD-eRS-File-Name": name}
        return await self.post(f"{STU3}/Binary", headers=headers, content=content)

    async def attach(self, ubrn: str, version: int | None, *addresses: str) -> httpx.Response:
        headers = {} if version is None else {"If-Match": f'W/"{version}"'}
        body = parameters(*({"name": "referralLetterFile", "resource": document(a)} for a in addresses))
        path = f"{STU3}/ReferralRequest/{ubrn}/$ers.maintainReferralLetter"
        return await self.post(path, headers=headers, json=body)

    async def worklist(self, name: str) -> httpx.Response:
        body = parameters({"name": "listType", "valueCodeableConcept": {"coding": [{"code": name}]}})
        return await self.post(f"{STU3}/ReferralRequest/$ers.fetchworklist", json=body)

    async def accept(self, ubrn: str, version: int) -> httpx.Response:
        path = f"{STU3}/ReferralRequest/{ubrn}/$ers.acceptReferral"
        return await self.post(path, headers={"If-Match": f'W/"{version}"'})


def parameters(*held: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": list(held)}


def coded(name: str, code: str) -> dict[str, Any]:
    return {"name": name, "valueCoding": {"code": code}}


def patient(number: str = PATIENT) -> dict[str, Any]:
    return {"name": "patient", "valueIdentifier": {"system": NHS_NUMBER, "value": number}}


def new_referral(services: list[str], nhs_number: str = PATIENT, priority: str = "ROUTINE") -> dict[str, Any]:
    criteria = {"resourceType": "Parameters", "parameter": [coded("priority", priority)]}
    entry = [{"item": {"identifier": {"system": SERVICE_ID, "value": service}}} for service in services]
    shortlist = {"resourceType": "List", "contained": [criteria], "entry": entry}
    return parameters(
        patient(nhs_number),
        {"name": "shortlist", "resource": shortlist},
        coded("intentionToAddReferralLetter", "NEED_TO_ADD_LATER"),
        {"name": "firstReminderLetterFollowUpDays", "valueUnsignedInt": 7},
    )


def appointment(ubrn: str, version: int, service: str, nhs_number: str = PATIENT) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "incomingReferral": [{"reference": f"ReferralRequest/{ubrn}/_history/{version}"}],
        "participant": [
            {"actor": {"identifier": {"system": SERVICE_ID, "value": service}}, "status": "accepted"},
            {"actor": {"identifier": {"system": NHS_NUMBER, "value": nhs_number}}, "status": "accepted"},
        ],
    }


def document(address: str) -> dict[str, Any]:
    return {"resourceType": "DocumentReference", "content": [{"attachment": {"url": address}}]}


def code_of(answer: httpx.Response) -> str:
    """The e-RS error code of an OperationOutcome."""
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome", body
    assert answer.headers["content-type"] == "application/fhir+json"
    return str(body["issue"][0]["details"]["coding"][0]["code"])


def slot_ids(answer: httpx.Response) -> list[str]:
    """The slots of an A015 answer."""
    entries = answer.json()["entry"]
    return [e["resource"]["id"] for e in entries if e["resource"]["resourceType"] == "Slot"]


def listed_ubrns(answer: httpx.Response) -> list[str]:
    """The referrals of an A008 answer."""
    return [entry["item"]["reference"].split("/")[1] for entry in answer.json()["entry"]]


def state_of(referral: dict[str, Any]) -> str:
    """The e-RS state of a referral's body."""
    held = next(e for e in referral["extension"] if "ReferralState" in e["url"])
    return str(held["extension"][0]["valueCoding"]["code"])
