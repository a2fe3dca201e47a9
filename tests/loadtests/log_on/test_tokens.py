"""Tokens for a run, from a token endpoint of a few lines on loopback."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from loadtests.log_on.staying import StayingLoggedOn
from loadtests.log_on.tokens import Token, token_source
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import Terms
from loadtests.target.headers import TargetHeaders
from loadtests.target.refusal import TargetNotUsableError
from scenarios.language.target import TargetLogOn


class TokenEndpoint:
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], str | None]] = []
        self.answer: tuple[int, bytes] = (200, b'{"access_token": "abc", "expires_in": 100}')
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                endpoint.asked.append((form, self.headers["Authorization"]))
                status, said = endpoint.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def obtained(self, **log_on: Any) -> Token:
        rule = {kind: {"token_url": self.url, **values} for kind, values in log_on.items()}
        return token_source(TargetLogOn.model_validate(rule), Terms())()


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenEndpoint]:
    monkeypatch.setenv("CLIENT_SECRET", "hunter2 & co")
    served = TokenEndpoint()
    yield served
    served.server.shutdown()
    served.server.server_close()


CLIENT: dict[str, Any] = {"client_id": "me:too", "client_secret": {"env": "CLIENT_SECRET"}}


def test_client_credentials_go_into_the_header(endpoint: TokenEndpoint) -> None:
    token = endpoint.obtained(client_credentials={**CLIENT, "scope": "read write"})
    assert token.authorization == "Bearer abc" and 90 < token.expires_s - monotonic() <= 100
    form, said = endpoint.asked[0]
    assert form == {"grant_type": "client_credentials", "scope": "read write"}
    assert said == "Basic " + base64.b64encode(b"me%3Atoo:hunter2+%26+co").decode()


def test_or_into_the_body(endpoint: TokenEndpoint) -> None:
    endpoint.obtained(client_credentials={**CLIENT, "credentials_in": "body"})
    form, said = endpoint.asked[0]
    assert form == {"grant_type": "client_credentials", "client_id": "me:too", "client_secret": "hunter2 & co"}
    assert said is None


def test_a_signed_jwt_says_who_asks_and_can_be_checked(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    endpoint.obtained(signed_jwt={"client_id": "app", "key": {"file": str(path)}, "key_id": "test-1"})
    form, _ = endpoint.asked[0]
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    claims = jwt.decode(form["client_assertion"], key.public_key(), algorithms=["RS512"], audience=endpoint.url)
    assert (claims["iss"], claims["sub"]) == ("app", "app") and len(claims["jti"]) == 32
    assert jwt.get_unverified_header(form["client_assertion"])["kid"] == "test-1"


def test_a_key_that_is_none_is_told_without_its_text(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("a private thing", encoding="utf-8")
    with pytest.raises(TargetNotUsableError) as error:
        endpoint.obtained(signed_jwt={"client_id": "app", "key": {"file": str(path)}, "key_id": "1"})
    assert str(error.value) == f"the file {path} is no private key for RS512"
    assert error.value.__cause__ is None and "private thing" not in repr(error.value)


def stored(folder: Path, **tokens: Any) -> dict[str, Any]:
    path = folder / "tokens.json"
    path.write_text(json.dumps(tokens), encoding="utf-8")
    return {"client_id": "app", "tokens": {"file": str(path)}}


def test_a_stored_token_is_taken_while_it_is_good(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    token = endpoint.obtained(authorization_code=stored(tmp_path, access_token="old"))
    assert token == Token("Bearer old") and not endpoint.asked


def test_a_refresh_token_is_taken_and_a_new_one_is_stored(endpoint: TokenEndpoint, tmp_path: Path) -> None:
    endpoint.answer = 200, b'{"access_token": "new", "refresh_token": "second"}'
    rule = stored(tmp_path, access_token="old", expires_at=1, refresh_token="first")
    assert endpoint.obtained(authorization_code=rule).authorization == "Bearer new"
    assert endpoint.asked[0][0] == {"grant_type": "refresh_token", "refresh_token": "first", "client_id": "app"}
    path = tmp_path / "tokens.json"
    assert json.loads(path.read_text(encoding="utf-8"))["refresh_token"] == "second"
    assert path.stat().st_mode & 0o077 == 0
    endpoint.obtained(authorization_code=rule)
    assert endpoint.asked[1][0]["refresh_token"] == "second"


def test_basic_and_bearer_ask_nobody(endpoint: TokenEndpoint) -> None:
    secret = {"env": "CLIENT_SECRET"}
    basic = token_source(TargetLogOn.model_validate({"basic": {"user": "me", "password": secret}}), Terms())()
    assert basic.authorization == "Basic " + base64.b64encode(b"me:hunter2 & co").decode()
    bearer = token_source(TargetLogOn.model_validate({"bearer": {"token": secret}}), Terms())()
    assert bearer == Token("Bearer hunter2 & co") and not endpoint.asked


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            401,
            b'{"error": "invalid_client", "error_description": "hunter2 & co is wrong"}',
            "answered 401, invalid_client",
        ),
        (401, b'{"error": "hunter2 & co"}', "answered 401"),
        (500, b"hunter2 & co", "answered 500"),
        (200, b"hunter2 & co", "answered 200"),
        (200, b"[]", "answered 200"),
        (200, b"[" * 100_000, "answered 200"),
        (200, b'{"token": "hunter2 & co"}', "has no access_token"),
        (200, b'{"access_token": "a b\\r\\n"}', "has no access_token"),
    ],
)
def test_what_went_wrong_is_told_without_a_secret(endpoint: TokenEndpoint, status: int, body: bytes, said: str) -> None:
    endpoint.answer = status, body
    with pytest.raises(TargetNotUsableError) as error:
        endpoint.obtained(client_credentials=CLIENT)
    assert str(error.value).endswith(said) or said in str(error.value)
    assert "hunter2" not in str(error.value)


def test_nobody_there_is_told(endpoint: TokenEndpoint) -> None:
    rule = TargetLogOn.model_validate({"client_credentials": {"token_url": "http://127.0.0.1:9/token", **CLIENT}})
    with pytest.raises(TargetNotUsableError, match=r"http://127.0.0.1:9/token: ConnectError"):
        token_source(rule, Terms())()


def test_a_token_endpoint_elsewhere_is_not_asked_unless_it_is_allowed(endpoint: TokenEndpoint) -> None:
    rule = TargetLogOn.model_validate({"client_credentials": {"token_url": "http://192.0.2.1/token", **CLIENT}})
    with pytest.raises(RefusedError, match="is not this machine"):
        token_source(rule, Terms())()


def test_a_token_is_renewed_before_its_end_and_trouble_is_told() -> None:
    slept: list[float] = []
    told: list[str] = []
    tokens = iter([Token("Bearer 1", monotonic() + 100), None, Token("Bearer 2")])

    def obtain() -> Token:
        token = next(tokens)
        if token is None:
            raise TargetNotUsableError("log-on failed")
        return token

    headers = TargetHeaders()
    staying = StayingLoggedOn(obtain, headers, told.append, slept.append)
    staying.begin()
    assert headers.beside(b"") == b"Authorization: Bearer 1\r\n"
    staying.stay()
    assert headers.beside(b"Accept: x\r\n") == b"Authorization: Bearer 2\r\n"
    assert headers.beside(b"authorization: mine\r\n") == b""
    assert 79 < slept[0] <= 80 and slept[1] == 5.0
    assert told == ["the log-on could not be renewed: log-on failed"]
