"""Bodies as other clients read them: content encodings, byte order marks, charsets, and none at all."""

from __future__ import annotations

import gzip
import zlib
from functools import partial

import pytest

from loadtests.http.answers import is_garbled, is_no_outcome, outcome_of
from loadtests.http.encodings import decoded
from loadtests.http.replies import Reply
from loadtests.http.texts import json_of, text_of
from scenarios.language.outcomes import ERROR, GOOD
from scenarios.protocol.responses import after_s_in

packed = partial(gzip.compress, mtime=0)  # names of tests hold no time of day
TEXT = b'{"outcome":"good"}'
_RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATE = _RAW.compress(TEXT) + _RAW.flush()


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, b"identity"),
        (packed(TEXT), b"gzip"),
        (packed(TEXT), b"X-GZip"),
        (packed(TEXT[:5]) + packed(TEXT[5:]), b"gzip"),
        (packed(TEXT) + b"\x00" * 8, b"gzip"),
        (zlib.compress(TEXT), b"deflate"),
        (RAW_DEFLATE, b"deflate"),
        (packed(zlib.compress(TEXT)), b"deflate, gzip"),
    ],
)
def test_a_body_is_unpacked(body: bytes, coding: bytes) -> None:
    assert decoded(body, coding, 1000) == TEXT


def test_a_coding_that_nobody_here_knows_is_left_as_it_is() -> None:
    assert decoded(b"\x0b\x02\x80", b"br", 1000) == b"\x0b\x02\x80"
    assert decoded(b"", b"gzip", 1000) == b"", "as a HEAD's or a 304's"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (packed(TEXT)[:-4], "has no end"),
        (b"no gzip", "broken"),
        (packed(b"0" * 100_000), "more than"),
    ],
)
def test_a_broken_coding_is_an_error(body: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decoded(body, b"gzip", 1000)


def test_an_answer_whose_coding_is_broken_is_no_success() -> None:
    assert outcome_of(Reply(200, {}, b"", is_readable=False)) == ERROR


def reply(body: bytes, kind: bytes = b"application/json") -> Reply:
    return Reply(200, {b"content-type": kind}, body)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{}", b"application/json"),
        ("\N{BYTE ORDER MARK}{}", b"application/json; charset=latin-1"),
        ('{"a": "é"}', b"application/json; charset=utf-8"),
    ],
)
def test_json_is_read_without_its_mark(body: str, kind: bytes) -> None:
    assert json_of(reply(body.encode(), kind)) == body.removeprefix("\N{BYTE ORDER MARK}").encode()
    assert not is_garbled(reply(body.encode(), kind))


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "windows-1252", '"ISO-8859-15"'])
def test_a_charset_is_what_the_answer_says(charset: str) -> None:
    said = reply("é".encode(charset.strip('"')), f"text/plain; charset={charset}".encode())
    assert text_of(said) == "é"


@pytest.mark.parametrize("charset", [b"rot13", b"idna", b"unicode_escape", b"no such", b"\xff"])
def test_what_is_no_charset_is_utf_8(charset: bytes) -> None:
    assert text_of(reply("é".encode(), b"text/plain; charset=" + charset)) == "é"


def test_text_that_is_none_is_replaced_and_json_that_is_none_is_garbled() -> None:
    assert text_of(reply(b"a\xff")) == "a\N{REPLACEMENT CHARACTER}"
    assert is_garbled(reply(b"\xff\xfe{"))


def test_no_body_is_no_broken_json() -> None:
    assert not is_no_outcome(reply(b"")) and not is_garbled(reply(b""))
    assert outcome_of(Reply(204, {b"content-type": b"application/json"}, b"")) == GOOD


@pytest.mark.parametrize(
    ("headers", "after_s"),
    [
        ({b"retry-after": b"120"}, 120.0),
        ({b"retry-after": b"Fri, 31 Dec 1999 23:59:59 GMT", b"date": b"Fri, 31 Dec 1999 23:59:30 GMT"}, 29.0),
        ({b"retry-after": b"Friday, 31-Dec-99 23:59:59 GMT", b"date": b"Fri, 31 Dec 1999 23:59:30 GMT"}, 29.0),
        ({b"retry-after": b"Fri Dec 31 23:59:59 1999", b"date": b"Fri, 31 Dec 1999 23:59:30 GMT"}, 29.0),
        ({b"retry-after": b"Fri, 31 Dec 1999 23:59:59 GMT"}, 0.0),  # long past
        ({b"retry-after": b"Thu, 99 Foo 2026 99:99:99 GMT"}, 0.0),
        ({b"retry-after": b"-1"}, 0.0),
        ({b"retry-after": b"\xff"}, 0.0),
        ({}, 0.0),
    ],
)
def test_when_to_come_back_may_be_a_date(headers: dict[bytes, bytes], after_s: float) -> None:
    assert after_s_in(503, headers, ERROR) == after_s
