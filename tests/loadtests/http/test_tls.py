"""Requests over TLS: connections are kept as over plain HTTP, and never used once they are spoilt."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from loadtests.http.connections import Connections
from loadtests.safety.targets import FoundHost, place
from tests.fixtures.loadtests.asking import answer_to, no_answer_to
from tests.fixtures.loadtests.proxies import listening_proxy
from tests.fixtures.loadtests.tls_server import Certificate, TlsServer, TlsTalk, made_certificate, tls_server

ASK = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
STALE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BIG = b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + b"x" * 400_000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return made_certificate(tmp_path_factory.mktemp("certificate"))


@contextmanager
def asked(certificate: Certificate, talk: TlsTalk) -> Iterator[tuple[TlsServer, Connections]]:
    """A server that talks so, and connections to it that trust it."""
    with tls_server(certificate, talk) as server:
        connections = Connections(server.url, tls=certificate.trusting())
        yield server, connections
        connections.close()


def answering(connection: ssl.SSLSocket) -> None:
    while connection.recv(65536):
        connection.sendall(OK)


def test_a_connection_is_kept_though_the_server_sends_session_tickets(certificate: Certificate) -> None:
    with asked(certificate, answering) as (server, connections):
        replies = [answer_to(connections, ASK) for _ in range(5)]
    assert [reply.body for reply in replies] == [b"ok"] * 5
    assert server.accepted == 1, "TLS 1.3 sends its tickets unasked, and they spoil nothing"
    assert [reply.is_new_connection for reply in replies] == [True, False, False, False, False]
    assert replies[0].timings.tls_s > 0 and replies[0].timings.connect_s > 0
    assert {(reply.timings.connect_s, reply.timings.tls_s) for reply in replies[1:]} == {(0.0, 0.0)}


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_a_connection_that_the_server_has_closed_is_noticed(certificate: Certificate, says_goodbye: bool) -> None:
    """As nginx does when its `keepalive_timeout` is over: with TLS's goodbye; others just hang up."""
    hung_up = threading.Semaphore(0)

    def brief(connection: ssl.SSLSocket) -> None:
        connection.recv(65536)
        connection.sendall(OK)
        if says_goodbye:
            connection.setblocking(False)
            with suppress(ssl.SSLWantReadError):  # it does not wait for the other's goodbye
                connection.unwrap()
        connection.close()
        hung_up.release()

    with asked(certificate, brief) as (server, connections):
        for _ in range(5):
            assert answer_to(connections, ASK).body == b"ok"
            hung_up.acquire(timeout=20)
    assert server.accepted == 5


def test_what_nobody_asked_for_is_no_answer_to_the_next_request(certificate: Certificate) -> None:
    said = threading.Semaphore(0)

    def impatient(connection: ssl.SSLSocket) -> None:
        connection.recv(65536)
        connection.sendall(OK)
        connection.sendall(STALE)
        said.release()
        connection.recv(65536)

    with asked(certificate, impatient) as (server, connections):
        for _ in range(3):
            assert answer_to(connections, ASK).status == 200
            said.acquire(timeout=20)
    assert server.accepted == 3


def test_an_answer_of_many_records_is_whole(certificate: Certificate) -> None:
    def big(connection: ssl.SSLSocket) -> None:
        while connection.recv(65536):
            connection.sendall(BIG)

    with asked(certificate, big) as (server, connections):
        assert [len(answer_to(connections, ASK).body) for _ in range(2)] == [400_000] * 2
    assert server.accepted == 1


def test_a_request_larger_than_the_socket_takes_arrives_whole(certificate: Certificate) -> None:
    body = b"y" * 3_000_000
    message = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def counting(connection: ssl.SSLSocket) -> None:
        left = len(message)
        while left:
            left -= len(connection.recv(65536))
        connection.sendall(OK)

    with asked(certificate, counting) as (_, connections):
        reply = answer_to(connections, message)
    assert (reply.status, reply.bytes_sent) == (200, len(message))


def test_a_certificate_that_nobody_trusts_is_said_to_be_so(certificate: Certificate) -> None:
    with tls_server(certificate, answering) as server:
        connections = Connections(server.url)
        unanswered = no_answer_to(connections, ASK)
    assert (unanswered.cause, unanswered.sent) == ("tls", False)
    assert "self-signed certificate" in unanswered.why


def test_a_certificate_for_another_name_is_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    other = made_certificate(tmp_path_factory.mktemp("other"), names="DNS:elsewhere.example")
    with asked(other, answering) as (_, connections):
        unanswered = no_answer_to(connections, ASK)
    assert unanswered.cause == "tls"
    assert "127.0.0.1" in unanswered.why


def test_a_server_without_tls_is_told_from_one_that_hangs_up(certificate: Certificate) -> None:
    with listening_proxy() as plain:
        connections = Connections(plain.url.replace("http:", "https:"), tls=certificate.trusting())
        unanswered = no_answer_to(connections, ASK)
    assert unanswered.cause == "tls"


def test_tls_goes_through_a_proxys_tunnel(certificate: Certificate) -> None:
    with tls_server(certificate, answering) as server, listening_proxy() as proxy:
        found = FoundHost("127.0.0.1", (), place(proxy.url), proxy.url)
        connections = Connections(server.url, found, tls=certificate.trusting())
        assert [answer_to(connections, ASK).body for _ in range(2)] == [b"ok"] * 2
        connections.close()
    assert proxy.lines == [f"CONNECT {server.url.removeprefix('https://')} HTTP/1.1"]
