"""What all requests to a target have in common."""

from __future__ import annotations

import pytest

from loadtests.target.headers import TargetHeaders
from loadtests.target.wire import Wire, mapped_path


class Way:
    prefix, authority = b"/api", b"ers.example:8443"


RULES = {"/referrals": "/x", "/referrals/FHIR/STU3": "/gateway/ers/STU3"}


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/referrals/FHIR/STU3/Task?focus=1", "/gateway/ers/STU3/Task?focus=1"),
        ("/referrals/FHIR/R4/Binary/1", "/x/FHIR/R4/Binary/1"),
        ("/v1/ProfessionalSession", "/v1/ProfessionalSession"),
    ],
)
def test_an_e_rs_path_may_begin_elsewhere(path: str, there: str) -> None:
    assert mapped_path(path, RULES) == there
    wire = Wire(Way(), "run", base_url="https://ers.example:8443/api", base_paths=RULES)
    assert wire.mapped(path) == there
    assert wire.message("GET", wire.mapped(path), b"", b"", 1).startswith(
        b"GET /api" + there.encode() + b" HTTP/1.1\r\n"
    )
    assert Wire(Way(), "run").mapped(path) == path


def test_through_a_proxy_the_whole_address_is_said() -> None:
    class Proxied:
        prefix, authority = b"http://ers.example/api", b"ers.example"

    wire = Wire(Proxied(), "run", base_url="http://ers.example/api")
    assert wire.message("GET", "/a", b"", b"", 1).startswith(b"GET http://ers.example/api/a HTTP/1.1")
    place = wire.place("http://ers.example/o/5")
    assert place == "/o/5"
    assert wire.message("GET", place, b"", b"", 1, from_root=True).startswith(b"GET http://ers.example/o/5 HTTP/1.1")


def test_the_length_of_a_body_is_said_even_of_none() -> None:
    wire = Wire(Way(), "run")
    assert b"Content-Length: 0\r\n" in wire.message("POST", "/", b"", b"", 1)
    assert b"Content-Length" not in wire.message("HEAD", "/", b"", b"", 1)


def test_behind_a_gateway_the_session_key_has_a_header_to_itself() -> None:
    at_the_service = Wire(Way(), "run")
    said = b"Accept: x\r\nAuthorization: Bearer key\r\nB: c\r\n"
    assert at_the_service.ers_lines(said) == said
    headers = TargetHeaders()
    headers.authorization = b"Authorization: Bearer token\r\n"
    behind_a_gateway = Wire(Way(), "run", headers=headers)
    lines = behind_a_gateway.ers_lines(said)
    assert lines == b"Accept: x\r\nHTTP_X_SESSION_KEY: key\r\nB: c\r\n"
    assert behind_a_gateway.beside(lines) == headers.authorization
    twice = said + b"HTTP_X_SESSION_KEY: key\r\n"  # as a choice of role says it
    assert behind_a_gateway.ers_lines(twice) == b"Accept: x\r\nB: c\r\nHTTP_X_SESSION_KEY: key\r\n"
    assert behind_a_gateway.ers_lines(b"Accept: x\r\n") == b"Accept: x\r\n"
