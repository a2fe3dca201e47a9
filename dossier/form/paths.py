"""Along a path of keys to what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class NothingThereError(LookupError):
    """A trace that leads nowhere, or to what has no value."""


def at_path(found: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path of keys. Raises `NothingThereError`."""
    for part in path:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            raise NothingThereError(f"{part}") from None
    if found is None:
        raise NothingThereError(f"{path[-1] if path else ''}")
    return found
