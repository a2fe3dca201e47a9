"""Shortlists, and what is sent for triage: A021, A031, A032.

A021 and A032 are the older way to a triage service: the shortlist is that one service and the
referral goes there at once. A031 only changes the shortlist; A016 makes the next step.
Source: e-RS FHIR API, NHS England.
"""

from typing import Any

import msgspec

from mock_server.domain.instants import instant
from mock_server.domain.referral import TRIAGE, Appointment, Referral, appoint, change_shortlist, check_version
from mock_server.domain.ubrn import parse_ubrn
from mock_server.errors import unprocessable
from mock_server.fhir.requests import PARAMETERS, SERVICE_LIST, decode
from mock_server.handlers.booking import keep_appointment
from mock_server.handlers.context import HandlerContext, check_relationship, find_for_change
from mock_server.handlers.deciding import parameters_body
from mock_server.handlers.referring import draft_referral, expected_version, letter_intention, shortlist_of
from mock_server.http.calls import HttpRequest, HttpResponse, etag
from mock_server.storage.repositories import Transaction


async def create_and_send_for_triage(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A021: a new referral that awaits triage from its first version on."""
    draft = draft_referral(context, request)
    service, now = _triage_service(context, draft.shortlist), draft.created

    def enter(transaction: Transaction) -> bytes:
        numbered = msgspec.structs.replace(draft, ubrn=transaction.ubrns.next_ubrn())
        sent = appoint(numbered, _for_triage(transaction, context, numbered.ubrn, service, now))
        first = msgspec.structs.replace(sent, version=1)
        body = transaction.referrals.add(first, context.directory)
        keep_appointment(transaction, first, context)
        return body

    return HttpResponse(201, await context.store.write(enter), headers=etag(1))


async def change_services(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A031: other services on the shortlist."""
    ubrn, version, now = parse_ubrn(request.path_values[0]), expected_version(request, 400), instant()
    shortlist, providers, letter = _sent(context, request)

    def make(transaction: Transaction) -> bytes:
        old = _current(transaction, request, ubrn, version)
        new = change_shortlist(old, shortlist, providers, letter or old.letter, now)
        return transaction.referrals.replace(old, new, context.directory)

    return HttpResponse(200, await context.store.write(make), headers=etag(version + 1))


async def change_services_and_send_for_triage(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A032: one triage service in place of the shortlist, and off it goes."""
    ubrn, version, now = parse_ubrn(request.path_values[0]), expected_version(request, 400), instant()
    shortlist, providers, letter = _sent(context, request)
    service = _triage_service(context, shortlist)

    def make(transaction: Transaction) -> bytes:
        old = _current(transaction, request, ubrn, version)
        listed = change_shortlist(old, shortlist, providers, letter or old.letter, now)
        sent = appoint(listed, _for_triage(transaction, context, ubrn, service, now))
        new = msgspec.structs.replace(sent, version=version + 1)
        referral = transaction.referrals.replace(old, new, context.directory)
        return _answer(referral, keep_appointment(transaction, new, context))

    return HttpResponse(200, await context.store.write(make), headers=etag(version + 1))


def _current(transaction: Transaction, request: HttpRequest, ubrn: int, version: int) -> Referral:
    old = find_for_change(transaction, ubrn)
    check_relationship(request, (old.practice,))
    check_version(old, version)
    return old


def _sent(context: HandlerContext, request: HttpRequest) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    sent = decode(PARAMETERS, request.body)
    shortlist = shortlist_of(context, decode(SERVICE_LIST, sent.resource("shortlist")))
    providers = tuple(context.directory.services[code].provider for code in shortlist)
    letter = letter_intention(sent) if sent.find("intentionToAddReferralLetter") is not None else None
    return shortlist, providers, letter


def _triage_service(context: HandlerContext, shortlist: tuple[str, ...]) -> str:
    if len(shortlist) != 1:
        raise unprocessable("TOO_MANY_ITEMS", "a referral is sent to one triage service")
    if not context.directory.services[shortlist[0]].triages:
        raise unprocessable("INAPPROPRIATE_VALUE", f"service {shortlist[0]} does not triage")
    return shortlist[0]


def _for_triage(transaction: Transaction, context: HandlerContext, ubrn: int, service: str, now: str) -> Appointment:
    provider = context.directory.services[service].provider
    proposed = Appointment(id=0, service=service, provider=provider, created=now, reason=TRIAGE)
    return transaction.appointments.add(ubrn, proposed)


def _answer(referral: bytes, appointment: bytes) -> bytes:
    held: list[dict[str, Any]] = [
        {"name": "updatedReferralRequest", "resource": msgspec.Raw(referral)},
        {"name": "createdAppointment", "resource": msgspec.Raw(appointment)},
    ]
    return parameters_body("eRS-ChangeShortlistAndSendForTriage-Response-Parameters-1", held)
