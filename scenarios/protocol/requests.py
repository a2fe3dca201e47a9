"""What a client says with a request: its key, who sends it, how long it will wait, its ticket, whether it is modelled.

The load test writes whole header lines, of which all that can be is made once a run or once a session; the mock server
reads a request's headers. Each pair of functions here is the two ends of one header.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import Final
from urllib.parse import quote, unquote

from scenarios.behaviour.callers import NOBODY, ROUTINE, Caller
from scenarios.protocol.headers import (
    CALLER,
    CORRELATION_ID,
    MODELLED,
    OPERATION,
    TICKET,
    TIMEOUT_MS,
    ReceivedHeaders,
    whole_number,
)

_CORRELATION_ID: Final = CORRELATION_ID.lower()
_CALLER: Final = CALLER.lower()
_TIMEOUT_MS: Final = TIMEOUT_MS.lower()
_TICKET: Final = TICKET.lower()
_MODELLED: Final = MODELLED.lower()
_OPERATION: Final = OPERATION.lower()
_NOT_MODELLED: Final = b"no"
# numbers whole, and of a length that nobody can misuse; names as `caller_line` writes them, the last of them if any
_CALLER_VALUE: Final = re.compile(rb"([^;]{0,2000});([^;]{0,2000});([0-9]{1,9});([0-9]{1,9})(?:;([^;]{0,2000}))?")
_TICKET_VALUE: Final = re.compile(rb"-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:e[+-]?[0-9]{1,3})?")
_HEX: Final = b"0123456789abcdefABCDEF"
_KEY_DIGITS: Final = 16
_TIMEOUT_LINE: Final = TIMEOUT_MS + b": %d\r\n"
_TICKET_LINE: Final = TICKET + b": %b\r\n"

# for a client of any library: no part of the rehearsal. A mock answers such a request at once, others ignore it
APART: Final = {MODELLED.decode(): _NOT_MODELLED.decode()}


def key_line(run: str) -> bytes:
    """The line that carries a request's key, to be filled in with `%`; `run` is the run's own prefix."""
    return CORRELATION_ID + b": " + run.replace("%", "%%").encode() + b"-%016x\r\n"


def key_in(headers: ReceivedHeaders) -> int | None:
    """The request's 64-bit key, from the 16 hex digits at the end of its correlation id; None when it has none."""
    tail = headers.get(_CORRELATION_ID, b"")[-_KEY_DIGITS:]
    return int(tail, 16) if len(tail) == _KEY_DIGITS and not tail.strip(_HEX) else None


def correlation_id_in(headers: ReceivedHeaders) -> bytes | None:
    """The request's correlation id, as whoever sent it wants it back."""
    return headers.get(_CORRELATION_ID)


def caller_line(caller: Caller) -> bytes:
    """The line that says who sends a request."""
    value = f"{quote(caller.population)};{quote(caller.region)};{caller.practice};{caller.priority}"
    if caller.specialty:
        value += f";{quote(caller.specialty)}"
    return CALLER + b": " + value.encode() + b"\r\n"


def caller_in(headers: ReceivedHeaders) -> Caller:
    """Who sends a request; nobody when it does not say."""
    value = headers.get(_CALLER)
    return NOBODY if value is None else _caller(value)


@lru_cache(maxsize=4096)
def _caller(value: bytes) -> Caller:
    found = _CALLER_VALUE.fullmatch(value)
    if found is None:
        return NOBODY
    population, region, practice, priority, specialty = (part.decode("latin-1") for part in found.groups(b""))
    return Caller(unquote(population), unquote(region), int(practice), min(int(priority), ROUTINE), unquote(specialty))


def timeout_line(left_s: float) -> bytes:
    """The line that says how many seconds its client still waits for the answer."""
    return _TIMEOUT_LINE % max(0, round(left_s * 1000))


def timeout_s_in(headers: ReceivedHeaders) -> float | None:
    """How many seconds its client still waits; None when it does not say."""
    timeout_ms = whole_number(headers.get(_TIMEOUT_MS))
    return None if timeout_ms is None else timeout_ms / 1000


def ticket_line(ticket: bytes) -> bytes:
    """The line that shows a ticket, as the waiting room gave it."""
    return _TICKET_LINE % ticket


def ticket_in(headers: ReceivedHeaders) -> float | None:
    """The turn on the ticket that a request shows, in the model's seconds; None without one."""
    ticket = headers.get(_TICKET)
    if ticket is None or not _TICKET_VALUE.fullmatch(ticket):
        return None
    turn_s = float(ticket)
    return turn_s if isfinite(turn_s) else None


def operation_line(name: str) -> bytes:
    """The line that says which of the scenario's operations a request is, where its address does not."""
    return OPERATION + b": " + quote(name).encode() + b"\r\n"


def operation_in(headers: ReceivedHeaders) -> str:
    """Which of the scenario's operations a request says that it is; nothing when it does not say."""
    return unquote(headers.get(_OPERATION, b"").decode("latin-1"))


def is_modelled(headers: ReceivedHeaders) -> bool:
    """Whether a request takes the model's time; an audit's, for one, does not want to."""
    return headers.get(_MODELLED) != _NOT_MODELLED
