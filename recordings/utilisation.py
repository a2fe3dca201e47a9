"""How busy a station's servers were, of those that it had."""

from __future__ import annotations

import numpy as np

from recordings.histogram import FloatArray


def share_busy(busy: FloatArray, available: FloatArray) -> FloatArray:
    """How many of the servers that are there are busy, of sums over the same samples: 1 at most, for a server that a
    fault takes while it is held serves to the end; 0 where none is there, for what cannot serve is not full."""
    held = np.minimum(busy, available)
    return np.divide(held, available, out=np.zeros(np.shape(held)), where=np.asarray(available) > 0)
