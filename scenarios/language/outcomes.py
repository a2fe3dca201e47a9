"""How a request can end, and how a session can end: the words that users, services and recordings share.

A request's outcome is an index into `OUTCOMES`, small and cheap to compare.
"""

from __future__ import annotations

GOOD, BUSY, LEFT_QUEUE, ERROR, REFUSED, TIMEOUT, UNFINISHED, NOT_STARTED = range(8)
CONFLICT, LOGGED_OUT, NO_SLOT, IN_LINE, HELD_BACK, NOT_LET_IN, RATE_LIMITED, LATE = range(8, 16)

OUTCOMES = (
    "good",  # answered in time, with success
    "busy",  # turned away at once: a queue was full
    "left_queue",  # taken out of a queue after its longest allowed wait
    "error",  # answered with another failure
    "refused",  # no connection, or the connection broke
    "timeout",  # the client stopped waiting
    "unfinished",  # still open when the run ended; counted at its age
    "not_started",  # due within the run, yet never sent
    "conflict",  # somebody else holds the record, or has changed it
    "logged_out",  # the session is not known any more
    "no_slot",  # the appointment slot is gone
    "in_line",  # the waiting room: come back when it is your turn; no end of a request, and in no share of them
    "held_back",  # never sent: the client's circuit breaker, budget or throttle held it back
    "not_let_in",  # in the waiting room until its user gave up or the run ended; counted at its age
    "rate_limited",  # turned away: whoever sent it sends more than it may
    "late",  # answered well, and later than the operation's `expect: within` allows
)
ENDS = tuple(name for name in OUTCOMES if name != "in_line")  # what comes of a request
# whose response time counts: a quick refusal is no quick answer; whom nobody answered waited at least so long
WAITED_FOR = ("good", "late", "timeout", "unfinished", "not_started", "not_let_in")
# of those, whose response time is known to its end; the others waited at least so long
TIMED = ("good", "late")
# never put on the wire
UNSENT = ("not_started", "held_back", "not_let_in")
# an answer came back
ANSWERED = frozenset(
    {"good", "busy", "left_queue", "error", "conflict", "logged_out", "no_slot", "in_line", "rate_limited", "late"}
)
SAID_BY_SERVICE = ANSWERED - {"late"}  # that an answer is late, only who waits for it knows

FINISHED, GAVE_UP, CUT = range(3)
ENDINGS = ("finished", "gave_up", "cut")  # cut: the run ended first

# what is counted of itself, beside the scenario's own achievements
INTENDED_MARK, HEDGED_MARK = "intended", "hedged"
GONE_MARKS = {"paper": "on_paper", "later": "put_off", "nothing": "given_up"}  # by a behaviour's `gives_up_to`
RESERVED_MARKS = frozenset({INTENDED_MARK, HEDGED_MARK, *GONE_MARKS.values()})

# where a referral is: received electronically, or not received; between them stand the scenario's channels
ELECTRONIC = ("electronic at once", "electronic later", "half-made")
NOT_RECEIVED = ("lost", "held", "forgotten", "given up", "under way")
STILL_OPEN = ("held", "under way")  # of those, what may yet be received
PLACE_WORDS = ("electronic", "other channels", "not received")  # several places together
PRIORITIES = ("two_week_wait", "urgent", "routine")  # the most urgent first
ROLES = ("clinician", "receptionist", "provider")
# what people's time goes into, beside the work that they came for
STAFF_TIME = ("at a screen", "retrying", "in line", "on paper", "re-keying")
