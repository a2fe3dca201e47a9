"""Who is changing a request at the moment: 423 for whoever comes meanwhile.

The first change to a referral takes its lock when it begins and holds it until it is answered, modelled
time included. Another change to the same referral still takes its own modelled time, as a real request
works until it meets the lock in the database, and is refused if the first is still at it then;
otherwise the versions decide. One process knows its own locks only: between nodes the versions decide.
Source: e-RS FHIR API, NHS England, 423.
"""

from mock_server.errors import Refusal


class Locks:
    """The requests that are being changed."""

    def __init__(self) -> None:
        self._held: set[int] = set()

    def try_to_take(self, ubrn: int | None) -> bool:
        """Take the lock unless somebody has it; nothing to lock is always free."""
        if ubrn is None:
            return True
        if ubrn in self._held:
            return False
        self._held.add(ubrn)
        return True

    def take(self, ubrn: int | None) -> None:
        """Take the lock or be refused."""
        if not self.try_to_take(ubrn):
            raise Refusal(423, "RESOURCE_LOCKED", "somebody else is changing this request: read it again")

    def release(self, ubrn: int | None) -> None:
        """Let go."""
        if ubrn is not None:
            self._held.discard(ubrn)
