"""Moments as FHIR writes them."""

import datetime as dt
import time
from functools import lru_cache


def instant(moment: dt.datetime | None = None) -> str:
    """A moment as FHIR writes it, to the millisecond; the present when none is given."""
    if moment is None:
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        return f"{_second(seconds)}.{nanoseconds // 10**6:03d}Z"
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    """A whole second of the clock: thousands of instants fall into one."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat().removesuffix("+00:00")
