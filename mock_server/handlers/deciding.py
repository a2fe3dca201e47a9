"""What a provider decides, and how referrer or provider ends a referral: A014, A022, A028, A036.

Each handler reads what was sent, then hands the writer one function that looks at the referral as it
is, decides, gives the slot back if one was held, and returns the finished body.
Source: e-RS FHIR API, NHS England.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from mock_server.domain import decisions
from mock_server.domain.instants import instant
from mock_server.domain.referral import REFERRAL_PRIORITIES, Attachment, Decision, Referral, check_version
from mock_server.domain.slots import parse_slot
from mock_server.domain.ubrn import parse_ubrn
from mock_server.errors import unprocessable
from mock_server.fhir.parts import STU3, profile
from mock_server.fhir.requests import PARAMETERS, Parameters, decode, needed
from mock_server.handlers.attachments import find_uploads
from mock_server.handlers.booking import keep_appointment
from mock_server.handlers.context import HandlerContext, check_relationship, find_for_change
from mock_server.handlers.reasons import (
    APPOINTMENT_REASONS,
    APPOINTMENT_REASONS_URL,
    REFERRAL_REASONS,
    REFERRAL_REASONS_URL,
    decide,
)
from mock_server.handlers.referring import expected_version, file_ids
from mock_server.http.calls import HttpRequest, HttpResponse, etag
from mock_server.storage.repositories import Transaction

REVIEW_OUTCOMES_URL: Final = f"{STU3}/CodeSystem/eRS-ReviewOutcome-1"

Change = Callable[[Transaction, Referral], Referral]
Body = Callable[[bytes, bytes | None], bytes]


async def reject_referral(context: HandlerContext, received: HttpRequest) -> HttpResponse:
    """A014: back to the referrer, the slot is free again."""
    sent, now = decode(PARAMETERS, received.body), instant()
    coding = sent.need("rejectionReason").value_coding
    comments = sent.text("rejectionComments")
    decision = decide(coding, comments, APPOINTMENT_REASONS, "REJECT", APPOINTMENT_REASONS_URL)
    return await change_by_provider(context, received, lambda _, old: decisions.reject(old, decision, now))


async def redirect_referral(context: HandlerContext, received: HttpRequest) -> HttpResponse:
    """A022: the appointment is cancelled, the provider's staff find the right service."""
    sent, now = decode(PARAMETERS, received.body), instant()
    comments = needed(sent.text("comments"), "comments")
    decision = Decision(REVIEW_OUTCOMES_URL, "CANCEL_APPOINTMENT_ACTION_LATER", comments)
    urgency, wanted = sent_priority(sent, "priority"), file_ids(sent, "providerAttachmentFile")

    def change(transaction: Transaction, old: Referral) -> Referral:
        files = files_for(transaction, wanted, received, received.path_values[0])
        return decisions.redirect(old, decision, urgency, files, now)

    return await change_by_provider(context, received, change)


async def record_triage_outcome(context: HandlerContext, received: HttpRequest) -> HttpResponse:
    """A028: advice for the referrer, or accepted to be booked later.

    Raises `Refusal` when the outcome is none, or does not go with a priority.
    """
    sent, now = decode(PARAMETERS, received.body), instant()
    outcome = needed(sent.code("reviewOutcome"), "reviewOutcome")
    if outcome not in decisions.TRIAGE_STATES:
        raise unprocessable("INVALID_CODE", f"reviewOutcome is one of {', '.join(decisions.TRIAGE_STATES)}")
    decision = Decision(REVIEW_OUTCOMES_URL, outcome, needed(sent.text("reviewComments"), "reviewComments"))
    urgency, wanted = sent_priority(sent, "reviewPriority"), file_ids(sent, "reviewAttachmentFile")
    if urgency is not None and outcome == decisions.RETURN_WITH_ADVICE:
        raise unprocessable("PRIORITY_NOT_CURRENT", "advice to the referrer leaves the priority as it is")

    def change(transaction: Transaction, old: Referral) -> Referral:
        files = files_for(transaction, wanted, received, received.path_values[0])
        return decisions.record_triage(old, decision, urgency, files, now)

    return await change_by_provider(context, received, change)


