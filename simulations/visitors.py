"""Whom a simulated service serves: a session under way, and its requests as the service sees them."""

from __future__ import annotations

from typing import Any

from simpy.events import Event

from scenarios.guards import Race
from scenarios.sessions import Draws
from scenarios.steps import Call
from simulations.service import Request


class Visitor(Event):
    """One session under way; as an event, the end of its pause. `request` is what it waits for."""

    __slots__ = ("_ticket", "callbacks", "draws", "number", "request", "retrying", "row", "send", "start_s")
    _ok = True
    _value = None
    callbacks: Any  # one list shared by all visitors: SimPy reads it and forgets it
    request: ClientRequest | None
    retrying: bool

    def __init__(self, draws: Draws, row: int, number: int, start_s: float, send: Any) -> None:
        self.draws, self.row, self.number, self.start_s, self.send = draws, row, number, start_s, send
        self.request = None

    @property
    def ticket(self) -> Any:
        """Its place in a waiting room; None outside."""
        return getattr(self, "_ticket", None)

    @ticket.setter
    def ticket(self, ticket: Any) -> None:
        self._ticket = ticket


class ClientRequest(Request):
    """A request and the visitor who sent it, and who waits for it as long as it is the visitor's `request`.

    What a service may want to know of it is worked out when it asks: most never do.
    """

    __slots__ = ("call", "sent_s", "visitor")
    after_s = 0.0
    call: Call
    sent_s: float
    visitor: Visitor

    def gone(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.visitor.request is not self

    @property
    def key(self) -> int:
        """The key from which everything about this request is drawn."""
        return self.visitor.draws.key(self.visitor.row, self.call.salt)

    @property
    def deadline_s(self) -> float:
        """When the client stops waiting."""
        timeout_s = self.call.site.timeout_s
        return float("inf") if timeout_s is None else self.sent_s + timeout_s

    @property
    def ticket(self) -> Any:
        """The visitor's place in a waiting room, which the next request brings along."""
        return self.visitor.ticket

    @ticket.setter
    def ticket(self, ticket: Any) -> None:
        self.visitor.ticket = ticket


class HedgedRequest(ClientRequest):
    """The first request of a hedged call: the visitor waits for it, and is told through it."""

    __slots__ = ("race",)
    race: Race


class Hedge(ClientRequest):
    """A further request of a hedged call, the `number`-th from 1. Nobody waits for it but for the call."""

    __slots__ = ("first", "number")
    first: HedgedRequest
    number: int

    def gone(self) -> bool:
        return self.first.gone()

    @property
    def key(self) -> int:
        return self.visitor.draws.key(self.visitor.row, self.call.hedge_salt(self.number))

    @property
    def deadline_s(self) -> float:
        return self.first.deadline_s
