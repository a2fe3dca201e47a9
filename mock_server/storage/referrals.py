"""The tables behind the referrals and their worklists.

A referral is kept as a value for the next change and as its finished FHIR body for every
reader, so reading costs a lookup and no rendering. Earlier versions move to a history. Worklists
are kept as finished entries under (organisation, list), put in and taken out in the same
transaction as the referral's change: a list is never out of step with its referrals.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from mock_server.domain.referral import Referral, worklists
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import stale
from mock_server.fhir.referrals import referral_body
from mock_server.fhir.worklists import worklist_entry
from mock_server.storage.repositories import FileWriter, KeptVersion, ListedReferral, WorklistEntry
from mock_server.storage.sql import SqlConnection, SqlDialect

REFERRAL_TABLES: Final = """
CREATE TABLE IF NOT EXISTS referral (
    ubrn {integer} PRIMARY KEY, version {integer} NOT NULL, patient TEXT NOT NULL, state TEXT NOT NULL,
    slot TEXT, attachments {integer} NOT NULL, organisations TEXT NOT NULL, correlation_id TEXT NOT NULL,
    body {blob} NOT NULL, value {blob} NOT NULL);
CREATE TABLE IF NOT EXISTS referral_history (
    ubrn {integer} NOT NULL, version {integer} NOT NULL, body {blob} NOT NULL, UNIQUE (ubrn, version));
CREATE TABLE IF NOT EXISTS worklist (
    organisation TEXT NOT NULL, list TEXT NOT NULL, ubrn {integer} NOT NULL, patient TEXT NOT NULL,
    service TEXT, entry {blob} NOT NULL, PRIMARY KEY (organisation, list, ubrn)){by_key};
"""
_LISTED: Final = (
    "SELECT ubrn, patient, version, state, slot, attachments, correlation_id FROM referral"
    " WHERE ubrn > ? ORDER BY ubrn LIMIT ?"
)
_ENTER: Final = (
    "INSERT INTO referral (ubrn, patient, organisations, correlation_id, version, state, slot,"
    " attachments, body, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_REPLACE: Final = (
    "UPDATE referral SET version = ?, state = ?, slot = ?, attachments = ?, body = ?, value = ? WHERE ubrn = ?"
)
_MOVE_TO_HISTORY: Final = (
    "INSERT INTO referral_history SELECT ubrn, version, body FROM referral WHERE ubrn = ? AND version = ?"
)

_PACK: Final = msgspec.msgpack.Encoder()
_REFERRAL: Final = msgspec.msgpack.Decoder(Referral)


class SqlReferralReader:
    """Referrals as they are committed."""

    def __init__(self, connection: SqlConnection) -> None:
        self._query = connection.query

    def current(self, ubrn: int) -> KeptVersion | None:
        """The current version."""
        row = self._query("SELECT version, organisations, body FROM referral WHERE ubrn = ?", (ubrn,)).fetchone()
        return None if row is None else KeptVersion(row[0], tuple(row[1].split(" ")), row[2])

    def earlier(self, ubrn: int, version: int) -> bytes | None:
        """The body of a version before the current one."""
        asked = "SELECT body FROM referral_history WHERE ubrn = ? AND version = ?"
        row = self._query(asked, (ubrn, version)).fetchone()
        return None if row is None else row[0]

    def find(self, ubrn: int) -> Referral | None:
        """The current version as a value."""
        row = self._query("SELECT value FROM referral WHERE ubrn = ?", (ubrn,)).fetchone()
        return None if row is None else _REFERRAL.decode(row[0])

    def worklist(self, organisation: str, name: str, service: str | None, most: int) -> list[WorklistEntry]:
        """The first entries of a worklist in order of UBRN, at most so many; None: of every service."""
        of_service = "" if service is None else " AND service = ?"
        values = (organisation, name) if service is None else (organisation, name, service)
        asked = (
            f"SELECT ubrn, patient, entry FROM worklist WHERE organisation = ? AND list = ?{of_service}"
            " ORDER BY ubrn LIMIT ?"
        )
        return self._query(asked, (*values, most)).fetchall()

    def list_stored(self, after: int, most: int) -> list[ListedReferral]:
        """What is stored with a UBRN above `after`, in order, at most so many."""
        return [ListedReferral(*row) for row in self._query(_LISTED, (after, most)).fetchall()]

    def stored_among(self, ubrns: Sequence[int]) -> set[int]:
        """Which of these are stored."""
        marks = ", ".join("?" * len(ubrns))
        held = self._query(f"SELECT ubrn FROM referral WHERE ubrn IN ({marks})", ubrns).fetchall()
        return {ubrn for (ubrn,) in held}


class SqlReferralWriter:
    """Referrals within one transaction."""

    def __init__(self, connection: SqlConnection, dialect: SqlDialect, files: FileWriter) -> None:
        self._connection, self._files = connection, files
        self._find = f"SELECT value FROM referral WHERE ubrn = ?{dialect.for_update}"

    def find(self, ubrn: int) -> Referral | None:
        """The current version, for a change to start from."""
        row = self._connection.query(self._find, (ubrn,)).fetchone()
        return None if row is None else _REFERRAL.decode(row[0])

    def is_stored(self, ubrn: int) -> bool:
        """Whether there is one with this UBRN."""
        return self._connection.query("SELECT 1 FROM referral WHERE ubrn = ?", (ubrn,)).fetchone() is not None

    def add(self, referral: Referral, directory: SyntheticDirectory) -> bytes:
        """Enter a new referral; returns its body. Raises `Refusal` when its UBRN has just been taken."""
        body = msgspec.json.encode(referral_body(referral, directory))
        row = (referral.ubrn, referral.patient, " ".join(referral.organisations), referral.correlation_id)
        values = (*row, *_changing(referral), body, _PACK.encode(referral))
        if self._connection.change(_ENTER, values).rowcount == 0:  # another node has stored the same archived referral
            raise stale(referral.version, referral.version - 1)
        self._list(referral, directory)
        return body

    def replace(self, old: Referral, new: Referral, directory: SyntheticDirectory) -> bytes:
        """Put the next version in place of the current one; returns its body. Raises `Refusal` when `old` is not it."""
        change = self._connection.change
        if change(_MOVE_TO_HISTORY, (old.ubrn, old.version)).rowcount == 0:
            raise stale(new.version, new.version - 1)
        body = msgspec.json.encode(referral_body(new, directory))
        change(_REPLACE, (*_changing(new), body, _PACK.encode(new), new.ubrn))
        placed = [(*place, old.ubrn) for place in worklists(old)]
        self._connection.change_each("DELETE FROM worklist WHERE organisation = ? AND list = ? AND ubrn = ?", placed)
        self._list(new, directory)
        return body

    def _list(self, referral: Referral, directory: SyntheticDirectory) -> None:
        self._files.attach((*referral.attachments, *referral.provider_files), referral.ubrn)
        service = referral.appointment.service if referral.appointment else None
        rows = []
        for place in worklists(referral):
            entry = msgspec.json.encode(worklist_entry(referral, place[1], directory))
            rows.append((*place, referral.ubrn, referral.patient, service, entry))
        self._connection.change_each("INSERT INTO worklist VALUES (?, ?, ?, ?, ?, ?)", rows)


def _changing(referral: Referral) -> tuple[Any, ...]:
    return referral.version, referral.state, referral.slot, len(referral.attachments)
