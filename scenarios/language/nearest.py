"""The nearest valid name, for error messages."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(found: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'log-on'?`, or nothing where no name is near."""
    matches = get_close_matches(found, list(allowed), n=1, cutoff=0.6)
    return f"; did you mean {matches[0]!r}?" if matches else ""
