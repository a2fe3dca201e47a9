"""What a referrer does with a referral: create, read, add the letter, print; `booking` books and defers.

Every change is a function that the store's writer runs: it looks at what is there, refuses or
changes, and returns the finished body. Operations A011, A005, A012, A019.
Source: e-RS FHIR API, NHS England.
"""

import re
from collections.abc import Collection
from typing import Final

import msgspec

from mock_server.domain.instants import instant
from mock_server.domain.referral import LETTER_INTENTIONS, REFERRAL_PRIORITIES, Referral, attach_letter, check_version
from mock_server.domain.synthetic_directory import CLINIC_TYPES, SPECIALTIES
from mock_server.domain.ubrn import format_ubrn, parse_ubrn
from mock_server.errors import Refusal, not_found, unprocessable
from mock_server.fhir import pdf as documents
from mock_server.fhir.requests import (
    DOCUMENT,
    PARAMETERS,
    SERVICE_LIST,
    Parameters,
    ServiceList,
    decode,
    many,
    needed,
)
from mock_server.handlers.attachments import find_uploads
from mock_server.handlers.context import HandlerContext, check_relationship, find_for_change
from mock_server.http.calls import PDF, HttpRequest, HttpResponse, etag, file
from mock_server.storage.repositories import Transaction
from scenarios.text.nhs_numbers import is_synthetic

SHORTLIST_MAX: Final = 20
_ETAG: Final = re.compile(r'(?:W/)?("?)([0-9]{1,9})\1')  # as given, or as people write it


