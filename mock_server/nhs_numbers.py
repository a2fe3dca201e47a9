"""NHS numbers of the 999 range, which is never given to a real patient.

Ten digits; the last makes the sum of the digits weighted 10 down to 1 a multiple of eleven.
Source: NHS data dictionary, NHS NUMBER; the 999 range is reserved for tests.
"""

from operator import mul

_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
_ZEROS = sum(_WEIGHTS) * ord("0")  # a digit's byte is that of 0 and its value more


def check_digit(first_nine: str) -> int:
    """The tenth digit; 10 marks nine digits that no NHS number starts with."""
    weighted: int = sum(map(mul, _WEIGHTS, first_nine.encode())) - _ZEROS
    return -weighted % 11


def is_synthetic(number: str) -> bool:
    """Whether this is a well-formed NHS number of the test range."""
    if len(number) != 10 or not number.isascii() or not number.isdigit() or not number.startswith("999"):
        return False
    return check_digit(number[:9]) == int(number[9])


def synthetic(index: int) -> str:
    """A well-formed number of the test range for an index; neighbours may share one."""
    for serial in range(index % 10**6, index % 10**6 + 11):
        first_nine = f"999{serial % 10**6:06d}"
        if (digit := check_digit(first_nine)) < 10:
            return f"{first_nine}{digit}"
    raise AssertionError("no check digit within eleven neighbours")
