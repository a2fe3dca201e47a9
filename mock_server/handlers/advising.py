"""Advice and guidance: A023, A024, A026, A027, A043, A044; `conversations` has A025.

A referrer asks one service (A044); the service finds the request on its list (A023), reads it (A024,
A025, A043), and answers (A026) or makes a referral of it (A027), which keeps the request's UBRN.
Source: e-RS FHIR API, NHS England.
"""

import uuid
from typing import Any, Final

import msgspec

from mock_server.domain.advice import (
    AUTHORISATIONS,
    RECOMMENDATIONS,
    REQUESTER,
    RESPONDER,
    STATUS_AFTER,
    WORKLIST,
    Advice,
    Message,
    convert,
    respond,
)
from mock_server.domain.instants import instant
from mock_server.domain.referral import LETTER_NEEDED, TRIAGED, Attachment, Decision, Referral
from mock_server.domain.ubrn import format_ubrn, parse_ubrn
from mock_server.errors import not_found, stale, unprocessable
from mock_server.fhir import pdf as documents
from mock_server.fhir.advice import advice_body, communication, worklist_line
from mock_server.fhir.requests import PARAMETERS, SERVICE_LIST, Parameters, decode, many, needed
from mock_server.handlers.attachments import find_uploads
from mock_server.handlers.context import HandlerContext, check_relationship
from mock_server.handlers.deciding import REVIEW_OUTCOMES_URL, files_for, parameters_body, sent_priority
from mock_server.handlers.referring import expected_version, file_ids, referring_clinician, shortlist_of
from mock_server.handlers.reviewing import fetch_list
from mock_server.http.calls import PDF, HttpRequest, HttpResponse, etag, file
from mock_server.storage.repositories import Transaction
from scenarios.text.nhs_numbers import is_synthetic

_CONVERTED: Final = "PROVIDER_CONVERTED_ADVICE_AND_GUIDANCE_ADMIN_TO_REFER"


