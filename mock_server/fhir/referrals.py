"""Referrals and appointments as FHIR STU3 resources, the way e-RS profiles them.

Field names, profiles and code systems are the contract's; plain dictionaries, because each
resource has one shape and is rendered once, when it is written. What many referrals share (a specialty,
a service's name, an extension of one value) is encoded once, at its first use, and copied from then on.
Source: e-RS FHIR API, NHS England, eRS-ReferralRequest-1 and eRS-Appointment-1.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final, Protocol

import msgspec

from mock_server.domain.referral import Appointment, Attachment, Decision, Referral
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
    ready,
    ready_profile,
)

# Shared parts that are kept encoded, of one kind: more than a country has practices.
_KEPT: Final = 16384


class Sought(Protocol):
    """What a search for services was about; a referral and a request for advice both say so."""

    @property
    def priority(self) -> str: ...
    @property
    def specialty(self) -> str: ...
    @property
    def clinic_type(self) -> str: ...


def referral_body(referral: Referral, directory: SyntheticDirectory) -> dict[str, Any]:
    """The whole eRS-ReferralRequest-1."""
    documents = [document(file, "REFERRER") for file in referral.attachments]
    documents += [document(file, "PROVIDER") for file in referral.provider_files]
    appointment = referral.appointment
    appointments = [] if appointment is None else [_contained_appointment(appointment, referral, directory)]
    ubrn = format_ubrn(referral.ubrn)
    return {
        "id": ubrn,
        "meta": {"profile": ready_profile("eRS-ReferralRequest-1"), "versionId": str(referral.version)},
        "resourceType": "ReferralRequest",
        "contained": [shortlist(referral.shortlist, directory), criteria(referral), *appointments, *documents],
        "extension": _extensions(referral),
        "status": referral.status,
        "specialty": _specialty(referral.specialty),
        "subject": identifier(NHS_NUMBER, referral.patient),
        "supportingInfo": [{"reference": f"#{document['id']}"} for document in documents],
        "intent": "plan",
        "identifier": [{"system": REQUEST_ID, "value": ubrn}],
    }


def appointment_body(appointment: Appointment, referral: Referral, directory: SyntheticDirectory) -> dict[str, Any]:
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
            _participant(SERVICE_ID, appointment.service, directory.services[appointment.service].name),
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


@lru_cache(maxsize=_KEPT)
def _specialty(code: str) -> msgspec.Raw:
    return ready(concept(SPECIALTY, code))


def _state(referral: Referral) -> msgspec.Raw:
    if referral.decision is None:
        return _undecided(referral.state)
    return ready(extension("ReferralState", extension=_decided(referral.state, referral.decision)))


@cache
def _undecided(state: str) -> msgspec.Raw:
    return ready(extension("ReferralState", extension=[_state_code(state)]))


def _decided(state: str, decision: Decision) -> list[dict[str, Any]]:
    reason = {"url": "reason", "valueCoding": coding(decision.system, decision.code)}
    found = [_state_code(state), reason]
    if decision.comments is not None:
        found.append({"url": "comments", "valueString": decision.comments})
    return found


def _state_code(state: str) -> dict[str, Any]:
    return {"url": "state", "valueCoding": coding(f"{STU3}/CodeSystem/eRS-ReferralState-1", state)}


_TO_SHORTLIST: Final = ready(extension("ReferralShortlist", valueReference={"reference": "#shortlist"}))


def _extensions(referral: Referral) -> list[Any]:
    found: list[Any] = [
        _TO_SHORTLIST,
        _commissioning(referral.practice),
        _priority_extension(referral.priority),
        _state(referral),
    ]
    if referral.appointment is not None:
        reference = f"Appointment/{referral.appointment.id}"
        found.append(extension("Appointment", valueReference={"reference": "#appointment"}))
        found.append(extension("Appointment-Reference", valueReference={"reference": reference}))
    if referral.letter_first is not None:
        found.append(extension("ClinicalInfoFirstSubmitted", valueDateTime=referral.letter_first))
        found.append(extension("ClinicalInfoLastUpdated", valueDateTime=referral.letter_last))
    return found


@lru_cache(maxsize=_KEPT)
def _commissioning(practice: str) -> msgspec.Raw:
    return ready(extension("Commissioning-Rule-Org", valueIdentifier={"system": ODS_CODE, "value": practice}))


@cache
def _priority_extension(code: str) -> msgspec.Raw:
    return ready(extension("ReferralPriority", valueCodeableConcept=priority(code)))


_FOUND_WITH: Final = ready(
    [extension("Shortlist-SearchCriteria", valueReference={"reference": "#serviceSearchCriteria"})]
)


def shortlist(services: Sequence[str], directory: SyntheticDirectory) -> dict[str, Any]:
    """The services that were chosen."""
    return {
        "id": "shortlist",
        "meta": _SHORTLIST_META,
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "extension": _FOUND_WITH,
        "entry": [_listed(service, directory.services[service].name) for service in services],
    }


_SHORTLIST_META: Final = ready(profile("eRS-Shortlist-List-1"))


@lru_cache(maxsize=4 * _KEPT)
def _listed(service: str, name: str) -> msgspec.Raw:
    return ready({"item": {**identifier(SERVICE_ID, service), "display": name}})


def criteria(sought: "Sought") -> msgspec.Raw:
    """What the services were found with."""
    return _criteria(sought.priority, sought.specialty, sought.clinic_type)


@lru_cache(maxsize=1024)
def _criteria(urgency: str, specialty: str, clinic_type: str) -> msgspec.Raw:
    body = {
        "id": "serviceSearchCriteria",
        "meta": profile("eRS-ServiceSearchCriteria-Parameters-1"),
        "resourceType": "Parameters",
        "parameter": [
            {"name": "priority", "valueCoding": priority(urgency)["coding"][0]},
            {"name": "specialty", "valueCoding": coding(SPECIALTY, specialty)},
            {"name": "clinicType", "valueCoding": coding(f"{STU3}/CodeSystem/eRS-ClinicType-1", clinic_type)},
        ],
    }
    return ready(body)


def _contained_appointment(
    appointment: Appointment, referral: Referral, directory: SyntheticDirectory
) -> dict[str, Any]:
    return {**appointment_body(appointment, referral, directory), "id": "appointment"}


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
