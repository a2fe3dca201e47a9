"""The directory of services: reference data, search, detail.

A004 reference data (cached once rendered, it never changes), A010 the services that fit a
patient's need, A033 one service. Each service's own part of the answers is rendered once, at
its first use; a search only adds how far the practice is away.
Source: e-RS FHIR API, NHS England.
"""

from functools import cache
from typing import Any, Final

import msgspec

from mock_server.calls import Answer, Call, etag, fhir
from mock_server.desk import Desk
from mock_server.nhs_numbers import is_synthetic
from mock_server.outcomes import not_found, unprocessable
from mock_server.referrals import PRIORITIES
from mock_server.resources import (
    SERVICE_ID,
    SPECIALTY,
    STU3,
    coding,
    concept,
    display,
    extension,
    identifier,
    profile,
)
from mock_server.wire import PARAMETERS, Parameters, decode
from mock_server.world import SPECIALTIES, Service

SEARCH_LIMIT: Final = 20
# The one code whose display the contract fixes to a sentence.
_BOOKABLE: Final = "A service which supports a patient appointment"

_CLINIC_TYPES: Final = tuple(sorted({clinic for clinics in SPECIALTIES.values() for clinic in clinics}))
_CODE_SYSTEMS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "SPECIALTY": ("e-RS Specialty", tuple(SPECIALTIES)),
    "CLINIC-TYPE": ("e-RS Clinic Type", _CLINIC_TYPES),
    "PRIORITY": ("e-RS Priority", PRIORITIES),
    "APPOINTMENT-CANCELLATION-REASON": (
        "e-RS Appointment Cancellation Reason",
        ("PATIENT_UNABLE_TO_ATTEND", "CLINIC_CANCELLED", "BOOKED_IN_ERROR"),
    ),
    "REFERRAL-CANCELLATION-REASON": (
        "e-RS ReferralRequest Cancellation Reason",
        ("NO_LONGER_REQUIRED", "RAISED_IN_ERROR", "PATIENT_DECEASED"),
    ),
    "APPOINTMENT-NON-ATTENDANCE-REASON": (
        "e-RS Appointment Non-attendance Reason",
        ("DID_NOT_ATTEND", "ARRIVED_LATE"),
    ),
}


async def retrieve_reference_data(desk: Desk, call: Call) -> Answer:
    """A004: one code system."""
    name = call.path_values[0]
    if name not in _CODE_SYSTEMS:
        raise not_found("no such code system")
    return Answer(200, _code_system(name))


@cache
def _code_system(name: str) -> bytes:
    title, codes = _CODE_SYSTEMS[name]
    body = {
        "id": name,
        "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/shareablecodesystem"]},
        "resourceType": "CodeSystem",
        "url": f"/referrals/FHIR/STU3/CodeSystem/{name}",
        "name": title,
        "status": "active",
        "date": "2015-06-15T00:00:00.000Z",
        "publisher": "e-Referral Service",
        "description": f"Synthetic {title} codes of the launch rehearsal",
        "content": "complete",
        "property": [],
        "concept": [{"code": code, "display": display(code), "property": []} for code in codes],
    }
    return msgspec.json.encode(body)


async def search_services(desk: Desk, call: Call) -> Answer:
    """A010: the nearest services for a patient's need."""
    sought = decode(PARAMETERS, call.body)
    for name in ("requestType", "sortBy"):
        sought.need(name)
    patient = sought.identifier("patient")
    if not is_synthetic(patient):
        raise unprocessable("INVALID_VALUE", "the patient's NHS number is not one of the 999 test range")
    criteria = decode(PARAMETERS, sought.resource("searchCriteria"))
    found = _services(desk, criteria)
    practice = call.on_behalf.organisation
    nearest = desk.world.nearest(practice, found, SEARCH_LIMIT)
    entries = [_entry(desk.world.services[code], miles) for miles, code in nearest]
    body: dict[str, Any] = {
        "meta": profile("eRS-FetchServices-List-1"),
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "entry": entries,
    }
    if not entries:
        system = "http://hl7.org/fhir/ValueSet/list-empty-reason"
        nil = {"system": system, "code": "nilknown", "display": "Nil Known"}
        body["emptyReason"] = {"coding": [nil]}
    return fhir(body)


def _services(desk: Desk, criteria: Parameters) -> list[Service]:
    specialty, clinic_type = criteria.code("specialty"), criteria.code("clinicType")
    if specialty is None:
        raise unprocessable("VALUE_IS_REQUIRED", "searchCriteria names no specialty")
    if specialty not in SPECIALTIES or (clinic_type is not None and clinic_type not in _CLINIC_TYPES):
        raise unprocessable("INVALID_CODE", "no such specialty or clinic type")
    return list(desk.world.services_for(specialty, clinic_type))


def _entry(service: Service, miles: int) -> dict[str, Any]:
    details = [
        {"url": "displayProminently", "valueBoolean": False},
        {"url": "distance", "valueUnsignedInt": miles},
        {"url": "indicativeAppointmentWaitTime", "valueUnsignedInt": service.wait_days},
    ]
    return {"extension": [extension("ServiceSearch-ListItem", extension=details)], "item": _item(service)}


@cache
def _item(service: Service) -> msgspec.Raw:
    systems = f"{STU3}/CodeSystem"
    site = {"system": "https://directory.spineservices.nhs.uk/STU3/Organization", "value": service.site}
    details = [
        {"url": "serviceName", "valueString": service.name},
        _coded("supportedAppointmentType", f"{systems}/eRS-AppointmentType-1", "FIRST_OUTPATIENT"),
        _coded("supportedRequestFlowType", f"{systems}/eRS-RequestFlowType-1", "APPOINTMENT_REQUEST"),
        _coded("bookableType", f"{systems}/eRS-BookableType-1", "DIRECTLY_BOOKABLE"),
        _coded("specialty", SPECIALTY, service.specialty),
        {"url": "location", "valueReference": {"identifier": site, "display": service.site}},
        {"url": "referralLetterRequired", "valueBoolean": True},
    ]
    item = {
        "extension": [extension("ServiceSummaryView", extension=details)],
        **identifier(SERVICE_ID, service.id),
    }
    return msgspec.Raw(msgspec.json.encode(item))


def _coded(url: str, system: str, code: str) -> dict[str, Any]:
    return {"url": url, "valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}


async def retrieve_service(desk: Desk, call: Call) -> Answer:
    """A033: one service's details."""
    service = desk.world.services.get(call.path_values[0])
    if service is None:
        raise not_found("no service has this id")
    return Answer(200, _service(service), headers=(*etag(1), (b"cache-control", b"private, max-age=0")))


@cache
def _service(service: Service) -> bytes:
    systems = "https://fhir.nhs.uk/CodeSystem"
    body = {
        "id": service.id,
        "meta": {"versionId": "1"},
        "resourceType": "HealthcareService",
        "name": service.name,
        "location": [identifier("https://fhir.nhs.uk/Id/ods-site-code", service.site)],
        "type": [concept(f"{systems}/eRS-AppointmentType", "FIRST_OUTPATIENT")],
        "characteristic": [
            {"coding": [{**coding(f"{systems}/eRS-RequestFlowType", "BOOKABLE"), "display": _BOOKABLE}]},
            concept(f"{systems}/eRS-BookableType", "DIRECTLY_BOOKABLE"),
        ],
    }
    return msgspec.json.encode(body)
