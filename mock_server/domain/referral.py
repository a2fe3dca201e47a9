"""A referral: what it holds, and what its referrer makes of it.

A referral is a value with a version; an action takes one and returns the next, or refuses.
No I/O and no time of its own: the writer calls these functions one by one. States and
worklists carry the e-RS names. What a provider decides, and what ends a referral, is in `decisions`.

    NOT_BOOKED --book--> BOOKED --accept--> BOOKED, reviewed
        ├------defer---> DEFERRED_TO_PROVIDER (an appointment slot issue)
        └------send----> AWAITING_TRIAGE
    back with the referrer, who may book again: REJECTED, TRIAGE_RESPONSE, APPT_CANCELLED_BY_PATIENT,
    APPT_CANCELLED_BY_PROVIDER; with the provider: TRIAGED_PROVIDER_TO_ACTION; the end: CANCELLED_REFERRAL
"""

from typing import Final

import msgspec

from mock_server.errors import stale, unprocessable

NOT_BOOKED: Final = "NOT_BOOKED"
BOOKED: Final = "BOOKED"
DEFERRED: Final = "DEFERRED_TO_PROVIDER"
AWAITING_TRIAGE: Final = "AWAITING_TRIAGE"
REJECTED: Final = "REJECTED"
TRIAGE_RESPONSE: Final = "TRIAGE_RESPONSE"
TRIAGED: Final = "TRIAGED_PROVIDER_TO_ACTION"
CANCELLED_BY_PATIENT: Final = "APPT_CANCELLED_BY_PATIENT"
CANCELLED_BY_PROVIDER: Final = "APPT_CANCELLED_BY_PROVIDER"
CANCELLED: Final = "CANCELLED_REFERRAL"

# The referrer has the next step: shortlist, book, defer or send for triage.
WITH_REFERRER: Final = frozenset({NOT_BOOKED, REJECTED, TRIAGE_RESPONSE, CANCELLED_BY_PATIENT, CANCELLED_BY_PROVIDER})

REFERRAL_PRIORITIES: Final = ("ROUTINE", "URGENT", "TWO_WEEK_WAIT")
TRIAGE: Final = "TRIAGE"
DEFER_REASONS: Final = ("NO_SLOTS_AT_SERVICE", "SLOT_NOT_AVAILABLE", "BOOKING_ATTEMPT_PROBLEM")
LETTER_NEEDED: Final = "NEED_TO_ADD_LATER"
LETTER_INTENTIONS: Final = (LETTER_NEEDED, "NOT_INTENDING_TO_ADD")

FOR_REVIEW: Final = "REFERRALS_FOR_REVIEW"
SLOT_ISSUES: Final = "APPOINTMENT_SLOT_ISSUES"
AWAITING_BOOKING: Final = "AWAITING_BOOKING"
LETTERS_OUTSTANDING: Final = "LETTERS_OUTSTANDING"
RETURNED: Final = "REJECTED_TRIAGE_RESPONSE"
ENDED_ELSEWHERE: Final = "ASSESSMENT_RETURNED_CANCELLED_DNA"


class Attachment(msgspec.Struct, frozen=True):
    """A file that was uploaded, and who did it."""

    id: str
    name: str
    content_type: str
    size_bytes: int
    uploaded: str
    user: str
    organisation: str
    # The request that the file was uploaded for, when the uploader said so.
    request: str | None = None


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
    version: int = 1
    cancelled_for: str | None = None

    @property
    def status(self) -> str:
        """Booked has a slot, proposed hands the duty over, cancelled is history."""
        if self.cancelled_for is not None:
            return "cancelled"
        return "proposed" if self.slot is None else "booked"


class Decision(msgspec.Struct, frozen=True):
    """Why a referral is in its state: a code of some system, and what was written with it."""

    system: str
    code: str
    comments: str | None = None


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
    provider_files: tuple[Attachment, ...] = ()
    decision: Decision | None = None
    # Who ended it, when that was not the referring practice.
    ended_by: str | None = None

    @property
    def organisations(self) -> tuple[str, ...]:
        """Who has a legitimate relationship: the practice and the providers on the shortlist."""
        return (self.practice, *self.providers)

    @property
    def slot(self) -> str | None:
        """The slot that the referral holds."""
        held = self.appointment
        return held.slot if held is not None and held.cancelled_for is None else None

    @property
    def status(self) -> str:
        """The FHIR status."""
        return "cancelled" if self.state == CANCELLED else "active"


def check_version(referral: Referral, version: int) -> None:
    """Refuse a change to anything but the current version."""
    if referral.version != version:
        raise stale(referral.version, version)


