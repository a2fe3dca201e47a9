"""Bodies without their content encoding, as far as the standard library goes: gzip and deflate.

Nothing is asked for (`Accept-Encoding`) unless a scenario says so, and a server may encode all the same.
Source: RFC 9110, 8.4.1; some servers send deflate without its zlib frame, and every browser reads that too.
"""

from __future__ import annotations

import zlib
from typing import Final

_GZIP: Final = 16 + zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
_CODINGS: Final = {b"gzip": _GZIP, b"x-gzip": _GZIP, b"deflate": zlib.MAX_WBITS}
_UNCODED: Final = frozenset({b"", b"identity"})
_OTHERS: Final = {b"br": "br", b"zstd": "zstd", b"compress": "compress", b"x-compress": "compress"}


def decoded(body: bytes, coding: bytes, most: int) -> bytes:
    """The body without its codings, which a server applied in the order in which they are named. One that nobody here
    knows (br, zstd) is left as it is.

    Raises `ValueError` when the body is broken, ends too early or comes to more than `most` bytes.
    """
    for name in _last_first(coding):
        if name in _UNCODED or not body:
            continue
        if name not in _CODINGS:
            return body
        body = _unpacked(body, _CODINGS[name], most)
    return body


def coding_left(coding: bytes) -> str:
    """The coding at which `decoded` stops; nothing where it unpacks all of them."""
    left = next((name for name in _last_first(coding) if name not in _UNCODED and name not in _CODINGS), b"")
    return _OTHERS.get(left, "something unknown") if left else ""


def _last_first(coding: bytes) -> list[bytes]:
    return [part.strip().lower() for part in reversed(coding.split(b","))]


def _unpacked(body: bytes, window_bits: int, most: int) -> bytes:
    if window_bits == zlib.MAX_WBITS and not _has_zlib_frame(body):
        window_bits = _RAW
    parts, left = [], most
    while body:
        unpacking = zlib.decompressobj(window_bits)
        try:
            part = unpacking.decompress(body, left + 1)
        except zlib.error as error:
            raise ValueError(f"broken content encoding: {error}") from None
        left -= len(part)
        if left < 0:
            raise ValueError("unpacks to more than an answer may be")
        if not unpacking.eof:
            raise ValueError("the content encoding has no end")
        parts.append(part)
        # gzip may have several members, one after another; what else follows is padding
        body = unpacking.unused_data if window_bits == _GZIP and unpacking.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(parts)


def _has_zlib_frame(body: bytes) -> bool:
    """Source: RFC 1950, 2.2: method 8, and the first two bytes are a multiple of 31."""
    return len(body) >= 2 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
