"""What the service says with an answer: what became of the request, when to come back, which ticket it gives.

A status says less than the model knows: turned away at once and left in the queue are both 503. So the mock server
names the outcome beside it. Of a service that does not, the status is all there is: 2xx, and 307 (the file is over
there), is good; 401 a lost session; 409 and 423 a record that somebody else changed or holds; 422 with the e-RS code
SLOT_NOT_AVAILABLE a slot that is gone; 429 more requests than its sender may send; 503 that it was busy. Anything else
is an error.
"""

from __future__ import annotations

import math
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import time
from typing import Final

from scenarios.language.outcomes import (
    BUSY,
    CONFLICT,
    ERROR,
    GOOD,
    IN_LINE,
    LOGGED_OUT,
    NO_SLOT,
    OUTCOMES,
    RATE_LIMITED,
    SAID_BY_SERVICE,
)
from scenarios.protocol.headers import (
    AFTER_MS,
    CORRELATION_ID,
    OUTCOME,
    RETRY_AFTER,
    TICKET,
    HeaderPairs,
    ReceivedHeaders,
    whole_number,
)

SLOT_GONE: Final = "SLOT_NOT_AVAILABLE"  # the e-RS code
# HTTP/1.1 as uvicorn takes it: names in lower case, in both directions
_OUTCOME: Final = OUTCOME.lower()
_AFTER_MS: Final = AFTER_MS.lower()
_TICKET: Final = TICKET.lower()
_RETRY_AFTER: Final = RETRY_AFTER.lower()
_DATE: Final = b"date"
_CORRELATION_ID: Final = CORRELATION_ID.lower()
_NAMED: Final = {name.encode(): number for number, name in enumerate(OUTCOMES) if name in SAID_BY_SERVICE}
_BY_STATUS: Final = {401: LOGGED_OUT, 409: CONFLICT, 423: CONFLICT, 429: RATE_LIMITED, 503: BUSY}
_STATUSES: Final = {
    "good": 200,
    "in_line": 202,
    "logged_out": 401,
    "conflict": 409,
    "no_slot": 422,
    "busy": 503,
    "left_queue": 503,
    "rate_limited": 429,
}


def status_of(outcome: str) -> int:
    """The status with which the service answers a request that came to this; 500 of an error."""
    return _STATUSES.get(outcome, 500)


def outcome_in(status: int, headers: ReceivedHeaders, body: bytes) -> int:
    """What became of an answered request, a place in `OUTCOMES`."""
    named = _NAMED.get(headers.get(_OUTCOME, b""))
    if named is not None:
        return named
    if 200 <= status < 300 or status == 307:
        return GOOD
    if status == 422 and SLOT_GONE.encode() in body:
        return NO_SLOT
    return _BY_STATUS.get(status, ERROR)


def is_outcome_named(headers: ReceivedHeaders) -> bool:
    """Whether the answer says itself what became of its request, as the mock server's do."""
    return _OUTCOME in headers


def outcome_headers(outcome: str, after_s: float = 0.0) -> HeaderPairs:
    """What became of a request, one of `OUTCOMES`, and when to come back, where there is such a time."""
    named = ((_OUTCOME, outcome.encode()),)
    return (*named, *_after_headers(after_s)) if after_s else named


def in_line_headers(after_s: float, ticket: object) -> HeaderPairs:
    """The waiting room's answer: come back in so many seconds, with this ticket."""
    return (*_after_headers(after_s), *outcome_headers(OUTCOMES[IN_LINE]), (_TICKET, str(ticket).encode()))


def retry_after(seconds: int) -> HeaderPairs:
    """When to come back, where a whole number of seconds says all."""
    return ((_RETRY_AFTER, b"%d" % seconds),)


def _after_headers(after_s: float) -> HeaderPairs:
    """In whole seconds for every client, and exactly for who reads it."""
    return (*retry_after(math.ceil(after_s)), (_AFTER_MS, b"%d" % round(after_s * 1000)))


def after_s_in(status: int, headers: ReceivedHeaders, outcome: int) -> float:
    """In how many seconds the service said to come back; 0 when it did not say."""
    if outcome == IN_LINE and _AFTER_MS in headers:
        return (whole_number(headers[_AFTER_MS]) or 0) / 1000
    if outcome != IN_LINE and status not in (429, 503):
        return 0.0
    after = headers.get(_RETRY_AFTER)
    if after is None:
        return 0.0
    seconds = whole_number(after)
    return _until(after, headers.get(_DATE)) if seconds is None else float(seconds)


def _until(date: bytes, said_at: bytes | None) -> float:
    """Seconds until an HTTP date; 0 when that is none, or past. The service's own clock tells when it said so, as far
    as it does (`Date`): nobody's clock need be right."""
    until_s = _http_date_s(date)
    if until_s is None:
        return 0.0
    from_s = None if said_at is None else _http_date_s(said_at)
    return max(0.0, until_s - (time() if from_s is None else from_s))


def _http_date_s(date: bytes) -> float | None:
    """A moment as a header has it, in seconds since 1970. Source: RFC 9110, 5.6.7 and 10.2.3."""
    try:
        found = parsedate_to_datetime(date.decode("ascii"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def given_ticket_in(headers: ReceivedHeaders) -> bytes | None:
    """The ticket that the waiting room gave; None without one."""
    return headers.get(_TICKET)


def echo_headers(correlation_id: bytes | None) -> HeaderPairs:
    """The request's correlation id, given back."""
    return () if correlation_id is None else ((_CORRELATION_ID, correlation_id),)
