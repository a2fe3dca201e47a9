"""The server's own endpoints, beside the contract: what an operator or an audit asks.

None of them takes modelled time: an audit must be able to ask while the modelled service is
drowning. Health, the full list of referrals in order of UBRN, the organisations of the
synthetic directory, and the object store that A042 redirects to.
"""

from typing import Final

import msgspec

from mock_server.domain.ubrn import format_ubrn
from mock_server.errors import Refusal
from mock_server.handlers.attachments import stored_file
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import JSON, HttpRequest, HttpResponse, file

PAGE_MAX: Final = 5000


async def list_referrals(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """GET /mock/referrals: what the server holds, a page at a time."""
    search = request.search()
    after, count = _whole(search, "after", 0), min(max(_whole(search, "count", 500), 1), PAGE_MAX)
    found = context.store.read.referrals.list_stored(after, count + 1)
    more = len(found) > count
    listed = [{**referral._asdict(), "ubrn": format_ubrn(referral.ubrn)} for referral in found[:count]]
    return as_json({"referrals": listed, "next": listed[-1]["ubrn"] if more else None})


async def list_organisations(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """GET /mock/organisations: whose tokens find something to do."""
    return as_json(
        {"providers": list(context.directory.providers), "practices": list(context.directory.practices)},
    )


async def fetch_stored_file(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """GET /mock/attachments/{id}: the object store behind A042."""
    about, content = stored_file(context, request.path_values[0])
    return file(content, about.content_type.encode(), about.name)


async def flush_sessions(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """POST /mock/sessions/flush: everybody is logged off, whichever way they logged on."""
    context.grants.flush()
    return as_json({"ended": context.sessions.flush()})


def as_json(body: object, status: int = 200) -> HttpResponse:
    """An answer that is no FHIR resource."""
    return HttpResponse(status, msgspec.json.encode(body), JSON)


def _whole(search: dict[str, str], name: str, otherwise: int) -> int:
    value = search.get(name, "")
    if not value:
        return otherwise
    if not value.isascii() or not value.isdigit() or len(value) > 12:
        raise Refusal(400, "INVALID_VALUE", f"{name} is a whole number")
    return int(value)
