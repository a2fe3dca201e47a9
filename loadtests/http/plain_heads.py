"""Heads that say where their answer ends in a way that the parser takes for broken, or for endless, said plainly: equal
lengths are one (RFC 9110, 8.6), and a length counts wherever there are no chunks, as other clients have it.
"""

from __future__ import annotations

import re
from typing import Final

_LENGTH: Final = b"content-length"
_END: Final = re.compile(rb"\n\r?\n")
_INTERIM: Final = re.compile(rb"HTTP/1\.\d 1")  # 103 and its like come before the answer
_FIELD: Final = re.compile(rb"^(content-length|transfer-encoding)[ \t]*:([^\r\n]*)\r?\n", re.IGNORECASE | re.MULTILINE)


def has_ended_head(data: bytes) -> bool:
    """Whether the head of the answer that `data` begins with has ended."""
    return _head_of(data) is not None


def said_plainly(data: bytes) -> bytes | None:
    """An answer from its beginning, with its length once and no coding but chunks; None where it has no length, or
    several."""
    found = _head_of(data)
    if found is None:
        return None
    head, rest = found
    given = [value for name, value in _FIELD.findall(head) if name.lower() == _LENGTH]
    lengths = {one.strip() for value in given for one in value.split(b",")}
    if len(lengths) != 1:
        return None
    kept = _FIELD.sub(lambda field: field[0] if b"chunked" in field[2].lower() else b"", head)
    status_line, _, fields = kept.partition(b"\n")
    return b"%b\nContent-Length: %b\r\n%b%b" % (status_line, lengths.pop(), fields, rest)


def _head_of(data: bytes) -> tuple[bytes, bytes] | None:
    """The head of the final answer, and what follows it; None as long as it has not ended."""
    start = 0
    while (end := _END.search(data, start)) is not None:
        if _INTERIM.match(data, start) is None:
            return data[start : end.end()], data[end.end() :]
        start = end.end()
    return None
