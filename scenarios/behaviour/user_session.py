"""A user session under way, the requests that it sends, and what the sessions of one population have in common.

Either clock has its own kinds of session and of request, which add what it needs to know; `runner` moves them on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scenarios.behaviour.callers import Caller, caller_of
from scenarios.behaviour.guards import Guards, Race, guards_of
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.python_journeys import PythonSession, performed_in_python
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call, Session, Site
from scenarios.behaviour.user import behave
from scenarios.language.scenario import Scenario
from scenarios.measured.python_files import JourneyFaultError


@dataclass(frozen=True)
class PopulationContext:
    """What the sessions of one population have in common: what they do, and what their software has learnt."""

    scenario: Scenario
    plan: Plan
    guards: Guards | None

    @cached_property
    def is_watched(self) -> bool:
        """Whether the service hears who calls it and for how long they wait: something may act on it, or they hedge,
        and break off requests for another reason."""
        return self.scenario.is_watched or self.plan.behaviour.hedging is not None


def population_contexts(
    scenario: Scenario, plans: Sequence[Plan], now: Callable[[], float]
) -> tuple[PopulationContext, ...]:
    """The contexts of one engine by population; `now` gives the present in seconds since the scenario's midnight."""
    return tuple(PopulationContext(scenario, plan, guards_of(plan.behaviour, now)) for plan in plans)


@dataclass(slots=True)
class SessionCounts:
    """What a run has come to so far. Requests are the users': a hedge is none of its own."""

    sessions_started: int = 0
    requests_due: int = 0
    requests_ended: int = 0
    waiting_to_retry: int = 0

    @property
    def requests_open(self) -> int:
        """Requests that are due and have not ended, until the run is cut."""
        return self.requests_due - self.requests_ended


class UserSession:
    """One session under way. `number` is its place in the whole schedule, `row` the one in its `draws`; `send` takes
    what came of a step and gives the next.

    `now_s` is the session's own time: an answer sets it to the moment of the answer, a pause adds exactly its length.
    So while it waits for an answer it is when the request was due, from which response times count. `since_s` is when
    its person first began a session for the same purpose, and `followed` what is known of them beyond this one.
    """

    __slots__ = (
        "_caller", "achieved", "context", "draws", "followed", "granted", "guards", "line", "now_s", "number", "python",
        "retrying", "row", "send", "since_s", "start_s", "steps", "steps_since_s", "waits_for", "wishes",
    )  # fmt: skip
    waits_for: ClientRequest | HedgedCall | None
    retrying: bool  # while it pauses: whether for another try
    line: tuple[Site, float] | None  # while it waits for its turn: of which call, and since when that is tried
    wishes: dict[int, Any] | None  # by goal, what did not go well at once: `wishes.Wish`
    achieved: int  # a bit for each achievement of the scenario
    granted: int  # a bit for each operation that was answered well at once, where its person may come back

    def __init__(self, context: PopulationContext, draws: Draws, row: int, number: int, start_s: float) -> None:
        self.context, self.draws, self.row, self.number = context, draws, row, number
        self.start_s = self.now_s = self.steps_since_s = self.since_s = start_s
        self.followed: Any = None
        self.steps = 0  # since then
        self.guards = None if context.guards is None else context.guards.of_session()
        self.python = self._in_python() if context.plan.function else None
        if context.plan.locust is not None:
            self.send = self._by_locust(context.plan).send
        elif self.python is None:
            self.send = behave(context.plan, draws, row, self.guards).send
        self.waits_for = self.line = self.wishes = None
        self.achieved = self.granted = 0
        self._caller: Caller | None = None

    def _in_python(self) -> PythonSession:
        """The session as the function of its journey sees it, which performs it."""
        plan = self.context.plan
        mine = PythonSession(plan, self.draws, self.row, self.number)
        self.send = performed_in_python(mine, plan, self.draws, self.row, self.guards).send
        return mine

    def _by_locust(self, plan: Plan) -> Session:
        """What the session's Locust user asks for. Raises `JourneyFaultError` where there is none to ask."""
        if plan.performer is None:
            raise JourneyFaultError(f"populations.{plan.population}: a Locust user cannot be simulated")
        return plan.performer(self)

    def timeout_s(self, site: Site) -> float | None:
        """How long this person waits for an answer there; None for one who waits for ever."""
        drawn = site.drawn_timeout
        return site.timeout_s if drawn is None else self.draws.trait(self.row, drawn)

    @property
    def caller(self) -> Caller:
        """Who it is, as far as the service can tell; worked out when it is asked for, for most services never ask."""
        if self._caller is None:
            context, key = self.context, int(self.draws.keys[self.row])
            self._caller = caller_of(context.scenario, context.plan.population, key, self.number)
        return self._caller

    def comes_as(self, caller: Caller) -> None:
        """It is the session of somebody who comes back."""
        self._caller = caller


@dataclass(slots=True)
class Way:
    """One request's way through a network, in seconds; `done` is who waits for the answer at its end."""

    sent_s: float
    there_s: float
    back_s: float
    done: Callable[[Any], None]
    answered: bool = False  # the service has done with it, and its answer is on its way back

    @property
    def arrives_s(self) -> float:
        """When the request comes to the service."""
        return self.sent_s + self.there_s


class ClientRequest:
    """What a request of either clock knows, as a mix-in without slots. `due_s` is when its call was due; `done` is
    called with it once it has ended, when `outcome` and `after_s` are known. One of a hedged call has both."""

    __slots__ = ()
    session: Any  # a UserSession of the engine's own kind
    call: Call
    due_s: float
    outcome: int
    after_s: float
    done: Callable[[Any], None]
    hedged: HedgedCall | None = None
    number = 0
    way: Way | None = None  # through the network, where there is one that takes time
    began = True  # whether it was really sent; a busy load generator may not have come to it

    def gone(self) -> bool:
        """Whether nobody waits for its answer any more."""
        return self.session.waits_for is not (self.hedged or self)

    def requests(self) -> tuple[ClientRequest, ...]:
        """All that the service still has of this call."""
        return (self,)

    @property
    def key(self) -> int:
        """The key from which everything about this request is drawn."""
        session, call, number = self.session, self.call, self.number
        draws: Draws = session.draws
        if number or call.visit or call.attempt:
            return draws.key(session.row, call.hedge_salt(number) if number else call.salt)
        return draws.first_key(session.row, call.site.key)

    @property
    def deadline_s(self) -> float:
        """When its client stops to wait, in seconds since midnight; infinite for one who does not."""
        timeout_s = self.session.timeout_s(self.call.site)
        return float("inf") if timeout_s is None else self.due_s + timeout_s


class HedgedCall:
    """A call of which several requests may be under way: the session waits for it and for none of them. `open` has
    those that have not ended, by number; `next_s` is when the next is due."""

    __slots__ = ("after_s", "call", "due_s", "next_s", "open", "outcome", "race", "session")
    outcome: int
    next_s: float

    def __init__(self, session: UserSession, call: Call) -> None:
        self.session, self.call, self.due_s = session, call, session.now_s
        self.race, self.after_s = Race(), 0.0
        self.open: dict[int, ClientRequest] = {}

    @property
    def began(self) -> bool:
        """Whether its first request was really sent."""
        return 0 not in self.open or self.open[0].began

    def gone(self) -> bool:
        """Whether it has ended."""
        return self.session.waits_for is not self

    def requests(self) -> tuple[ClientRequest, ...]:
        """All that the service still has of this call, which know each other no longer: nobody collects cycles here."""
        requests = tuple(self.open.values())
        self.open.clear()
        return requests
