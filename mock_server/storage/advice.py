"""The tables behind the requests for advice; they share UBRNs and worklists with the referrals."""

from typing import Final

import msgspec

from mock_server.domain.advice import RESPONSE_REQUIRED, WORKLIST, Advice
from mock_server.storage.repositories import FileWriter, KeptVersion
from mock_server.storage.sql import SqlConnection, SqlDialect

ADVICE_TABLES: Final = """
CREATE TABLE IF NOT EXISTS advice (
    ubrn {integer} PRIMARY KEY, version {integer} NOT NULL, organisations TEXT NOT NULL,
    body {blob} NOT NULL, value {blob} NOT NULL);
CREATE TABLE IF NOT EXISTS advice_history (
    ubrn {integer} NOT NULL, version {integer} NOT NULL, body {blob} NOT NULL, UNIQUE (ubrn, version));
"""

_PACK: Final = msgspec.msgpack.Encoder()
_ADVICE: Final = msgspec.msgpack.Decoder(Advice)


class SqlAdviceReader:
    """Requests for advice as they are committed."""

    def __init__(self, connection: SqlConnection) -> None:
        self._query = connection.query

    def current(self, ubrn: int) -> KeptVersion | None:
        """The current version."""
        row = self._query("SELECT version, organisations, body FROM advice WHERE ubrn = ?", (ubrn,)).fetchone()
        return None if row is None else KeptVersion(row[0], tuple(row[1].split(" ")), row[2])

    def earlier(self, ubrn: int, version: int) -> bytes | None:
        """The body of a version before the current one."""
        asked = "SELECT body FROM advice_history WHERE ubrn = ? AND version = ?"
        row = self._query(asked, (ubrn, version)).fetchone()
        return None if row is None else row[0]

    def find(self, ubrn: int) -> Advice | None:
        """The current version as a value."""
        row = self._query("SELECT value FROM advice WHERE ubrn = ?", (ubrn,)).fetchone()
        return None if row is None else _ADVICE.decode(row[0])


class SqlAdviceWriter:
    """Requests for advice within one transaction."""

    def __init__(self, connection: SqlConnection, dialect: SqlDialect, files: FileWriter) -> None:
        self._connection, self._files = connection, files
        self._find = f"SELECT value FROM advice WHERE ubrn = ?{dialect.for_update}"

    def find(self, ubrn: int) -> Advice | None:
        """The current version, for a change to start from."""
        row = self._connection.query(self._find, (ubrn,)).fetchone()
        return None if row is None else _ADVICE.decode(row[0])

    def add(self, advice: Advice, body: bytes, entry: bytes) -> None:
        """Enter a new request."""
        self._connection.change(
            "INSERT INTO advice (ubrn, version, organisations, body, value) VALUES (?, ?, ?, ?, ?)",
            (advice.ubrn, advice.version, " ".join(advice.organisations), body, _PACK.encode(advice)),
        )
        self._list(advice, entry)

    def replace(self, advice: Advice, body: bytes, entry: bytes) -> None:
        """Put the next version in place of the current one."""
        change = self._connection.change
        change("INSERT INTO advice_history SELECT ubrn, version, body FROM advice WHERE ubrn = ?", (advice.ubrn,))
        change(
            "UPDATE advice SET version = ?, body = ?, value = ? WHERE ubrn = ?",
            (advice.version, body, _PACK.encode(advice), advice.ubrn),
        )
        change(
            "DELETE FROM worklist WHERE organisation = ? AND list = ? AND ubrn = ?",
            (advice.provider, WORKLIST, advice.ubrn),
        )
        self._list(advice, entry)

    def _list(self, advice: Advice, entry: bytes) -> None:
        self._files.attach(advice.files, advice.ubrn)
        if advice.status == RESPONSE_REQUIRED:
            self._connection.change(
                "INSERT INTO worklist (organisation, list, ubrn, patient, service, entry) VALUES (?, ?, ?, ?, ?, ?)",
                (advice.provider, WORKLIST, advice.ubrn, advice.patient, advice.service, entry),
            )
