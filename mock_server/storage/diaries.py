"""The diaries: which slots of each service are free, worked out from those that are taken.

Only taken slots are stored. A diary shows its first `POLLING_RANGE` free slots, as the real service shows a polling
range and not the whole diary. Two users who look at the same moment see the same slots, and the second to book one is
refused.
"""

from typing import Final

from mock_server.domain.slots import diary_length
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.storage.repositories import StateStore

POLLING_RANGE: Final = 100


class Diaries:
    """The free slots of every service."""

    def __init__(self, store: StateStore, directory: SyntheticDirectory) -> None:
        self._store = store
        self._directory = directory
        self.are_full = False  # a fault: nobody has a slot to give
        # Below this number every slot of the service is known to be taken.
        self._all_taken_below: dict[str, int] = {}

    def free(self, service: str) -> list[int]:
        """The numbers of the first free slots."""
        if self.are_full:
            return []
        start = self._all_taken_below.get(service, 0)
        taken = self._store.read.slots.taken_from(service, start)
        while start in taken:
            start += 1
        self._all_taken_below[service] = start
        end = min(start + len(taken) + POLLING_RANGE, diary_length(self._directory, service))
        return [n for n in range(start, end) if n not in taken][:POLLING_RANGE]

    def freed(self, service: str, number: int) -> None:
        """A slot is free again: look from there on."""
        self._all_taken_below[service] = min(number, self._all_taken_below.get(service, 0))