async def cancel_referral(context: HandlerContext, received: HttpRequest) -> HttpResponse:
    """A036: the end of the referral; its slot is free again."""
    sent, now = decode(PARAMETERS, received.body), instant()
    coding = sent.need("cancellationReason").value_coding
    comments = sent.text("cancellationComments")
    decision = decide(coding, comments, REFERRAL_REASONS, "CANCEL_REFERRAL", REFERRAL_REASONS_URL)
    organisation = received.on_behalf.organisation

    def change(transaction: Transaction, old: Referral) -> Referral:
        check_relationship(received, old.organisations)
        return decisions.end(old, decision, organisation, now)

    return await change_referral(context, received, change, _cancellation)


async def change_by_provider(context: HandlerContext, received: HttpRequest, change: Change) -> HttpResponse:
    """Make a change that only the provider of the present appointment may make."""

    def checked(transaction: Transaction, old: Referral) -> Referral:
        check_relationship(received, (old.appointment.provider,) if old.appointment else old.providers)
        return change(transaction, old)

    return await change_referral(context, received, checked, _referral_alone)


async def change_referral(context: HandlerContext, received: HttpRequest, change: Change, body: Body) -> HttpResponse:
    """Change the version that If-Match names, and give back the slot when the change lets go of it."""
    ubrn, version = parse_ubrn(received.path_values[0]), expected_version(received)

    def make(transaction: Transaction) -> tuple[bytes, str | None]:
        old = find_for_change(transaction, ubrn)
        check_relationship(received, old.organisations)
        check_version(old, version)
        new = change(transaction, old)
        changed, appointment = settle(transaction, context, old, new)
        return body(changed, appointment), old.slot if new.slot is None else None

    answer, slot = await context.store.write(make)
    tell_diaries(context, slot)
    return HttpResponse(200, answer, headers=etag(version + 1))


def settle(
    transaction: Transaction, context: HandlerContext, old: Referral, new: Referral
) -> tuple[bytes, bytes | None]:
    """Write the next version: the referral's body, and the appointment's when that has changed too."""
    if old.slot is not None and new.slot is None:
        transaction.slots.free(*parse_slot(old.slot))
    referral = transaction.referrals.replace(old, new, context.directory)
    if new.appointment is None or new.appointment == old.appointment:
        return referral, None
    return referral, keep_appointment(transaction, new, context)


def tell_diaries(context: HandlerContext, slot: str | None) -> None:
    """Have a slot that was given back shown again."""
    if slot is not None:
        context.diaries.freed(*parse_slot(slot))


def sent_priority(sent: Parameters, name: str) -> str | None:
    """A priority, when one was sent. Raises `Refusal` when it is none of the codes."""
    if sent.find(name) is None:
        return None
    code = needed(sent.code(name), name)
    if code not in REFERRAL_PRIORITIES:
        raise unprocessable("INVALID_CODE", f"{name} is one of {', '.join(REFERRAL_PRIORITIES)}")
    return code


def files_for(
    transaction: Transaction, wanted: list[str], received: HttpRequest, request: str
) -> tuple[Attachment, ...]:
    """The files, which the caller's organisation must have uploaded for this request.

    Raises `Refusal` when it has not.
    """
    files = find_uploads(transaction, wanted, received.on_behalf.organisation)
    for file in files:
        if file.request != request:
            raise unprocessable("INAPPROPRIATE_VALUE", f"{file.name} was not uploaded for {request}")
    return files


def _referral_alone(referral: bytes, appointment: bytes | None) -> bytes:
    return referral


def _cancellation(referral: bytes, appointment: bytes | None) -> bytes:
    held: list[dict[str, Any]] = [{"name": "updatedReferralRequest", "resource": msgspec.Raw(referral)}]
    if appointment is not None:
        held.append({"name": "updatedAppointment", "resource": msgspec.Raw(appointment)})
    return parameters_body("eRS-CancelReferral-Response-Parameters-1", held)


def parameters_body(name: str, held: list[dict[str, Any]]) -> bytes:
    """Several resources in one answer."""
    body = {"resourceType": "Parameters", "meta": profile(name), "parameter": held}
    return msgspec.json.encode(body)
