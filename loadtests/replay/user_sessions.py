"""A session under way over HTTP and its requests: what it knows, and what it says with each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from loadtests.described.values import SessionValues
from loadtests.ers.session import ErsSession
from loadtests.http.connection import Connection
from loadtests.locust_users.asked import LocustAnswering
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call, Site
from scenarios.behaviour.user_session import ClientRequest, HedgedCall, PopulationContext, UserSession, Way
from scenarios.language.outcomes import ERROR
from scenarios.protocol.requests import caller_line, ticket_line, timeout_line

# what a request came to on the wire, as `recordings.exchange_recorder` has it: when it was due, the place of its
# ending, its time and that of its parts, bytes sent and received, and whether a connection was opened
Exchange = tuple[float, int, float, float, float, float, float, int, int, bool]
NO_EXCHANGE: Final[Exchange] = (0.0, -1, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, False)  # of one that was not sent


class ReplayedSession(UserSession):
    """`said` are the header lines of the requests of its call, `lag_s` is how late that was sent; `unanswered`
    is the last call of which nobody knows what came, `size_bytes` of the last answer, `ticket` from the waiting room,
    `exchange` what the call that has ended last came to on the wire.
    """

    __slots__ = (
        "_user", "asked_path", "exchange", "lag_s", "locust", "said", "size_bytes", "ticket", "unanswered", "values",
    )  # fmt: skip

    def __init__(self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float) -> None:
        self.locust: LocustAnswering | None = None  # given below where a Locust user performs it
        super().__init__(context, draws, row, number, start_s)
        self._user: ErsSession | None = None
        self.unanswered: Call | None = None
        self.ticket: bytes | None = None
        self.values: SessionValues | None = None  # of described operations, once one was called
        self.asked_path = ""  # by the last of them
        self.said = b""
        self.lag_s, self.size_bytes = 0.0, 0
        self.exchange: Exchange = NO_EXCHANGE

    @property
    def user(self) -> ErsSession:
        """The e-RS user whose session it is; made up when somebody asks, for a plain operation never does."""
        if self._user is None:
            self._user = ErsSession.of(self.number, self.context.plan.role)
        return self._user

    @property
    def key(self) -> int:
        """The session's own key."""
        return int(self.draws.keys[self.row])

    def speak(self, site: Site) -> None:
        """Settle what is said with the next call, for which a ticket is good once. A service on which
        something may act hears who asks and for how long they will wait."""
        said = b""
        if self.context.is_watched:
            said = caller_line(self.caller)
            timeout_s = self.timeout_s(site)
            if timeout_s is not None:
                said += timeout_line(timeout_s - self.lag_s)
        if self.ticket is not None:
            said, self.ticket = said + ticket_line(self.ticket), None
        self.said = said


class ReplayedRequest(ClientRequest, msgspec.Struct, eq=False):
    """A request over HTTP. `connection` is where its answer is to come from, once it is sent."""

    session: ReplayedSession
    call: Call
    done: Callable[[Any], None]
    due_s: float
    hedged: HedgedCall | None = None
    number: int = 0
    outcome: int = ERROR
    after_s: float = 0.0
    began: bool = False
    way: Way | None = None
    connection: Connection | None = None
