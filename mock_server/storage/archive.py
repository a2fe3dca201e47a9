"""The referrals of the years before: read, listed, changed, and held nowhere until they are changed.

Referral n of N is worked out from its number. Practices took turns, so with P practices the n-th is number
k = (n - 1) div P of practice i = (n - 1) mod P, and went to provider (k + i) mod Q: both find theirs
by arithmetic. The service, the patient, the clinician and what came of it are hashes of the number
(splitmix64). All were booked and accepted long ago but the last `OPEN_EACH` of each practice, which wait on
worklists. Their versions are made by the same functions that make those of new referrals. How they are laid over what
is stored is in `archive_overlay`.

60,000,000 is about what Choose and Book and e-RS had handled in their first ten years.
"""

import datetime as dt
from functools import lru_cache
from typing import Final

import msgspec

from mock_server.domain.decisions import accept
from mock_server.domain.instants import instant
from mock_server.domain.referral import (
    LETTER_NEEDED,
    Appointment,
    Referral,
    appoint,
    worklists,
)
from mock_server.domain.scatter import scatter
from mock_server.domain.slots import SLOT_MINUTES, slot_id
from mock_server.domain.synthetic_directory import HealthcareService, SyntheticDirectory
from mock_server.fhir.referrals import appointment_body, referral_body
from mock_server.fhir.worklists import worklist_entry
from mock_server.storage.repositories import KeptVersion, WorklistEntry
from scenarios.text.nhs_numbers import nhs_number

OPEN_EACH: Final = 5
YEARS: Final = 10
_FIRST_ARCHIVED_SLOT: Final = 1_000_000  # no diary goes that far
_FIRST_ARCHIVED_APPOINTMENT: Final = 1_000_000_000
_NOT_BOOKED_OF_10, _DEFERRED_OF_10 = 4, 2


