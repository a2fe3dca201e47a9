"""A synthetic country, small or of England's size, drawn by seed: organisations, services, names.

Codes have the shape of ODS codes (a trust is `R` and two characters, its sites add two, a
practice is a letter and five digits); they are drawn, a match with a real code is chance.
Names come from Faker, a few hundred at the start because Faker is slow, and are combined by
hash. The same seed and settings always draw the same world, so it need not be stored. Specialties and
clinic types follow the shape of the e-RS reference data.
"""

import datetime as dt
import hashlib
import random
import time
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec
from faker import Faker

SPECIALTIES: Final[dict[str, tuple[str, ...]]] = {
    "2WW": ("2WW_BREAST", "2WW_LOWER_GI", "2WW_SKIN"),
    "CARDIOLOGY": ("ARRHYTHMIA", "CHEST_PAIN", "HEART_FAILURE", "NOT_OTHERWISE_SPECIFIED"),
    "CHILDREN_ADOLESCENT": ("GENERAL_PAEDIATRICS", "PAEDIATRIC_ALLERGY"),
    "DERMATOLOGY": ("ECZEMA_AND_DERMATITIS", "LEG_ULCER", "NOT_OTHERWISE_SPECIFIED"),
    "DIABETIC_MEDICINE": ("GENERAL_DIABETIC_MANAGEMENT", "FOOT_CLINIC"),
    "ENT": ("BALANCE_DIZZINESS", "EAR", "NOSE_SINUS", "THROAT"),
    "GASTROENTEROLOGY_AND_LIVER": ("COLORECTAL", "HEPATOLOGY", "UPPER_GI"),
    "GYNAECOLOGY": ("FERTILITY", "MENSTRUAL_DISORDERS", "UROGYNAECOLOGY"),
    "NEUROLOGY": ("EPILEPSY", "HEADACHE", "MOVEMENT_DISORDERS"),
    "OPHTHALMOLOGY": ("CATARACT", "GLAUCOMA", "MEDICAL_RETINA"),
    "ORTHOPAEDICS": ("FOOT_AND_ANKLE", "HAND_AND_WRIST", "HIP", "KNEE", "SPINE"),
    "PHYSIOTHERAPY": ("MUSCULOSKELETAL",),
    "RESPIRATORY_MEDICINE": ("ASTHMA", "COPD", "SLEEP_APNOEA"),
    "RHEUMATOLOGY": ("INFLAMMATORY_ARTHRITIS", "OSTEOPOROSIS"),
    "SLEEP_MEDICINE": ("SLEEP_MEDICINE",),
    "UROLOGY": ("HAEMATURIA", "PROSTATE", "STONE"),
}
CLINIC_TYPES: Final = tuple(sorted({clinic for clinics in SPECIALTIES.values() for clinic in clinics}))
_TOWNS: Final = (
    "Ashby", "Brackley", "Calder", "Denholm", "Eastmoor", "Farley", "Garside", "Hexley", "Ingleton", "Jarrow",
    "Kirkby", "Langdale", "Marston", "Norwell", "Oakham", "Penrith", "Quorn", "Ribble", "Selby", "Thorne",
)  # fmt: skip
_ODS_LETTERS: Final = "ABCDEFGHJKLMNPQRSTVWXY"
_TRUSTS_MAX: Final = len(_ODS_LETTERS) * (len(_ODS_LETTERS) + 10)
_FIRST_SERVICE: Final = 70000
_RING: Final = 2**16
_MILES_MAX: Final = 60
# One service in eleven triages, spread over all clinic types (their number has no common factor with eleven).
_TRIAGE_EVERY: Final = 11
_TRIAGE_AT: Final = 5


class HealthcareService(msgspec.Struct, frozen=True):
    """What a patient can be referred to: a clinic of one specialty at one site."""

    id: str
    name: str
    specialty: str
    clinic_type: str
    provider: str
    site: str
    wait_days: int

    @property
    def triages(self) -> bool:
        """Whether referrals are sent here for review; at every other service appointments are booked."""
        return int(self.id) % _TRIAGE_EVERY == _TRIAGE_AT


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """How big the world is, and how scarce its slots are.

    `slots_per_service` of None means that slots never run out; else it is how many a service has when the
    server starts, and one more is released every `release_every_s`. A `share_without_slots` of the services
    have none at all: whoever wants to book there has an appointment slot issue. Source: 40 % of booking
    attempts found no slot, October 2019 to February 2023 (digital.nhs.uk open data).
    """

    services: int = 400
    providers: int = 40
    practices: int = 200
    names: int = 200
    slots_per_service: int | None = None
    release_every_s: float | None = None
    share_without_slots: float = 0.0
    archived_referrals: int = 0
    first_day: dt.date | None = None


SMALL: Final = DirectorySettings()
# Practices: England, September 2015. Providers: digital.nhs.uk, November 2021.
NATIONAL: Final = DirectorySettings(
    services=45_000, providers=1_100, practices=7_674, names=400, archived_referrals=60_000_000
)


