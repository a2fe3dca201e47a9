"""Bodies as text: by their byte order mark, else the charset that the answer names, else UTF-8.

Source: WHATWG Encoding, "decode": the mark wins over whatever is named. JSON is UTF-8 (RFC 8259, 8.1), and older
servers that say `charset=iso-8859-1` or send UTF-16 are read as their label has it.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final

from loadtests.http.replies import Reply

# the longer marks first: UTF-32's begins with UTF-16's
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_FIRST_OF_MARKS: Final = frozenset({b"\xef", b"\xff", b"\xfe", b"\x00"})
# Python also calls things encodings that are none of text on the wire: idna, unicode_escape, rot13
_TEXT: Final = re.compile(r"utf-(8|16|32)|iso8859|cp\d|ascii|koi8|gb|big5|euc|shift_jis|mac|tis")
_UTF_8: Final = "utf-8"


def text_of(reply: Reply) -> str:
    """The body as text; what cannot be read is replaced (U+FFFD)."""
    charset, start = _charset(reply)
    return reply.body[start:].decode(charset, "replace")


def json_of(reply: Reply) -> bytes:
    """The body as UTF-8 without a byte order mark, as JSON decoders want it.

    Raises `ValueError` when it is not of the charset that it names.
    """
    charset, start = _charset(reply)
    if charset == _UTF_8:
        return reply.body[start:] if start else reply.body
    return reply.body[start:].decode(charset).encode()


def _charset(reply: Reply) -> tuple[str, int]:
    """Which it is, and how many bytes the mark takes."""
    body = reply.body
    if body[:1] in _FIRST_OF_MARKS:
        for mark, name in _MARKS:
            if body.startswith(mark):
                return name, len(mark)
    kind = reply.headers.get(b"content-type", b"")
    return (_charset_named(kind) if b"=" in kind else _UTF_8), 0


@lru_cache(maxsize=256)
def _charset_named(kind: bytes) -> str:
    """Python's name of the charset that a `Content-Type` names; UTF-8 where it names none that is text."""
    found = _CHARSET.search(kind)
    if found is None:
        return _UTF_8
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return _UTF_8
    return name if _TEXT.match(name) else _UTF_8
