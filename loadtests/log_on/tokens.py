"""Tokens for a whole run: OAuth 2.0 by client credentials, by a signed JWT, or by tokens that a person obtained before.

A token endpoint is asked only where load may be sent (`loadtests.safety.targets`), with the target's own settings for
certificates. What went wrong is told by status and OAuth's error code: never a secret, and never an answer's text.
Source: RFC 6749 (2.3.1, 4.4, 6), RFC 7523 (2.2); NHS England, *Application-restricted RESTful API - signed JWT*.
"""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from time import monotonic, time
from typing import Any, Final, NamedTuple
from urllib.parse import quote_plus

from loadtests.safety.targets import Terms, cleared
from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.secrets import secret_text
from scenarios.language.target import AuthorizationCode, ClientCredentials, SecretReference, SignedJwt, TargetLogOn

_WITHIN_S: Final = 15.0
_ASSERTION_S: Final = 300  # a JWT lives no longer: the platform's own limit
_USUAL_LIFETIME_S: Final = 300.0  # of a token whose answer does not say
_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_NO_JWT: Final = (
    "log_on.signed_jwt needs PyJWT and cryptography, which the default installation leaves out: pip install"
)


class Token(NamedTuple):
    """What `Authorization` says, and until when (by the monotonic clock) that is good; infinity for ever."""

    authorization: str
    expires_s: float = float("inf")


Obtain = Callable[[], Token]


def token_source(log_on: TargetLogOn, terms: Terms) -> Obtain:
    """What obtains a token, anew each time; it raises `TargetNotUsableError` when it cannot, `RefusedError` when the
    token endpoint is no place that may be spoken to."""
    if log_on.basic is not None:
        user, password = log_on.basic.user, log_on.basic.password
        return lambda: Token("Basic " + _pair(user, secret_text(password)))
    if log_on.bearer is not None:
        bearer = log_on.bearer.token
        return lambda: Token(f"Bearer {secret_text(bearer)}")
    if log_on.client_credentials is not None:
        credentials = log_on.client_credentials
        return lambda: _by_credentials(credentials, terms)
    if log_on.signed_jwt is not None:
        signed = log_on.signed_jwt
        return lambda: _by_signed_jwt(signed, terms)
    assert log_on.authorization_code is not None
    return _StoredTokens(log_on.authorization_code, terms).obtain


def _by_credentials(rule: ClientCredentials, terms: Terms) -> Token:
    form = {"grant_type": "client_credentials", **({"scope": rule.scope} if rule.scope else {})}
    return _token(
        _asked(rule.token_url, *_client(rule.client_id, rule.client_secret, form, rule.credentials_in), terms)
    )


def _by_signed_jwt(rule: SignedJwt, terms: Terms) -> Token:
    form = {"grant_type": "client_credentials", "client_assertion_type": _ASSERTION_TYPE}
    form |= {"scope": rule.scope} if rule.scope else {}
    form["client_assertion"] = _assertion(rule)
    return _token(_asked(rule.token_url, form, {}, terms))


def _assertion(rule: SignedJwt) -> str:
    try:
        import jwt  # noqa: PLC0415  # only for those who log on so
    except ImportError:
        raise TargetNotUsableError(f"{_NO_JWT} 'pyjwt[crypto]'") from None
    claims = {
        "iss": rule.client_id,
        "sub": rule.client_id,
        "aud": rule.audience or rule.token_url,
        "jti": secrets.token_hex(16),
        "exp": int(time()) + _ASSERTION_S,
    }
    try:
        return jwt.encode(claims, secret_text(rule.key), algorithm=rule.algorithm, headers={"kid": rule.key_id})
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        if isinstance(error, TargetNotUsableError):
            raise
        raise TargetNotUsableError(f"{rule.key} is no private key for {rule.algorithm}") from None


class _StoredTokens:
    """Tokens that were stored when a person logged on; a new refresh token takes the place of the stored one."""

    def __init__(self, rule: AuthorizationCode, terms: Terms) -> None:
        self._rule, self._terms = rule, terms
        self._refresh: str | None = None

    def obtain(self) -> Token:
        """The stored access token while it is good, else another for the refresh token."""
        stored = self._stored()
        left_s = float(stored.get("expires_at") or 0) - time()
        refresh = self._refresh or stored.get("refresh_token")
        if self._refresh is None and stored.get("access_token") and (left_s > 30 or not refresh):
            return Token(f"Bearer {stored['access_token']}", monotonic() + left_s if left_s > 0 else float("inf"))
        if not refresh:
            raise TargetNotUsableError(f"{self._rule.tokens} has neither refresh_token nor access_token")
        form = {"grant_type": "refresh_token", "refresh_token": str(refresh)}
        answer = _asked(
            self._rule.token_url, *_client(self._rule.client_id, self._rule.client_secret, form, "body"), self._terms
        )
        self._refresh = str(answer.get("refresh_token") or refresh)
        if self._refresh != refresh:
            self._store({**stored, "refresh_token": self._refresh, "access_token": None, "expires_at": None})
        return _token(answer)

    def _stored(self) -> dict[str, Any]:
        try:
            found = json.loads(secret_text(self._rule.tokens))
            if isinstance(found, dict) and isinstance(found.get("expires_at") or 0, int | float):
                return found
        except (json.JSONDecodeError, RecursionError):
            pass
        raise TargetNotUsableError(f"{self._rule.tokens} holds no stored tokens: a JSON object with refresh_token")

    def _store(self, tokens: dict[str, Any]) -> None:
        """So that the next run has what is good then; a service may take each refresh token once only."""
        if self._rule.tokens.file is None:
            return
        path = Path(self._rule.tokens.file)
        beside = path.with_name(f".{path.name}.new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(tokens, file)
        beside.replace(path)


def _client(
    client_id: str, secret: SecretReference | None, form: dict[str, str], where: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The form and the headers with which a client says who it is."""
    if secret is None:
        return {**form, "client_id": client_id}, {}
    text = secret_text(secret)
    if where == "body":
        return {**form, "client_id": client_id, "client_secret": text}, {}
    return form, {"Authorization": "Basic " + _pair(quote_plus(client_id), quote_plus(text))}


def _pair(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _asked(url: str, form: dict[str, str], headers: dict[str, str], terms: Terms) -> dict[str, Any]:
    """What a token endpoint answers. Raises `TargetNotUsableError`."""
    import httpx  # noqa: PLC0415  # 60 ms that a target without a log-on can do without

    from loadtests.http.direct import direct_client  # noqa: PLC0415

    found = cleared(url, terms)
    try:
        with direct_client(found, _WITHIN_S) as client:
            answer = client.post(url, data=form, headers={"Accept": "application/json", **headers})
    except httpx.HTTPError as error:
        raise TargetNotUsableError(f"log-on failed: {url}: {type(error).__name__}") from None
    try:
        said = answer.json()
    except (ValueError, RecursionError):
        said = None
    if answer.status_code != 200 or not isinstance(said, dict):
        code = said.get("error") if isinstance(said, dict) else None
        why = f", {code}" if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""
        raise TargetNotUsableError(f"log-on failed: {url} answered {answer.status_code}{why}")
    return said


def _token(answer: dict[str, Any]) -> Token:
    token = answer.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]{1,16384}", token):
        raise TargetNotUsableError("log-on failed: the answer has no access_token that could stand in a header")
    lasts = answer.get("expires_in")
    try:
        lasts_s = float(lasts) if lasts is not None else _USUAL_LIFETIME_S
    except (TypeError, ValueError):
        lasts_s = _USUAL_LIFETIME_S
    return Token(f"Bearer {token}", monotonic() + lasts_s)
