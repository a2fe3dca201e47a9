"""Logging on as with NHS CIS2: a code for the browser, tokens for the application.

`GET /oauth2/authorize` gives a code, `POST /oauth2/token` changes it into an access token, which is
the key of a session, and a refresh token. There is no page to sign in on: `login_hint` carries the
synthetic smartcard's token. The access token is short-lived and is renewed by the refresh token, which
is good once; renewing ends the session under the old token. The token endpoint takes the modelled
time of A001, so that a log-on storm of either style meets the same queue.
Source: RFC 6749, sections 4.1 and 6; lifetimes: API platform of NHS England (assumed for refresh).
"""

import urllib.parse

import msgspec

from mock_server.errors import Refusal
from mock_server.handlers.context import HandlerContext
from mock_server.http.addresses import redirect_target
from mock_server.http.calls import JSON, HttpRequest, HttpResponse
from mock_server.sessions.grants import REFRESH_LIFETIME_S, Grant, Grants
from mock_server.sessions.professional import Sessions


async def authorise(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A code for the application, sent by way of the browser.

    Raises `Refusal` when there is no way back to the application.
    """
    sent = request.search()
    redirect_uri, client = sent.get("redirect_uri", ""), sent.get("client_id", "")
    target = redirect_target(redirect_uri)
    if not client or target is None:
        raise Refusal(
            400, "BAD_REQUEST", "client_id is needed, and a redirect_uri such as https://app.example/callback"
        )
    answered = {"state": sent["state"]} if "state" in sent else {}
    if sent.get("response_type") != "code":
        answered |= {"error": "unsupported_response_type"}
    elif not sent.get("login_hint", "").strip():
        answered |= {"error": "login_required", "error_description": "login_hint carries the smartcard's token"}
    else:
        answered |= {"code": context.grants.give_code(sent["login_hint"].strip(), client, redirect_uri)}
    query = "&".join(filter(None, (target.query, urllib.parse.urlencode(answered))))
    location = target._replace(query=query).geturl()
    return HttpResponse(302, headers=((b"location", location.encode("ascii")), (b"cache-control", b"no-store")))


async def issue_token(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """OAuth2: a code or a refresh token becomes an access token, which is a session."""
    sent = dict(urllib.parse.parse_qsl(request.body.decode("latin-1")))
    kind = sent.get("grant_type")
    if kind == "authorization_code":
        grant = context.grants.use_code(sent.get("code", ""))
        if grant is None or sent.get("redirect_uri", "") != grant.redirect_uri:
            return _refused("invalid_grant", "the code is unknown, used, or has ended")
    elif kind == "refresh_token":
        grant = context.grants.use_refresh(sent.get("refresh_token", ""))
        if grant is None:
            return _refused("invalid_grant", "the refresh token is unknown, used, or has ended")
    else:
        return _refused("unsupported_grant_type", "grant_type is authorization_code or refresh_token")
    if sent.get("client_id", grant.client) != grant.client:
        return _refused("invalid_grant", "the grant is another application's")
    return _token(context.grants, context.sessions, grant)


def _token(grants: Grants, sessions: Sessions, grant: Grant) -> HttpResponse:
    if grant.access_token:
        sessions.close(grant.access_token)
    session = sessions.open(grant.smartcard, grants.token_lifetime_s, grant.client)
    body = {
        "access_token": session.key,
        "token_type": "Bearer",
        "expires_in": int(grants.token_lifetime_s),
        "refresh_token": grants.give_refresh(grant.smartcard, grant.client, session.key),
        "refresh_token_expires_in": int(REFRESH_LIFETIME_S),
    }
    return HttpResponse(200, msgspec.json.encode(body), JSON, ((b"cache-control", b"no-store"),))


def _refused(error: str, description: str) -> HttpResponse:
    body = {"error": error, "error_description": description}
    return HttpResponse(400, msgspec.json.encode(body), JSON, ((b"cache-control", b"no-store"),))
