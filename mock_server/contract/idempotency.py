"""Creates that may safely be sent again: the `Idempotency-Key` header.

The first request with a key enters it in the transaction of its own write, together with what the write
returned. The same caller with the same key and the same request then gets that result, and nothing is
written. Of two that arrive together through two nodes the second waits for the first and is shown its
result. A refused create leaves no key behind: it may be tried again. Without the header a retry makes a
second referral, as the real service does. Source: IETF draft-ietf-httpapi-idempotency-key-header-07,
sections 2.2 (fingerprint) and 2.7 (errors).
"""

import hashlib
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec

from mock_server.errors import Refusal, unprocessable
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HttpRequest
from mock_server.storage.repositories import CommittedState, StateStore, Transaction, Write

T = TypeVar("T")

CREATES: Final = frozenset({"A011", "A016", "A020"})
KEY_HEADER: Final = b"idempotency-key"
_KEY_CHARACTERS_MAX: Final = 255

_PACK: Final = msgspec.msgpack.Encoder()
_UNPACK: Final = msgspec.msgpack.Decoder()


class IdempotentStore:
    """The store as a request with a key sees it: its write is done once."""

    def __init__(self, store: StateStore, caller: str, key: str, fingerprint: bytes) -> None:
        self._store = store
        self._caller, self._key, self._fingerprint = caller, key, fingerprint

    @property
    def read(self) -> CommittedState:
        """What is committed."""
        return self._store.read

    async def write(self, write: Write[T]) -> T:
        """The write's result, or that of the first request with this key.

        Raises `Refusal` when the key came before with another request, and what the write raises.
        """
        return await self._store.write(lambda transaction: self._once(transaction, write))

    def _once(self, transaction: Transaction, write: Write[T]) -> T:
        transaction.keys.lock(self._caller, self._key)
        found = transaction.keys.find(self._caller, self._key)
        if found is not None:
            result: T = self._first_result(*found)
            return result
        result = write(transaction)
        transaction.keys.add(self._caller, self._key, self._fingerprint, _PACK.encode(result))
        return result

    def _first_result(self, fingerprint: bytes, result: bytes) -> Any:
        if fingerprint != self._fingerprint:
            raise unprocessable("IDEMPOTENCY_KEY_REUSED", "the key was sent before with another request")
        return _UNPACK.decode(result)


def keyed(context: HandlerContext, api: str, request: HttpRequest) -> HandlerContext:
    """The context in which this request is handled: a create with a key gets a store of its own.

    Raises `Refusal` when the key is empty or too long.
    """
    key = request.header(KEY_HEADER)
    if key is None or api not in CREATES:
        return context
    if not 0 < len(key) <= _KEY_CHARACTERS_MAX:
        raise Refusal(400, "BAD_REQUEST", f"Idempotency-Key has 1 to {_KEY_CHARACTERS_MAX} characters")
    on_behalf = request.on_behalf
    caller = f"{on_behalf.session.user.identifier} {on_behalf.role} {on_behalf.organisation}"
    fingerprint = hashlib.blake2b(api.encode() + b" " + request.body, digest_size=16).digest()
    return replace(context, store=IdempotentStore(context.store, caller, key, fingerprint))
