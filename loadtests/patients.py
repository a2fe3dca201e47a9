"""Patients who cannot be real: NHS numbers of the 999 range, kept for tests, with a valid check digit.

Ten digits: 999, six digits of a serial, and a last one that makes the sum of the digits, weighted 10 down
to 1, a multiple of eleven. Serials whose last digit would be 10 are left out, so 909,091 numbers remain;
session n of the whole schedule has the n-th of them. A longer schedule begins again.
Source: NHS data dictionary, NHS NUMBER.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_SERIALS = 10**6
_FIRST = 9 * 10 + 9 * 9 + 9 * 8


def nhs_number(session: int) -> str:
    """The NHS number of the patient whom session `session` of the schedule is about."""
    serials, digits = _valid()
    place = session % len(serials)
    return f"999{serials[place]:06d}{digits[place]}"


@cache
def _valid() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every serial that has a check digit, and the digit."""
    serials = np.arange(_SERIALS)
    weighted = _FIRST + sum(serials // 10 ** (weight - 2) % 10 * weight for weight in range(2, 8))
    digits = (11 - weighted % 11) % 11
    usable = digits < 10
    return serials[usable], digits[usable]
