"""Requests for advice as FHIR STU3 resources, the way e-RS profiles them.

Source: e-RS FHIR API, NHS England, eRS-CommunicationRequest-1, eRS-Communication-1 and the
advice worklist of A023.
"""

from typing import Any, Final

from mock_server.domain.advice import CONVERTED, REQUESTER, Advice, Message
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.domain.ubrn import format_ubrn
from mock_server.fhir.parts import (
    NHS_NUMBER,
    ODS_CODE,
    REQUEST_ID,
    SERVICE_ID,
    SPECIALTY,
    STU3,
    USER_ID,
    coding,
    concept,
    extension,
    identifier,
    priority,
    profile,
)
from mock_server.fhir.referrals import criteria, document, shortlist

_ROLE_REFERENCE: Final = f"{STU3}/StructureDefinition/Extension-PractitionerRole-Reference-1"
_SERVICE_REFERENCE: Final = f"{STU3}/StructureDefinition/Extension-HealthcareService-Reference-1"
_ROLE_PROFILE: Final = "https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-PractitionerRole-1"


def advice_body(advice: Advice, directory: SyntheticDirectory) -> dict[str, Any]:
    """The whole eRS-CommunicationRequest-1."""
    asked = advice.messages[0]
    files = [document(file, "ADVICE_REQUEST") for file in asked.files]
    return {
        "id": format_ubrn(advice.ubrn),
        "meta": {**profile("eRS-CommunicationRequest-1"), "versionId": str(advice.version)},
        "resourceType": "CommunicationRequest",
        "contained": [
            shortlist((advice.service,), directory),
            criteria(advice),
            {**practitioner_role(asked), "id": "requester"},
            *files,
        ],
        "extension": _extensions(advice),
        "status": "completed" if advice.status == CONVERTED else "active",
        "category": [{"coding": [{"system": _statuses(), "code": advice.status}]}],
        "subject": identifier(NHS_NUMBER, advice.patient),
        "recipient": [_service(advice)],
        "sender": _sender("#requester"),
        "requester": {"agent": _sender("#requester")},
        "payload": [{"contentReference": {"reference": f"#{file['id']}"}} for file in files],
        "identifier": [{"system": REQUEST_ID, "value": format_ubrn(advice.ubrn)}],
    }


def communication(advice: Advice, message: Message) -> dict[str, Any]:
    """One message of the conversation."""
    asks = message.sent_by == REQUESTER
    files = [{"contentReference": {"reference": f"DocumentReference/{file.id}"}} for file in message.files]
    return {
        "id": message.id,
        "meta": profile("eRS-Communication-1"),
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"coding": [{"system": f"{STU3}/CodeSystem/eRS-CommunicationSentBy-1", "code": message.sent_by}]}],
        "recipient": [_service(advice) if asks else identifier(ODS_CODE, advice.practice)],
        "sent": message.sent,
        "sender": _sender(f"PractitionerRole/{role_id(message)}"),
        "payload": files,
        "note": [{"text": message.text}],
    }


def practitioner_role(message: Message) -> dict[str, Any]:
    """Who wrote a message, in which role."""
    functions = f"{STU3}/CodeSystem/eRS-BusinessFunction-1"
    return {
        "id": role_id(message),
        "meta": {"profile": [_ROLE_PROFILE]},
        "resourceType": "PractitionerRole",
        "practitioner": identifier(USER_ID, message.user),
        "organization": identifier(ODS_CODE, message.organisation),
        "code": [{"coding": [{"system": functions, "code": message.role}]}],
    }


def role_id(message: Message) -> str:
    """The id of the sender's role."""
    return f"{message.organisation}-{message.user}"


def worklist_line(advice: Advice, directory: SyntheticDirectory) -> dict[str, Any]:
    """One line of the provider's list of requests for advice."""
    name = directory.services[advice.service].name
    details = [
        {"url": "priority", "valueCodeableConcept": priority(advice.priority)},
        {"url": "specialty", "valueCodeableConcept": concept(SPECIALTY, advice.specialty)},
        {"url": "patient", "valueReference": identifier(NHS_NUMBER, advice.patient)},
        {
            "url": "category",
            "valueCodeableConcept": {"coding": [{"system": _statuses(), "code": advice.status}]},
        },
        {"url": "adviceFirstRequested", "valueDateTime": advice.created},
        {"url": "adviceLastUpdated", "valueDateTime": advice.updated},
        {"url": "referrer", "valueReference": identifier(USER_ID, advice.clinician)},
        {"url": "service", "valueReference": {**identifier(SERVICE_ID, advice.service), "display": name}},
        {"url": "communicationRequestVersion", "valueInteger": advice.version},
    ]
    return {
        "item": {"reference": f"CommunicationRequest/{format_ubrn(advice.ubrn)}"},
        "extension": [extension("AdviceAndGuidanceRequests-WorkListItem", extension=details)],
    }


def _extensions(advice: Advice) -> list[dict[str, Any]]:
    authorisations = f"{STU3}/CodeSystem/eRS-ProviderConversionAuthorisation-1"
    return [
        extension("ReferralShortlist", valueReference={"reference": "#shortlist"}),
        extension("ReferralPriority", valueCodeableConcept=priority(advice.priority)),
        extension("ProviderConversionAuthorisation", valueCoding=coding(authorisations, advice.authorisation)),
        extension("Specialty", valueCoding=coding(SPECIALTY, advice.specialty)),
    ]


def _service(advice: Advice) -> dict[str, Any]:
    reference = identifier(SERVICE_ID, advice.service)
    return {"extension": [{"url": _SERVICE_REFERENCE, "valueReference": reference}]}


def _sender(reference: str) -> dict[str, Any]:
    return {"extension": [{"url": _ROLE_REFERENCE, "valueReference": {"reference": reference}}]}


def _statuses() -> str:
    return f"{STU3}/CodeSystem/eRS-AdviceAndGuidanceStatus-1"
