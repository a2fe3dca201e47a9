"""What an HTTP answer means to the person who waits for it, as one of the scenario's outcomes.

What status and headers say, `scenarios.protocol.responses` reads; here a body is looked at too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from loadtests.http.replies import Reply
from loadtests.http.texts import json_of
from scenarios.language.outcomes import ERROR, GOOD
from scenarios.protocol.responses import after_s_in, outcome_in

_SHORT_BYTES: Final = 256


class _Resource(msgspec.Struct):
    """As little of a FHIR resource as there must be."""

    kind: str = msgspec.field(name="resourceType")


def outcome_of(reply: Reply) -> int:
    """The outcome of an answered request; a body whose content encoding is broken is no success."""
    outcome = outcome_in(reply.status, reply.headers, reply.body)
    return outcome if reply.is_readable or outcome != GOOD else ERROR


def after_s(reply: Reply, outcome: int) -> float:
    """In how many seconds the service said to come back; 0 when it did not say."""
    return after_s_in(reply.status, reply.headers, outcome)


def is_garbled(reply: Reply) -> bool:
    """Whether a body that calls itself JSON is none, or calls itself FHIR and is no resource."""
    kind = reply.headers.get(b"content-type", b"")
    if b"json" not in kind or not reply.body:
        return False
    try:
        msgspec.json.decode(json_of(reply), type=_Resource if b"fhir" in kind else msgspec.Raw)
    except (ValueError, RecursionError):
        return True
    return False


def is_no_outcome(reply: Reply) -> bool:
    """Whether a plain operation's answer is a JSON object that says nothing of an outcome. Only the mock has plain
    operations and answers them with objects; what is no JSON, or no object, is for its own service to judge."""
    kind = reply.headers.get(b"content-type", b"")
    if b"json" not in kind or not reply.body:
        return False
    return _says_no_outcome(reply.body, kind) if len(reply.body) <= _SHORT_BYTES else _lacks_outcome(reply)


@lru_cache(maxsize=256)
def _says_no_outcome(body: bytes, kind: bytes) -> bool:
    """The same of an answer's body and type: those of plain operations are short, and few."""
    return _lacks_outcome(Reply(200, {b"content-type": kind}, body))


def _lacks_outcome(reply: Reply) -> bool:
    try:
        answer = msgspec.json.decode(json_of(reply))
    except (ValueError, RecursionError):
        return True
    return isinstance(answer, dict) and "outcome" not in answer


def was_refused(reply: Reply) -> bool:
    """Whether a failed answer says for certain that nothing was done; after a 500 or a 504 nobody knows."""
    return reply.status < 500 or reply.status == 503
