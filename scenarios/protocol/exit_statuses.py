"""The exit statuses by which a load test tells `rehearse`, or a pipeline, why it ended; they are those of k6."""

from __future__ import annotations

from typing import Final

REFUSED_STATUS: Final = 104  # load may not be sent there
STOPPED_STATUS: Final = 108  # by a rule of the run's own
