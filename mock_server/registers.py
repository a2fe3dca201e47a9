"""The tables behind the referrals, and how the writer changes them.

A referral is kept as a value for the next change and as its finished FHIR body for every
reader, so reading costs a lookup and no rendering. Earlier versions move to a history. Worklists
are kept as finished entries under (organisation, list), put in and taken out in the same
transaction as the referral's change: a list is never out of step with its referrals.
"""

import sqlite3
from typing import Any, Final

import msgspec

from mock_server import advice_register, appointment_register
from mock_server.outcomes import not_found, unprocessable
from mock_server.referrals import Appointment, Attachment, Referral, worklists
from mock_server.resources import referral_body
from mock_server.worklist_entries import worklist_entry
from mock_server.world import World

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS referral (
    ubrn INTEGER PRIMARY KEY, version INTEGER NOT NULL, patient TEXT NOT NULL, state TEXT NOT NULL,
    slot TEXT, attachments INTEGER NOT NULL, organisations TEXT NOT NULL, correlation_id TEXT NOT NULL,
    body BLOB NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS referral_history (
    ubrn INTEGER NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (ubrn, version));
CREATE TABLE IF NOT EXISTS worklist (
    organisation TEXT NOT NULL, list TEXT NOT NULL, ubrn INTEGER NOT NULL, patient TEXT NOT NULL,
    service TEXT, entry BLOB NOT NULL, PRIMARY KEY (organisation, list, ubrn)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slot_taken (
    service TEXT NOT NULL, number INTEGER NOT NULL, ubrn INTEGER NOT NULL,
    PRIMARY KEY (service, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS appointment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, ubrn INTEGER NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS attachment (
    id TEXT PRIMARY KEY, about BLOB NOT NULL, content BLOB NOT NULL);
"""
SCHEMA: Final = _SCHEMA + appointment_register.SCHEMA + advice_register.SCHEMA
FIRST_UBRN: Final = 50_000_001

_NUMBERED: Final = ("referral", "advice")
_PACK: Final = msgspec.msgpack.Encoder()
_REFERRAL: Final = msgspec.msgpack.Decoder(Referral)
_ATTACHMENT: Final = msgspec.msgpack.Decoder(Attachment)


def next_ubrn(connection: sqlite3.Connection) -> int:
    """One more than the last: nothing is ever deleted, so no UBRN comes twice."""
    found = [connection.execute(f"SELECT max(ubrn) FROM {table}").fetchone()[0] for table in _NUMBERED]
    return 1 + max([FIRST_UBRN - 1, *(int(top) for top in found if top is not None)])


def find_referral(connection: sqlite3.Connection, ubrn: int) -> Referral:
    """The current version, for a change to start from."""
    row = connection.execute("SELECT value FROM referral WHERE ubrn = ?", (ubrn,)).fetchone()
    if row is None:
        raise not_found(f"no referral has the UBRN {ubrn:012d}")
    return _REFERRAL.decode(row[0])


def decode_referral(value: bytes) -> Referral:
    """A referral as the reader's connection found it."""
    return _REFERRAL.decode(value)


def add_referral(connection: sqlite3.Connection, referral: Referral, world: World) -> bytes:
    """Enter a new referral; returns its body."""
    body = msgspec.json.encode(referral_body(referral, world))
    row = (referral.ubrn, referral.patient, " ".join(referral.organisations), referral.correlation_id)
    connection.execute(
        "INSERT INTO referral (ubrn, patient, organisations, correlation_id, version, state, slot,"
        " attachments, body, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, *_changing(referral), body, _PACK.encode(referral)),
    )
    _list(connection, referral, world)
    return body


def replace_referral(connection: sqlite3.Connection, old: Referral, new: Referral, world: World) -> bytes:
    """Put the next version in place of the current one; returns its body."""
    body = msgspec.json.encode(referral_body(new, world))
    connection.execute(
        "INSERT INTO referral_history SELECT ubrn, version, body FROM referral WHERE ubrn = ?", (old.ubrn,)
    )
    connection.execute(
        "UPDATE referral SET version = ?, state = ?, slot = ?, attachments = ?, body = ?, value = ? WHERE ubrn = ?",
        (*_changing(new), body, _PACK.encode(new), new.ubrn),
    )
    placed = [(*place, old.ubrn) for place in worklists(old)]
    connection.executemany("DELETE FROM worklist WHERE organisation = ? AND list = ? AND ubrn = ?", placed)
    _list(connection, new, world)
    return body


def add_appointment(connection: sqlite3.Connection, ubrn: int, appointment: Appointment) -> Appointment:
    """Enter an appointment and give it the next number."""
    cursor = connection.execute("INSERT INTO appointment (ubrn, value) VALUES (?, x'')", (ubrn,))
    numbered = msgspec.structs.replace(appointment, id=cursor.lastrowid)
    values = (_PACK.encode(numbered), numbered.id)
    connection.execute("UPDATE appointment SET value = ? WHERE id = ?", values)
    return numbered


def take_slot(connection: sqlite3.Connection, service: str, number: int, ubrn: int) -> None:
    """Take a slot for a referral; a slot is taken once only."""
    try:
        connection.execute("INSERT INTO slot_taken VALUES (?, ?, ?)", (service, number, ubrn))
    except sqlite3.IntegrityError:
        raise unprocessable("SLOT_NOT_AVAILABLE", f"slot {number} of service {service} is taken") from None


def free_slot(connection: sqlite3.Connection, service: str, number: int) -> None:
    """Give a slot back."""
    connection.execute("DELETE FROM slot_taken WHERE service = ? AND number = ?", (service, number))


def is_slot_taken(connection: sqlite3.Connection, service: str, number: int) -> bool:
    """Whether somebody has this slot."""
    found = connection.execute("SELECT 1 FROM slot_taken WHERE service = ? AND number = ?", (service, number))
    return found.fetchone() is not None


def count_taken(connection: sqlite3.Connection, service: str) -> int:
    """How many of a service's slots are gone."""
    found = connection.execute("SELECT count(*) FROM slot_taken WHERE service = ?", (service,))
    return int(found.fetchone()[0])


def add_attachment(connection: sqlite3.Connection, about: Attachment, content: bytes) -> None:
    """Keep an uploaded file."""
    connection.execute("INSERT INTO attachment VALUES (?, ?, ?)", (about.id, _PACK.encode(about), content))


def find_attachment(connection: sqlite3.Connection, attachment_id: str) -> Attachment:
    """What is known of an uploaded file, without its content."""
    row = connection.execute("SELECT about FROM attachment WHERE id = ?", (attachment_id,)).fetchone()
    if row is None:
        raise unprocessable("REFERENCE_NOT_FOUND", f"no file was uploaded as Binary/{attachment_id}")
    return _ATTACHMENT.decode(row[0])


def decode_attachment(about: bytes) -> Attachment:
    """An attachment as the reader's connection found it."""
    return _ATTACHMENT.decode(about)


def _changing(referral: Referral) -> tuple[Any, ...]:
    return referral.version, referral.state, referral.slot, len(referral.attachments)


def _list(connection: sqlite3.Connection, referral: Referral, world: World) -> None:
    service = referral.appointment.service if referral.appointment else None
    rows = []
    for place in worklists(referral):
        entry = msgspec.json.encode(worklist_entry(referral, place[1], world))
        rows.append((*place, referral.ubrn, referral.patient, service, entry))
    connection.executemany("INSERT INTO worklist VALUES (?, ?, ?, ?, ?, ?)", rows)
