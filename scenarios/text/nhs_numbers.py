"""Patients who cannot be real: NHS numbers of the 999 range, kept for tests, with a valid check digit.

Ten digits: 999, six digits of a serial, and a last one that makes the sum of the digits, weighted 10 down to 1, a
multiple of eleven. Serials whose last digit would be 10 are left out, so 909,091 numbers remain.
Source: NHS data dictionary, NHS NUMBER; the 999 range is reserved for tests.
"""

from __future__ import annotations

from functools import cache
from operator import mul

import numpy as np
import numpy.typing as npt

_SERIALS = 10**6
_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
_ZEROS = sum(_WEIGHTS) * ord("0")  # a digit's byte is that of 0 and its value more
_FIRST_THREE = 9 * sum(_WEIGHTS[:3])


def nhs_number(index: int) -> str:
    """The NHS number at place `index` of all synthetic ones; they begin again after 909,091."""
    serials, digits = _valid()
    place = index % len(serials)
    return f"999{serials[place]:06d}{digits[place]}"


def is_synthetic(number: str) -> bool:
    """Whether this is a well-formed NHS number of the test range."""
    if len(number) != 10 or not number.isascii() or not number.isdigit() or not number.startswith("999"):
        return False
    weighted: int = sum(map(mul, _WEIGHTS, number[:9].encode())) - _ZEROS
    return -weighted % 11 == int(number[9])


@cache
def _valid() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every serial that has a check digit, and the digit."""
    serials = np.arange(_SERIALS)
    weighted = _FIRST_THREE + sum(serials // 10 ** (weight - 2) % 10 * weight for weight in _WEIGHTS[3:])
    digits = (11 - weighted % 11) % 11
    usable = digits < 10
    return serials[usable], digits[usable]
