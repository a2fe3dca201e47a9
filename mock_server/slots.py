"""Appointment slots: every service has a diary that is worked out, not stored.

Slot number n of a service is a fixed time: sixteen slots of 20 minutes a working day, counted
from the world's first day. Only taken slots are stored. A diary goes on for ever unless the
world limits it, and shows its first `POLLING_RANGE` free slots, as the real service shows
a polling range and not the whole diary. Two users who look at the same moment see the same
slots, and the second to book one is told that it is gone.
Operation A015; source: e-RS FHIR API, NHS England.
"""

import datetime as dt
from functools import lru_cache
from typing import Any, Final

import msgspec

from mock_server.calls import Answer, Call, fhir
from mock_server.desk import Desk, Keeper, instant
from mock_server.fhir_parts import SERVICE_ID
from mock_server.outcomes import Refusal, unprocessable
from mock_server.referrals import PRIORITIES
from mock_server.world import World

POLLING_RANGE: Final = 100
SLOT_MINUTES: Final = 20
_SLOTS_A_DAY: Final = 16
_NUMBER_DIGITS: Final = 7
_HL7_UK: Final = "https://fhir.hl7.org.uk/STU3/StructureDefinition"


def slot_id(service: str, number: int) -> str:
    """A slot's id carries its service and its number."""
    return f"{service}{number:0{_NUMBER_DIGITS}d}"


def parse_slot(slot: str) -> tuple[str, int]:
    """The service and the number that a slot's id carries."""
    service, number = slot[:-_NUMBER_DIGITS], slot[-_NUMBER_DIGITS:]
    if not service or not number.isascii() or not number.isdigit():
        raise unprocessable("REFERENCE_NOT_FOUND", f"no slot is called {slot[:40]}")
    return service, int(number)


def slot_times(first_day: dt.date, number: int) -> tuple[str, str]:
    """When a slot starts and ends."""
    day, place = divmod(number, _SLOTS_A_DAY)
    week, weekday = divmod(day, 5)
    date = first_day + dt.timedelta(days=7 * week + weekday)
    start = dt.datetime.combine(date, dt.time(9), dt.UTC) + dt.timedelta(minutes=SLOT_MINUTES * place)
    return instant(start), instant(start + dt.timedelta(minutes=SLOT_MINUTES))


def diary_length(world: World, service: str = "") -> int:
    """How many slots a service's diary has by now."""
    settings = world.settings
    if world.is_without_slots(service):
        return 0
    # Without a limit: a million slots are 240 years of clinics, well before the calendar ends.
    if settings.slots_per_service is None:
        return 10**6
    return settings.slots_per_service + world.releases()


class Diaries:
    """The free slots of every service."""

    def __init__(self, store: Keeper, world: World) -> None:
        self._store = store
        self._world = world
        self.are_full = False  # a fault: nobody has a slot to give
        # Below this number every slot of the service is known to be taken.
        self._all_taken_below: dict[str, int] = {}

    def free(self, service: str) -> list[int]:
        """The numbers of the first free slots."""
        if self.are_full:
            return []
        start = self._all_taken_below.get(service, 0)
        taken = self._taken_from(service, start)
        while start in taken:
            start += 1
        self._all_taken_below[service] = start
        end = min(start + len(taken) + POLLING_RANGE, diary_length(self._world, service))
        return [n for n in range(start, end) if n not in taken][:POLLING_RANGE]

    def freed(self, service: str, number: int) -> None:
        """A slot is free again: look from there on."""
        self._all_taken_below[service] = min(number, self._all_taken_below.get(service, 0))

    def _taken_from(self, service: str, start: int) -> set[int]:
        held = "SELECT number FROM slot_taken WHERE service = ? AND number >= ?"
        rows = self._store.rows(held, (service, start))
        return {number for (number,) in rows}


async def retrieve_slots(desk: Desk, call: Call) -> Answer:
    """A015: the free slots of one service."""
    search = call.search()
    service = _parameter(search, "schedule.actor:HealthcareService").removeprefix("HealthcareService/")
    if service not in desk.world.services:
        raise Refusal(400, "REFERENCE_NOT_FOUND", f"no service has the id {service}")
    if _parameter(search, "appointmentType") not in PRIORITIES:
        raise Refusal(400, "INVALID_CODE", "appointmentType is none of the priorities")
    if _parameter(search, "status") != "free":
        raise Refusal(400, "INVALID_CODE", "only free slots can be searched for")
    count, page = _whole(search, "_count"), _whole(search, "page")
    free = desk.diaries.free(service)
    shown = free[(page - 1) * count : page * count]
    entries = [_slot(service, number, desk.world.first_day) for number in shown]
    if shown:
        entries.append(_schedule(service))
    return fhir(_bundle(entries, len(free), call))


def _bundle(entries: list[msgspec.Raw], total: int, call: Call) -> dict[str, Any]:
    return {
        "id": call.correlation_id or "slots",
        "meta": {
            "lastUpdated": instant(),
            "profile": ["http://hl7.org/fhir/STU3/StructureDefinition/Bundle"],
        },
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": [{"relation": "self", "url": f"{call.path}?{call.query.decode('latin-1')}"}],
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
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= 100:
        raise Refusal(400, "INVALID_VALUE", f"{name} is a whole number from 1 to 100")
    return int(value)
