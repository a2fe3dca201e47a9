"""How long a service takes to recover from a fault, read off a recording.

Before the fault there is a level: the mean rate of good answers in up to `BEFORE` windows. The service has recovered at
the first moment after the fault's end from which, over `STEADY` windows in a row taken together, good answers come at
no less than `LEVEL` of that rate *and* the share of good among all offered is back to `LEVEL` of what it was. The
second condition keeps a burst of demand that happens to be answered in part from looking like recovery. Windows are
those of the intended start, so a request that waited counts where its user began to wait.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from recordings.recording import Recording
from scenarios.language.outcomes import GOOD, OUTCOMES

BEFORE: Final = 30
STEADY: Final = 3
LEVEL: Final = 0.9
_NO_END = OUTCOMES.index("in_line")


def recovery_s(recording: Recording, start_s: float, end_s: float) -> float:
    """Seconds from a fault's end to recovery; 0 when nothing was lost; infinity when the recording ends before that;
    NaN when it shows no level before the fault."""
    form = recording.form
    numbers = recording.response.by_window()
    good, offered = numbers[GOOD].astype(float), np.delete(numbers, _NO_END, axis=0).sum(axis=0).astype(float)
    begun = int((start_s - form.start_s) / form.window_s + 1e-9)
    before = slice(max(0, begun - BEFORE), begun)
    if begun == 0 or not good[before].sum():
        return math.nan
    rate, share = good[before].mean(), good[before].sum() / offered[before].sum()
    first = math.ceil((end_s - form.start_s) / form.window_s - 1e-9)
    for window in range(max(first, 0), form.windows - STEADY + 1):
        here = slice(window, window + STEADY)
        back = good[here].mean() >= LEVEL * rate
        if back and good[here].sum() >= LEVEL * share * offered[here].sum():
            return max(0.0, form.start_s + window * form.window_s - end_s)
    return math.inf
