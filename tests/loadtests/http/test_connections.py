"""One request, one answer: what the client makes of what servers send."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from loadtests.http.connections import Connections
from loadtests.safety.targets import FoundHost, place
from tests.fixtures.loadtests.asking import answer_to, no_answer_to
from tests.fixtures.loadtests.proxies import listening_proxy

ASK = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Talk = Callable[[socket.socket], None]


@pytest.fixture
def served() -> Iterator[Callable[..., Connections]]:
    """A server that talks to each connection in its turn as told."""
    opened: list[Connections] = []

    def serve(*talks: Talk, hung_up: threading.Semaphore | None = None) -> Connections:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"

        def talk_to_all() -> None:
            with listening:
                for talk in talks:
                    connection, _ = listening.accept()
                    with connection:
                        talk(connection)
                    if hung_up is not None:
                        hung_up.release()

        threading.Thread(target=talk_to_all, daemon=True).start()
        opened.append(Connections(address))
        return opened[-1]

    yield serve
    for connections in opened:
        connections.close()


def saying(*answers: bytes) -> Talk:
    """Reads a request and says the next answer, then closes."""

    def talk(connection: socket.socket) -> None:
        for answer in answers:
            connection.recv(65536)
            connection.sendall(answer)

    return talk


def test_a_connection_is_used_again(served: Callable[..., Connections]) -> None:
    connections = served(saying(OK, OK))
    assert [answer_to(connections, ASK).body for _ in range(2)] == [b"ok", b"ok"]


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n", b"ok!"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
def test_answers_come_in_many_forms(served: Callable[..., Connections], answer: bytes, body: bytes) -> None:
    reply = answer_to(served(saying(answer)), ASK)
    assert reply.body == body


def test_a_connection_that_the_server_closed_is_not_used(served: Callable[..., Connections]) -> None:
    hung_up = threading.Semaphore(0)
    connections = served(saying(OK), saying(OK), hung_up=hung_up)
    for _ in range(2):
        assert answer_to(connections, ASK).status == 200
        hung_up.acquire()


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (b"", "reset"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "reset"),
        (OK[:-1], "reset"),
        (b"no HTTP\r\n\r\n", "protocol"),
    ],
)
def test_a_broken_answer_is_no_answer(served: Callable[..., Connections], answer: bytes, cause: str) -> None:
    broken = no_answer_to(served(saying(answer)), ASK)
    assert (broken.sent, broken.cause) == (True, cause)


def test_the_late_answer_is_never_anothers(served: Callable[..., Connections]) -> None:
    was_late = threading.Event()

    def late(connection: socket.socket) -> None:
        connection.recv(65536)
        was_late.wait(20)

    connections = served(late, saying(OK.replace(b"ok", b"me")))
    given_up = no_answer_to(connections, ASK, patience_s=0.05)
    assert (given_up.sent, given_up.cause) == (True, "timeout_first_byte")
    was_late.set()
    assert answer_to(connections, ASK).body == b"me"


@pytest.mark.parametrize("host", ["127.0.0.1:80", "ftp://here", "http://"])
def test_an_address_must_be_one(host: str) -> None:
    with pytest.raises(ValueError, match="allowed is a base URL such as"):
        Connections(host)


def test_an_answer_without_an_end_is_broken_off(
    served: Callable[..., Connections], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadtests.http.receiving.ANSWER_BYTES_MAX", 100_000)
    connections = served(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b" " * 200_000))
    assert no_answer_to(connections, ASK).cause == "protocol"


def by_proxy(url: str, proxy: str) -> Connections:
    """Connections to another machine, through a proxy."""
    elsewhere = FoundHost("staging.example", (), place(proxy), proxy)
    return Connections(url, elsewhere)


def test_a_proxy_is_asked_for_the_whole_address() -> None:
    with listening_proxy() as proxy:
        connections = by_proxy("http://staging.example/base", proxy.url)
    assert connections.prefix == b"http://staging.example/base"


@pytest.mark.parametrize(
    ("answer", "cause"),
    [(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "refused"), (b"", "reset"), (b"x" * 20_000, "refused")],
)
def test_a_tunnel_that_a_proxy_does_not_open_is_a_broken_connection(answer: bytes, cause: str) -> None:
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def refuse() -> None:
            connection, _ = listening.accept()
            with connection:
                asked.append(connection.recv(65536))
                connection.sendall(answer)

        thread = threading.Thread(target=refuse)
        thread.start()
        connections = by_proxy("https://staging.example/base", f"http://127.0.0.1:{listening.getsockname()[1]}")
        broken = no_answer_to(connections, ASK)
        thread.join()
    assert (broken.sent, broken.cause) == (False, cause)
    assert asked == [b"CONNECT staging.example:443 HTTP/1.1\r\nHost: staging.example:443\r\n\r\n"]
    assert connections.prefix == b"/base"
