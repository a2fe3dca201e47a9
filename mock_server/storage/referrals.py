"""The tables behind the referrals, and how the writer changes them.

A referral is kept as a value for the next change and as its finished FHIR body for every
reader, so reading costs a lookup and no rendering. Earlier versions move to a history. Worklists
are kept as finished entries under (organisation, list), put in and taken out in the same
transaction as the referral's change: a list is never out of step with its referrals.
"""

from typing import Any, Final

import msgspec

from mock_server.domain.referral import Appointment, Referral, worklists
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import not_found, stale, unprocessable
from mock_server.fhir.referrals import referral_body
from mock_server.fhir.worklists import worklist_entry
from mock_server.storage import advice as advice_register
from mock_server.storage import appointments as appointment_register
from mock_server.storage import attachments as attachment_register
from mock_server.storage.archive import ArchivedReferrals, archive_of
from mock_server.storage.database import Connection

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
CREATE TABLE IF NOT EXISTS idempotency (
    caller TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL, result BLOB NOT NULL,
    PRIMARY KEY (caller, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used_up (ubrn INTEGER PRIMARY KEY);
"""
SCHEMA: Final = _SCHEMA + appointment_register.SCHEMA + advice_register.SCHEMA + attachment_register.SCHEMA
FIRST_UBRN: Final = 50_000_001
# requests for advice share the numbers; a number that a fault has lost is not given again
NEXT_UBRN: Final = (
    "SELECT max(top) + 1 FROM (SELECT coalesce(max(ubrn), 0) AS top FROM referral"
    " UNION ALL SELECT coalesce(max(ubrn), 0) AS top FROM advice"
    " UNION ALL SELECT coalesce(max(ubrn), 0) AS top FROM used_up) AS tops"
)
LATEST: Final = "SELECT version, organisations, body FROM referral WHERE ubrn = ?"
EARLIER: Final = "SELECT body FROM referral_history WHERE ubrn = ? AND version = ?"
FIND_FOR_CHANGE: Final = "SELECT value FROM referral WHERE ubrn = ?"

_PACK: Final = msgspec.msgpack.Encoder()
_REFERRAL: Final = msgspec.msgpack.Decoder(Referral)


def next_ubrn(connection: Connection) -> int:
    """One more than the last: nothing is ever deleted, so no UBRN comes twice.

    Where one process gives the numbers, a group of writes looks once and counts on from there.
    """
    last: int | None = getattr(connection, "last_ubrn", None)
    if last is None:
        found: int = connection.execute(NEXT_UBRN).fetchone()[0]
        last = max(first_ubrn(archive_of(connection)), found) - 1
    if hasattr(connection, "last_ubrn"):
        connection.last_ubrn = last + 1
    return last + 1


def use_up(connection: Connection, ubrn: int) -> None:
    """Never give this number, nor one below it, to anybody."""
    connection.execute("INSERT INTO used_up VALUES (?) ON CONFLICT DO NOTHING", (ubrn,))


def first_ubrn(archive: ArchivedReferrals | None) -> int:
    """The first UBRN that is not one of the past's."""
    return FIRST_UBRN if archive is None else max(FIRST_UBRN, archive.count + 1)


def find_referral(connection: Connection, ubrn: int) -> Referral:
    """The current version, for a change to start from."""
    row = connection.execute(FIND_FOR_CHANGE, (ubrn,)).fetchone()
    if row is not None:
        return _REFERRAL.decode(row[0])
    archive = archive_of(connection)
    referral = None if archive is None else archive.find(ubrn)
    if referral is None:
        raise not_found(f"no referral has the UBRN {ubrn:012d}")
    return referral


def decode_referral(value: bytes) -> Referral:
    """A referral as the reader's connection found it."""
    return _REFERRAL.decode(value)


def add_referral(connection: Connection, referral: Referral, directory: SyntheticDirectory) -> bytes:
    """Enter a new referral; returns its body."""
    body = msgspec.json.encode(referral_body(referral, directory))
    row = (referral.ubrn, referral.patient, " ".join(referral.organisations), referral.correlation_id)
    entered = connection.execute(
        "INSERT INTO referral (ubrn, patient, organisations, correlation_id, version, state, slot,"
        " attachments, body, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*row, *_changing(referral), body, _PACK.encode(referral)),
    )
    if entered.rowcount == 0:  # another node has just stored the same past referral
        raise stale(referral.version, referral.version - 1)
    _list(connection, referral, directory)
    return body


def replace_referral(connection: Connection, old: Referral, new: Referral, directory: SyntheticDirectory) -> bytes:
    """Put the next version in place of the current one, if it still is; returns its body."""
    kept = "INSERT INTO referral_history SELECT ubrn, version, body FROM referral WHERE ubrn = ? AND version = ?"
    if connection.execute(kept, (old.ubrn, old.version)).rowcount == 0:
        return _store_past(connection, new, directory)
    body = msgspec.json.encode(referral_body(new, directory))
    connection.execute(
        "UPDATE referral SET version = ?, state = ?, slot = ?, attachments = ?, body = ?, value = ? WHERE ubrn = ?",
        (*_changing(new), body, _PACK.encode(new), new.ubrn),
    )
    placed = [(*place, old.ubrn) for place in worklists(old)]
    connection.executemany("DELETE FROM worklist WHERE organisation = ? AND list = ? AND ubrn = ?", placed)
    _list(connection, new, directory)
    return body


def _store_past(connection: Connection, changed: Referral, directory: SyntheticDirectory) -> bytes:
    """The first change of a past referral: its earlier versions are still worked out, this one is stored."""
    archive = archive_of(connection)
    if archive is None or archive.find(changed.ubrn) is None:
        raise stale(changed.version, changed.version - 1)
    return add_referral(connection, changed, directory)


def add_appointment(connection: Connection, ubrn: int, appointment: Appointment) -> Appointment:
    """Enter an appointment and give it the next number."""
    entered = "INSERT INTO appointment (ubrn, value) VALUES (?, ?) RETURNING id"
    (number,) = connection.execute(entered, (ubrn, b"")).fetchone()
    numbered = msgspec.structs.replace(appointment, id=number)
    values = (_PACK.encode(numbered), numbered.id)
    connection.execute("UPDATE appointment SET value = ? WHERE id = ?", values)
    return numbered


def take_slot(connection: Connection, service: str, number: int, ubrn: int) -> None:
    """Take a slot for a referral; a slot is taken once only."""
    take = "INSERT INTO slot_taken VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    if connection.execute(take, (service, number, ubrn)).rowcount == 0:
        raise unprocessable("SLOT_NOT_AVAILABLE", f"slot {number} of service {service} is taken")


def free_slot(connection: Connection, service: str, number: int) -> None:
    """Give a slot back."""
    connection.execute("DELETE FROM slot_taken WHERE service = ? AND number = ?", (service, number))


def is_slot_taken(connection: Connection, service: str, number: int) -> bool:
    """Whether somebody has this slot."""
    found = connection.execute("SELECT 1 FROM slot_taken WHERE service = ? AND number = ?", (service, number))
    return found.fetchone() is not None


def count_taken(connection: Connection, service: str) -> int:
    """How many of a service's slots are gone."""
    found = connection.execute("SELECT count(*) FROM slot_taken WHERE service = ?", (service,))
    return int(found.fetchone()[0])


def _changing(referral: Referral) -> tuple[Any, ...]:
    return referral.version, referral.state, referral.slot, len(referral.attachments)


def _list(connection: Connection, referral: Referral, directory: SyntheticDirectory) -> None:
    attachment_register.hang(connection, (*referral.attachments, *referral.provider_files), referral.ubrn)
    service = referral.appointment.service if referral.appointment else None
    rows = []
    for place in worklists(referral):
        entry = msgspec.json.encode(worklist_entry(referral, place[1], directory))
        rows.append((*place, referral.ubrn, referral.patient, service, entry))
    connection.executemany("INSERT INTO worklist VALUES (?, ?, ?, ?, ?, ?)", rows)
