"""Referrals and appointments as FHIR STU3 resources, the way e-RS profiles them.

Field names, profiles and code systems are the contract's; plain dictionaries, because each
resource has one shape and is rendered once, when it is written.
Source: e-RS FHIR API, NHS England, eRS-ReferralRequest-1 and eRS-Appointment-1.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, Protocol

from mock_server.referrals import Appointment, Attachment, Referral, format_ubrn
from mock_server.world import World

STU3: Final = "https://fhir.nhs.uk/STU3"
SERVICE_ID: Final = "http://fhir.nhs.net/Id/ers-service"
NHS_NUMBER: Final = "http://fhir.nhs.net/Id/nhs-number"
USER_ID: Final = "http://fhir.nhs.net/Id/sds-user-id"
ODS_CODE: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
REQUEST_ID: Final = "https://fhir.nhs.uk/Id/ers-request-id"
SPECIALTY: Final = "/referrals/FHIR/STU3/CodeSystem/SPECIALTY"


class Sought(Protocol):
    """What a search for services was about; a referral and a request for advice both say so."""

    @property
    def priority(self) -> str: ...
    @property
    def specialty(self) -> str: ...
    @property
    def clinic_type(self) -> str: ...


def profile(name: str) -> dict[str, Any]:
    """The `meta` that names an e-RS profile."""
    return {"profile": [f"{STU3}/StructureDefinition/{name}"]}


def extension(name: str, **value: Any) -> dict[str, Any]:
    """An e-RS extension with its value."""
    return {"url": f"{STU3}/StructureDefinition/Extension-eRS-{name}-1", **value}


def identifier(system: str, value: str) -> dict[str, Any]:
    """A reference by business identifier."""
    return {"identifier": {"system": system, "value": value}}


_DISPLAYS: Final = {
    "APPT_CANCELLED_BY_PATIENT": "Appointment Cancelled By Patient",
    "APPT_CANCELLED_BY_PROVIDER": "Appointment Cancelled By Provider",
    "TRIAGED_PROVIDER_TO_ACTION": "Triaged - Provider To Action",
    "CHANGE_SHORTLIST_AND_SEND_FOR_TRIAGE": "Change Shortlist and Send for Triage",
}


@cache
def display(code: str) -> str:
    """A code as a reader would have it."""
    return _DISPLAYS.get(code) or code.replace("_", " ").title()


def coding(system: str, code: str) -> dict[str, Any]:
    """A code with its system and display."""
    return {"system": system, "code": code, "display": display(code)}


def concept(system: str, code: str) -> dict[str, Any]:
    """A code as a FHIR concept."""
    return {"coding": [coding(system, code)]}


def priority(code: str) -> dict[str, Any]:
    """A priority as a FHIR concept."""
    return concept(f"{STU3}/CodeSystem/eRS-Priority-1", code)


def referral_body(referral: Referral, world: World) -> dict[str, Any]:
    """The whole eRS-ReferralRequest-1."""
    documents = [document(file, "REFERRER") for file in referral.attachments]
    documents += [document(file, "PROVIDER") for file in referral.provider_files]
    appointment = referral.appointment
    appointments = [] if appointment is None else [_contained_appointment(appointment, referral, world)]
    return {
        "id": format_ubrn(referral.ubrn),
        "meta": {**profile("eRS-ReferralRequest-1"), "versionId": str(referral.version)},
        "resourceType": "ReferralRequest",
        "contained": [shortlist(referral.shortlist, world), criteria(referral), *appointments, *documents],
        "extension": _extensions(referral),
        "status": referral.status,
        "specialty": {"coding": [coding(SPECIALTY, referral.specialty)]},
        "subject": identifier(NHS_NUMBER, referral.patient),
        "supportingInfo": [{"reference": f"#{document['id']}"} for document in documents],
        "intent": "plan",
        "identifier": [{"system": REQUEST_ID, "value": format_ubrn(referral.ubrn)}],
    }


def appointment_body(appointment: Appointment, referral: Referral, world: World) -> dict[str, Any]:
    """The eRS-Appointment-1 that booking or deferring answers with."""
    reference = f"ReferralRequest/{format_ubrn(referral.ubrn)}/_history/{referral.version}"
    body: dict[str, Any] = {
        "id": str(appointment.id),
        "meta": {**profile("eRS-Appointment-1"), "versionId": str(appointment.version)},
        "resourceType": "Appointment",
        "status": appointment.status,
        "description": "e-Referral Appointment",
        "created": appointment.created,
        "incomingReferral": [{"reference": reference}],
        "participant": [
            _participant(SERVICE_ID, appointment.service, world.services[appointment.service].name),
            _participant(NHS_NUMBER, referral.patient),
        ],
    }
    if appointment.slot is not None:
        body["slot"] = [{"reference": f"Slot/{appointment.slot}"}]
        body |= {"start": appointment.start, "end": appointment.end}
    reason = appointment.reason or appointment.cancelled_for
    if reason is not None:
        body["reason"] = [{"coding": [_reason(appointment, referral, reason)]}]
    return body


def _reason(appointment: Appointment, referral: Referral, code: str) -> dict[str, str]:
    """Why it was proposed, or else why it was cancelled; the latter the referral's decision knows."""
    if appointment.reason is not None:
        return {"system": f"{STU3}/CodeSystem/eRS-ReviewReason-1", "code": code}
    system = referral.decision.system if referral.decision else f"{STU3}/CodeSystem/eRS-ReviewOutcome-1"
    return coding(system, code)


