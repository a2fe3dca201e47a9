"""The table of idempotency keys: whose, for which request, and what that came to."""

import hashlib
from typing import Final

from mock_server.storage.sql import SqlConnection, SqlDialect

KEY_TABLES: Final = """
CREATE TABLE IF NOT EXISTS idempotency (
    caller TEXT NOT NULL, key TEXT NOT NULL, fingerprint {blob} NOT NULL, result {blob} NOT NULL,
    PRIMARY KEY (caller, key)){by_key};
"""


class SqlKeyWriter:
    """Idempotency keys within one transaction."""

    def __init__(self, connection: SqlConnection, dialect: SqlDialect) -> None:
        self._connection, self._lock = connection, dialect.lock

    def lock(self, caller: str, key: str) -> None:
        """Wait until no other transaction works under this key; where one process writes, none does."""
        if self._lock is not None:
            self._connection.query(self._lock, (_number(caller, key),))

    def find(self, caller: str, key: str) -> tuple[bytes, bytes] | None:
        """The fingerprint of the first request with this key, and its result."""
        held = "SELECT fingerprint, result FROM idempotency WHERE caller = ? AND key = ?"
        row: tuple[bytes, bytes] | None = self._connection.query(held, (caller, key)).fetchone()
        return row

    def add(self, caller: str, key: str, fingerprint: bytes, result: bytes) -> None:
        """Enter a key with what its request came to."""
        self._connection.change("INSERT INTO idempotency VALUES (?, ?, ?, ?)", (caller, key, fingerprint, result))


def _number(caller: str, key: str) -> int:
    """The key as a number of 64 bits, for a lock."""
    digest = hashlib.blake2b(f"{caller} {key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
