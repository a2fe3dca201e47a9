"""A referral: what it holds, and what each action makes of it.

A referral is a value with a version; an action takes one and returns the next, or refuses.
No I/O and no time of its own: the writer calls these functions one by one. States and
worklists carry the e-RS names.

    NOT_BOOKED --book--> BOOKED --accept--> BOOKED, reviewed
        └------defer---> DEFERRED_TO_PROVIDER (an appointment slot issue)
"""

from typing import Final

import msgspec

from mock_server.outcomes import stale, unprocessable

NOT_BOOKED: Final = "NOT_BOOKED"
BOOKED: Final = "BOOKED"
DEFERRED: Final = "DEFERRED_TO_PROVIDER"

PRIORITIES: Final = ("ROUTINE", "URGENT", "TWO_WEEK_WAIT")
DEFER_REASONS: Final = ("NO_SLOTS_AT_SERVICE", "SLOT_NOT_AVAILABLE", "BOOKING_ATTEMPT_PROBLEM")
LETTER_NEEDED: Final = "NEED_TO_ADD_LATER"
LETTER_INTENTIONS: Final = (LETTER_NEEDED, "NOT_INTENDING_TO_ADD")

FOR_REVIEW: Final = "REFERRALS_FOR_REVIEW"
SLOT_ISSUES: Final = "APPOINTMENT_SLOT_ISSUES"
AWAITING_BOOKING: Final = "AWAITING_BOOKING"
LETTERS_OUTSTANDING: Final = "LETTERS_OUTSTANDING"


class Attachment(msgspec.Struct, frozen=True):
    """A file that was uploaded, and who did it."""

    id: str
    name: str
    content_type: str
    size_bytes: int
    uploaded: str
    user: str
    organisation: str


class Appointment(msgspec.Struct, frozen=True):
    """A slot taken at a service, or the duty to find one handed to it."""

    id: int
    service: str
    provider: str
    created: str
    slot: str | None = None
    start: str | None = None
    end: str | None = None
    reason: str | None = None


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one referral."""

    ubrn: int
    version: int
    patient: str
    clinician: str
    practice: str
    priority: str
    specialty: str
    clinic_type: str
    shortlist: tuple[str, ...]
    providers: tuple[str, ...]
    letter: str
    reminder_days: int
    created: str
    updated: str
    correlation_id: str
    state: str = NOT_BOOKED
    appointment: Appointment | None = None
    attachments: tuple[Attachment, ...] = ()
    letter_first: str | None = None
    letter_last: str | None = None
    accepted: str | None = None

    @property
    def organisations(self) -> tuple[str, ...]:
        """Who has a legitimate relationship: the practice and the providers on the shortlist."""
        return (self.practice, *self.providers)


def format_ubrn(ubrn: int) -> str:
    """Twelve digits, as printed on the patient's letter."""
    return f"{ubrn:012d}"


def check_version(referral: Referral, version: int) -> None:
    """Refuse a change to anything but the current version."""
    if referral.version != version:
        raise stale(referral.version, version)


def appoint(referral: Referral, appointment: Appointment) -> Referral:
    """Book the slot, or defer to the provider when the appointment has none."""
    check_awaiting_booking(referral)
    state = DEFERRED if appointment.slot is None else BOOKED
    return _next(referral, appointment.created, state=state, appointment=appointment)


def check_awaiting_booking(referral: Referral) -> None:
    """Refuse to book or defer what has been booked or deferred already."""
    if referral.state != NOT_BOOKED:
        raise unprocessable("INVALID_REQUEST_STATE", f"the referral is {referral.state}")


def attach_letter(referral: Referral, files: tuple[Attachment, ...], now: str) -> Referral:
    """Make these files the referral letter, in place of what was there."""
    if {f.id for f in files} == {f.id for f in referral.attachments}:
        raise unprocessable("NO_CHANGES_DETECTED", "the referral has exactly these files")
    if len({f.name for f in files}) < len(files):
        raise unprocessable("DUPLICATE_FILENAME", "two of the files have the same name")
    first = referral.letter_first or now
    return _next(referral, now, attachments=files, letter_first=first, letter_last=now)


def accept(referral: Referral, now: str) -> Referral:
    """The provider has reviewed the booked referral and takes it."""
    if referral.state != BOOKED or referral.accepted is not None:
        reviewed = "accepted already" if referral.accepted else referral.state
        raise unprocessable("INVALID_REQUEST_STATE", f"only booked referrals are accepted, not {reviewed}")
    return _next(referral, now, accepted=now)


def worklists(referral: Referral) -> list[tuple[str, str]]:
    """On whose lists the referral stands: (organisation, list)."""
    found: list[tuple[str, str]] = []
    if referral.state == NOT_BOOKED:
        found.append((referral.practice, AWAITING_BOOKING))
    if referral.letter == LETTER_NEEDED and not referral.attachments:
        found.append((referral.practice, LETTERS_OUTSTANDING))
    if referral.appointment is not None and referral.accepted is None:
        found.append((referral.appointment.provider, FOR_REVIEW if referral.state == BOOKED else SLOT_ISSUES))
    return found


def available_actions(referral: Referral, providing: frozenset[str], role: str) -> list[str]:
    """What a user in this role may do next (of the actions that the API can perform)."""
    if role in providing:
        review = ["RECORD_REVIEW_OUTCOME"] if referral.state == DEFERRED else []
        return [*review, "CANCEL_REFERRAL"]
    if referral.state == NOT_BOOKED:
        return ["CREATE_APPOINTMENT", "CHANGE_SHORTLIST", "CANCEL_REFERRAL"]
    if referral.state == BOOKED:
        return ["CANCEL_DIRECTLY_BOOKED_APPOINTMENT", "CANCEL_REFERRAL"]
    return ["CANCEL_REFERRAL"]


def _next(referral: Referral, now: str, **changes: object) -> Referral:
    return msgspec.structs.replace(referral, version=referral.version + 1, updated=now, **changes)
