"""The directory of services: reference data, search, detail.

A004 reference data (cached once rendered, it never changes), A010 the services that fit a
patient's need, A033 one service, A037 its version alone, A035 several. Each service's own part
of the answers is rendered once, at its first use; a search only adds how far the practice is away.
Source: e-RS FHIR API, NHS England.
"""

from functools import cache
from typing import Any, Final

import msgspec

from mock_server.domain.referral import REFERRAL_PRIORITIES
from mock_server.domain.synthetic_directory import CLINIC_TYPES, SPECIALTIES, HealthcareService
from mock_server.errors import Refusal, not_found, unprocessable
from mock_server.fhir.parts import (
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
from mock_server.fhir.requests import PARAMETERS, Parameters, decode
from mock_server.handlers.context import HandlerContext, search_set
from mock_server.handlers.reasons import APPOINTMENT_REASONS, REFERRAL_REASONS, properties
from mock_server.http.calls import HttpRequest, HttpResponse, etag, fhir
from scenarios.text.nhs_numbers import is_synthetic

SEARCH_LIMIT: Final = 20
APPOINTMENT_REQUEST: Final = "APPOINTMENT_REQUEST"
ADVICE_REQUEST: Final = "ADVICE_AND_GUIDANCE_REQUEST"
# The codes whose displays the contract fixes to sentences.
_FLOWS: Final = {
    "BOOKABLE": "A service which supports a patient appointment",
    "REVIEW": "A service that reviews referrals, without the support or need for any appointment with the patient"
    " to be made",
}

_CODE_SYSTEMS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "SPECIALTY": ("e-RS Specialty", tuple(SPECIALTIES)),
    "CLINIC-TYPE": ("e-RS Clinic Type", CLINIC_TYPES),
    "PRIORITY": ("e-RS Priority", REFERRAL_PRIORITIES),
    "APPOINTMENT-CANCELLATION-REASON": (
        "e-RS Appointment Cancellation Reason",
        tuple(reason.code for reason in APPOINTMENT_REASONS),
    ),
    "REFERRAL-CANCELLATION-REASON": (
        "e-RS ReferralRequest Cancellation Reason",
        tuple(reason.code for reason in REFERRAL_REASONS),
    ),
    "APPOINTMENT-NON-ATTENDANCE-REASON": (
        "e-RS Appointment Non-attendance Reason",
        ("DID_NOT_ATTEND", "ARRIVED_LATE"),
    ),
}


