"""What FHIR resources are put together from: codes with their displays, identifiers, extensions, profiles.

Code systems and the names of extensions are the contract's. A part that many resources share is encoded once
(`ready`) and copied from then on, which halves the cost of a referral's body.
Source: e-RS FHIR API, NHS England.
"""

from functools import cache
from typing import Any, Final

import msgspec

STU3: Final = "https://fhir.nhs.uk/STU3"
SERVICE_ID: Final = "http://fhir.nhs.net/Id/ers-service"
NHS_NUMBER: Final = "http://fhir.nhs.net/Id/nhs-number"
USER_ID: Final = "http://fhir.nhs.net/Id/sds-user-id"
ODS_CODE: Final = "https://fhir.nhs.uk/Id/ods-organization-code"
REQUEST_ID: Final = "https://fhir.nhs.uk/Id/ers-request-id"
SPECIALTY: Final = "/referrals/FHIR/STU3/CodeSystem/SPECIALTY"


def profile(name: str) -> dict[str, Any]:
    """The `meta` that names an e-RS profile."""
    return {"profile": [f"{STU3}/StructureDefinition/{name}"]}


def extension(name: str, **value: Any) -> dict[str, Any]:
    """An e-RS extension with its value."""
    return {"url": f"{STU3}/StructureDefinition/Extension-eRS-{name}-1", **value}


def identifier(system: str, value: str) -> dict[str, Any]:
    """A reference by business identifier."""
    return {"identifier": {"system": system, "value": value}}


def ready(part: Any) -> msgspec.Raw:
    """A part of many resources, encoded once for all of them."""
    return msgspec.Raw(msgspec.json.encode(part))


@cache
def ready_profile(name: str) -> msgspec.Raw:
    """The list of the one profile, for a `meta` that holds more."""
    return ready(profile(name)["profile"])


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
