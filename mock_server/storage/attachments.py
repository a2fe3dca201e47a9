"""The tables behind the files: what was uploaded, and on which requests it hangs.

A file is its uploader's until it hangs on a referral or a request for advice; from then on whoever takes part in
one of these may fetch it. Nothing is taken off again: an earlier version of the request still names the file.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from mock_server.domain.referral import Attachment
from mock_server.errors import unprocessable
from mock_server.storage.database import Connection

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS attachment (
    id TEXT PRIMARY KEY, about BLOB NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS attached (
    file TEXT NOT NULL, ubrn INTEGER NOT NULL, PRIMARY KEY (file, ubrn)) WITHOUT ROWID;
"""
FILE: Final = "SELECT about, content FROM attachment WHERE id = ?"
# Those who take part in the requests on which a file hangs.
TAKING_PART: Final = (
    "SELECT organisations FROM referral WHERE ubrn IN (SELECT ubrn FROM attached WHERE file = ?)"
    " UNION ALL SELECT organisations FROM advice WHERE ubrn IN (SELECT ubrn FROM attached WHERE file = ?)"
)

_PACK: Final = msgspec.msgpack.Encoder()
_ATTACHMENT: Final = msgspec.msgpack.Decoder(Attachment)


def add_attachment(connection: Connection, about: Attachment, content: bytes) -> str:
    """Keep an uploaded file; returns its id."""
    connection.execute("INSERT INTO attachment VALUES (?, ?, ?)", (about.id, _PACK.encode(about), content))
    return about.id


def find_uploads(connection: Connection, wanted: Iterable[str], organisation: str) -> tuple[Attachment, ...]:
    """What is known of files that an organisation wants to attach: they exist, and are its own uploads."""
    return tuple(_find_upload(connection, name, organisation) for name in wanted)


def _find_upload(connection: Connection, attachment_id: str, organisation: str) -> Attachment:
    row = connection.execute("SELECT about FROM attachment WHERE id = ?", (attachment_id,)).fetchone()
    if row is None:
        raise unprocessable("REFERENCE_NOT_FOUND", f"no file was uploaded as Binary/{attachment_id[:40]}")
    found = _ATTACHMENT.decode(row[0])
    if found.organisation != organisation:
        raise unprocessable("NO_RELATIONSHIP", f"{found.name[:80]} was uploaded by another organisation")
    return found


def hang(connection: Connection, files: Iterable[Attachment], ubrn: int) -> None:
    """Note that these files hang on a request."""
    for file in files:
        connection.execute("INSERT INTO attached VALUES (?, ?) ON CONFLICT DO NOTHING", (file.id, ubrn))


def decode_attachment(about: bytes) -> Attachment:
    """An attachment as the reader's connection found it."""
    return _ATTACHMENT.decode(about)
