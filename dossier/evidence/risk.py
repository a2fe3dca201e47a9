"""From severity and likelihood to a risk from 1 to 5: the matrix in the guidance to DCB0129 and DCB0160.

The guidance words its classes of likelihood and gives them no numbers. The borders here are the dossier's own, and are
printed with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from dossier.notes.hazards import CONSEQUENCES, ConsequenceWord, LikelihoodWord
from readiness.judging.evidence import binomial_interval

# by likelihood, from the least consequence to the gravest
_RISKS: Final[dict[LikelihoodWord, tuple[int, ...]]] = {
    "very high": (3, 4, 4, 5, 5),
    "high": (2, 3, 3, 4, 5),
    "medium": (2, 2, 3, 3, 4),
    "low": (1, 2, 2, 3, 4),
    "very low": (1, 1, 2, 2, 3),
}
# the share of launches below which a class ends, and how that is said
_BORDERS: Final[dict[LikelihoodWord, tuple[float, str]]] = {
    "very low": (0.05, "fewer than one in twenty"),
    "low": (0.25, "fewer than one in four"),
    "medium": (0.5, "fewer than one in two"),
    "high": (0.9, "fewer than nine in ten"),
    "very high": (math.inf, "nine in ten or more"),
}
BORDERS_WORDS: Final = "; ".join(f"{name}, {words}" for name, (_, words) in _BORDERS.items())


def risk_of(likelihood: LikelihoodWord, consequence: ConsequenceWord) -> int:
    """From 1, acceptable, to 5, not acceptable."""
    return _RISKS[likelihood][CONSEQUENCES.index(consequence)]


def seen_in(found: Sequence[Any]) -> int:
    """In how many launches something is so, or was at some moment: what is None or False is not."""
    return sum(value is not None and value is not False for value in found)


def most_share(found: Sequence[Any]) -> float:
    """The share of all possible launches in which it may be so: the upper end of the exact 95 % interval."""
    return binomial_interval(seen_in(found), len(found))[1]


def likelihood_class(found: Sequence[Any]) -> LikelihoodWord:
    """The class on the careful side, of that upper end: few launches cannot show that something is rare."""
    share = most_share(found)
    return next(word for word, (border, _) in _BORDERS.items() if share < border)
