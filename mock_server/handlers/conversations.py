"""Searches over requests and people: A025 the conversation, A041 requests by UBRN, A040 clinicians.

These contracts have no 422: what cannot be answered is a bad request.
Source: e-RS FHIR API, NHS England.
"""

from typing import Any

from mock_server.domain.advice import REQUESTER, Advice
from mock_server.domain.instants import instant
from mock_server.domain.referral import CANCELLED
from mock_server.errors import Refusal, not_found
from mock_server.fhir.advice import communication, practitioner_role, role_id
from mock_server.fhir.referrals import document
from mock_server.handlers.context import HandlerContext, search_set
from mock_server.http.calls import HttpRequest, HttpResponse, fhir
from mock_server.sessions.professional import REFERRING_CLINICIAN, user_of

_CLINICIANS_SHOWN = 3


async def retrieve_conversation(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A025: the messages of the current version, and who and what they refer to when asked for."""
    advice = _advice(context, request)
    entries = [_entry("Communication", communication(advice, m), "match") for m in advice.messages]
    included = " ".join(request.every("_include"))
    if "PractitionerRole" in included or "PractionerRole" in included:
        senders = {role_id(m): practitioner_role(m) for m in advice.messages}
        entries += [_entry("PractitionerRole", role, "include") for role in senders.values()]
    if "DocumentReference" in included:
        entries += [
            _entry("DocumentReference", {**document(file, _kind(m.sent_by)), "id": file.id}, "include")
            for m in advice.messages
            for file in m.files
        ]
    bundle = search_set(request, entries) | {"total": len(advice.messages)}
    bundle["meta"]["profile"] = ["http://hl7.org/fhir/STU3/StructureDefinition/Bundle"]
    return fhir(bundle)


async def search_requests(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A041: the referral and the request for advice with this UBRN, as far as the caller takes part.

    Raises `Refusal` for what is no UBRN.
    """
    digits = request.search().get("identifier", "").rpartition("|")[2]
    if len(digits) != 12 or not digits.isascii() or not digits.isdigit():
        raise Refusal(400, "INVALID_VALUE", "identifier is a UBRN of twelve digits")
    ubrn, organisation, entries = int(digits), request.on_behalf.organisation, []
    referral = context.store.read.referrals.find(ubrn)
    if referral is not None and organisation in referral.organisations:
        status = "revoked" if referral.state == CANCELLED else "active"
        entries.append(_service_request(digits, referral.version, referral.patient, status, {}))
    advice = context.store.read.advice.find(ubrn)
    if advice is not None and organisation in advice.organisations:
        codes = [{"system": "https://fhir.nhs.uk/CodeSystem/servicerequest-code", "code": "advice-and-guidance"}]
        code = {"code": {"coding": codes}}
        entries.append(_service_request(digits, advice.version, advice.patient, "active", code))
    return fhir(search_set(request, entries))


async def list_clinicians(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A040: on whose behalf the caller may act: themselves, or clinicians of their organisation.

    Raises `Refusal` for another query.
    """
    if request.search().get("_query") != "onBehalfOf":
        raise Refusal(400, "INVALID_VALUE", "_query is onBehalfOf")
    by = request.on_behalf
    people = [by.session.user.identifier]
    if by.role != REFERRING_CLINICIAN:
        tokens = [f"clinician-{by.organisation}-{n}" for n in range(_CLINICIANS_SHOWN)]
        people = [user_of(token, context.directory).identifier for token in tokens]
    return fhir(search_set(request, [_practitioner(user) for user in people]))


def _advice(context: HandlerContext, request: HttpRequest) -> Advice:
    based_on = request.search().get("based-on", "")
    kind, _, rest = based_on.partition("/")
    ubrn, _, version = rest.partition("/_history/")
    if kind != "CommunicationRequest" or len(ubrn) != 12 or not ubrn.isascii() or not ubrn.isdigit():
        raise Refusal(400, "INVALID_VALUE", "based-on is CommunicationRequest/{ubrn}/_history/{version}")
    advice = context.store.read.advice.find(int(ubrn))
    if advice is None:
        raise not_found("no request for advice has this UBRN")
    if request.on_behalf.organisation not in advice.organisations:
        raise Refusal(400, "NO_RELATIONSHIP", f"{request.on_behalf.organisation} has no part in this request")
    if version != str(advice.version):
        raise not_found(f"the current version is {advice.version}")
    return advice


def _kind(sent_by: str) -> str:
    return "ADVICE_REQUEST" if sent_by == REQUESTER else "GUIDANCE_RESPONSE"


def _entry(kind: str, resource: dict[str, Any], mode: str) -> dict[str, Any]:
    return {"fullUrl": f"{kind}/{resource['id']}", "resource": resource, "search": {"mode": mode}}


def _service_request(ubrn: str, version: int, patient: str, status: str, code: dict[str, Any]) -> dict[str, Any]:
    category = "request" if code else "referral"
    categories = "https://fhir.nhs.uk/CodeSystem/message-category-servicerequest"
    resource = {
        "id": f"{category}-{ubrn}",
        "meta": {"versionId": str(version)},
        "resourceType": "ServiceRequest",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/UBRN", "value": ubrn}],
        "status": status,
        "intent": "order",
        "category": [{"coding": [{"system": categories, "code": category}]}],
        **code,
        "subject": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": patient}},
    }
    return _entry("ServiceRequest", resource, "match")


def _practitioner(user: str) -> dict[str, Any]:
    resource = {
        "id": user,
        "resourceType": "Practitioner",
        "meta": {"lastUpdated": instant()},
        "identifier": {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": user},
    }
    return _entry("Practitioner", resource, "match")
