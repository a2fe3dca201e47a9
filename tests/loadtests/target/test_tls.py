"""Certificates: whose are taken, and which is shown."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from loadtests.http.connections import Connections
from loadtests.safety.targets import Terms, cleared
from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.tls import TlsSettings
from scenarios.language.safety import Target
from tests.fixtures.loadtests.asking import answer_to


@dataclass
class TlsServer:
    """Answers one request a connection, to whom it trusts; `shown` are the names in the certificates it was shown."""

    url: str
    folder: Path
    shown: list[str]

    def get(self, **target: object) -> int:
        """The status of a request by the replay's own connections. Raises `AssertionError` when there is none."""
        settings = TlsSettings.of(Target.model_validate(target))
        connections = Connections(self.url, cleared(self.url, Terms(tls=settings)))
        message = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        try:
            return answer_to(connections, message).status
        finally:
            connections.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    folder, authority, shown = tmp_path_factory.mktemp("tls"), trustme.CA(), list[str]()
    own, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("client.example")
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    client.private_key_and_cert_chain_pem.write_to_path(str(folder / "client.pem"))
    key = load_pem_private_key(client.private_key_pem.bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hunter2"))
    (folder / "locked.pem").write_bytes(locked)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    names = (secure.getpeercert() or {}).get("subjectAltName", ())
                    secure.recv(65536)
                    shown.append(str(names[0][1]) if names else "")
                    secure.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield TlsServer(f"https://127.0.0.1:{listening.getsockname()[1]}", folder, shown)
    listening.close()


def test_a_certificate_that_nobody_knows_is_not_taken(server: TlsServer) -> None:
    with pytest.raises(AssertionError):
        server.get()


def test_one_of_an_authority_of_our_own_is(server: TlsServer) -> None:
    assert server.get(authority=str(server.folder / "authority.pem")) == 204


def test_any_is_where_the_scenario_says_so(server: TlsServer) -> None:
    assert server.get(verify=False) == 204
    assert server.shown[-1] == ""


def test_a_client_certificate_is_shown(server: TlsServer) -> None:
    assert server.get(verify=False, client_certificate={"certificate": str(server.folder / "client.pem")}) == 204
    assert server.shown[-1] == "client.example"


def locked(server: TlsServer, **more: object) -> dict[str, object]:
    folder = server.folder
    return {"certificate": str(folder / "client.pem"), "key": str(folder / "locked.pem"), **more}


def test_its_key_may_have_a_password(server: TlsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_PASSWORD", "hunter2")
    assert server.get(verify=False, client_certificate=locked(server, password={"env": "KEY_PASSWORD"})) == 204
    assert server.shown[-1] == "client.example"


def test_what_cannot_be_used_is_told_without_the_password(server: TlsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_PASSWORD", "hunter3")
    for target, said in (
        ({"authority": str(server.folder / "none.pem")}, "No such file"),
        ({"authority": str(server.folder / "locked.pem")}, "is no PEM file of that kind"),
        ({"client_certificate": locked(server, password={"env": "KEY_PASSWORD"})}, "its password is wrong"),
        ({"client_certificate": locked(server, password={"env": "NO_PASSWORD"})}, "NO_PASSWORD is not set"),
        ({"client_certificate": locked(server)}, "has a password: say where it is"),
    ):
        with pytest.raises(TargetNotUsableError) as error:
            server.get(**target)
        assert said in str(error.value) and "hunter" not in str(error.value)
