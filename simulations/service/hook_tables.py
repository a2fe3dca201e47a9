"""Hooks of one point of a request's way, by the place where they are to be asked.

A hook that lies at one station, or is aimed at some operations, is nothing to requests elsewhere. So every station and
every program has the hooks that are asked there, and is given them anew whenever one comes or goes: a request asks only
those that may touch it, and looks nothing up.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterator, Mapping
from typing import Generic, TypeVar

H = TypeVar("H")


class HookTable(Generic[H]):
    """Hooks with the places (stations, or operations) that they are for; without one they are for all.

    Args: the attribute of a place that has the hooks asked there, as a tuple in order; and the places by name.
    """

    def __init__(self, attribute: str, places: Mapping[str, object]) -> None:
        self._attribute, self._places = attribute, places
        self._hooks: list[tuple[int, int, frozenset[str], H]] = []
        self._added = 0

    def __iter__(self) -> Iterator[H]:
        return iter([hook for _, _, _, hook in self._hooks])

    def add(self, hook: H, places: Collection[str] = (), rank: int = 0) -> None:
        """Ask it from now on, after those of lower rank and those that were there before it."""
        self._added += 1
        insort(self._hooks, (rank, self._added, frozenset(places), hook), key=lambda held: held[:2])
        self._hand_out()

    def remove(self, hook: H) -> None:
        """Ask it no more. Raises `StopIteration` when it is not here."""
        number = next(number for number, held in enumerate(self._hooks) if held[3] == hook)
        del self._hooks[number]
        self._hand_out()

    def _hand_out(self) -> None:
        for name, place in self._places.items():
            asked = tuple(hook for _, _, places, hook in self._hooks if not places or name in places)
            setattr(place, self._attribute, asked)
