"""Heads of answers that have come before: most answers of a service begin with the very bytes of the one before, for a
second long, until their `Date` changes. What a parser made of such a head once it would make of it again.

What is remembered is bounded, and all of it is forgotten each second: a service whose heads are all different costs a
look-up an answer, and the remembering of a few.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_END: Final = b"\r\n\r\n"
_PER_SECOND_MOST: Final = 64
_HEAD_BYTES_MAX: Final = 4096


class KnownHead(NamedTuple):
    """What a head says: status, headers and cookies, not to be written to; its bytes, and those of the body after
    it."""

    status: int
    headers: dict[bytes, bytes]
    cookies: tuple[bytes, ...]
    size_bytes: int
    body_bytes: int


class KnownHeads:
    """Those of one host's answers."""

    __slots__ = ("_heads", "_second")

    def __init__(self) -> None:
        self._heads: dict[bytes, KnownHead] = {}
        self._second = 0

    def of(self, data: bytes, now_s: float) -> KnownHead | None:
        """The head of an answer that is all of `data`; None where it is not known, or there is less or more of it."""
        second = int(now_s)
        if second != self._second:
            self._second = second
            self._heads.clear()
            return None
        size_bytes = data.find(_END) + len(_END)
        known = self._heads.get(data[:size_bytes])
        return known if known is not None and len(data) == size_bytes + known.body_bytes else None

    def remember(
        self, data: bytes, status: int, headers: dict[bytes, bytes], cookies: tuple[bytes, ...], body: list[bytes]
    ) -> None:
        """A parser has found one complete answer in `data`, after which the connection may be used again. Only one
        whose end its head tells is remembered."""
        size_bytes, body_bytes = data.find(_END) + len(_END), sum(map(len, body))
        is_plain = len(data) == size_bytes + body_bytes and b"transfer-encoding" not in headers
        if is_plain and len(self._heads) < _PER_SECOND_MOST and size_bytes <= _HEAD_BYTES_MAX:
            self._heads[data[:size_bytes]] = KnownHead(status, headers, cookies, size_bytes, body_bytes)
