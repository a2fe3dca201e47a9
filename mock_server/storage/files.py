"""The tables behind the files: what was uploaded, and to which requests it is attached.

A file is its uploader's until it is attached to a referral or a request for advice; from then on whoever takes part in
one of these may fetch it. Nothing is taken off again: an earlier version of the request still names the file.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from mock_server.domain.referral import Attachment
from mock_server.storage.sql import SqlConnection

FILE_TABLES: Final = """
CREATE TABLE IF NOT EXISTS attachment (
    id TEXT PRIMARY KEY, about {blob} NOT NULL, content {blob} NOT NULL);
CREATE TABLE IF NOT EXISTS attached (
    file TEXT NOT NULL, ubrn {integer} NOT NULL, PRIMARY KEY (file, ubrn)){by_key};
"""
_TAKING_PART: Final = (
    "SELECT organisations FROM referral WHERE ubrn IN (SELECT ubrn FROM attached WHERE file = ?)"
    " UNION ALL SELECT organisations FROM advice WHERE ubrn IN (SELECT ubrn FROM attached WHERE file = ?)"
)

_PACK: Final = msgspec.msgpack.Encoder()
_ATTACHMENT: Final = msgspec.msgpack.Decoder(Attachment)


class SqlFileReader:
    """Files that were uploaded."""

    def __init__(self, connection: SqlConnection) -> None:
        self._query = connection.query

    def find(self, file_id: str) -> tuple[Attachment, bytes] | None:
        """What is known of a file, and its content."""
        row = self._query("SELECT about, content FROM attachment WHERE id = ?", (file_id,)).fetchone()
        return None if row is None else (_ATTACHMENT.decode(row[0]), row[1])

    def organisations(self, file_id: str) -> set[str]:
        """Who takes part in the requests that the file is attached to."""
        rows = self._query(_TAKING_PART, (file_id, file_id)).fetchall()
        return {code for (organisations,) in rows for code in organisations.split(" ")}


class SqlFileWriter:
    """Uploaded files within one transaction."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def add(self, about: Attachment, content: bytes) -> None:
        """Keep an uploaded file."""
        values = (about.id, _PACK.encode(about), content)
        self._connection.change("INSERT INTO attachment VALUES (?, ?, ?)", values)

    def find(self, file_id: str) -> Attachment | None:
        """What is known of a file."""
        row = self._connection.query("SELECT about FROM attachment WHERE id = ?", (file_id,)).fetchone()
        return None if row is None else _ATTACHMENT.decode(row[0])

    def attach(self, files: Iterable[Attachment], ubrn: int) -> None:
        """Note that these files are attached to a request; some may be already."""
        for file in files:
            self._connection.change("INSERT INTO attached VALUES (?, ?) ON CONFLICT DO NOTHING", (file.id, ubrn))
