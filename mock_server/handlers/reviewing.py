"""What a provider does with a referral: find it on a worklist, read it, decide.

A008 worklists (a referrer has worklists too), A007 the clinical summary, A029 what may be done
next, A013 accept. A worklist answer shows at most `WORKLIST_MAX` referrals, oldest first: the
real one is cut off by size (10 MB), and what is accepted makes room for the next.
Source: e-RS FHIR API, NHS England.
"""

from collections.abc import Collection
from typing import Any, Final

import msgspec

from mock_server.domain.decisions import accept
from mock_server.domain.instants import instant
from mock_server.domain.referral import (
    AWAITING_BOOKING,
    ENDED_ELSEWHERE,
    FOR_REVIEW,
    LETTERS_OUTSTANDING,
    RETURNED,
    SLOT_ISSUES,
    available_actions,
    check_version,
)
from mock_server.domain.ubrn import format_ubrn, parse_ubrn
from mock_server.errors import Refusal, forbidden, unprocessable
from mock_server.fhir import pdf as documents
from mock_server.fhir.parts import STU3, coding
from mock_server.fhir.requests import PARAMETERS, Parameters, decode, needed
from mock_server.fhir.worklists import contained_patient
from mock_server.handlers.context import HandlerContext, check_relationship, find_for_change
from mock_server.handlers.referring import expected_version, read_referral
from mock_server.http.calls import PDF, HttpRequest, HttpResponse, etag, fhir, file
from mock_server.sessions.professional import AT_PRACTICES, AT_PROVIDERS, PROVIDERS
from mock_server.storage.repositories import Transaction, WorklistEntry

WORKLIST_MAX: Final = 100
_LISTS_OF: Final = {
    **dict.fromkeys(AT_PRACTICES, (AWAITING_BOOKING, LETTERS_OUTSTANDING, RETURNED, ENDED_ELSEWHERE)),
    **dict.fromkeys(AT_PROVIDERS, (FOR_REVIEW, SLOT_ISSUES)),
}
_EVERY_LIST: Final = frozenset(name for names in _LISTS_OF.values() for name in names)
# A worklist's entries are stored finished: the answer is put together as bytes.
_HEAD: Final = (
    b'{"meta":{"profile":["' + STU3.encode() + b'/StructureDefinition/eRS-FetchWorklist-List-1"]},'
    b'"resourceType":"List","status":"current","mode":"snapshot",'
)


async def retrieve_worklist(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A008: one of the organisation's worklists."""
    return fetch_list(context, request, _EVERY_LIST)


def fetch_list(context: HandlerContext, request: HttpRequest, legal: Collection[str]) -> HttpResponse:
    """The list that the body asks for, if it is a legal one and one of the caller's role.

    Raises `Refusal` when it is not.
    """
    sent = decode(PARAMETERS, request.body)
    name = needed(sent.code("listType"), "listType")
    if name not in legal:
        raise unprocessable("INVALID_CODE", f"listType is one of {', '.join(sorted(legal))}")
    if name in _EVERY_LIST and name not in _LISTS_OF[request.on_behalf.role]:
        raise forbidden(f"{request.on_behalf.role} has no worklist {name}")
    organisation, service = request.on_behalf.organisation, _service_filter(sent)
    found = context.store.read.referrals.worklist(organisation, name, service, WORKLIST_MAX)
    entries = b",".join([entry for _, _, entry in found])
    return HttpResponse(200, _HEAD + _contained(found if name == FOR_REVIEW else []) + b'"entry":[' + entries + b"]}")


def _contained(listed: list[WorklistEntry]) -> bytes:
    """The patients whom the entries refer to, each once."""
    if not listed:
        return b""
    patients = [contained_patient(number) for number in dict.fromkeys(number for _, number, _ in listed)]
    return b'"contained":' + msgspec.json.encode(patients) + b","


def _service_filter(sent: Parameters) -> str | None:
    return None if sent.find("service") is None else sent.identifier("service")


async def summarise_clinical_information(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A007: the clinical information as a PDF."""
    referral = read_referral(context, request)
    name = f"clinical-information-{format_ubrn(referral.ubrn)}.pdf"
    return file(documents.clinical_summary(referral, context.directory), PDF, name)


async def list_available_actions(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A029: what the caller may do with the current version.

    Raises `Refusal` when that is not the one named, or none of theirs.
    """
    search = request.search()
    ubrn, version = _focus(search)
    referral = context.store.read.referrals.find(int(ubrn))
    if referral is None:
        raise Refusal(400, "REFERENCE_NOT_FOUND", "no referral has this UBRN")
    # The contract has no 422 for this operation.
    if request.on_behalf.organisation not in referral.organisations:
        raise Refusal(400, "NO_RELATIONSHIP", f"{request.on_behalf.organisation} has no part in this referral")
    if version != referral.version:
        raise Refusal(400, "HISTORY_NOT_SUPPORTED", f"the current version is {referral.version}")
    actions = available_actions(referral, PROVIDERS, request.on_behalf.role)
    focus = f"ReferralRequest/{ubrn}/_history/{version}"
    bundle = {
        "id": ubrn,
        "meta": {
            "lastUpdated": instant(),
            "profile": ["http://hl7.org/fhir/STU3/StructureDefinition/Bundle"],
        },
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": f"{request.path}?{request.query.decode('latin-1')}"}],
        "entry": [_task(number, action, focus) for number, action in enumerate(actions, start=1)],
    }
    return fhir(bundle)


async def accept_referral(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A013: the provider takes the booked referral; it leaves the review list."""
    ubrn, version, now = parse_ubrn(request.path_values[0]), expected_version(request), instant()

    def take(transaction: Transaction) -> bytes:
        old = find_for_change(transaction, ubrn)
        check_relationship(request, (old.appointment.provider,) if old.appointment else old.providers)
        check_version(old, version)
        return transaction.referrals.replace(old, accept(old, now), context.directory)

    body = await context.store.write(take)
    return HttpResponse(200, body, headers=etag(version + 1))


def _focus(search: dict[str, str]) -> tuple[str, int]:
    for name, legal in (("intent", "proposal"), ("status", "ready")):
        if name not in search:
            raise Refusal(400, "MISSING_PARAMETER", f"{name} is missing")
        if search[name] != legal:
            raise Refusal(400, "INVALID_VALUE", f"{name} is {legal}")
    if "focus" not in search:
        raise Refusal(400, "MISSING_PARAMETER", "focus is missing")
    ubrn, _, version = search["focus"].removeprefix("ReferralRequest/").partition("/_history/")
    digits = ubrn + version
    if len(ubrn) != 12 or not version or not digits.isascii() or not digits.isdigit() or len(version) > 9:
        raise Refusal(400, "INVALID_VALUE", "focus is ReferralRequest/{ubrn}/_history/{version}")
    return ubrn, int(version)


def _task(number: int, action: str, focus: str) -> dict[str, Any]:
    resource = {
        "id": str(number),
        "meta": {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Task-1"]},
        "resourceType": "Task",
        "status": "ready",
        "intent": "proposal",
        "focus": {"reference": focus},
        "code": {"coding": [coding(f"{STU3}/CodeSystem/eRS-AvailableActionsForUser-1", action)]},
    }
    return {"fullUrl": f"Task/{number}", "resource": resource, "search": {"mode": "match"}}
