"""Hooks of one point of a request's way, by the place where they are to be asked.

A hook that lies at one station, or is aimed at some operations, is nothing to requests elsewhere. Which hooks there are
at a place is worked out once after each change, so that a request asks only those that may touch it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterator
from typing import Generic, TypeVar

H = TypeVar("H")
ELSEWHERE = ""  # the place of what is done without a station


class HookTable(Generic[H]):
    """Hooks with the places (stations, or operations) that they are for; without one they are for all."""

    def __init__(self) -> None:
        self._hooks: list[tuple[int, int, frozenset[str], H]] = []
        self._at: dict[str, tuple[H, ...]] = {}
        self._added = 0

    def __len__(self) -> int:
        return len(self._hooks)

    def __iter__(self) -> Iterator[H]:
        return iter([hook for _, _, _, hook in self._hooks])

    def add(self, hook: H, places: Collection[str] = (), rank: int = 0) -> None:
        """Ask it from now on, after those of lower rank and those that were there before it."""
        self._added += 1
        insort(self._hooks, (rank, self._added, frozenset(places), hook), key=lambda held: held[:2])
        self._at.clear()

    def remove(self, hook: H) -> None:
        """Ask it no more. Raises `StopIteration` when it is not here."""
        place = next(place for place, held in enumerate(self._hooks) if held[3] == hook)
        del self._hooks[place]
        self._at.clear()

    def at(self, place: str) -> tuple[H, ...]:
        """Those that are asked at a place, in order."""
        found = self._at.get(place)
        if found is None:
            found = self._at[place] = tuple(hook for _, _, places, hook in self._hooks if not places or place in places)
        return found
