"""One appointment: read it in any version (A038), cancel it (A034).

An appointment is cancelled by putting it back with the status `cancelled` and a reason. The slot is
free again at that moment, and the referrer may book anew. Its version is its own, not the referral's.
Source: e-RS FHIR API, NHS England.
"""

from mock_server.domain.decisions import cancel_appointment
from mock_server.domain.instants import instant
from mock_server.domain.referral import Decision
from mock_server.errors import not_found, stale, unprocessable
from mock_server.fhir.requests import APPOINTMENT, AppointmentRequest, decode, many
from mock_server.handlers.context import HandlerContext, check_relationship, find_for_change
from mock_server.handlers.deciding import settle, tell_diaries
from mock_server.handlers.reasons import APPOINTMENT_REASONS, APPOINTMENT_REASONS_URL, decide
from mock_server.handlers.referring import expected_version
from mock_server.http.calls import HttpRequest, HttpResponse, etag
from mock_server.storage.repositories import KeptVersion, Transaction


async def retrieve_appointment(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A038: the current version."""
    return _found(request, context.store.read.appointments.current(_number(request.path_values[0])))


async def retrieve_appointment_version(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A038 with a version."""
    number, version = _number(request.path_values[0]), _number(request.path_values[1])
    return _found(request, context.store.read.appointments.one_version(number, version))


async def update_appointment(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A034: cancelled, the one update there is. Raises `Refusal` when it is not the current one, or has changed."""
    number, version, now = _number(request.path_values[0]), expected_version(request), instant()
    decision = _decision(decode(APPOINTMENT, request.body))

    def make(transaction: Transaction) -> tuple[bytes, str | None]:
        old = find_for_change(transaction, _ubrn_of(transaction, number))
        check_relationship(request, old.organisations)
        if old.appointment is None or old.appointment.id != number:
            raise unprocessable("INVALID_REQUEST_STATE", "this is not the referral's current appointment")
        if old.appointment.version != version:
            raise stale(old.appointment.version, version)
        new = cancel_appointment(old, decision, now)
        _, body = settle(transaction, context, old, new)
        assert body is not None, "the appointment has just changed"
        return body, old.slot

    body, slot = await context.store.write(make)
    tell_diaries(context, slot)
    return HttpResponse(200, body, headers=etag(version + 1))


def referral_of_appointment(context: HandlerContext, request: HttpRequest) -> int | None:
    """The referral that this appointment belongs to; None when there is no such appointment."""
    digits = request.path_values[0]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        return None
    return context.store.read.appointments.ubrn_of(int(digits))


def _ubrn_of(transaction: Transaction, number: int) -> int:
    ubrn = transaction.appointments.ubrn_of(number)
    if ubrn is None:
        raise not_found("no appointment has this id")
    return ubrn


def _decision(sent: AppointmentRequest) -> Decision:
    if sent.status != "cancelled":
        raise unprocessable("INAPPROPRIATE_VALUE", "an appointment can be cancelled and nothing else")
    codings = [coding for concept in many(sent.reason) for coding in many(concept.coding)]
    first = codings[0] if codings else None
    return decide(first, sent.comment, APPOINTMENT_REASONS, "CANCEL", APPOINTMENT_REASONS_URL)


def _found(request: HttpRequest, kept: KeptVersion | None) -> HttpResponse:
    if kept is None:
        raise not_found("no appointment has this id and version")
    check_relationship(request, kept.organisations)
    return HttpResponse(200, kept.body, headers=etag(kept.version))


def _number(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        raise not_found("no appointment has this id and version")
    return int(digits)
