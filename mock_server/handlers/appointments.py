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
from mock_server.handlers.context import HandlerContext, check_relationship
from mock_server.handlers.deciding import settle, tell_diaries
from mock_server.handlers.reasons import APPOINTMENT_REASONS, APPOINTMENT_REASONS_URL, decide
from mock_server.handlers.referring import expected_version
from mock_server.http.calls import Answer, Call, etag
from mock_server.storage import appointments as appointment_register
from mock_server.storage import referrals as registers
from mock_server.storage.archive import archive_of
from mock_server.storage.database import Connection


async def retrieve_appointment(context: HandlerContext, call: Call) -> Answer:
    """A038: the current version."""
    return _found(call, context.store.row(appointment_register.LATEST, (_number(call.path_values[0]),)))


async def retrieve_appointment_version(context: HandlerContext, call: Call) -> Answer:
    """A038 with a version."""
    values = (_number(call.path_values[0]), _number(call.path_values[1]))
    return _found(call, context.store.row(appointment_register.ONE_VERSION, values))


async def update_appointment(context: HandlerContext, call: Call) -> Answer:
    """A034: cancelled, the one update there is."""
    number, version, now = _number(call.path_values[0]), expected_version(call), instant()
    decision = _decision(decode(APPOINTMENT, call.body))

    def make(connection: Connection) -> tuple[bytes, str | None]:
        old = registers.find_referral(connection, _ubrn_of(connection, number))
        check_relationship(call, old.organisations)
        if old.appointment is None or old.appointment.id != number:
            raise unprocessable("INVALID_REQUEST_STATE", "this is not the referral's current appointment")
        if old.appointment.version != version:
            raise stale(old.appointment.version, version)
        new = cancel_appointment(old, decision, now)
        _, body = settle(connection, context, old, new)
        assert body is not None, "the appointment has just changed"
        return body, old.slot

    body, slot = await context.store.write(make)
    tell_diaries(context, slot)
    return Answer(200, body, headers=etag(version + 1))


def referral_of(context: HandlerContext, call: Call) -> int | None:
    """The referral that this appointment belongs to; None when there is no such appointment."""
    digits = call.path_values[0]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        return None
    row = context.store.row(appointment_register.REFERRAL_OF, (int(digits),))
    return None if row is None else int(row[0])


def _ubrn_of(connection: Connection, number: int) -> int:
    archive = archive_of(connection)
    ubrn = None if archive is None else archive.ubrn_of(number)
    return appointment_register.find_ubrn(connection, number) if ubrn is None else ubrn


def _decision(sent: AppointmentRequest) -> Decision:
    if sent.status != "cancelled":
        raise unprocessable("INAPPROPRIATE_VALUE", "an appointment can be cancelled and nothing else")
    codings = [coding for concept in many(sent.reason) for coding in many(concept.coding)]
    first = codings[0] if codings else None
    return decide(first, sent.comment, APPOINTMENT_REASONS, "CANCEL", APPOINTMENT_REASONS_URL)


def _found(call: Call, row: tuple[int, bytes, str] | None) -> Answer:
    if row is None:
        raise not_found("no appointment has this id and version")
    version, body, organisations = row
    check_relationship(call, organisations)
    return Answer(200, body, headers=etag(version))


def _number(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit() or len(digits) > 15:
        raise not_found("no appointment has this id and version")
    return int(digits)