async def create_referral(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A011: a new referral with its shortlist, version 1."""
    draft = draft_referral(context, request)

    def enter(transaction: Transaction) -> bytes:
        numbered = msgspec.structs.replace(draft, ubrn=transaction.ubrns.next_ubrn())
        return transaction.referrals.add(numbered, context.directory)

    body = await context.store.write(enter)
    return HttpResponse(201, body, headers=etag(1))


async def retrieve_referral(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A005: the current version. Raises `Refusal` when there is none, or the caller has no part in it."""
    kept = context.store.read.referrals.current(parse_ubrn(request.path_values[0]))
    if kept is None:
        raise not_found("no referral has this UBRN")
    check_relationship(request, kept.organisations)
    return HttpResponse(200, kept.body, headers=etag(kept.version))


async def retrieve_referral_version(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A005 with a version: the current or an earlier one. Raises `Refusal` when there is no such version."""
    ubrn, version = parse_ubrn(request.path_values[0]), request.path_values[1]
    current = context.store.read.referrals.current(ubrn)
    if current is None or not version.isascii() or not version.isdigit() or len(version) > 9:
        raise not_found("no referral has this UBRN and version")
    check_relationship(request, current.organisations)
    if int(version) == current.version:
        return HttpResponse(200, current.body, headers=etag(current.version))
    body = context.store.read.referrals.earlier(ubrn, int(version))
    if body is None:
        raise not_found("the referral has no such version")
    return HttpResponse(200, body, headers=etag(int(version)))


async def maintain_letter(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A012: make uploaded files the referral letter."""
    ubrn, version, now = parse_ubrn(request.path_values[0]), expected_version(request), instant()
    sent = decode(PARAMETERS, request.body)
    sent.need("referralLetterFile")
    wanted = file_ids(sent, "referralLetterFile")

    def attach(transaction: Transaction) -> bytes:
        old = find_for_change(transaction, ubrn)
        check_relationship(request, old.organisations)
        check_version(old, version)
        files = find_uploads(transaction, wanted, request.on_behalf.organisation)
        return transaction.referrals.replace(old, attach_letter(old, files, now), context.directory)

    body = await context.store.write(attach)
    return HttpResponse(200, body, headers=etag(version + 1))


async def print_patient_letter(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A019: the patient's letter, about the current version."""
    referral = read_referral(context, request)
    name = f"patient-letter-{format_ubrn(referral.ubrn)}.pdf"
    return file(documents.patient_letter(referral, context.directory), PDF, name)


def read_referral(context: HandlerContext, request: HttpRequest) -> Referral:
    """The referral that the path names, for a reader with a relationship to it. Raises `Refusal` when there is none."""
    referral = context.store.read.referrals.find(parse_ubrn(request.path_values[0]))
    if referral is None:
        raise not_found("no referral has this UBRN")
    check_relationship(request, referral.organisations)
    return referral


def expected_version(request: HttpRequest, without: int = 412) -> int:
    """The version in If-Match, which a change must name.

    Raises `Refusal` with the status `without` when there is none: the contract's answer.
    """
    held = request.header(b"if-match")
    code = "PRECONDITION_FAILED" if without == 412 else "BAD_REQUEST"
    if held is None:
        raise Refusal(without, code, "If-Match is missing")
    version = _ETAG.fullmatch(held)
    if version is None:
        raise Refusal(without, code, 'If-Match is a version such as W/"2"')
    return int(version[2])


def draft_referral(context: HandlerContext, request: HttpRequest) -> Referral:
    """What the caller wants to refer, checked; it gets its UBRN in the writer.

    Raises `Refusal` when something is missing or wrong.
    """
    sent = decode(PARAMETERS, request.body)
    patient = sent.identifier("patient")
    if not is_synthetic(patient):
        raise unprocessable("INVALID_VALUE", "the patient's NHS number is not one of the 999 test range")
    reminder_days = needed(
        sent.need("firstReminderLetterFollowUpDays").value_unsigned_int, "firstReminderLetterFollowUpDays"
    )
    if not 0 <= reminder_days <= 365:
        raise unprocessable("INVALID_VALUE", "the first reminder follows within a year")
    listed = decode(SERVICE_LIST, sent.resource("shortlist"))
    shortlist = shortlist_of(context, listed)
    criteria = next(iter(many(listed.contained)), Parameters())
    first, now = context.directory.services[shortlist[0]], instant()
    return Referral(
        ubrn=0,
        version=1,
        patient=patient,
        clinician=referring_clinician(sent, request),
        practice=request.on_behalf.organisation,
        priority=_legal(criteria.code("priority") or "ROUTINE", REFERRAL_PRIORITIES, "priority"),
        specialty=_legal(criteria.code("specialty") or first.specialty, SPECIALTIES, "specialty"),
        clinic_type=_legal(criteria.code("clinicType") or first.clinic_type, CLINIC_TYPES, "clinicType"),
        shortlist=shortlist,
        providers=tuple(sorted({context.directory.services[code].provider for code in shortlist})),
        letter=letter_intention(sent),
        reminder_days=reminder_days,
        created=now,
        updated=now,
        correlation_id=request.correlation_id,
    )


def shortlist_of(context: HandlerContext, listed: ServiceList) -> tuple[str, ...]:
    """The services on a shortlist, which exist and are there once each.

    Raises `Refusal` when they are none, too many or do not exist.
    """
    held = [entry.item.identifier for entry in many(listed.entry) if entry.item and entry.item.identifier]
    codes = [needed(service.value, "shortlist/entry/item/identifier/value") for service in held]
    if not codes:
        raise unprocessable("MISSING_VALUE", "the shortlist has no service")
    if len(codes) > SHORTLIST_MAX:
        raise unprocessable("TOO_MANY_ITEMS", f"a shortlist holds at most {SHORTLIST_MAX} services")
    if len(set(codes)) < len(codes):
        raise unprocessable("DUPLICATE_SERVICE", "a service is on the shortlist twice")
    if unknown := [code for code in codes if code not in context.directory.services]:
        raise unprocessable("REFERENCE_NOT_FOUND", f"no service has the id {unknown[0][:40]}")
    return tuple(codes)


def referring_clinician(sent: Parameters, request: HttpRequest) -> str:
    """Who refers: whom the body names, else the caller."""
    if sent.find("referringClinician") is None:
        return request.on_behalf.session.user.identifier
    return sent.identifier("referringClinician")


def letter_intention(sent: Parameters) -> str:
    """Whether a letter will follow."""
    code = needed(sent.code("intentionToAddReferralLetter"), "intentionToAddReferralLetter")
    return _legal(code, LETTER_INTENTIONS, "intentionToAddReferralLetter")


def _legal(code: str, legal: Collection[str], where: str) -> str:
    if code not in legal:
        raise unprocessable("INVALID_CODE", f"{where} is one of {', '.join(legal)}")
    return code


def file_ids(sent: Parameters, name: str) -> list[str]:
    """The uploads that a parameter's documents name; none when the parameter is not there.

    Raises `Refusal` when a document names no file.
    """
    letters = [p for p in many(sent.parameter) if p.name == name]
    documents_sent = [decode(DOCUMENT, p.resource) for p in letters]
    contents = [content for document in documents_sent for content in many(document.content)]
    addresses = [needed(c.attachment.url if c.attachment else None, "attachment/url") for c in contents]
    if letters and not addresses:
        raise unprocessable("MISSING_VALUE", f"{name} names no file")
    return [address.rsplit("/", 1)[-1] for address in addresses]
