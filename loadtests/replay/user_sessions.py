"""A session under way over HTTP and its requests: what it knows, and what it says with each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loadtests.described.values import SessionValues
from loadtests.ers.session import ErsSession
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call, Site
from scenarios.behaviour.user_session import ClientRequest, HedgedCall, PopulationContext, UserSession
from scenarios.protocol.requests import caller_line, ticket_line, timeout_line


class ReplayedSession(UserSession):
    """`said` are the header lines of the requests of its call, `lag_s` is how late that was sent; `unanswered`
    is the last call of which nobody knows what came, `size_bytes` of the last answer, `ticket` from the waiting room.
    """

    __slots__ = ("asked_path", "lag_s", "said", "size_bytes", "ticket", "unanswered", "user", "values")

    def __init__(self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float) -> None:
        super().__init__(context, draws, row, number, start_s)
        self.user = ErsSession.of(number, context.plan.role)
        self.unanswered: Call | None = None
        self.ticket: bytes | None = None
        self.values: SessionValues | None = None  # of described operations, once one was called
        self.asked_path = ""  # by the last of them
        self.said = b""
        self.lag_s, self.size_bytes = 0.0, 0

    @property
    def key(self) -> int:
        """The session's own key."""
        return int(self.draws.keys[self.row])

    def speak(self, site: Site) -> None:
        """Settle what is said with the next call, for which a ticket is good once. A watched service hears who asks
        and for how long they will wait."""
        said = b""
        if self.context.scenario.is_watched:
            said = caller_line(self.caller)
            timeout_s = self.timeout_s(site)
            if timeout_s is not None:
                said += timeout_line(timeout_s - self.lag_s)
        if self.ticket is not None:
            said, self.ticket = said + ticket_line(self.ticket), None
        self.said = said


class ReplayedRequest(ClientRequest):
    """A request over HTTP. `greenlet` is who waits for its answer, once one does."""

    __slots__ = (
        "after_s", "began", "call", "done", "due_s", "greenlet", "hedged", "number", "outcome", "session", "way",
    )  # fmt: skip
    session: ReplayedSession

    def __init__(
        self, session: ReplayedSession, call: Call, done: Callable[[Any], None], hedged: HedgedCall | None, number: int
    ) -> None:
        self.session, self.call, self.done, self.hedged, self.number = session, call, done, hedged, number
        self.due_s, self.after_s, self.began, self.way = session.now_s, 0.0, False, None
        self.greenlet: Any = None
