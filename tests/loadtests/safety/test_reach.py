"""What would fail every request is said before the first one, with what to do."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from loadtests.safety.reach import check_certificate, check_reachable
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import Address, FoundHost, place
from scenarios.protocol.exit_statuses import REFUSED_STATUS
from tests.fixtures.loadtests.proxies import listening_proxy
from tests.fixtures.loadtests.replays import one_call, start_replay
from tests.fixtures.loadtests.tls_server import Certificate, made_certificate, tls_server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return made_certificate(tmp_path_factory.mktemp("certificate"))


def silent(connection: ssl.SSLSocket) -> None:
    connection.recv(1)


def test_a_certificate_that_is_not_trusted_is_said_with_what_to_do(certificate: Certificate) -> None:
    with tls_server(certificate, silent) as server:
        for check in (check_reachable, check_certificate):
            with pytest.raises(RefusedError, match=r"cannot trust .*self-signed certificate.*SSL_CERT_FILE"):
                check(server.url, place(server.url))
            check(server.url, place(server.url), certificate.trusting())


@pytest.mark.parametrize(
    ("name", "not_after", "advice"),
    [
        ("127.0.0.1", datetime(2020, 1, 1, tzinfo=UTC), "has expired.*have it renewed"),
        ("staging.invalid", None, "127.0.0.1.*give --host a name that the certificate has"),
    ],
)
def test_what_is_to_be_done_is_said_of_each_thing_that_may_be_wrong(
    name: str, not_after: datetime | None, advice: str, tmp_path: Path
) -> None:
    authority, trusting = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trusting)
    issued = authority.issue_cert(name, not_before=datetime(2019, 1, 1, tzinfo=UTC), not_after=not_after)
    own = Certificate(tmp_path / "certificate.pem", tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(str(own.certificate))
    issued.private_key_pem.write_to_path(str(own.key))
    with tls_server(own, silent) as server, pytest.raises(RefusedError, match=advice):
        check_certificate(server.url, place(server.url), trusting)


def test_a_server_without_tls_is_told_so() -> None:
    with listening_proxy() as plain, pytest.raises(RefusedError, match=r"cannot speak TLS .* Is it http://\?"):
        check_certificate(plain.url.replace("http:", "https:"), place(plain.url))


def test_that_nobody_listens_may_be_what_a_load_test_is_to_record() -> None:
    nobody = "https://127.0.0.1:9"
    check_certificate(nobody, place(nobody))
    with pytest.raises(RefusedError, match="cannot reach"):
        check_reachable(nobody, place(nobody))


def test_one_address_of_several_that_answers_is_enough() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        both = (Address(socket.AF_INET6, ("::1", port, 0, 0)), Address(socket.AF_INET, ("127.0.0.1", port)))
        check_reachable(f"http://localhost:{port}", FoundHost("localhost", both))


def test_a_load_test_does_not_begin_where_every_request_would_fail(certificate: Certificate, tmp_path: Path) -> None:
    with (
        tls_server(certificate, silent) as server,
        start_replay(one_call("good"), server.url, tmp_path / "run") as process,
    ):
        _, said = process.communicate(timeout=120)
    assert process.returncode == REFUSED_STATUS
    assert "cannot trust" in said and "SSL_CERT_FILE" in said and "Traceback" not in said
    assert not (tmp_path / "run" / "workers").exists()
