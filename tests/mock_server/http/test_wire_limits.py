"""What a client may put on the wire: beyond a limit it is told so, and the server goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import uvicorn
import uvloop
from uvicorn.server import ServerState

from mock_server.http.asgi import Receive, Scope, Send
from mock_server.http.protocol import ClientConnection
from mock_server.http.wire_limits import WireLimits, connections_allowed

HEAD = b"GET / HTTP/1.1\r\nHost: here\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = HEAD + b"\r\n"
LIMITS = WireLimits(linger_s=30.0, sent_bytes=1_000_000)
SOON = replace(LIMITS, whole_within_s=0.01)

Talk = Callable[..., Awaitable[bytes]]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with how many bytes the body had; to a path `/early` before it has come."""
    size, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(0.05)
    body = b"%d bytes" % size
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def with_server(
    limits: WireLimits,
    story: Callable[[Talk, ServerState], Awaitable[None]],
    keep_alive: float = 60.0,
    app: Callable[[Scope, Receive, Send], Awaitable[None]] = echo,
) -> None:
    """A story about a server with these limits; `talk` sends pieces and reads until the server closes."""
    connection = type("Limited", (ClientConnection,), {"limits": limits})
    config = uvicorn.Config(
        app,
        http=connection,
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_keep_alive=keep_alive,  # type: ignore[arg-type]  # any number will do
    )
    config.load()

    async def told() -> None:
        state, loop = ServerState(), asyncio.get_running_loop()
        server = await loop.create_server(lambda: config.http_protocol_class(config, state, {}, loop), "127.0.0.1", 0)  # type: ignore[call-arg]
        port = server.sockets[0].getsockname()[1]

        async def talk(*pieces: bytes) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                with suppress(RuntimeError):  # what uvloop says of a connection that is closed meanwhile
                    for piece in pieces:
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0.002)
                return await reader.read()
            except ConnectionResetError:
                return b"reset"
            finally:
                writer.close()

        try:
            await story(talk, state)
        finally:
            server.close()
            for held in list(state.connections):
                held.transport.abort()

    uvloop.run(told())


