"""Small phrases of which longer ones are made: names in a row, shares, rates, numbers of things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_PER: Final = (("s", 1), ("min", 60), ("h", 3600), ("day", 86400))


def listed(names: Sequence[str]) -> str:
    """Names in a row: `a`, `a and b`, `a, b and c`."""
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def only(names: Sequence[str], before: str, everything: str = "") -> str:
    """`before` and the names, or `everything` where none are given."""
    return f"{before}{listed(names)}" if names else everything


def several(number: int, noun: str) -> str:
    """`1 server`, `1,200 servers`, `2 bodies`, `3 launches`."""
    if number == 1:
        return f"{number:,} {noun}"
    plural = re.sub(r"(?<=[^aeiou])y$", "ie", re.sub(r"(?<=ch)$", "e", noun))
    return f"{number:,} {plural}s"


def several_are(number: int, noun: str, about: str = "") -> str:
    """`1 server is`, `2 servers are`; with more about them, `2 servers of ours are`."""
    return " ".join(filter(None, (several(number, noun), about, "is" if number == 1 else "are")))


def share_words(share: float) -> str:
    """A share in per cent, more exactly where it is nearly all: `20 %`, `99.95 %`."""
    return f"{share * 100:.3g} %" if share < 0.995 else f"{share * 100:.5g} %"


def rate_words(per_s: float) -> str:
    """A rate by the shortest time in which there is at least one: `18 / s`, `4 / h`."""
    unit, seconds = next(((unit, seconds) for unit, seconds in _PER if per_s * seconds >= 1), _PER[-1])
    return f"{per_s * seconds:,.4g} / {unit}"
