"""The FHIR bodies that e-RS calls send, and the few fields of the answers that a user acts on.

Source: e-RS FHIR API, NHS England (published contract); A001 and A002: nhsconnect/digital-referrals.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from loadtests.ers.answered_values import checksum, is_id, version_in
from loadtests.ers.session import ErsSession

_STU3: Final = "https://fhir.nhs.uk/STU3"
_SERVICE: Final = "http://fhir.nhs.net/Id/ers-service"
_NHS_NUMBER: Final = "http://fhir.nhs.net/Id/nhs-number"
_LETTER_BYTES: Final = 50_000

LETTER: Final = (b"Dear colleague, thank you for seeing this synthetic patient. " * 1000)[:_LETTER_BYTES]
LETTER_CHECKSUM: Final = checksum(LETTER)
encode: Final = msgspec.json.Encoder().encode


class HeldRole(msgspec.Struct, rename="camel"):
    """A role at an organisation."""

    business_function: str
    org_identifier: str


class _User(msgspec.Struct):
    permissions: list[HeldRole] = []


class LogOnAnswer(msgspec.Struct):
    """The answer to A001 and A002."""

    id: str
    user: _User = msgspec.field(default_factory=_User)


class _Value(msgspec.Struct):
    value: str = ""


class _Code(msgspec.Struct):
    code: str = ""


class _Concept(msgspec.Struct):
    coding: list[_Code] = []


class _Detail(msgspec.Struct, rename="camel"):
    url: str = ""
    value_codeable_concept: _Concept | None = None


class _Summary(msgspec.Struct):
    extension: list[_Detail] = []


class _Item(msgspec.Struct):
    reference: str = ""
    identifier: _Value | None = None
    extension: list[_Summary] = []

    def triages(self) -> bool:
        """Whether the service reviews referrals and has no appointments to book."""
        details = (detail for summary in self.extension for detail in summary.extension)
        flow = next((d.value_codeable_concept for d in details if d.url == "supportedRequestFlowType"), None)
        return flow is not None and any(held.code == "TRIAGE_REQUEST" for held in flow.coding)


class _Entry(msgspec.Struct):
    item: _Item | None = None


class ListAnswer(msgspec.Struct):
    """A FHIR list: services found (A010), or referrals on a worklist (A008)."""

    entry: list[_Entry] = []

    def services(self) -> list[str]:
        """The ids of the services at which an appointment can be booked."""
        items = [e.item for e in self.entry if e.item]
        found = [item.identifier.value for item in items if item.identifier and not item.triages()]
        return list(filter(is_id, found))

    def ubrns(self) -> list[str]:
        """The UBRNs of the referrals."""
        references = [e.item.reference for e in self.entry if e.item]
        return [ubrn for ref in references if ref.count("/") and is_id(ubrn := ref.split("/")[1])]


class _Resource(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    id: str = ""


class _BundleEntry(msgspec.Struct):
    resource: _Resource = msgspec.field(default_factory=_Resource)


class SlotsAnswer(msgspec.Struct):
    """The slots of A015."""

    entry: list[_BundleEntry] = []

    def slots(self) -> list[str]:
        """The ids of the slots."""
        return [e.resource.id for e in self.entry if e.resource.resource_type == "Slot" and is_id(e.resource.id)]


class _Attachment(msgspec.Struct):
    url: str = ""


class _Content(msgspec.Struct):
    attachment: _Attachment = msgspec.field(default_factory=_Attachment)


class _Reference(msgspec.Struct):
    reference: str = ""


class _Contained(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    content: list[_Content] = []


class ReferralAnswer(msgspec.Struct):
    """As much of a referral (A005) as users look at; `referral_content` is what the audit does."""

    id: str = ""
    contained: list[_Contained] = []

    def attachments(self) -> list[str]:
        """The ids of the attached files."""
        files = [c for c in self.contained if c.resource_type == "DocumentReference"]
        found = [part.attachment.url.rpartition("/")[2] for file in files for part in file.content]
        return list(filter(is_id, found))


class AppointmentAnswer(msgspec.Struct, rename="camel"):
    """The answer to A016."""

    incoming_referral: list[_Reference] = []

    def version(self, otherwise: int) -> int:
        """The referral's version that the appointment made."""
        reference = self.incoming_referral[0].reference if self.incoming_referral else ""
        return version_in(reference.rpartition("/_history/")[2].encode("utf-8", "replace"), otherwise)


def log_on_body(user: ErsSession) -> bytes:
    """A001."""
    return encode({"typeInfo": "uk.nhs.ers.xapi.dto.v1.session.ProfessionalSession", "token": user.token})


