"""The numbers of new requests where one process gives them; a shared database has a sequence (`postgresql`)."""

from typing import Final

from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.sql import SqlConnection

UBRN_TABLES: Final = """
CREATE TABLE IF NOT EXISTS used_up (ubrn {integer} PRIMARY KEY);
"""
FIRST_UBRN: Final = 50_000_001
# requests for advice share the numbers; a number that a fault has lost is not given again
_NEXT: Final = (
    "SELECT max(top) + 1 FROM (SELECT coalesce(max(ubrn), 0) AS top FROM referral"
    " UNION ALL SELECT coalesce(max(ubrn), 0) AS top FROM advice"
    " UNION ALL SELECT coalesce(max(ubrn), 0) AS top FROM used_up) AS tops"
)


class CountedUbrns:
    """One more than the last: nothing is ever deleted, so no UBRN comes twice.

    A transaction looks once and counts on from there.
    """

    def __init__(self, connection: SqlConnection, first: int) -> None:
        self._connection, self._first = connection, first
        self._next: int | None = None

    def begin(self) -> None:
        """A transaction begins: what an earlier one counted may have been taken back."""
        self._next = None

    def next_ubrn(self) -> int:
        """A number that no request has."""
        given = self._next
        if given is None:
            given = max(self._first, self._connection.query(_NEXT).fetchone()[0])
        self._next = given + 1
        return given

    def use_up(self, ubrn: int) -> None:
        """Never give this number, nor one below it, to anybody."""
        use_up(self._connection, ubrn)


def use_up(connection: SqlConnection, ubrn: int) -> None:
    """Note that a number, and with it all below it, is nobody's and stays so."""
    connection.change("INSERT INTO used_up VALUES (?) ON CONFLICT DO NOTHING", (ubrn,))


def first_ubrn(archive: ArchivedReferrals | None) -> int:
    """The first UBRN that is no archived referral's."""
    return FIRST_UBRN if archive is None else max(FIRST_UBRN, archive.count + 1)
