"""Logging on in the manner of NHS CIS2: a code for the browser, tokens for the application.

`GET /oauth2/authorize` gives a code, `POST /oauth2/token` changes it into an access token, which is
the key of a session, and a refresh token. There is no page to sign in on: `login_hint` carries the
synthetic smartcard's token. The access token is short-lived and is renewed by the refresh token, which
is good once; renewing ends the session under the old token. The token endpoint takes the modelled
time of A001, so that a log-on storm of either style meets the same queue.
Source: RFC 6749, sections 4.1 and 6; lifetimes: API platform of NHS England (assumed for refresh).
"""

import secrets
import time
import urllib.parse
from collections.abc import Callable
from typing import Final

import msgspec

from mock_server.calls import JSON, Answer, Call
from mock_server.desk import Desk
from mock_server.outcomes import Refusal
from mock_server.sessions import Sessions

CODE_LIFETIME_S: Final = 60.0
TOKEN_LIFETIME_S: Final = 599.0
REFRESH_LIFETIME_S: Final = 12 * 3600.0


class Grant(msgspec.Struct, frozen=True):
    """What a code or a refresh token stands for, until when."""

    smartcard: str
    client: str
    ends_at_s: float
    redirect_uri: str = ""
    access_token: str = ""


class Grants:
    """Codes and refresh tokens that have not been used."""

    def __init__(self, token_lifetime_s: float = TOKEN_LIFETIME_S, now_s: Callable[[], float] = time.monotonic) -> None:
        self.token_lifetime_s = token_lifetime_s
        self._now_s = now_s
        self._codes: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}

    def give_code(self, smartcard: str, client: str, redirect_uri: str) -> str:
        """A code for one use."""
        _drop_ended(self._codes, self._now_s())
        code = secrets.token_urlsafe(24)
        self._codes[code] = Grant(smartcard, client, self._now_s() + CODE_LIFETIME_S, redirect_uri)
        return code

    def give_refresh(self, smartcard: str, client: str, access_token: str) -> str:
        """A refresh token for one use."""
        _drop_ended(self._refresh, self._now_s())
        token = secrets.token_urlsafe(24)
        ends_at_s = self._now_s() + REFRESH_LIFETIME_S
        self._refresh[token] = Grant(smartcard, client, ends_at_s, access_token=access_token)
        return token

    def use_code(self, code: str) -> Grant | None:
        """What a code stands for; it is good once."""
        return self._used(self._codes, code)

    def use_refresh(self, token: str) -> Grant | None:
        """What a refresh token stands for; it is good once."""
        return self._used(self._refresh, token)

    def flush(self) -> None:
        """Forget everything: everybody must log on again."""
        self._codes.clear()
        self._refresh.clear()

    def _used(self, held: dict[str, Grant], key: str) -> Grant | None:
        grant = held.pop(key, None)
        return grant if grant is not None and self._now_s() < grant.ends_at_s else None


async def authorise(desk: Desk, call: Call) -> Answer:
    """A code for the application, sent by way of the browser."""
    sent = call.search()
    redirect_uri, client = sent.get("redirect_uri", ""), sent.get("client_id", "")
    target = _split(redirect_uri)
    if not client or target is None or not target.scheme or target.fragment:
        raise Refusal(400, "BAD_REQUEST", "client_id and an absolute redirect_uri are needed")
    told = {"state": sent["state"]} if "state" in sent else {}
    if sent.get("response_type") != "code":
        told |= {"error": "unsupported_response_type"}
    elif not sent.get("login_hint", "").strip():
        told |= {"error": "login_required", "error_description": "login_hint carries the smartcard's token"}
    else:
        told |= {"code": desk.grants.give_code(sent["login_hint"].strip(), client, redirect_uri)}
    query = "&".join(filter(None, (target.query, urllib.parse.urlencode(told))))
    location = urllib.parse.quote(target._replace(query=query).geturl(), safe="/:?#[]@!$&'()*+,;=%~")
    return Answer(302, headers=((b"location", location.encode("ascii")), (b"cache-control", b"no-store")))


async def issue_token(desk: Desk, call: Call) -> Answer:
    """OAuth2: a code or a refresh token becomes an access token, which is a session."""
    sent = dict(urllib.parse.parse_qsl(call.body.decode("latin-1")))
    kind = sent.get("grant_type")
    if kind == "authorization_code":
        grant = desk.grants.use_code(sent.get("code", ""))
        if grant is None or sent.get("redirect_uri", "") != grant.redirect_uri:
            return _refused("invalid_grant", "the code is unknown, used, or has ended")
    elif kind == "refresh_token":
        grant = desk.grants.use_refresh(sent.get("refresh_token", ""))
        if grant is None:
            return _refused("invalid_grant", "the refresh token is unknown, used, or has ended")
    else:
        return _refused("unsupported_grant_type", "grant_type is authorization_code or refresh_token")
    if sent.get("client_id", grant.client) != grant.client:
        return _refused("invalid_grant", "the grant is another application's")
    return _token(desk.grants, desk.sessions, grant)


def _token(grants: Grants, sessions: Sessions, grant: Grant) -> Answer:
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
    return Answer(200, msgspec.json.encode(body), JSON, ((b"cache-control", b"no-store"),))


def _refused(error: str, description: str) -> Answer:
    body = {"error": error, "error_description": description}
    return Answer(400, msgspec.json.encode(body), JSON, ((b"cache-control", b"no-store"),))


def _split(uri: str) -> urllib.parse.SplitResult | None:
    try:
        return urllib.parse.urlsplit(uri)
    except ValueError:
        return None


def _drop_ended(held: dict[str, Grant], now_s: float) -> None:
    # All of one kind last equally long and a dict keeps its order, so the oldest ends first.
    while held and (oldest := next(iter(held))) and held[oldest].ends_at_s <= now_s:
        del held[oldest]
