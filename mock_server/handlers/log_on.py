"""Logging on, choosing a role, logging off.

The 2015 style: A001 hands in the smartcard token, A002 chooses one of the permissions that
A001 listed, A003 ends the session. A030 lists the same roles in the current style and needs
only the session. Source: nhsconnect/digital-referrals A001 to A003; e-RS FHIR API A030.
"""

from typing import Any

import msgspec

from mock_server.domain.instants import instant
from mock_server.errors import forbidden, no_access, not_found, unprocessable
from mock_server.fhir.parts import ODS_CODE
from mock_server.fhir.requests import LOG_ON, ROLE_CHOICE, decode, needed
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import JSON, HttpRequest, HttpResponse, fhir
from mock_server.sessions.professional import Permission, ProfessionalSession

_TYPE = "uk.nhs.ers.xapi.dto.v1.session.ProfessionalSession"


async def open_session(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A001: a smartcard token becomes a session. Raises `Refusal` when there is no token."""
    token = needed(decode(LOG_ON, request.body).token, "token").strip()
    if not token:
        raise unprocessable("MISSING_VALUE", "token is empty")
    return _session_answer(context.sessions.open(token), 201)


async def select_role(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A002: act as one of the permissions that the log-on listed.

    Raises `Refusal` when the role or the token is not the session's.
    """
    session = _own_session(request)
    choice = decode(ROLE_CHOICE, request.body)
    if choice.token is not None and choice.token.strip() != session.token:
        raise no_access("the token is not the one that this session was opened with")
    chosen = needed(choice.permission, "permission")
    for permission in session.user.permissions:
        if (permission.business_function, permission.org_identifier) == (
            chosen.business_function,
            chosen.org_identifier,
        ):
            return _session_answer(context.sessions.choose(session, permission), 200)
    raise forbidden(f"the user is no {chosen.business_function} at {chosen.org_identifier}")


async def close_session(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A003: log off; the key is invalid from now on, and the refresh token that came with it."""
    key = _own_session(request).key
    context.sessions.close(key)
    context.grants.end_session(key)
    return HttpResponse(204, content_type=JSON)


async def list_roles(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A030: the user's business functions at each organisation."""
    user = request.on_behalf.session.user
    by_organisation: dict[str, list[Permission]] = {}
    for permission in user.permissions:
        by_organisation.setdefault(permission.org_identifier, []).append(permission)
    now = instant()
    entries = [_roles_at(user.identifier, code, held, now) for code, held in by_organisation.items()]
    bundle = {
        "id": user.identifier,
        "meta": {"lastUpdated": now},
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(entries),
        "link": [{"relation": "self", "url": request.path}],
        "entry": entries,
    }
    return fhir(bundle)


def _own_session(request: HttpRequest) -> ProfessionalSession:
    session = request.on_behalf.session
    if request.path_values[0] != session.key:
        raise not_found("the address is not that of the caller's session")
    return session


def _session_answer(session: ProfessionalSession, status: int) -> HttpResponse:
    body = {
        "typeInfo": _TYPE,
        "id": session.key,
        "token": session.token,
        "user": session.user,
        "permission": session.permission,
    }
    return HttpResponse(status, msgspec.json.encode(body), JSON)


def _roles_at(user: str, organisation: str, permissions: list[Permission], now: str) -> dict[str, Any]:
    system = "https://fhir.nhs.uk/CodeSystem/eRS-BusinessFunction-1"
    resource = {
        "id": f"PractitionerRole-{organisation}-{user}",
        "meta": {"lastUpdated": now},
        "resourceType": "PractitionerRole",
        "practitioner": {"identifier": {"system": "https://fhir.nhs.uk/Id/sds-user-id", "value": user}},
        "organization": {"identifier": {"system": ODS_CODE, "value": organisation}},
        "code": [{"coding": [{"system": system, "code": p.business_function}]} for p in permissions],
    }
    url = f"PractitionerRole/{resource['id']}"
    return {"fullUrl": url, "search": {"mode": "match"}, "resource": resource}
