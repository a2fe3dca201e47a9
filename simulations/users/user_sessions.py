"""Whom a simulated service serves: a session under way, and its requests as the service sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simpy.events import Event

from scenarios.behaviour.callers import Caller, caller_of
from scenarios.behaviour.guards import Guards, Race
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call
from scenarios.language.scenario import Scenario
from simulations.service.service import Request


@dataclass(frozen=True)
class Crowd:
    """What the sessions of one population have in common: what they do, and what their software has learnt."""

    scenario: Scenario
    plan: Plan
    guards: Guards | None


class Visitor(Event):
    """One session under way; as an event, the end of its pause. `request` is what it waits for."""

    __slots__ = ("callbacks", "crowd", "draws", "number", "request", "retrying", "row", "send", "start_s")
    _ok = True
    _value = None
    callbacks: Any  # one list shared by all visitors: SimPy reads it and forgets it
    request: ClientRequest | None
    retrying: bool
    # what the service gives its clients to keep, as over HTTP a session key and a header
    logged_on: int | None = None
    ticket: float | None = None
    _caller: Caller | None = None

    def __init__(self, crowd: Crowd, draws: Draws, row: int, number: int, start_s: float, send: Any) -> None:
        self.crowd, self.draws, self.row, self.number, self.start_s = crowd, draws, row, number, start_s
        self.send, self.request = send, None

    @property
    def caller(self) -> Caller:
        """Who it is, as far as the service can tell."""
        if self._caller is None:
            crowd, key = self.crowd, int(self.draws.keys[self.row])
            self._caller = caller_of(crowd.scenario, crowd.plan.population, key, self.number)
        return self._caller


class ClientRequest(Request):
    """A request and the visitor who sent it, and who waits for it as long as it is the visitor's `request`.

    What a service may want to know of it is worked out when it asks: most never do.
    """

    __slots__ = ("call", "sent_s", "visitor")
    call: Call
    sent_s: float
    visitor: Visitor

    def gone(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.visitor.request is not self

    def sent(self) -> tuple[ClientRequest, ...]:
        """All requests of this call."""
        return (self,)

    @property
    def key(self) -> int:  # type: ignore[override]  # the service only reads them
        """The key from which everything about this request is drawn."""
        return self.visitor.draws.key(self.visitor.row, self.call.salt)

    @property
    def caller(self) -> Caller:  # type: ignore[override]
        return self.visitor.caller

    @property
    def client(self) -> Visitor:
        return self.visitor

    @property
    def deadline_s(self) -> float:  # type: ignore[override]
        timeout_s = self.call.site.timeout_s
        return float("inf") if timeout_s is None else self.sent_s + timeout_s


class HedgedRequest(ClientRequest):
    """The first request of a hedged call: the visitor waits for it, and is told through it."""

    __slots__ = ("hedges", "race")
    race: Race
    hedges: tuple[Hedge, ...]

    def sent(self) -> tuple[ClientRequest, ...]:
        """All requests of this call, which know each other no longer: nobody collects cycles here."""
        hedges, self.hedges = self.hedges, ()
        return (self, *hedges)


class Hedge(ClientRequest):
    """A further request of a hedged call, the `number`-th from 1. Nobody waits for it but for the call."""

    __slots__ = ("first", "number")
    first: HedgedRequest
    number: int

    def gone(self) -> bool:
        return self.first.gone()

    @property
    def key(self) -> int:  # type: ignore[override]
        return self.visitor.draws.key(self.visitor.row, self.call.hedge_salt(self.number))

    @property
    def deadline_s(self) -> float:  # type: ignore[override]
        return self.first.deadline_s