def _state(referral: Referral) -> list[dict[str, Any]]:
    state = coding(f"{STU3}/CodeSystem/eRS-ReferralState-1", referral.state)
    decision = referral.decision
    if decision is None:
        return [{"url": "state", "valueCoding": state}]
    found: list[dict[str, Any]] = [
        {"url": "state", "valueCoding": state},
        {"url": "reason", "valueCoding": coding(decision.system, decision.code)},
    ]
    if decision.comments is not None:
        found.append({"url": "comments", "valueString": decision.comments})
    return found


def _extensions(referral: Referral) -> list[dict[str, Any]]:
    practice = {"system": ODS_CODE, "value": referral.practice}
    found = [
        extension("ReferralShortlist", valueReference={"reference": "#shortlist"}),
        extension("Commissioning-Rule-Org", valueIdentifier=practice),
        extension("ReferralPriority", valueCodeableConcept=priority(referral.priority)),
        extension("ReferralState", extension=_state(referral)),
    ]
    if referral.appointment is not None:
        reference = f"Appointment/{referral.appointment.id}"
        found.append(extension("Appointment", valueReference={"reference": "#appointment"}))
        found.append(extension("Appointment-Reference", valueReference={"reference": reference}))
    if referral.letter_first is not None:
        found.append(extension("ClinicalInfoFirstSubmitted", valueDateTime=referral.letter_first))
        found.append(extension("ClinicalInfoLastUpdated", valueDateTime=referral.letter_last))
    return found


def shortlist(services: Sequence[str], world: World) -> dict[str, Any]:
    """The services that were chosen."""
    entries = [
        {"item": {**identifier(SERVICE_ID, service), "display": world.services[service].name}} for service in services
    ]
    found_with = extension("Shortlist-SearchCriteria", valueReference={"reference": "#serviceSearchCriteria"})
    return {
        "id": "shortlist",
        "meta": profile("eRS-Shortlist-List-1"),
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "extension": [found_with],
        "entry": entries,
    }


def criteria(referral: "Sought") -> dict[str, Any]:
    """What the services were found with."""
    clinic_type = coding(f"{STU3}/CodeSystem/eRS-ClinicType-1", referral.clinic_type)
    return {
        "id": "serviceSearchCriteria",
        "meta": profile("eRS-ServiceSearchCriteria-Parameters-1"),
        "resourceType": "Parameters",
        "parameter": [
            {"name": "priority", "valueCoding": priority(referral.priority)["coding"][0]},
            {"name": "specialty", "valueCoding": coding(SPECIALTY, referral.specialty)},
            {"name": "clinicType", "valueCoding": clinic_type},
        ],
    }


def _contained_appointment(appointment: Appointment, referral: Referral, world: World) -> dict[str, Any]:
    return {**appointment_body(appointment, referral, world), "id": "appointment"}


def _participant(system: str, value: str, name: str | None = None) -> dict[str, Any]:
    actor = identifier(system, value) if name is None else {**identifier(system, value), "display": name}
    return {"actor": actor, "status": "accepted"}


def document(file: Attachment, kind: str) -> dict[str, Any]:
    """A file that belongs to a request."""
    available = {"system": f"{STU3}/CodeSystem/eRS-AvailabilityStatus-1", "code": "AVAILABLE"}
    attachment = {
        "id": file.id,
        "contentType": file.content_type,
        "url": f"Binary/{file.id}",
        "size": file.size_bytes,
        "title": file.name,
        "creation": file.uploaded[:10],
        "extension": [
            extension("AvailabilityStatus", valueCoding=available),
            extension("AttachedBy", valueReference=identifier(USER_ID, file.user)),
            extension("AttachedByOrganisation", valueReference=identifier(ODS_CODE, file.organisation)),
        ],
    }
    return {
        "id": f"DocumentReference-{file.id}",
        "meta": profile("eRS-DocumentReference-1"),
        "resourceType": "DocumentReference",
        "type": concept(f"{STU3}/CodeSystem/eRS-AttachmentType-1", kind),
        "status": "current",
        "indexed": file.uploaded,
        "description": "",
        "content": [{"attachment": attachment}],
    }
