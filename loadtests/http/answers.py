"""What an HTTP answer means to the person who waits for it, as one of the scenario's outcomes.

A service that can say more than a status says it in `X-Rehearsal-Outcome`. Without that header 2xx, and 307 (the file
is over there), is good; 401 a lost session; 409 and 423 a record that somebody else changed or holds; 422 with the e-RS
code SLOT_NOT_AVAILABLE a slot that is gone; 503 and 429 mean that it was busy. Anything else is an error.
"""

from __future__ import annotations

from typing import Final

import msgspec

from loadtests.http.connections import Reply
from scenarios.language.outcomes import (
    ANSWERED,
    BUSY,
    CONFLICT,
    ERROR,
    GOOD,
    IN_LINE,
    LOGGED_OUT,
    NO_SLOT,
    OUTCOMES,
)

SAID: Final = b"x-rehearsal-outcome"
TICKET: Final = b"x-rehearsal-ticket"
_AFTER_MS: Final = b"x-rehearsal-after-ms"
_NAMED: Final = {name.encode(): number for number, name in enumerate(OUTCOMES) if name in ANSWERED}
_BY_STATUS: Final = {401: LOGGED_OUT, 409: CONFLICT, 423: CONFLICT, 429: BUSY, 503: BUSY}


class _Resource(msgspec.Struct):
    """As little of a FHIR resource as there must be."""

    kind: str = msgspec.field(name="resourceType")


def outcome_of(reply: Reply) -> int:
    """The outcome of an answered request."""
    status, said = reply.status, reply.headers.get(SAID)
    if said is not None and said in _NAMED:
        return _NAMED[said]
    if 200 <= status < 300 or status == 307:
        return GOOD
    if status == 422 and b"SLOT_NOT_AVAILABLE" in reply.body:
        return NO_SLOT
    return _BY_STATUS.get(status, ERROR)


def after_s(reply: Reply, outcome: int) -> float:
    """In how many seconds the service said to come back; 0 when it did not say."""
    headers = reply.headers
    if outcome == IN_LINE and _AFTER_MS in headers:
        return _number(headers[_AFTER_MS]) / 1000
    return _number(headers.get(b"retry-after", b"")) if outcome == IN_LINE or reply.status in (429, 503) else 0.0


def is_garbled(reply: Reply) -> bool:
    """Whether a body that calls itself JSON is none, or calls itself FHIR and is no resource."""
    kind = reply.headers.get(b"content-type", b"")
    if b"json" not in kind or not reply.body:
        return False
    try:
        msgspec.json.decode(reply.body, type=_Resource if b"fhir" in kind else msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True
    return False


def is_no_outcome(reply: Reply) -> bool:
    """Whether a plain operation's answer is a JSON object that says nothing of an outcome. Only the mock has plain
    operations and answers them with objects; what is no JSON, or no object, is for its own service to judge."""
    if b"json" not in reply.headers.get(b"content-type", b""):
        return False
    try:
        answer = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True
    return isinstance(answer, dict) and "outcome" not in answer


def was_refused(reply: Reply) -> bool:
    """Whether a failed answer says for certain that nothing was done; after a 500 or a 504 nobody knows."""
    return reply.status < 500 or reply.status == 503


def _number(text: bytes) -> float:
    """A count of seconds; a date, which Retry-After may also be, is none."""
    return float(text) if text.isdigit() else 0.0