def appoint(referral: Referral, appointment: Appointment) -> Referral:
    """Book the slot, send for triage, or defer to the provider."""
    check_with_referrer(referral)
    state = BOOKED
    if appointment.slot is None:
        state = AWAITING_TRIAGE if appointment.reason == TRIAGE else DEFERRED
    return next_version(
        referral, appointment.created, state=state, appointment=appointment, accepted=None, decision=None
    )


def check_with_referrer(referral: Referral) -> None:
    """Refuse to book or defer what has been booked, deferred, sent for triage or cancelled already."""
    if referral.state not in WITH_REFERRER:
        raise unprocessable("INVALID_REQUEST_STATE", f"the referral is {referral.state}")


def attach_letter(referral: Referral, files: tuple[Attachment, ...], now: str) -> Referral:
    """Make these files the referral letter, in place of what was there. Raises `Refusal` when the referral has ended,
    has just these files, or two have one name."""
    check_open(referral)
    if {f.id for f in files} == {f.id for f in referral.attachments}:
        raise unprocessable("NO_CHANGES_DETECTED", "the referral has exactly these files")
    check_file_names(files)
    first = referral.letter_first or now
    return next_version(referral, now, attachments=files, letter_first=first, letter_last=now)


def change_shortlist(
    referral: Referral, shortlist: tuple[str, ...], providers: tuple[str, ...], letter: str, now: str
) -> Referral:
    """Other services in place of the shortlist; who had a part in the referral keeps it."""
    check_with_referrer(referral)
    return next_version(
        referral,
        now,
        state=NOT_BOOKED,
        shortlist=shortlist,
        providers=tuple(sorted({*referral.providers, *providers})),
        letter=letter,
        appointment=None,
        accepted=None,
        decision=None,
    )


def check_open(referral: Referral) -> None:
    """Refuse to touch a referral that has ended."""
    if referral.state == CANCELLED:
        raise unprocessable("INVALID_REQUEST_STATE", "the referral is cancelled")


def check_file_names(files: tuple[Attachment, ...]) -> None:
    """Refuse two files of one name."""
    if len({f.name for f in files}) < len(files):
        raise unprocessable("DUPLICATE_FILENAME", "two of the files have the same name")


def worklists(referral: Referral) -> list[tuple[str, str]]:
    """On whose lists the referral stands: (organisation, list)."""
    state, practice = referral.state, referral.practice
    found: list[tuple[str, str]] = []
    if state in _NO_APPOINTMENT_YET:
        found.append((practice, AWAITING_BOOKING))
    if state in (REJECTED, TRIAGE_RESPONSE):
        found.append((practice, RETURNED))
    if state == CANCELLED and referral.ended_by is not None:
        found.append((practice, ENDED_ELSEWHERE))
    if referral.letter == LETTER_NEEDED and not referral.attachments and state != CANCELLED:
        found.append((practice, LETTERS_OUTSTANDING))
    if referral.appointment is not None and referral.accepted is None and state in _AT_PROVIDER:
        found.append((referral.appointment.provider, _AT_PROVIDER[state]))
    return found


_NO_APPOINTMENT_YET: Final = frozenset(
    {NOT_BOOKED, AWAITING_TRIAGE, DEFERRED, CANCELLED_BY_PATIENT, CANCELLED_BY_PROVIDER}
)
_AT_PROVIDER: Final = {BOOKED: FOR_REVIEW, AWAITING_TRIAGE: FOR_REVIEW, DEFERRED: SLOT_ISSUES}


def available_actions(referral: Referral, providing: frozenset[str], role: str) -> list[str]:
    """What a user in this role may do next (of the actions that the API can perform)."""
    if referral.state == CANCELLED:
        return []
    if role in providing:
        to_review = referral.state in (DEFERRED, AWAITING_TRIAGE)
        return [*(["RECORD_REVIEW_OUTCOME"] if to_review else []), "CANCEL_REFERRAL"]
    if referral.state in WITH_REFERRER:
        shortlist = ["CHANGE_SHORTLIST", "CHANGE_SHORTLIST_AND_SEND_FOR_TRIAGE"]
        return ["CREATE_APPOINTMENT", *shortlist, "CANCEL_REFERRAL"]
    if referral.state == BOOKED:
        return ["CANCEL_DIRECTLY_BOOKED_APPOINTMENT", "CANCEL_REFERRAL"]
    return ["CANCEL_REFERRAL"]


def next_version(referral: Referral, now: str, **changes: object) -> Referral:
    """The referral with these changes, one version on."""
    return msgspec.structs.replace(referral, version=referral.version + 1, updated=now, **changes)
