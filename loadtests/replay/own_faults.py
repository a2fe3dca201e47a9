"""Exceptions of the load test's own: what they came to is counted, and the first is shown.

Such a request has the outcome `error`, so that its session goes on, and the replay is not valid.
"""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass


@dataclass
class OwnFaults:
    """`count` of them; `first` is the traceback of the first, without an end of line."""

    count: int = 0
    first: str = ""

    def note(self, fault: Exception) -> None:
        """One more; the first is shown on standard error."""
        self.count += 1
        if self.count == 1:
            self.first = "".join(traceback.format_exception(fault)).rstrip()
            print(self.first, file=sys.stderr, flush=True)
