"""What an answer's head says of its end; and that a head which has come before says the same again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from loadtests.http.known_heads import KnownHeads
from loadtests.http.receiving import NoAnswerError, Receiving

STATUSES = (b"200 OK", b"204 No Content", b"304 Not Modified", b"404 Not Found", b"101 Switching Protocols")
LENGTHS = (
    b"",
    b"Content-Length: 0\r\n",
    b"Content-Length: 2\r\n",
    b"Content-Length: 3\r\n",
    b"Content-Length: 2, 2\r\n",
)
CODINGS = (b"", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n")
OTHERS = (b"", b"Connection: close\r\n", b"Connection: keep-alive\r\n", b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n")
BODIES = (
    b"",
    b"ok",
    b"ok!",
    b"2\r\nok\r\n0\r\n\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
)
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"


@dataclass(frozen=True)
class Coming:
    """What comes for one request, in pieces."""

    is_head: bool
    pieces: tuple[bytes, ...]


@st.composite
def comings(draw: st.DrawFn) -> Coming:
    version = draw(st.sampled_from((b"HTTP/1.1 ", b"HTTP/1.1 ", b"HTTP/1.0 ")))
    head = version + draw(st.sampled_from(STATUSES)) + b"\r\n"
    head += b"".join(draw(st.sampled_from(part)) for part in (LENGTHS, CODINGS, LENGTHS[:3], OTHERS))
    data = draw(st.sampled_from((b"", b"", INTERIM))) + head + b"\r\n" + draw(st.sampled_from(BODIES))
    cut = draw(st.one_of(st.just(0), st.integers(0, len(data))))
    return Coming(draw(st.booleans()), tuple(piece for piece in (data[:cut], data[cut:]) if piece))


def what_is_made_of(came: Coming, one: Receiving) -> tuple[Any, ...]:
    one.expect(is_head=came.is_head)
    try:
        for piece in came.pieces:
            if one.feed(piece):
                break
        _ = one.is_complete or one.ended()
    except NoAnswerError:
        return ("none",)
    if not one.is_complete:
        return ("broken off", one.status)
    return one.status, one.headers, one.cookies, b"".join(one.body), one.keeps_alive, one.size_bytes


def made_of(sequence: list[Coming], *, are_known: bool) -> list[tuple[Any, ...]]:
    """What is made of answers, one after another, a new connection where the one before may not be used again."""
    heads = KnownHeads()
    one, made = Receiving(heads), []
    for came in sequence:
        made.append(what_is_made_of(came, one))
        if not one.keeps_alive or not are_known:
            one = Receiving(heads if are_known else KnownHeads())
    return made


def test_a_head_that_hides_its_end_may_come_in_pieces() -> None:
    """A length that is said twice is refused at its second time, before anybody knows whether it is the same."""
    length = b"Content-Length: 12\r\n"
    said = b"HTTP/1.1 200 OK\r\n%bX: 1\r\n%bTransfer-Encoding: identity\r\n\r\nhello, world" % (length, length)
    for at in range(1, len(said)):
        made = what_is_made_of(Coming(False, (said[:at], said[at:])), Receiving(KnownHeads()))
        assert made == (200, {b"content-length": b"12", b"x": b"1"}, (), b"hello, world", True, len(said)), at


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
KNOWN = [
    Coming(False, (PLAIN + b"ok",)),
    Coming(False, (PLAIN + b"ok!",)),  # more than it says
    Coming(False, (PLAIN + b"o", b"k")),  # and less at first
    Coming(True, (PLAIN,)),
    Coming(False, (EMPTY,)),
    Coming(False, (EMPTY + b"ok",)),
]


@settings(max_examples=100)
@given(st.lists(comings(), min_size=1, max_size=3), st.lists(st.integers(0, 2), min_size=2, max_size=8))
@example(KNOWN[:3], [0, 0, 2, 0, 1, 0])
@example(KNOWN[3:], [1, 1, 2, 1, 0])
@example([KNOWN[3], Coming(False, (PLAIN, b"ok"))], [0, 1, 0, 1])  # an answer to HEAD, and one whose body comes later
def test_a_known_head_says_what_its_parser_would(answers: list[Coming], order: list[int]) -> None:
    sequence = [answers[at % len(answers)] for at in order]
    with patch("loadtests.http.receiving.perf_counter", lambda: 0.5):  # one second long
        assert made_of(sequence, are_known=True) == made_of(sequence, are_known=False)