class SyntheticDirectory:
    """The drawn country; immutable once drawn."""

    def __init__(self, seed: int, settings: DirectorySettings | None = None) -> None:
        self.settings = settings or SMALL
        self._opened_s = time.monotonic()
        draw = random.Random(seed)
        self.providers = _draw_providers(draw, self.settings.providers)
        self.practices = _draw_practices(draw, self.settings.practices)
        self.services = {s.id: s for s in _draw_services(draw, self.settings.services, self.providers)}
        self._positions = {site: _position(site) for site in {s.site for s in self.services.values()}}
        around = sorted(self.services.values(), key=lambda service: self._positions[service.site])
        self._by_clinic = _by_clinic(around)
        self._first_names, self._last_names = _draw_names(seed, self.settings.names)
        self.first_day = self.settings.first_day or _next_monday(dt.date.today())

    def services_for(self, specialty: str, clinic_type: str | None) -> Sequence[HealthcareService]:
        """All services of a specialty, of one clinic type when it is given."""
        return self._by_clinic.get((specialty, clinic_type), ())

    def name_of(self, draw: int) -> tuple[str, str]:
        """A first and a last name, always the same for the same number."""
        return (
            self._first_names[draw % len(self._first_names)],
            self._last_names[(draw // 1009) % len(self._last_names)],
        )

    def practice_at(self, code: str, draw: int) -> str:
        """The practice with this code: any code of the right shape is one, else one is picked."""
        return code if _looks_like_ods(code) else _pick(tuple(self.practices), draw)

    def provider_at(self, code: str, draw: int) -> str:
        """The provider with this code; a code that runs no services here stands for one that does."""
        return code if code in self.providers else _pick(tuple(self.providers), draw)

    def organisation_name(self, code: str) -> str:
        """What an organisation is called."""
        return self.providers.get(code) or self.practices.get(code) or f"Practice {code}"

    def nearest(self, practice: str, found: Sequence[HealthcareService], count: int) -> list[tuple[int, str]]:
        """The nearest of some services (in the order of `services_for`) with their distance in miles.

        Sites and practices lie on a ring, and the services in its order, so only neighbours are looked at.
        """
        if len(found) > 2 * count:
            at = bisect_left(found, _position(practice), key=lambda service: self._positions[service.site])
            found = [found[place % len(found)] for place in range(at - count, at + count)]
        return sorted((self.distance_miles(practice, service), service.id) for service in found)[:count]

    def distance_miles(self, practice: str, service: HealthcareService) -> int:
        """How far a practice is from a service's site; fixed by the two codes."""
        apart = abs(_position(practice) - self._positions[service.site])
        return 1 + min(apart, _RING - apart) * _MILES_MAX // (_RING // 2)

    def is_without_slots(self, service: str) -> bool:
        """Whether a service offers no slots at all."""
        share = self.settings.share_without_slots
        return share > 0 and zlib.crc32(f"scarce {service}".encode()) < share * 2**32

    def releases(self) -> int:
        """How many slots each service has released since the start."""
        every_s = self.settings.release_every_s
        return 0 if every_s is None else int((time.monotonic() - self._opened_s) / every_s)


@lru_cache(maxsize=16384)
def _position(code: str) -> int:
    """Where a practice or a site lies on the ring."""
    return int.from_bytes(hashlib.blake2b(code.encode(), digest_size=2).digest())


def _draw_providers(draw: random.Random, count: int) -> dict[str, str]:
    firsts = "R" if count <= _TRUSTS_MAX else "RTN"  # trusts; then care trusts and independent providers too
    seconds = _ODS_LETTERS + "0123456789"
    codes = draw.sample([f"{f}{a}{b}" for f in firsts for a in _ODS_LETTERS for b in seconds], count)
    return {code: f"{_TOWNS[i % len(_TOWNS)]} {_trust_kind(i)}" for i, code in enumerate(codes)}


def _trust_kind(index: int) -> str:
    return ("Hospitals Trust", "Community Trust")[index // len(_TOWNS) % 2]


def _draw_practices(draw: random.Random, count: int) -> dict[str, str]:
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[f"{draw.choice(_ODS_LETTERS)}{draw.randrange(81000, 89999)}"] = None
    return {code: f"{draw.choice(_TOWNS)} Surgery {i + 1}" for i, code in enumerate(codes)}


def _draw_services(draw: random.Random, count: int, providers: dict[str, str]) -> list[HealthcareService]:
    clinics = [(specialty, clinic) for specialty, clinics in SPECIALTIES.items() for clinic in clinics]
    codes = list(providers)
    return [_service(draw, index, *clinics[index % len(clinics)], codes) for index in range(count)]


def _service(draw: random.Random, index: int, specialty: str, clinic: str, codes: list[str]) -> HealthcareService:
    provider = draw.choice(codes)
    site = f"{provider}{draw.randrange(1, 6):02d}"
    name = f"{clinic.replace('_', ' ').capitalize()} clinic, {site}"
    wait_days = draw.randrange(3, 14) if specialty == "2WW" else draw.randrange(10, 120)
    return HealthcareService(str(_FIRST_SERVICE + index), name, specialty, clinic, provider, site, wait_days)


def _by_clinic(services: Iterable[HealthcareService]) -> dict[tuple[str, str | None], tuple[HealthcareService, ...]]:
    found: dict[tuple[str, str | None], list[HealthcareService]] = {}
    for service in services:
        found.setdefault((service.specialty, service.clinic_type), []).append(service)
        found.setdefault((service.specialty, None), []).append(service)
    return {key: tuple(held) for key, held in found.items()}


def _draw_names(seed: int, count: int) -> tuple[list[str], list[str]]:
    faker = Faker("en_GB")
    faker.seed_instance(seed)
    firsts = [faker.first_name() for _ in range(count)]
    return firsts, [faker.last_name() for _ in range(count)]


def _looks_like_ods(code: str) -> bool:
    return 3 <= len(code) <= 6 and code.isascii() and code.isalnum()


def _next_monday(today: dt.date) -> dt.date:
    return today + dt.timedelta(days=7 - today.weekday())


def _pick(codes: Sequence[str], draw: int) -> str:
    return codes[draw % len(codes)]
