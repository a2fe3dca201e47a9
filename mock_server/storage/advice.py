"""The table behind the requests for advice; they share UBRNs and worklists with the referrals.

Bodies and the lines of worklists are rendered by the caller: this module knows tables and values only.
"""

from typing import Final

import msgspec

from mock_server.domain.advice import RESPONSE_REQUIRED, WORKLIST, Advice
from mock_server.errors import not_found
from mock_server.storage import attachments as attachment_register
from mock_server.storage.database import Connection

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS advice (
    ubrn INTEGER PRIMARY KEY, version INTEGER NOT NULL, organisations TEXT NOT NULL,
    body BLOB NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS advice_history (
    ubrn INTEGER NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (ubrn, version));
"""
LATEST: Final = "SELECT version, organisations, body FROM advice WHERE ubrn = ?"
EARLIER: Final = "SELECT body FROM advice_history WHERE ubrn = ? AND version = ?"
VALUE: Final = "SELECT value FROM advice WHERE ubrn = ?"
FIND_FOR_CHANGE: Final = "SELECT version, value FROM advice WHERE ubrn = ?"

_PACK: Final = msgspec.msgpack.Encoder()
_ADVICE: Final = msgspec.msgpack.Decoder(Advice)


def decode_advice(value: bytes) -> Advice:
    """A request for advice as the reader's connection found it."""
    return _ADVICE.decode(value)


def find_advice(connection: Connection, ubrn: int) -> Advice:
    """The current version, for a change to start from."""
    row = connection.execute(FIND_FOR_CHANGE, (ubrn,)).fetchone()
    if row is None:
        raise not_found(f"no request for advice has the UBRN {ubrn:012d}")
    return _ADVICE.decode(row[1])


def add_advice(connection: Connection, advice: Advice, body: bytes, line: bytes) -> None:
    """Enter a new request."""
    held = (advice.ubrn, advice.version, " ".join(advice.organisations), body, _PACK.encode(advice))
    connection.execute("INSERT INTO advice (ubrn, version, organisations, body, value) VALUES (?, ?, ?, ?, ?)", held)
    _list(connection, advice, line)


def replace_advice(connection: Connection, advice: Advice, body: bytes, line: bytes) -> None:
    """Put the next version in place of the current one."""
    connection.execute(
        "INSERT INTO advice_history SELECT ubrn, version, body FROM advice WHERE ubrn = ?", (advice.ubrn,)
    )
    values = (advice.version, body, _PACK.encode(advice), advice.ubrn)
    connection.execute("UPDATE advice SET version = ?, body = ?, value = ? WHERE ubrn = ?", values)
    place = (advice.provider, WORKLIST, advice.ubrn)
    connection.execute("DELETE FROM worklist WHERE organisation = ? AND list = ? AND ubrn = ?", place)
    _list(connection, advice, line)


def _list(connection: Connection, advice: Advice, line: bytes) -> None:
    attachment_register.hang(connection, advice.files, advice.ubrn)
    if advice.status == RESPONSE_REQUIRED:
        place = (advice.provider, WORKLIST, advice.ubrn, advice.patient, advice.service, line)
        connection.execute(
            "INSERT INTO worklist (organisation, list, ubrn, patient, service, entry) VALUES (?, ?, ?, ?, ?, ?)",
            place,
        )
