"""The table of taken slots: the only thing of a diary that is stored."""

from typing import Final

from mock_server.storage.sql import SqlConnection

SLOT_TABLES: Final = """
CREATE TABLE IF NOT EXISTS slot_taken (
    service TEXT NOT NULL, number {integer} NOT NULL, ubrn {integer} NOT NULL,
    PRIMARY KEY (service, number)){by_key};
"""


class SqlSlotReader:
    """Which slots are taken."""

    def __init__(self, connection: SqlConnection) -> None:
        self._query = connection.query

    def taken_from(self, service: str, number: int) -> set[int]:
        """The numbers of a service's taken slots, from this one on."""
        held = "SELECT number FROM slot_taken WHERE service = ? AND number >= ?"
        return {taken for (taken,) in self._query(held, (service, number)).fetchall()}


class SqlSlotWriter:
    """Slots within one transaction: the primary key gives each of them to one referral."""

    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def take(self, service: str, number: int, ubrn: int) -> bool:
        """Take a slot for a referral; False when somebody has it."""
        take = "INSERT INTO slot_taken VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        return self._connection.change(take, (service, number, ubrn)).rowcount > 0

    def free(self, service: str, number: int) -> None:
        """Give a slot back."""
        self._connection.change("DELETE FROM slot_taken WHERE service = ? AND number = ?", (service, number))

    def is_taken(self, service: str, number: int) -> bool:
        """Whether somebody has this slot."""
        held = "SELECT 1 FROM slot_taken WHERE service = ? AND number = ?"
        return self._connection.query(held, (service, number)).fetchone() is not None

    def count_taken(self, service: str) -> int:
        """How many of a service's slots are gone."""
        found = self._connection.query("SELECT count(*) FROM slot_taken WHERE service = ?", (service,))
        return int(found.fetchone()[0])
