"""Booking a slot, or deferring to the provider when there is none (A016).

A slot is taken by exactly one referral: the writer enters it under a primary key. Deferring is
for a reason, and two of the reasons are checked: NO_SLOTS_AT_SERVICE is refused while
the diary has free slots, SLOT_NOT_AVAILABLE while the named slot is free; a
BOOKING_ATTEMPT_PROBLEM is the caller's word. A deferred referral is an appointment slot issue.
A proposal to a triage service sends the referral there for review, for the reason TRIAGE.
Source: e-RS FHIR API, NHS England.
"""

from typing import Final

import msgspec

from mock_server.domain.instants import instant
from mock_server.domain.referral import (
    DEFER_REASONS,
    TRIAGE,
    Appointment,
    Referral,
    appoint,
    check_version,
    check_with_referrer,
)
from mock_server.domain.slots import diary_length, parse_slot, slot_id, slot_times
from mock_server.errors import Refusal, unprocessable
from mock_server.fhir.parts import NHS_NUMBER, SERVICE_ID
from mock_server.fhir.referrals import appointment_body
from mock_server.fhir.requests import APPOINTMENT, AppointmentRequest, Reference, decode, many, needed
from mock_server.handlers.context import HandlerContext, check_relationship, find_for_change
from mock_server.http.calls import HttpRequest, HttpResponse, etag
from mock_server.storage.repositories import Transaction

ACTIONS: Final = ("book", "defer")
_ACTION_OF_STATUS: Final = {"booked": "book", "proposed": "defer"}


class _Status(msgspec.Struct, frozen=True):
    status: str = ""


class _Referred(msgspec.Struct, frozen=True, rename="camel"):
    incoming_referral: list[Reference] | Reference | None = None


_STATUS: Final = msgspec.json.Decoder(_Status)
_REFERRED: Final = msgspec.json.Decoder(_Referred)


def action_of(body: bytes) -> str | None:
    """Which of the two is asked for; they take different time. None when the body does not say."""
    try:
        return _ACTION_OF_STATUS.get(_STATUS.decode(body).status)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class Wish(msgspec.Struct, frozen=True):
    """An appointment request, checked as far as that goes without the state."""

    ubrn: int
    version: int
    patient: str | None
    service: str
    slot: tuple[str, int] | None
    reason: str | None


async def book_or_defer(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A016: `booked` takes the slot, `proposed` defers to the provider."""
    wish = _wish(context, _sent(request))
    now = instant()

    def make(transaction: Transaction) -> bytes:
        old = _referral(transaction, wish)
        check_relationship(request, old.organisations)
        check_version(old, wish.version)
        check_with_referrer(old)
        _check_fits(wish, old)
        settle = _defer if wish.reason is not None else _book
        appointment = settle(transaction, context, wish, now)
        new = appoint(old, transaction.appointments.add(old.ubrn, appointment))
        transaction.referrals.replace(old, new, context.directory)
        return keep_appointment(transaction, new, context)

    return HttpResponse(201, await context.store.write(make), headers=etag(1))


def keep_appointment(transaction: Transaction, referral: Referral, context: HandlerContext) -> bytes:
    """Keep the present version of a referral's appointment; returns its body."""
    held = referral.appointment
    assert held is not None, "the caller has just changed it"
    body = msgspec.json.encode(appointment_body(held, referral, context.directory))
    transaction.appointments.keep(held, referral.ubrn, body)
    return body


def referral_of_request(context: HandlerContext, request: HttpRequest) -> int | None:
    """Which referral the body is about; None when it does not say."""
    try:
        return _incoming(_REFERRED.decode(request.body))[0]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Refusal):
        return None


def _sent(request: HttpRequest) -> AppointmentRequest:
    # The contract has no 400 for this operation: what is no JSON cannot be processed either.
    try:
        return decode(APPOINTMENT, request.body)
    except Refusal as refusal:
        raise unprocessable("INVALID_FHIR_STRUCTURE", refusal.diagnostics) from None


def _referral(transaction: Transaction, wish: Wish) -> Referral:
    try:
        return find_for_change(transaction, wish.ubrn)
    except Refusal as refusal:
        raise unprocessable("REFERENCE_NOT_FOUND", refusal.diagnostics) from None


