"""What to say of a name that is none of those that there are, and which of them is nearest."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MOST_NAMED: Final = 40
_LONGEST: Final = 100  # of a text that may be a name; to compare longer ones takes its time


def nearest(found: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'log-on'?`, or nothing where no name is near. Capitals make no difference."""
    names = {name.casefold(): name for name in allowed}
    matches = get_close_matches(found[:_LONGEST].casefold(), names, n=1, cutoff=0.6)
    return f"; did you mean {names[matches[0]]!r}?" if matches else ""


def unknown_name(name: str, allowed: Iterable[str]) -> str:
    """What to say of a name that is none of those that are allowed."""
    known = sorted(allowed)
    if not known:
        return f"found {name!r}; the scenario has none to name here"
    more = f" and {len(known) - _MOST_NAMED:,} more" if len(known) > _MOST_NAMED else ""
    return f"found {name!r}; allowed is one of {', '.join(known[:_MOST_NAMED])}{more}{nearest(name, known)}"