class ArchivedReferrals:
    """The archived referrals of a synthetic directory."""

    def __init__(self, directory: SyntheticDirectory) -> None:
        self.count = directory.settings.archived_referrals
        self._directory = directory
        self._practices, self._providers = list(directory.practices), list(directory.providers)
        self._practice_places = {code: place for place, code in enumerate(self._practices)}
        self._provider_places = {code: place for place, code in enumerate(self._providers)}
        self._each = -(-self.count // len(self._practices))
        self._of_provider: dict[str, list[HealthcareService]] = {code: [] for code in self._providers}
        for service in directory.services.values():
            self._of_provider[service.provider].append(service)
        for code, services in self._of_provider.items():  # all were booked, so where appointments are
            self._of_provider[code] = [service for service in services if not service.triages] or services
        self.find = lru_cache(maxsize=4096)(self._find)

    def find_version(self, ubrn: int, version: int) -> Referral | None:
        """A version of an archived referral."""
        return next((v for v in self._versions(ubrn) if v.version == version), None)

    def body(self, referral: Referral) -> bytes:
        """A version as its reader gets it."""
        return msgspec.json.encode(referral_body(referral, self._directory))

    def ubrn_of(self, appointment_id: int) -> int | None:
        """The archived referral whose appointment this was."""
        ubrn = appointment_id - _FIRST_ARCHIVED_APPOINTMENT
        referral = self.find(ubrn) if ubrn > 0 else None
        return None if referral is None or referral.appointment is None else ubrn

    def appointment(self, appointment_id: int) -> KeptVersion | None:
        """An appointment in the one version that it has, the one that it was made with."""
        ubrn = self.ubrn_of(appointment_id)
        if ubrn is None:
            return None
        made = next(v for v in self._versions(ubrn) if v.appointment is not None)
        held = made.appointment
        assert held is not None, "it was looked for"
        body = msgspec.json.encode(appointment_body(held, made, self._directory))
        return KeptVersion(held.version, made.organisations, body)

    def standing_on(self, organisation: str, name: str, service: str | None) -> list[Referral]:
        """The archived referrals on a worklist, were none of them changed since; None: of every service."""
        standing = [r for r in self.open_of(organisation) if (organisation, name) in worklists(r)]
        if service is None:
            return standing
        return [r for r in standing if r.appointment and r.appointment.service == service]

    def entry(self, referral: Referral, name: str) -> WorklistEntry:
        """A referral's entry on the worklist of this name."""
        entry = msgspec.json.encode(worklist_entry(referral, name, self._directory))
        return referral.ubrn, referral.patient, entry

    def open_of(self, organisation: str) -> list[Referral]:
        """The archived referrals of a practice or provider that still wait for somebody."""
        found = [self.find(ubrn) for ubrn in self._open_ubrns(organisation)]
        return [referral for referral in found if referral is not None]

    def _open_ubrns(self, organisation: str) -> list[int]:
        practices, newest = len(self._practices), range(max(0, self._each - OPEN_EACH), self._each)
        if (place := self._practice_places.get(organisation)) is not None:
            return [k * practices + place + 1 for k in newest]
        if (place := self._provider_places.get(organisation)) is not None:
            step = len(self._providers)
            return [k * practices + i + 1 for k in newest for i in range((place - k) % step, practices, step)]
        return []

    def _find(self, ubrn: int) -> Referral | None:
        versions = self._versions(ubrn)
        return versions[-1] if versions else None

    def _versions(self, ubrn: int) -> list[Referral]:
        """Every version of an archived referral, the current one last."""
        if not 0 < ubrn <= self.count:
            return []
        k, i = divmod(ubrn - 1, len(self._practices))
        drawn = scatter(ubrn)
        service = self._service(self._providers[(k + i) % len(self._providers)], drawn)
        made = self._made(k, drawn)
        first = self._first(ubrn, self._practices[i], service, drawn, made)
        is_open = k >= self._each - OPEN_EACH
        if is_open and drawn % 10 < _NOT_BOOKED_OF_10:
            return [first]
        settled = _deferred if is_open and drawn % 10 >= 10 - _DEFERRED_OF_10 else _booked
        asked = Appointment(
            id=_FIRST_ARCHIVED_APPOINTMENT + ubrn,
            service=service.id,
            provider=service.provider,
            created=instant(made + dt.timedelta(days=1)),
        )
        appointed = appoint(first, settled(asked, service, drawn, made))
        if is_open:
            return [first, appointed]
        reviewed = instant(made + dt.timedelta(days=2))
        return [first, appointed, accept(appointed, reviewed)]

    def _service(self, provider: str, drawn: int) -> HealthcareService:
        services = self._of_provider[provider] or list(self._directory.services.values())
        return services[(drawn >> 8) % len(services)]

    def _made(self, k: int, drawn: int) -> dt.datetime:
        """When the k-th of each practice was made: evenly over the years, in office hours."""
        days_ago = (self._each - k) * YEARS * 365 // self._each + 1
        day = self._directory.first_day - dt.timedelta(days=days_ago)
        seconds = 8 * 3600 + (drawn >> 20) % (10 * 3600)
        return dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=seconds)

    def _first(self, ubrn: int, practice: str, service: HealthcareService, drawn: int, made: dt.datetime) -> Referral:
        return Referral(
            ubrn=ubrn,
            version=1,
            patient=nhs_number(drawn >> 16),
            clinician=f"{(drawn >> 4) % 10**12:012d}",
            practice=practice,
            priority="TWO_WEEK_WAIT" if service.specialty == "2WW" else "ROUTINE",
            specialty=service.specialty,
            clinic_type=service.clinic_type,
            shortlist=(service.id,),
            providers=(service.provider,),
            letter=LETTER_NEEDED if (drawn >> 40) % 4 == 0 and self._is_open(ubrn) else "NOT_INTENDING_TO_ADD",
            reminder_days=7,
            created=instant(made),
            updated=instant(made),
            correlation_id=f"past-{ubrn:016x}",  # no run of a load test claims it
        )

    def _is_open(self, ubrn: int) -> bool:
        return (ubrn - 1) // len(self._practices) >= self._each - OPEN_EACH


def _deferred(asked: Appointment, service: HealthcareService, drawn: int, made: dt.datetime) -> Appointment:
    return msgspec.structs.replace(asked, reason="NO_SLOTS_AT_SERVICE")


def _booked(asked: Appointment, service: HealthcareService, drawn: int, made: dt.datetime) -> Appointment:
    start = made.replace(hour=9, minute=0, second=0) + dt.timedelta(days=1 + service.wait_days)
    return msgspec.structs.replace(
        asked,
        slot=slot_id(service.id, _FIRST_ARCHIVED_SLOT + drawn % 8_000_000),
        start=instant(start),
        end=instant(start + dt.timedelta(minutes=SLOT_MINUTES)),
    )
