"""One connection's answers, taken in while they come: httptools' parser and what it calls back.

A parser serves all answers of its connection, one at a time. What comes after a complete answer is not looked at, for
whoever sends more than was asked for is not asked again.
"""

from __future__ import annotations

import re
from time import perf_counter
from typing import Any, Final

import httptools

from loadtests.http.known_heads import KnownHeads
from loadtests.http.plain_heads import has_ended_head, said_plainly

ANSWER_BYTES_MAX: Final = 64 * 1024 * 1024  # headers and body; more is taken for an answer without an end
HEADER_BYTES_MAX: Final = 256 * 1024  # servers commonly allow themselves 8 to 64 KiB
_SWITCHING: Final = 101
_SET_COOKIE: Final = b"set-cookie"
# of which there is one; lines of another name are one list (RFC 9110, 5.3), as other clients have it
_LAST_COUNTS: Final = frozenset({
    _SET_COOKIE, b"content-length", b"content-type", b"content-encoding", b"date", b"etag", b"location", b"retry-after"
})  # fmt: skip
_JOINED_MOST: Final = 8192  # bytes
_LENGTH_REFUSED: Final = "Content-Length"  # in the parser's words about a length that it does not take
# what browsers and other clients take for an answer, too: folded headers, lines that end without a carriage return, a
# length beside chunks (which do count: RFC 9112, 6.3) and blanks after a chunk's size. A client cannot be smuggled past
_AS_OTHER_CLIENTS: Final = dict.fromkeys(
    ("lenient_headers", "lenient_optional_cr_before_lf", "lenient_chunked_length", "lenient_spaces_after_chunk_size"),
    True,
)
_HTTP_2: Final = re.compile(rb"\0..[\x04\x07].\0\0\0\0", re.DOTALL)  # a frame of SETTINGS or GOAWAY
_TLS: Final = re.compile(rb"[\x15\x16]\x03[\0-\x04]")


class NoAnswerError(Exception):
    """What came is no HTTP answer, or none with an end."""


