"""What one e-RS user knows in the course of a session: who they are, and what they learnt from answers.

Everything a person chooses (their practice, the specialty, which of the services found, which of the slots
shown) follows from the session's number, so that a run sends the same requests each time that it gets the
same answers. What an earlier call should have said, and did not because it failed, is a well-formed
placeholder.
"""

from __future__ import annotations

from typing import Final

import msgspec

from scenarios.behaviour.callers import practice_of
from scenarios.text.nhs_numbers import nhs_number

PROVIDER_COUNT: Final = 40
NEEDED_SPECIALTIES: Final = (
    "CARDIOLOGY",
    "DERMATOLOGY",
    "ENT",
    "GYNAECOLOGY",
    "NEUROLOGY",
    "OPHTHALMOLOGY",
    "ORTHOPAEDICS",
    "UROLOGY",
)
NO_UBRN: Final = "000000000000"
NOTHING: Final = "none"
FUNCTIONS: Final = {
    "clinician": "REFERRING_CLINICIAN",
    "receptionist": "REFERRING_CLINICIAN_ADMIN",
    "provider": "SERVICE_PROVIDER_CLINICIAN",
}


class ErsSession(msgspec.Struct):
    """One user at work.

    `number` is the session's place in the whole schedule, `token` the smartcard: role, organisation and a
    number of this user's own.
    """

    number: int
    role: str
    token: str
    organisation: str
    function: str
    patient: str
    key: str = NOTHING
    headers: bytes = b""
    service: str = "0"
    slot: str = NOTHING
    ubrn: str = NO_UBRN
    version: int = 1
    attachment: str = NOTHING

    @classmethod
    def of(cls, number: int, role: str) -> ErsSession:
        """The user of session `number`, before they log on."""
        provider = role == "provider"
        organisation = f"RX{number % PROVIDER_COUNT:02d}" if provider else f"A81{practice_of(number):03d}"
        token = f"{role}-{organisation}-{number}"
        session = cls(number, role, token, organisation, FUNCTIONS[role], nhs_number(number))
        session.act_as(session.function, organisation)
        return session

    @property
    def specialty(self) -> str:
        """What the patient needs."""
        return NEEDED_SPECIALTIES[self.number % len(NEEDED_SPECIALTIES)]

    def lacks(self, what: str) -> bool:
        """Whether a provider found nothing: an empty worklist (`ubrn`), no letter (`attachment`)."""
        return self.role == "provider" and bool(what) and getattr(self, what) in (NO_UBRN, NOTHING)

    def pick(self, found: list[str]) -> str | None:
        """One of what was found, another one in each session; None of nothing."""
        return found[self.number // len(NEEDED_SPECIALTIES) % len(found)] if found else None

    def act_as(self, function: str, organisation: str) -> None:
        """Send this role and organisation, and the session key, with each call from now on."""
        self.function, self.organisation = function, organisation
        self.headers = (
            f"Authorization: Bearer {self.key}\r\n"
            f"NHSD-End-User-Organisation-ODS: {organisation}\r\n"
            f"NHSD-eRS-Business-Function: {function}\r\n"
        ).encode()
