"""How a request can end, and how a session can end: the words that users, engines and recordings share.

A request's outcome is an index into `OUTCOMES`, small and cheap to compare.
"""

from __future__ import annotations

GOOD, BUSY, LEFT_QUEUE, ERROR, REFUSED, TIMEOUT, UNFINISHED, NOT_STARTED = range(8)

OUTCOMES = (
    "good",  # answered in time, with success
    "busy",  # turned away at once: a queue was full
    "left_queue",  # taken out of a queue after its longest allowed wait
    "error",  # answered with another failure
    "refused",  # no connection, or the connection broke
    "timeout",  # the client stopped waiting
    "unfinished",  # still open when the run ended; counted at its age
    "not_started",  # due within the run, yet never sent
)
# whose response time counts: a quick refusal is no quick answer; whom nobody answered waited at least so long
WAITED_FOR = ("good", "timeout", "unfinished", "not_started")
ANSWERED = frozenset({"good", "busy", "left_queue", "error"})  # an answer came back

FINISHED, GAVE_UP, CUT = range(3)
ENDINGS = ("finished", "gave_up", "cut")  # cut: the run ended first
