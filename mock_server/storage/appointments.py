"""The tables behind the appointments: their numbers, and each version as its finished body.

An appointment changes twice at most: it is made, and it may be cancelled. A reader of A038 gets the
body as it was written, a lookup and no rendering.
"""

from typing import Any, Final

import msgspec

from mock_server.domain.referral import Appointment
from mock_server.storage.repositories import KeptVersion
from mock_server.storage.sql import SqlConnection

APPOINTMENT_TABLES: Final = """
CREATE TABLE IF NOT EXISTS appointment (
    id {counted_key}, ubrn {integer} NOT NULL, value {blob} NOT NULL);
CREATE TABLE IF NOT EXISTS appointment_version (
    id {integer} NOT NULL, version {integer} NOT NULL, ubrn {integer} NOT NULL, body {blob} NOT NULL,
    UNIQUE (id, version));
"""
_VERSIONS: Final = (
    "SELECT a.version, r.organisations, a.body FROM appointment_version a JOIN referral r ON r.ubrn = a.ubrn"
    " WHERE a.id = ?"
)

_PACK: Final = msgspec.msgpack.Encoder()


class SqlAppointmentReader:
    """The versions of appointments."""

    def __init__(self, connection: SqlConnection) -> None:
        self._query = connection.query

    def current(self, appointment_id: int) -> KeptVersion | None:
        """The newest version."""
        return _kept(self._query(f"{_VERSIONS} ORDER BY a.version DESC LIMIT 1", (appointment_id,)).fetchone())

    def one_version(self, appointment_id: int, version: int) -> KeptVersion | None:
        """A version, the newest or an earlier one."""
        return _kept(self._query(f"{_VERSIONS} AND a.version = ?", (appointment_id, version)).fetchone())

    def ubrn_of(self, appointment_id: int) -> int | None:
        """The referral that an appointment belongs to."""
        return _ubrn_of(self._query, appointment_id)


class SqlAppointmentWriter:
    """Appointments within one transaction."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, ubrn: int, appointment: Appointment) -> Appointment:
        """Enter an appointment and give it the next number."""
        entered = "INSERT INTO appointment (ubrn, value) VALUES (?, ?) RETURNING id"
        (number,) = self._connection.change(entered, (ubrn, b"")).fetchone()
        numbered = msgspec.structs.replace(appointment, id=number)
        values = (_PACK.encode(numbered), numbered.id)
        self._connection.change("UPDATE appointment SET value = ? WHERE id = ?", values)
        return numbered

    def keep(self, appointment: Appointment, ubrn: int, body: bytes) -> None:
        """Keep one version of an appointment as its finished body."""
        values = (appointment.id, appointment.version, ubrn, body)
        kept = "INSERT INTO appointment_version (id, version, ubrn, body) VALUES (?, ?, ?, ?)"
        self._connection.change(kept, values)

    def ubrn_of(self, appointment_id: int) -> int | None:
        """The referral that an appointment belongs to."""
        return _ubrn_of(self._connection.query, appointment_id)


def _ubrn_of(query: Any, appointment_id: int) -> int | None:
    row = query("SELECT ubrn FROM appointment_version WHERE id = ? LIMIT 1", (appointment_id,)).fetchone()
    return None if row is None else int(row[0])


def _kept(row: Any) -> KeptVersion | None:
    return None if row is None else KeptVersion(row[0], tuple(row[1].split(" ")), row[2])
