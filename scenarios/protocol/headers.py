"""The HTTP headers in which load test and mock server talk about a request, beside what it asks for and answers.

A name is bytes as it is written; what is received has names in lower case, as ASGI and the load test's own client
deliver them. What cannot be read counts as not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CORRELATION_ID: Final = b"X-Correlation-ID"  # e-RS's own; ends with the request's key
CALLER: Final = b"X-Rehearsal-Caller"
TIMEOUT_MS: Final = b"X-Rehearsal-Timeout-Ms"
TICKET: Final = b"X-Rehearsal-Ticket"  # the waiting room gives one, and the client shows it
MODELLED: Final = b"X-Rehearsal-Modelled"
OPERATION: Final = b"X-Rehearsal-Operation"  # of a request that a journey in Python has changed
OUTCOME: Final = b"X-Rehearsal-Outcome"
AFTER_MS: Final = b"X-Rehearsal-After-Ms"
RETRY_AFTER: Final = b"Retry-After"  # HTTP's own, in whole seconds or as a date

_DIGITS_MOST: Final = 15  # more are rubbish, and no time that anybody waits

ReceivedHeaders = Mapping[bytes, bytes]
HeaderPairs = tuple[tuple[bytes, bytes], ...]


def whole_number(value: bytes | None) -> int | None:
    """A header's value as a number of at most 15 digits; None of anything else."""
    return int(value) if value is not None and value.isdigit() and len(value) <= _DIGITS_MOST else None
