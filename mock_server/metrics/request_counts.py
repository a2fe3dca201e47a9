"""How many requests each operation answered, by status: a dictionary increment a request."""

from __future__ import annotations

from collections.abc import Iterator


class RequestCounts:
    """Answers, counted by operation and HTTP status."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], int] = {}

    def count(self, operation: str, status: int) -> None:
        """One more answer."""
        key = (operation, status)
        self._counts[key] = self._counts.get(key, 0) + 1

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        """Operation, status and count, in order of operation and status."""
        for (operation, status), count in sorted(self._counts.items()):
            yield operation, status, count