def statuses(answer: bytes) -> list[int]:
    """The statuses of all answers, in order."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize(
    ("status", "pieces"),
    [
        (431, [HEAD + b"X: " + b"x" * 33_000 + b"\r\n\r\n"]),
        (431, [HEAD + b"X: " + b"x" * 60_000]),  # it does not even end
        (431, [HEAD + b"X: ", *[b"x" * 60_000] * 30]),
        (431, [HEAD, b"".join(b"X-%d: 1\r\n" % n for n in range(100)) + b"\r\n"]),
        (431, [HEAD + b"x: 1\r\n" * 6_000]),
        (414, [b"GET /" + b"x" * 8_192 + b" HTTP/1.1\r\nHost: here\r\n\r\n"]),
        (414, [b"GET /?" + b"x" * 9_000]),
        (414, [b"GET /?", *[b"x" * 60_000] * 30]),
        (413, [POST + b"Transfer-Encoding: chunked\r\n\r\n", *[b"10000\r\n" + b"x" * 65_536 + b"\r\n"] * 17]),
        (413, [POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", *[b"x" * 65_536] * 17]),
        (400, [b"\x16\x03\x01\x02\x00"]),  # somebody tries TLS
        (400, [POST + b"Content-Length: " + b"9" * 400 + b"\r\n\r\nx"]),
        (400, [POST + b"Content-Length: 1_0\r\n\r\n0123456789"]),
        (400, [POST + b"Content-Length: -1\r\n\r\n"]),
        (400, [POST + b"Content-Length: +1\r\n\r\nx"]),
        (400, [POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"]),
        (400, [HEAD + b"X: a\x01b\r\n\r\n"]),
        (400, [b"GET http:// HTTP/1.1\r\n\r\n"]),
        (400, [b"CONNECT here:80 HTTP/1.1\r\nHost: here\r\n\r\n"]),
        (505, [b"GET /\r\n\r\n"]),  # HTTP/0.9, which has no status to answer with
        (505, [b"GET / HTTP/2.0\r\nHost: here\r\n\r\n"]),
    ],
)
def test_what_is_beyond_a_limit_or_no_http_is_answered_and_the_connection_closed(
    status: int, pieces: list[bytes]
) -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        answer = await talk(*pieces)
        assert statuses(answer) == [status]
        assert b"connection: close" in answer
        assert statuses(await talk(WHOLE + b"GET / HTTP/1.0\r\n\r\n")) == [200, 200], "others are served as before"

    with_server(LIMITS, story)


def test_what_is_within_the_limits_is_served() -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        target = b"GET /?" + b"x" * 8_186 + b" HTTP/1.0\r\n\r\n"
        fields = b"GET / HTTP/1.0\r\n" + b"".join(b"X-%02d: 1\r\n" % n for n in range(100)) + b"\r\n"
        large = b"GET / HTTP/1.0\r\nX: " + b"x" * (32 * 1024 - 5) + b"\r\n\r\n"
        for asked in (target, fields, large):
            assert statuses(await talk(asked)) == [200]
        assert (await talk(b"POST / HTTP/1.0\r\nContent-Length: 200000\r\n\r\n", *[b"x" * 50_000] * 4)).endswith(
            b"200000 bytes"
        )
        # pipelined: the head of each is counted, not what comes with it
        many = POST + b"Content-Length: 30000\r\n\r\n" + b"x" * 30_000
        assert statuses(await talk(many * 5 + b"GET / HTTP/1.0\r\n\r\n")) == [200] * 6

    with_server(LIMITS, story)


@pytest.mark.parametrize(
    "half",
    [
        b"G",
        HEAD,
        HEAD + b"X: ",
        POST + b"Content-Length: 10\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_a_request_that_does_not_become_whole_is_answered_408(half: bytes) -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        assert statuses(await talk(half)) == [408]
        assert statuses(await talk(WHOLE, half)) == [200, 408]
        await asyncio.sleep(0)
        assert not state.tasks, "nobody waits for the rest"

    with_server(SOON, story)


def test_whoever_was_answered_early_gets_no_second_answer() -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        early = b"POST /early HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n"
        assert statuses(await talk(early)) == [200], "and is closed when the rest does not come"

    with_server(SOON, story)


def test_an_answer_that_is_due_comes_before_the_connection_is_closed() -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        slow = b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n"
        answer = await talk(slow, b"\x00 rubbish")
        assert statuses(answer) == [200]
        assert b"connection: close" in answer

    with_server(LIMITS, story)


def test_whoever_never_asks_is_idle_and_an_empty_line_is_no_request() -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        assert await talk() == b""
        assert await talk(b"\r\n", b"\r\n") in (b"", b"reset")

    with_server(LIMITS, story, keep_alive=0.01)


def test_another_protocol_is_offered_and_the_connection_goes_on_as_it_is() -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        offers = [HEAD + b"Connection: Upgrade\r\nUpgrade: %b\r\n\r\n" % name for name in (b"h2c", b"websocket")]
        assert statuses(await talk(*offers, b"GET / HTTP/1.0\r\n\r\n")) == [200] * 3
        assert statuses(await talk(offers[0] * 2000 + b"GET / HTTP/1.0\r\n\r\n")) == [200] * 2001

    with_server(LIMITS, story)


@pytest.mark.parametrize("body", [b"Content-Length: 4\r\n\r\nbody", CHUNKED + b"4\r\nbody\r\n0\r\n\r\n"])
def test_what_an_offer_comes_with_is_read_as_if_nothing_had_been_offered(body: bytes) -> None:
    """Java's client offers HTTP/2 with every first request, whatever that sends."""

    async def story(talk: Talk, state: ServerState) -> None:
        offer = POST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n" + body
        for pieces in ([offer], [offer[:-6], offer[-6:]], [offer[:50], offer[50:]]):
            answer = await talk(*pieces, b"GET / HTTP/1.0\r\n\r\n")
            assert statuses(answer) == [200, 200] and b"4 bytes" in answer

    with_server(LIMITS, story)


def test_a_field_behind_the_body_is_none_of_the_head() -> None:
    seen: list[Any] = []

    async def kept(scope: Scope, receive: Receive, send: Send) -> None:
        await echo(scope, receive, send)
        seen.append(dict(scope["headers"]))

    async def story(talk: Talk, state: ServerState) -> None:
        late = POST + CHUNKED + b"0\r\nAuthorization: Bearer stolen\r\nHost: elsewhere\r\n\r\n"
        assert statuses(await talk(late + b"GET / HTTP/1.0\r\n\r\n")) == [200, 200]

    with_server(LIMITS, story, app=kept)
    assert seen[0] == {b"host": b"here", b"transfer-encoding": b"chunked"}


def test_a_connection_too_many_is_told_so() -> None:
    async def story(talk: Talk, state: ServerState) -> None:
        reader, writer = await _connected(state, talk)
        assert statuses(await talk(WHOLE)) == [503]
        writer.close()
        await reader.read()
        while state.connections:
            await asyncio.sleep(0.001)
        assert statuses(await talk(b"GET / HTTP/1.0\r\n\r\n")) == [200]

    with_server(replace(LIMITS, connections=1, linger_s=0.01), story)


async def _connected(state: ServerState, talk: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    port = talk.__closure__[0].cell_contents
    streams = await asyncio.open_connection("127.0.0.1", port)
    while not state.connections:
        await asyncio.sleep(0.001)
    return streams


def test_there_are_no_more_connections_than_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {"limit": (1024, 4096)}
    monkeypatch.setattr("resource.getrlimit", lambda _: held["limit"])
    assert connections_allowed(WireLimits()) == 1024 - 256
    assert connections_allowed(WireLimits(connections=7)) == 7
    held["limit"] = (-1, -1)  # no limit
    assert connections_allowed(WireLimits()) == 65_536
