"""The nearest valid name, for error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_LONGEST: Final = 100  # of a text that may be a name; to compare longer ones takes its time


def nearest(found: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'log-on'?`, or nothing where no name is near. Capitals make no difference."""
    names = {name.casefold(): name for name in allowed}
    matches = get_close_matches(found[:_LONGEST].casefold(), names, n=1, cutoff=0.6)
    return f"; did you mean {names[matches[0]]!r}?" if matches else ""
