"""A session under way over HTTP: where it is in its time, what it knows, and what it says with each request."""

from __future__ import annotations

from collections.abc import Callable

from loadtests.ers.session import ErsSession
from loadtests.schedule.due_sessions import Due
from scenarios.behaviour.callers import Caller
from scenarios.behaviour.guards import Guards
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.steps import Call, Session, Site
from scenarios.behaviour.user import behave
from scenarios.protocol.requests import caller_line, ticket_line, timeout_line

Calling = Callable[[Due], Caller]  # who sends the requests of a session


class Visitor:
    """One session under way. `asking` is its request in flight, `said` the header lines that go with it; `after_s` and
    `size_bytes` are of the last answer, `ticket` is what the waiting room gave."""

    __slots__ = (
        "after_s", "asking", "caller", "due", "guards", "lag_s", "now_s", "said", "session", "size_bytes", "ticket",
        "unanswered", "user",
    )  # fmt: skip

    def __init__(self, due: Due, plan: Plan, guards: Guards | None, calling: Calling | None) -> None:
        self.due, self.guards = due, guards
        self.now_s = due.start_s
        self.session: Session = behave(plan, due.draws, due.row, guards)
        self.user = ErsSession.of(due.number, plan.role)
        self.caller = caller_line(calling(due)) if calling is not None else b""
        self.asking: Call | None = None
        self.unanswered: Call | None = None
        self.ticket: bytes | None = None
        self.said = b""
        self.lag_s = self.after_s = 0.0
        self.size_bytes = 0

    def key(self, call: Call, hedge: int) -> int:
        """The key of a request: the call's first, or hedge `hedge` of it."""
        return self.due.draws.key(self.due.row, call.hedge_salt(hedge) if hedge else call.salt)

    def may_hedge(self) -> bool:
        """Whether its software would send a call once more."""
        return self.guards is None or self.guards.may_hedge()

    def speak(self, site: Site) -> None:
        """Settle what is said with the next request, for which a ticket is good once."""
        said = self.caller
        if said and site.timeout_s is not None:
            said += timeout_line(site.timeout_s - self.lag_s)
        if self.ticket is not None:
            said, self.ticket = said + ticket_line(self.ticket), None
        self.said = said
