"""One request, one answer: what the client makes of what servers send."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator

import gevent
import pytest

from loadtests.http.connections import Connections
from loadtests.safety.targets import Address, FoundHost, place
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


def test_a_head_that_is_known_is_no_more_than_a_head(served: Callable[..., Connections]) -> None:
    """Only its own answer follows: with another body, in two pieces, with rubbish behind it, and none to a HEAD."""
    head, come = OK[:-2], threading.Event()

    def talk(connection: socket.socket) -> None:
        for answer in (OK, head + b"me", head + b"i", head, head + b"no!"):
            connection.recv(65536)
            connection.sendall(answer)
            if answer.endswith(b"i"):
                come.wait(20)
                connection.sendall(b"t")

    connections = served(talk, saying(OK))
    assert [answer_to(connections, ASK).body for _ in range(2)] == [b"ok", b"me"]
    gevent.spawn_later(0.02, come.set)
    in_pieces = answer_to(connections, ASK)
    assert (in_pieces.body, in_pieces.bytes_received) == (b"it", len(OK)) and not in_pieces.is_new_connection
    asked = [answer_to(connections, message) for message in (ASK.replace(b"GET", b"HEAD"), ASK, ASK)]
    assert [one.body for one in asked] == [b"", b"no", b"ok"]
    assert [one.is_new_connection for one in asked] == [False, False, True]


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n", b"ok!"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", b"ok"),
        (b"HTTP/1.1 200 OK\r\nX: folded\r\n  header\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nok\r\n0\r\n\r\n", b"ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", b"ok"),
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
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", "protocol"),
    ],
)
def test_a_broken_answer_is_no_answer(served: Callable[..., Connections], answer: bytes, cause: str) -> None:
    broken = no_answer_to(served(saying(answer)), ASK)
    assert (broken.sent, broken.cause) == (True, cause)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", "HTTP/2, and only HTTP/1.1 is spoken here"),
        (b"\x15\x03\x01\0\x02\x02\x28", "TLS: is its address https://?"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no HTTP (Expected HTTP/"),
    ],
)
def test_who_speaks_no_http_is_told_by_what_they_say(served: Callable[..., Connections], said: bytes, why: str) -> None:
    assert why in no_answer_to(served(saying(said)), ASK).why


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


def test_an_address_that_nobody_serves_gives_way_to_one_that_somebody_does() -> None:
    """As `localhost` has ::1 first, and a service listens at 127.0.0.1 only."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        both = (Address(socket.AF_INET6, ("::1", port, 0, 0)), Address(socket.AF_INET, ("127.0.0.1", port)))

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                saying(OK, OK)(connection)

        threading.Thread(target=answer, daemon=True).start()
        connections = Connections(f"http://localhost:{port}", FoundHost("localhost", both))
        assert [answer_to(connections, ASK).body for _ in range(2)] == [b"ok"] * 2
        connections.close()
    assert connections.shortages == 0


def test_where_nobody_listens_the_request_is_refused_and_was_not_sent() -> None:
    unanswered = no_answer_to(Connections("http://127.0.0.1:9"), ASK)
    assert (unanswered.sent, unanswered.cause, unanswered.bytes_sent) == (False, "refused", 0)


def test_what_an_answer_tells_of_itself(served: Callable[..., Connections]) -> None:
    said = (
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX: 1\r\nset-cookie: b=2\r\nx: 2\r\nETag: old\r\nETag: new\r\n"
        b"Content-Length: 2\r\n\r\nok"
    )
    connections = served(saying(said, OK))
    first, second = answer_to(connections, ASK), answer_to(connections, ASK)
    assert first.cookies == (b"a=1", b"b=2")
    assert first.headers[b"x"] == b"1, 2", "one list, as other clients have it"
    assert first.headers[b"etag"] == b"new", "of what there can be one of, the last"
    assert (first.bytes_sent, first.bytes_received) == (len(ASK), len(said))
    assert first.is_new_connection and not second.is_new_connection
    assert first.timings.connect_s > 0 and first.timings.tls_s == 0
    assert second.timings.connect_s == 0 and second.timings.first_byte_s > 0
    assert (second.cookies, second.bytes_received) == ((), len(OK))


def test_the_answer_to_a_head_has_no_body(served: Callable[..., Connections]) -> None:
    head = b"HEAD / HTTP/1.1\r\nHost: here\r\n\r\n"
    connections = served(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", OK))
    assert answer_to(connections, head).body == b""
    reply = answer_to(connections, ASK)
    assert (reply.body, reply.is_new_connection) == (b"ok", False)


@pytest.mark.parametrize("more", [b"rubbish", OK, b"\x00"])
def test_a_complete_answer_counts_whatever_follows_it_and_its_connection_goes(
    served: Callable[..., Connections], more: bytes
) -> None:
    connections = served(saying(OK + more), saying(OK))
    replies = [answer_to(connections, ASK) for _ in range(2)]
    assert [reply.body for reply in replies] == [b"ok", b"ok"]
    assert [reply.is_new_connection for reply in replies] == [True, True]


def test_a_machine_without_free_sockets_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("loadtests.http.stream.plain_socket", none_left)
    connections = Connections("http://127.0.0.1:9")
    unanswered = no_answer_to(connections, ASK)
    assert (unanswered.cause, unanswered.sent, connections.shortages) == ("no_socket", False, 1)
