"""The versions of appointments, each as its finished body.

An appointment changes twice at most: it is made, and it may be cancelled. A reader of A038 gets the
body as it was written, a lookup and no rendering.
"""

from typing import Final

from mock_server.errors import not_found
from mock_server.storage.database import Connection

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS appointment_version (
    id INTEGER NOT NULL, version INTEGER NOT NULL, ubrn INTEGER NOT NULL, body BLOB NOT NULL,
    UNIQUE (id, version));
"""
LATEST: Final = (
    "SELECT a.version, a.body, r.organisations FROM appointment_version a JOIN referral r ON r.ubrn = a.ubrn"
    " WHERE a.id = ? ORDER BY a.version DESC LIMIT 1"
)
ONE_VERSION: Final = (
    "SELECT a.version, a.body, r.organisations FROM appointment_version a JOIN referral r ON r.ubrn = a.ubrn"
    " WHERE a.id = ? AND a.version = ?"
)
REFERRAL_OF: Final = "SELECT ubrn FROM appointment_version WHERE id = ? LIMIT 1"


def keep(connection: Connection, appointment_id: int, version: int, ubrn: int, body: bytes) -> None:
    """Keep one version of an appointment."""
    values = (appointment_id, version, ubrn, body)
    connection.execute("INSERT INTO appointment_version (id, version, ubrn, body) VALUES (?, ?, ?, ?)", values)


def find_ubrn(connection: Connection, appointment_id: int) -> int:
    """The referral that an appointment belongs to."""
    row = connection.execute(REFERRAL_OF, (appointment_id,)).fetchone()
    if row is None:
        raise not_found("no appointment has this id")
    return int(row[0])