async def retrieve_reference_data(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A004: one code system. Raises `Refusal` when there is no such code system."""
    name = request.path_values[0]
    if name not in _CODE_SYSTEMS:
        raise not_found("no such code system")
    return HttpResponse(200, _code_system(name))


@cache
def _code_system(name: str) -> bytes:
    title, codes = _CODE_SYSTEMS[name]
    known = {reason.code: properties(reason) for reason in (*APPOINTMENT_REASONS, *REFERRAL_REASONS)}
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
        "concept": [{"code": code, "display": display(code), "property": known.get(code, [])} for code in codes],
    }
    return msgspec.json.encode(body)


async def search_services(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A010: the nearest services for a patient's need. Raises `Refusal` when the patient is no synthetic one."""
    sought = decode(PARAMETERS, request.body)
    for name in ("requestType", "sortBy"):
        sought.need(name)
    patient = sought.identifier("patient")
    if not is_synthetic(patient):
        raise unprocessable("INVALID_VALUE", "the patient's NHS number is not one of the 999 test range")
    criteria = decode(PARAMETERS, sought.resource("searchCriteria"))
    found = _fit(_services(context, criteria), sought.code("requestType"))
    practice = request.on_behalf.organisation
    nearest = context.directory.nearest(practice, found, SEARCH_LIMIT)
    entries = [_entry(context.directory.services[code], miles) for miles, code in nearest]
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


def _services(context: HandlerContext, criteria: Parameters) -> list[HealthcareService]:
    specialty, clinic_type = criteria.code("specialty"), criteria.code("clinicType")
    if specialty is None:
        raise unprocessable("VALUE_IS_REQUIRED", "searchCriteria names no specialty")
    if specialty not in SPECIALTIES or (clinic_type is not None and clinic_type not in CLINIC_TYPES):
        raise unprocessable("INVALID_CODE", "no such specialty or clinic type")
    return list(context.directory.services_for(specialty, clinic_type))


def _fit(services: list[HealthcareService], request_type: str | None) -> list[HealthcareService]:
    if request_type == ADVICE_REQUEST:
        return [service for service in services if not service.triages]
    if request_type != APPOINTMENT_REQUEST:
        raise unprocessable("INVALID_CODE", f"requestType is {APPOINTMENT_REQUEST} or {ADVICE_REQUEST}")
    return services


def _entry(service: HealthcareService, miles: int) -> dict[str, Any]:
    details = [
        {"url": "displayProminently", "valueBoolean": False},
        {"url": "distance", "valueUnsignedInt": miles},
        {"url": "indicativeAppointmentWaitTime", "valueUnsignedInt": service.wait_days},
    ]
    return {"extension": [extension("ServiceSearch-ListItem", extension=details)], "item": _item(service)}


@cache
def _item(service: HealthcareService) -> msgspec.Raw:
    systems = f"{STU3}/CodeSystem"
    site = {"system": "https://directory.spineservices.nhs.uk/STU3/Organization", "value": service.site}
    details = [
        {"url": "serviceName", "valueString": service.name},
        _coded("supportedAppointmentType", f"{systems}/eRS-AppointmentType-1", "FIRST_OUTPATIENT"),
        _coded("supportedRequestFlowType", f"{systems}/eRS-RequestFlowType-1", _flow_type(service)),
        _coded("bookableType", f"{systems}/eRS-BookableType-1", _bookable_type(service)),
        _coded("specialty", SPECIALTY, service.specialty),
        {"url": "location", "valueReference": {"identifier": site, "display": service.site}},
        {"url": "referralLetterRequired", "valueBoolean": True},
    ]
    item = {
        "extension": [extension("ServiceSummaryView", extension=details)],
        **identifier(SERVICE_ID, service.id),
    }
    return msgspec.Raw(msgspec.json.encode(item))


def _flow_type(service: HealthcareService) -> str:
    return "TRIAGE_REQUEST" if service.triages else APPOINTMENT_REQUEST


def _bookable_type(service: HealthcareService) -> str:
    return "UNSPECIFIED" if service.triages else "DIRECTLY_BOOKABLE"


def _coded(url: str, system: str, code: str) -> dict[str, Any]:
    return {"url": url, "valueCodeableConcept": {"coding": [{"system": system, "code": code}]}}


async def retrieve_service(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A033: one service's details. Raises `Refusal` when there is none."""
    service = context.directory.services.get(request.path_values[0])
    if service is None:
        raise not_found("no service has this id")
    return HttpResponse(200, _service(service), headers=(*etag(1), (b"cache-control", b"private, max-age=0")))


async def probe_service(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A037: the version that A033 would answer with, and no more."""
    found = await retrieve_service(context, request)
    return HttpResponse(200, headers=found.headers)


async def find_services(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A035: several services by their ids. Raises `Refusal` when none is asked for, too many are, or none is found."""
    codes = [code for held in request.every("_id") for code in held.split(",")]
    if not 1 <= len(codes) <= SEARCH_LIMIT or not all(codes):
        raise Refusal(400, "INVALID_VALUE", f"_id names 1 to {SEARCH_LIMIT} services")
    found = [context.directory.services[code] for code in codes if code in context.directory.services]
    if not found:
        raise not_found("no service has any of these ids")
    entries = [
        {"fullUrl": f"HealthcareService/{s.id}", "resource": msgspec.Raw(_service(s)), "search": {"mode": "match"}}
        for s in found
    ]
    return fhir(search_set(request, entries))


@cache
def _service(service: HealthcareService) -> bytes:
    systems = "https://fhir.nhs.uk/CodeSystem"
    flow = "REVIEW" if service.triages else "BOOKABLE"
    bookable = [] if service.triages else [concept(f"{systems}/eRS-BookableType", "DIRECTLY_BOOKABLE")]
    body = {
        "id": service.id,
        "meta": {"versionId": "1"},
        "resourceType": "HealthcareService",
        "name": service.name,
        "location": [identifier("https://fhir.nhs.uk/Id/ods-site-code", service.site)],
        "type": [concept(f"{systems}/eRS-AppointmentType", "FIRST_OUTPATIENT")],
        "characteristic": [
            {"coding": [{**coding(f"{systems}/eRS-RequestFlowType", flow), "display": _FLOWS[flow]}]},
            *bookable,
        ],
    }
    return msgspec.json.encode(body)