def role_body(user: ErsSession) -> bytes:
    """A002."""
    permission = {"businessFunction": user.function, "orgIdentifier": user.organisation}
    kind = "uk.nhs.ers.xapi.dto.v1.session.ProfessionalSession"
    return encode({"typeInfo": kind, "id": user.key, "token": user.token, "permission": permission})


def search_body(user: ErsSession) -> bytes:
    """A010."""
    criteria = {
        "id": "serviceSearchCriteria",
        **_profiled("Parameters", "eRS-ServiceSearchCriteria-Parameters-1"),
        "parameter": [
            _coding("priority", "eRS-Priority-1", "ROUTINE"),
            {
                "name": "specialty",
                "valueCoding": {"system": "/STU3/CodeSystem/SPECIALTY", "code": user.specialty},
            },
        ],
    }
    return _parameters(
        "eRS-PatientServiceSearch-Parameters-1",
        _coding("requestType", "eRS-RequestType-1", "APPOINTMENT_REQUEST"),
        _coding("sortBy", "eRS-SortBy-1", "DISTANCE"),
        _patient(user),
        {"name": "searchCriteria", "resource": criteria},
    )


def create_body(user: ErsSession) -> bytes:
    """A011."""
    shortlist = {
        **_profiled("List", "eRS-Shortlist-List-1"),
        "status": "current",
        "mode": "snapshot",
        "entry": [{"item": {"identifier": {"system": _SERVICE, "value": user.service}}}],
    }
    return _parameters(
        "eRS-CreateReferral-Parameters-1",
        _patient(user),
        {"name": "shortlist", "resource": shortlist},
        _coding("intentionToAddReferralLetter", "eRS-ReferralLetterIntention-1", "NEED_TO_ADD_LATER"),
        {"name": "firstReminderLetterFollowUpDays", "valueUnsignedInt": 7},
    )


def booking_body(user: ErsSession) -> bytes:
    """A016 for a slot."""
    return encode(_appointment(user, "booked", slot=[{"reference": f"Slot/{user.slot}"}]))


def deferral_body(user: ErsSession) -> bytes:
    """A016 without a slot: the provider shall find one."""
    reason = {"system": f"{_STU3}/CodeSystem/eRS-ReviewReason-1", "code": "BOOKING_ATTEMPT_PROBLEM"}
    return encode(_appointment(user, "proposed", reason=[{"coding": [reason]}]))


def letter_body(user: ErsSession) -> bytes:
    """A012."""
    document = {
        **_profiled("DocumentReference", "eRS-DocumentReference-1"),
        "status": "current",
        "type": {"coding": [{"system": f"{_STU3}/CodeSystem/eRS-AttachmentType-1", "code": "REFERRER"}]},
        "indexed": "2015-06-15T08:00:00.000Z",
        "content": [{"attachment": {"url": f"Binary/{user.attachment}"}}],
    }
    return _parameters("eRS-MaintainReferralLetter-Parameters-1", {"name": "referralLetterFile", "resource": document})


def worklist_body(name: str) -> bytes:
    """A008."""
    coding = {"system": f"{_STU3}/CodeSystem/eRS-ReferralListSelector-1", "code": name}
    return _parameters(
        "eRS-FetchWorklist-Parameters-1", {"name": "listType", "valueCodeableConcept": {"coding": [coding]}}
    )


def _appointment(user: ErsSession, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "appointment",
        **_profiled("Appointment", "eRS-Appointment-1"),
        "status": status,
        "description": "e-Referral Appointment",
        "incomingReferral": [{"reference": f"ReferralRequest/{user.ubrn}/_history/{user.version}"}],
        "participant": [_participant(_SERVICE, user.service), _participant(_NHS_NUMBER, user.patient)],
        **more,
    }


def _participant(system: str, value: str) -> dict[str, Any]:
    return {"actor": {"identifier": {"system": system, "value": value}}, "status": "accepted"}


def _parameters(profile: str, *held: dict[str, Any]) -> bytes:
    return encode({**_profiled("Parameters", profile), "parameter": held})


def _profiled(kind: str, profile: str) -> dict[str, Any]:
    return {"resourceType": kind, "meta": {"profile": [f"{_STU3}/StructureDefinition/{profile}"]}}


def _coding(name: str, system: str, code: str) -> dict[str, Any]:
    return {"name": name, "valueCoding": {"system": f"{_STU3}/CodeSystem/{system}", "code": code}}


def _patient(user: ErsSession) -> dict[str, Any]:
    return {"name": "patient", "valueIdentifier": {"system": _NHS_NUMBER, "value": user.patient}}
