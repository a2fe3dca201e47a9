"""Creates that may safely be sent again: the `Idempotency-Key` header.

The first request with a key enters it in the transaction of its own write, together with what the write
returned. The same caller with the same key and the same request then gets that result, and nothing is
written. Of two that arrive together through two nodes the second waits for the first and is shown its
result. A refused create leaves no key behind: it may be tried again. Without the header a retry makes a
second referral, as the real service does. Source: IETF draft-ietf-httpapi-idempotency-key-header-07,
sections 2.2 (fingerprint) and 2.7 (errors).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec

from mock_server.errors import Refusal, unprocessable
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import Call
from mock_server.storage.database import Keeper

T = TypeVar("T")

CREATES: Final = frozenset({"A011", "A016", "A020"})
HEADER: Final = b"idempotency-key"
_KEY_CHARACTERS_MAX: Final = 255

# Only one writer handles a key at a time: a lock where there are several, nothing where there is one.
ONE_AT_A_TIME: Final = "SELECT ?"

_PACK: Final = msgspec.msgpack.Encoder()
_UNPACK: Final = msgspec.msgpack.Decoder()


class KeyedStore:
    """The store as a request with a key sees it: its write is done once."""

    def __init__(self, store: Keeper, caller: str, key: str, fingerprint: bytes) -> None:
        self._store = store
        self._caller, self._key, self._fingerprint = caller, key, fingerprint

    async def write(self, write: Any) -> Any:
        """The write's result, or that of the first request with this key."""
        return await self._store.write(lambda connection: self._once(connection, write))

    def row(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first row of a query."""
        return self._store.row(statement, values)

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query."""
        return self._store.rows(statement, values)

    def _once(self, connection: Any, write: Any) -> Any:
        connection.execute(ONE_AT_A_TIME, (self._number(),))
        held = "SELECT fingerprint, result FROM idempotency WHERE caller = ? AND key = ?"
        found = connection.execute(held, (self._caller, self._key)).fetchone()
        if found is not None:
            return self._first_result(*found)
        result = write(connection)
        row = (self._caller, self._key, self._fingerprint, _PACK.encode(result))
        connection.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?)", row)
        return result

    def _number(self) -> int:
        """The key as a number, for a lock."""
        digest = hashlib.blake2b(f"{self._caller} {self._key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, signed=True)

    def _first_result(self, fingerprint: bytes, result: bytes) -> Any:
        if fingerprint != self._fingerprint:
            raise unprocessable("IDEMPOTENCY_KEY_REUSED", "the key was sent before with another request")
        return _UNPACK.decode(result)


def keyed(context: HandlerContext, api: str, call: Call) -> HandlerContext:
    """The desk at which this call is handled: a create with a key gets a store of its own."""
    key = call.header(HEADER)
    if key is None or api not in CREATES:
        return context
    if not 0 < len(key) <= _KEY_CHARACTERS_MAX:
        raise Refusal(400, "BAD_REQUEST", f"Idempotency-Key has 1 to {_KEY_CHARACTERS_MAX} characters")
    on_behalf = call.on_behalf
    caller = f"{on_behalf.session.user.identifier} {on_behalf.role} {on_behalf.organisation}"
    fingerprint = hashlib.blake2b(api.encode() + b" " + call.body, digest_size=16).digest()
    return replace(context, store=KeyedStore(context.store, caller, key, fingerprint))
