"""Random draws without a generator object: every draw is a pure function of its key.

A key is a 64-bit integer mixed from the seed, the replication, the population, the session and the step the
draw is for. So a draw does not depend on how many draws came before it: changing one part of a scenario leaves
every other draw as it was (common random numbers), worker k of n computes just its own share, and the same
seed gives the same bytes in both clocks.

The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number
generators*, OOPSLA 2014) over a Weyl sequence. Each function takes Python integers or `numpy.uint64` arrays alike:
whole arrays for the schedule, single integers for the rare draw (a retry) that no array foresaw.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
K = TypeVar("K", int, Keys)

_MASK = 0xFFFFFFFFFFFFFFFF
_WEYL = 0x9E3779B97F4A7C15
_TO_UNIT = 2.0**-52


def name_key(name: str) -> int:
    """The 64-bit key of a name, the same on every machine and in every process."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def mix(key: K, salt: int) -> K:
    """A new key from `key` and a 64-bit `salt`; every bit of both touches every bit of the result."""
    mixed: Any = (key ^ (salt * _WEYL & _MASK)) + _WEYL & _MASK
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _MASK
    return cast(K, mixed ^ (mixed >> 31))


def nth_key(key: int, n: K) -> K:
    """The key of member `n` (or of an array of members) of the family `key`: a population's n-th session."""
    return cast(K, mix(cast(Any, n ^ mix(key, 0)), 1))


def unit(key: Any) -> Any:
    """A uniform draw in the open interval (0, 1), for a key or an array of keys: 52 bits, centred in their cell,
    which is as many as leave room for the half in a float."""
    return ((key >> 12) + 0.5) * _TO_UNIT