async def ask_for_advice(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A044: a new request, version 1, on the provider's list."""
    sent = decode(PARAMETERS, request.body)
    wanted = file_ids(sent, "requestAttachmentFile")
    draft = _draft(context, request, sent)

    def enter(transaction: Transaction) -> bytes:
        files = find_uploads(transaction, wanted, request.on_behalf.organisation)
        asked = msgspec.structs.replace(draft.messages[0], files=files)
        made = msgspec.structs.replace(draft, ubrn=transaction.ubrns.next_ubrn(), messages=(asked,))
        transaction.advice.add(made, *_rendered(made, context))
        return _with_message("eRS-CreateAdviceAndGuidance-Response-Parameters-1", "created", made, context)

    return HttpResponse(200, await context.store.write(enter))


async def retrieve_advice_worklist(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A023: the requests that wait for the provider's response."""
    return fetch_list(context, request, (WORKLIST,))


async def retrieve_advice(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A024: the current version. Raises `Refusal` when there is none, or the caller has no part in it."""
    kept = context.store.read.advice.current(parse_ubrn(request.path_values[0]))
    if kept is None:
        raise not_found("no request for advice has this UBRN")
    check_relationship(request, kept.organisations)
    return HttpResponse(200, kept.body, headers=etag(kept.version))


async def retrieve_advice_version(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A024 with a version. Raises `Refusal` when there is no such version."""
    latest = await retrieve_advice(context, request)
    version = request.path_values[1]
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise not_found("the request has no such version")
    if etag(int(version)) == latest.headers:
        return latest
    body = context.store.read.advice.earlier(parse_ubrn(request.path_values[0]), int(version))
    if body is None:
        raise not_found("the request has no such version")
    return HttpResponse(200, body, headers=etag(int(version)))


async def print_advice(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A043: request and conversation as a PDF. Raises `Refusal` when there is none, or the caller has no part in it."""
    advice = context.store.read.advice.find(parse_ubrn(request.path_values[0]))
    if advice is None:
        raise not_found("no request for advice has this UBRN")
    check_relationship(request, advice.organisations)
    name = f"advice-and-guidance-{format_ubrn(advice.ubrn)}.pdf"
    return file(documents.advice_overview(advice, context.directory), PDF, name)


async def send_response(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A026: advice for the referrer, or a question back."""
    ubrn, version = parse_ubrn(request.path_values[0]), expected_version(request, 400)
    sent = decode(PARAMETERS, request.body)
    outcome = _legal(sent, "guidanceOutcome", tuple(STATUS_AFTER))
    if sent.find("guidanceIntendedRecommendation") is not None:
        _legal(sent, "guidanceIntendedRecommendation", RECOMMENDATIONS)
    message, urgency = _message(request, sent, "guidance", RESPONDER), sent_priority(sent, "updatedPriority")
    wanted = file_ids(sent, "guidanceAttachmentFile")

    def make(transaction: Transaction) -> bytes:
        old = _current(transaction, request, ubrn, version)
        files = files_for(transaction, wanted, request, format_ubrn(ubrn))
        new = respond(old, msgspec.structs.replace(message, files=files), outcome, urgency)
        transaction.advice.replace(new, *_rendered(new, context))
        return _with_message("eRS-SendCommunicationToRequester-Response-Parameters-1", "updated", new, context)

    return HttpResponse(200, await context.store.write(make), headers=etag(version + 1))


async def convert_to_referral(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A027: the request becomes a referral that the provider's staff will place."""
    sent = decode(PARAMETERS, request.body)
    ubrn, version = _created_from(sent)
    message, urgency = _message(request, sent, "guidance", RESPONDER), sent_priority(sent, "newReferralPriority")
    decision = Decision(REVIEW_OUTCOMES_URL, _CONVERTED, needed(sent.text("reviewComments"), "reviewComments"))
    guidance, review = file_ids(sent, "guidanceAttachmentFile"), file_ids(sent, "reviewAttachmentFile")

    def make(transaction: Transaction) -> bytes:
        old = _current(transaction, request, ubrn, version)
        files = files_for(transaction, guidance, request, format_ubrn(ubrn))
        new = convert(old, msgspec.structs.replace(message, files=files), urgency)
        transaction.advice.replace(new, *_rendered(new, context))
        referral = _referral(new, decision, files_for(transaction, review, request, format_ubrn(ubrn)))
        return transaction.referrals.add(referral, context.directory)

    return HttpResponse(201, await context.store.write(make), headers=etag(1))


def request_of(context: HandlerContext, request: HttpRequest) -> int | None:
    """Which request A027 converts; None when the body does not say."""
    try:
        return _created_from(PARAMETERS.decode(request.body))[0]
    except Exception:  # whatever is wrong with the body, the handler will say so
        return None


def _draft(context: HandlerContext, request: HttpRequest, sent: Parameters) -> Advice:
    patient = sent.identifier("patient")
    if not is_synthetic(patient):
        raise unprocessable("INVALID_VALUE", "the patient's NHS number is not one of the 999 test range")
    listed = decode(SERVICE_LIST, sent.resource("shortlist"))
    services = shortlist_of(context, listed)
    if len(services) != 1:
        raise unprocessable("TOO_MANY_ITEMS", "one service is asked for advice")
    service = context.directory.services[services[0]]
    if service.triages:
        raise unprocessable("INAPPROPRIATE_VALUE", f"service {service.id} gives no advice")
    message = _message(request, sent, "request", REQUESTER)
    criteria = next(iter(many(listed.contained)), Parameters())
    return Advice(
        ubrn=0,
        version=1,
        patient=patient,
        clinician=referring_clinician(sent, request),
        practice=request.on_behalf.organisation,
        priority=sent_priority(criteria, "priority") or "ROUTINE",
        specialty=service.specialty,
        clinic_type=service.clinic_type,
        service=service.id,
        provider=service.provider,
        authorisation=_legal(sent, "providerConversionAuthorisation", AUTHORISATIONS),
        created=message.sent,
        updated=message.sent,
        messages=(message,),
        correlation_id=request.correlation_id,
    )


def _message(request: HttpRequest, sent: Parameters, name: str, sent_by: str) -> Message:
    by = request.on_behalf
    text, user = needed(sent.text(name), name), by.session.user.identifier
    return Message(str(uuid.uuid4()), sent_by, text, instant(), user, by.organisation, by.role)


def _current(transaction: Transaction, request: HttpRequest, ubrn: int, version: int) -> Advice:
    old = transaction.advice.find(ubrn)
    if old is None:
        raise not_found(f"no request for advice has the UBRN {ubrn:012d}")
    check_relationship(request, (old.provider,))
    if old.version != version:
        raise stale(old.version, version)
    return old


def _created_from(sent: Parameters) -> tuple[int, int]:
    held = sent.need("createFrom").value_reference
    kind, _, rest = needed(held.reference if held else None, "createFrom").partition("/")
    ubrn, _, version = rest.partition("/_history/")
    if kind != "CommunicationRequest" or not version.isascii() or not version.isdigit() or len(version) > 9:
        raise unprocessable("INVALID_VALUE", "createFrom is CommunicationRequest/{ubrn}/_history/{version}")
    return parse_ubrn(ubrn), int(version)


def _referral(advice: Advice, decision: Decision, files: tuple[Attachment, ...]) -> Referral:
    """What the conversion makes: with the provider, to be placed by its staff."""
    return Referral(
        ubrn=advice.ubrn,
        version=1,
        patient=advice.patient,
        clinician=advice.clinician,
        practice=advice.practice,
        priority=advice.priority,
        specialty=advice.specialty,
        clinic_type=advice.clinic_type,
        shortlist=(advice.service,),
        providers=(advice.provider,),
        letter=LETTER_NEEDED,
        reminder_days=0,
        created=advice.updated,
        updated=advice.updated,
        correlation_id=advice.correlation_id,
        state=TRIAGED,
        attachments=advice.messages[0].files,
        provider_files=files,
        decision=decision,
    )


def _rendered(advice: Advice, context: HandlerContext) -> tuple[bytes, bytes]:
    body, line = advice_body(advice, context.directory), worklist_line(advice, context.directory)
    return msgspec.json.encode(body), msgspec.json.encode(line)


def _with_message(name: str, verb: str, advice: Advice, context: HandlerContext) -> bytes:
    held: list[dict[str, Any]] = [
        {"name": f"{verb}CommunicationRequest", "resource": advice_body(advice, context.directory)},
        {"name": "createdCommunication", "resource": communication(advice, advice.messages[-1])},
    ]
    return parameters_body(name, held)


def _legal(sent: Parameters, name: str, legal: tuple[str, ...]) -> str:
    code = needed(sent.code(name), name)
    if code not in legal:
        raise unprocessable("INVALID_CODE", f"{name} is one of {', '.join(legal)}")
    return code
