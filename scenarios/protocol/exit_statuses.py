"""The exit statuses by which a load test tells `rehearse`, or a pipeline, why it ended; 104 and 108 are those of k6."""

from __future__ import annotations

from typing import Final

INVALID_STATUS: Final = 98  # what was measured does not count
REFUSED_STATUS: Final = 104  # load may not be sent there
STOPPED_STATUS: Final = 108  # by a rule of the run's own
INTERRUPTED_STATUS: Final = 130  # by a person, as shells have it
