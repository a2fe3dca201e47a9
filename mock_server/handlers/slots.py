"""Appointment slots: the free ones of a service, as a bundle.

What a slot's number says is in `domain.slots`, which slots are free in `storage.diaries`.
Operation A015; source: e-RS FHIR API, NHS England.
"""

import datetime as dt
from functools import lru_cache
from typing import Any, Final

import msgspec

from mock_server.domain.instants import instant
from mock_server.domain.referral import REFERRAL_PRIORITIES
from mock_server.domain.slots import slot_id, slot_times
from mock_server.errors import Refusal
from mock_server.fhir.parts import SERVICE_ID
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HttpRequest, HttpResponse, fhir

_HL7_UK: Final = "https://fhir.hl7.org.uk/STU3/StructureDefinition"


async def retrieve_slots(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A015: the free slots of one service. Raises `Refusal` when a parameter is missing or wrong."""
    search = request.search()
    service = _parameter(search, "schedule.actor:HealthcareService").removeprefix("HealthcareService/")
    if service not in context.directory.services:
        raise Refusal(400, "REFERENCE_NOT_FOUND", f"no service has the id {service}")
    if _parameter(search, "appointmentType") not in REFERRAL_PRIORITIES:
        raise Refusal(400, "INVALID_CODE", "appointmentType is none of the priorities")
    if _parameter(search, "status") != "free":
        raise Refusal(400, "INVALID_CODE", "only free slots can be searched for")
    count, page = _whole(search, "_count"), _whole(search, "page")
    free = context.diaries.free(service)
    shown = free[(page - 1) * count : page * count]
    entries = [_slot(service, number, context.directory.first_day) for number in shown]
    if shown:
        entries.append(_schedule(service))
    return fhir(_bundle(entries, len(free), request))


def _bundle(entries: list[msgspec.Raw], total: int, request: HttpRequest) -> dict[str, Any]:
    return {
        "id": request.correlation_id or "slots",
        "meta": {
            "lastUpdated": instant(),
            "profile": ["http://hl7.org/fhir/STU3/StructureDefinition/Bundle"],
        },
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": [{"relation": "self", "url": f"{request.path}?{request.query.decode('latin-1')}"}],
        "entry": entries,
    }


# A free slot is shown again and again until somebody takes it.
@lru_cache(maxsize=65536)
def _slot(service: str, number: int, first_day: dt.date) -> msgspec.Raw:
    slot, (start, end) = slot_id(service, number), slot_times(first_day, number)
    resource = {
        "id": slot,
        "meta": {"profile": [f"{_HL7_UK}/CareConnect-Slot-1"]},
        "resourceType": "Slot",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/alternative-slot", "value": slot}],
        "schedule": {"reference": f"Schedule/{service}"},
        "status": "free",
        "start": start,
        "end": end,
    }
    entry = {"fullUrl": f"Slot/{slot}", "resource": resource, "search": {"mode": "match"}}
    return msgspec.Raw(msgspec.json.encode(entry))


@lru_cache(maxsize=4096)
def _schedule(service: str) -> msgspec.Raw:
    resource = {
        "id": service,
        "meta": {"profile": [f"{_HL7_UK}/CareConnect-Schedule-1"]},
        "resourceType": "Schedule",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/ers-schedule", "value": service}],
        "actor": [{"identifier": {"system": SERVICE_ID, "value": service}}],
    }
    entry = {"fullUrl": f"Schedule/{service}", "resource": resource, "search": {"mode": "include"}}
    return msgspec.Raw(msgspec.json.encode(entry))


def _parameter(search: dict[str, str], name: str) -> str:
    if name not in search:
        raise Refusal(400, "MISSING_PARAMETER", f"{name} is missing")
    return search[name]


def _whole(search: dict[str, str], name: str) -> int:
    value = _parameter(search, name)
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not 1 <= int(value) <= 100:
        raise Refusal(400, "INVALID_VALUE", f"{name} is a whole number from 1 to 100")
    return int(value)
