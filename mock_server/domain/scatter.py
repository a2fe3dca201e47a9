"""A number scattered over 64 bits: splitmix64 (Steele, Lea, Flood, OOPSLA 2014)."""

from typing import Final

_MASK: Final = (1 << 64) - 1


def scatter(count: int) -> int:
    """One step of splitmix64."""
    z = (count * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)
