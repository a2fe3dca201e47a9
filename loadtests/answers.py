"""What an HTTP answer means to the person who waits for it, as one of the scenario's outcomes.

2xx, and 307 (the file is over there), is good. A service that can say more than 503 says it in
`X-Rehearsal-Outcome`; without that header 503 and 429 mean that it was busy. Anything else is an error.
"""

from __future__ import annotations

from typing import Final

from loadtests.connections import Reply
from scenarios.outcomes import BUSY, ERROR, GOOD, LEFT_QUEUE

_SAID: Final = {b"busy": BUSY, b"left_queue": LEFT_QUEUE, b"error": ERROR}


def outcome_of(reply: Reply) -> int:
    """The outcome of an answered request."""
    status = reply.status
    if 200 <= status < 300 or status == 307:
        return GOOD
    said = _SAID.get(reply.headers.get(b"x-rehearsal-outcome", b""))
    if said is not None:
        return said
    return BUSY if status in (429, 503) else ERROR


def was_refused(reply: Reply) -> bool:
    """Whether a failed answer says for certain that nothing was done; after a 500 or a 504 nobody knows."""
    return reply.status < 500 or reply.status == 503