def _book(transaction: Transaction, context: HandlerContext, wish: Wish, now: str) -> Appointment:
    if context.directory.services[wish.service].triages:
        raise unprocessable("INAPPROPRIATE_VALUE", f"service {wish.service} triages: it has no appointments")
    service, number = needed(wish.slot, "slot")
    if context.diaries.are_full or not transaction.slots.take(service, number, wish.ubrn):
        raise unprocessable("SLOT_NOT_AVAILABLE", f"slot {number} of service {service} is taken")
    start, end = slot_times(context.directory.first_day, number)
    appointment = _appointment(context, wish, now)
    return msgspec.structs.replace(appointment, slot=slot_id(service, number), start=start, end=end)


def _defer(transaction: Transaction, context: HandlerContext, wish: Wish, now: str) -> Appointment:
    triages = context.directory.services[wish.service].triages
    if triages != (wish.reason == TRIAGE):
        raise unprocessable("INAPPROPRIATE_VALUE", "TRIAGE is for triage services, and for these alone")
    if context.diaries.are_full:
        return msgspec.structs.replace(_appointment(context, wish, now), reason=wish.reason)
    if wish.reason == "NO_SLOTS_AT_SERVICE":
        if transaction.slots.count_taken(wish.service) < diary_length(context.directory, wish.service):
            raise unprocessable("SLOTS_CURRENTLY_AVAILABLE", f"service {wish.service} has free slots")
    elif wish.reason == "SLOT_NOT_AVAILABLE":
        service, number = needed(wish.slot, "slot")
        if not transaction.slots.is_taken(service, number):
            raise unprocessable("THIS_SLOT_IS_AVAILABLE", "the slot is free")
    return msgspec.structs.replace(_appointment(context, wish, now), reason=wish.reason)


def _appointment(context: HandlerContext, wish: Wish, now: str) -> Appointment:
    provider = context.directory.services[wish.service].provider
    return Appointment(id=0, service=wish.service, provider=provider, created=now)


def _check_fits(wish: Wish, referral: Referral) -> None:
    if wish.service not in referral.shortlist:
        raise unprocessable("INAPPROPRIATE_VALUE", f"service {wish.service} is not on the shortlist")
    if wish.patient is not None and wish.patient != referral.patient:
        raise unprocessable("INAPPROPRIATE_VALUE", "the referral is about another patient")


def _wish(context: HandlerContext, sent: AppointmentRequest) -> Wish:
    ubrn, version = _incoming(sent)
    service = needed(sent.participant_value(SERVICE_ID), "participant with a service")
    if service not in context.directory.services:
        raise unprocessable("REFERENCE_NOT_FOUND", f"no service has the id {service[:40]}")
    slot = _slot(context, sent, service)
    reason = _reason(sent)
    if reason is None and slot is None:
        raise unprocessable("MISSING_VALUE", "a booked appointment names its slot")
    return Wish(ubrn, version, sent.participant_value(NHS_NUMBER), service, slot, reason)


def _incoming(sent: "AppointmentRequest | _Referred") -> tuple[int, int]:
    references = many(sent.incoming_referral)
    reference = needed(references[0].reference if references else None, "incomingReferral")
    kind, _, rest = reference.partition("/")
    ubrn, _, version = rest.partition("/_history/")
    if kind != "ReferralRequest" or not version.isascii() or not version.isdigit() or len(version) > 9:
        raise unprocessable("INVALID_VALUE", "incomingReferral is ReferralRequest/{ubrn}/_history/{version}")
    if len(ubrn) != 12 or not ubrn.isascii() or not ubrn.isdigit():
        raise unprocessable("INVALID_VALUE", "a UBRN has twelve digits")
    return int(ubrn), int(version)


def _slot(context: HandlerContext, sent: AppointmentRequest, service: str) -> tuple[str, int] | None:
    references = many(sent.slot)
    if not references or references[0].reference is None:
        return None
    slot_service, number = parse_slot(references[0].reference.removeprefix("Slot/"))
    if slot_service != service or number >= diary_length(context.directory, service):
        raise unprocessable("INAPPROPRIATE_SLOT", f"service {service} has no such slot")
    return slot_service, number


def _reason(sent: AppointmentRequest) -> str | None:
    if sent.status == "booked":
        return None
    if sent.status != "proposed":
        raise unprocessable("INVALID_CODE", "status is booked or proposed")
    codes = [coding.code for concept in many(sent.reason) for coding in many(concept.coding)]
    reason = needed(codes[0] if codes else None, "reason")
    if reason not in (*DEFER_REASONS, TRIAGE):
        raise unprocessable("INVALID_CODE", f"reason is one of {', '.join((*DEFER_REASONS, TRIAGE))}")
    return reason