class Receiving:
    """What has come of an answer. `status` is 0 until its headers are there, `first_s` is when its first byte came by
    `perf_counter`, once `size_bytes` have, `keeps_alive` whether the connection may be used again once it
    `is_complete`. `heads` are those of answers that came before."""

    __slots__ = (
        "_begun", "_heads", "_is_head", "_is_spent", "_parser", "body", "cookies", "first_s", "headers",
        "is_complete", "keeps_alive", "size_bytes", "status",
    )  # fmt: skip
    headers: dict[bytes, bytes]
    cookies: tuple[bytes, ...]
    body: list[bytes]

    def __init__(self, heads: KnownHeads) -> None:
        self._heads = heads
        self._parser: Any = None
        self._is_spent = True  # the parser would take what comes next for the body that a HEAD's answer has not
        self.expect(is_head=False)

    def expect(self, *, is_head: bool) -> None:
        """The next answer is to come; one to a HEAD has no body, whatever its headers say."""
        self.size_bytes = self.status = 0
        self.is_complete = self.keeps_alive = False
        self._is_head = is_head
        self._begun = b""  # what came until the headers were there

    def feed(self, data: bytes) -> bool:
        """Take in what came. Whether the answer is complete. Raises `NoAnswerError` when it is none."""
        is_first = not self.size_bytes
        if is_first:
            self.first_s = now_s = perf_counter()
            known = None if self._is_head else self._heads.of(data, now_s)
            if known is not None:
                self.status, self.headers, self.cookies, head_bytes, _ = known
                self.body, self.size_bytes = [data[head_bytes:]], len(data)
                self.is_complete = self.keeps_alive = True
                return True
            self._begin()
        self.size_bytes += len(data)
        if self.status:
            self._parse(data)
        else:
            self._parse_head(data)
        if self.is_complete:
            if is_first and self.keeps_alive and not self._is_head:
                self._heads.remember(data, self.status, self.headers, self.cookies, self.body)
            return True
        if self.size_bytes > (ANSWER_BYTES_MAX if self.status else HEADER_BYTES_MAX):
            raise NoAnswerError("an answer without an end")
        return False

    def ended(self) -> bool:
        """The server has closed the connection. Whether the answer is complete by that."""
        if not self.is_complete and self.status and self._ends_with_the_connection():
            self.is_complete = True
        self.keeps_alive = False
        return self.is_complete

    def forget(self) -> None:
        """Let go of the parser, which knows this object: cycles would be collected in pauses of a tenth of a second."""
        self._parser = None

    def _parse_head(self, data: bytes) -> None:
        """Take in what may end the head; one that the parser takes for broken or endless once more, said plainly."""
        self._begun += data
        refused = None
        try:
            self._parse(data)
        except NoAnswerError as error:
            if self.status or _LENGTH_REFUSED not in str(error):
                raise
            refused = error
        if (refused is None and not self._is_endless()) or not has_ended_head(self._begun):
            return  # until it is whole the parser refuses whatever else comes of it
        plain = said_plainly(self._begun)
        if plain is not None:
            self.status, self._is_spent = 0, True
            self._begin()
            self._parse(plain)
        elif refused is not None:
            raise refused

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.is_complete, self.keeps_alive = self.status >= _SWITCHING, False
        except httptools.HttpParserError as error:
            if not self.is_complete:
                raise NoAnswerError(str(error) if self.status else _what_else(data, error)) from None
            self.keeps_alive = False  # what follows the answer is rubbish

    def _begin(self) -> None:
        """The parser is to take in another answer."""
        self.headers, self.cookies, self.body = {}, (), []
        if self._is_spent:
            self._parser, self._is_spent = httptools.HttpResponseParser(self), False
            self._parser.set_dangerous_leniencies(**_AS_OTHER_CLIENTS)

    def on_message_begin(self) -> None:
        if self.is_complete:
            self.keeps_alive = False  # nobody asked for another

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:  # others are trailers, or of another answer
            name = name.lower()
            if name in self.headers and name not in _LAST_COUNTS and len(self.headers[name]) < _JOINED_MOST:
                value = b"%b, %b" % (self.headers[name], value)
            self.headers[name] = value
            if name == _SET_COOKIE:
                self.cookies += (value,)

    def on_headers_complete(self) -> None:
        if self.is_complete:
            return
        status = self._parser.get_status_code()
        if status < 200 and status != _SWITCHING:  # 103 and its like come before the answer
            self.headers.clear()
            self.cookies = ()
            return
        self.status = status
        if self._is_head:
            self.is_complete, self._is_spent = True, True
            self.keeps_alive = self._parser.should_keep_alive()

    def on_body(self, part: bytes) -> None:
        if not self.is_complete:
            self.body.append(part)

    def on_message_complete(self) -> None:
        if self.status and not self.is_complete:
            self.is_complete = True
            self.keeps_alive = self.status != _SWITCHING and self._parser.should_keep_alive()  # known only now

    def _is_endless(self) -> bool:
        """Whether the parser takes the body to go on until the connection is closed, in spite of its length."""
        if not self.status or self.is_complete or b"transfer-encoding" not in self.headers:
            return False
        return b"content-length" in self.headers and not self._has_chunks()

    def _ends_with_the_connection(self) -> bool:
        return b"content-length" not in self.headers and not self._has_chunks()

    def _has_chunks(self) -> bool:
        return b"chunked" in self.headers.get(b"transfer-encoding", b"").lower()


def _what_else(data: bytes, error: Exception) -> str:
    """What came in place of an answer, for a person."""
    if _HTTP_2.match(data):
        return "HTTP/2, and only HTTP/1.1 is spoken here"
    if _TLS.match(data):
        return "TLS: is its address https://?"
    return f"no HTTP ({error})"
