"""A request inside a service: how far it has come on its operation's program, and what has become of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scenarios.behaviour.callers import NOBODY, Caller
from scenarios.language.outcomes import GOOD
from simulations.service.pause_gate import PauseGate
from simulations.service.programs import Program
from simulations.service.simpy_clock import Triggered

CUT: Final = ("cut",)  # a response fault that breaks an answer off in its middle, when some of it has left
DRIBBLE: Final = "dribble"  # one that lets it leave slowly: for so long, and how it looks besides


class Request(Triggered):
    """One request; `done(request)` is called when `outcome` is known.

    It is itself the event at which its work is done, scheduled again for each piece of work: only work costs an event.
    `counter` is the program counter, the place of the next instruction.
    """

    __slots__ = (
        "callbacks", "counter", "dead", "done", "durations", "gate_stood_s", "outcome", "pause_gate", "program",
        "waiting_since_s",
    )  # fmt: skip
    callbacks: Any  # one list shared by all requests
    waiting_since_s: float
    pause_gate: PauseGate  # what stops the work that it is at, and
    gate_stood_s: float  # how long that had stood still when the work began
    key: int = 0  # from which its share of a fault is drawn
    caller: Caller = NOBODY
    client: Any = None  # keeps `logged_on` and `ticket` from one request to the next
    deadline_s = float("inf")  # on the service's clock: its client waits no longer
    response_fault: tuple[Any, ...] | None = None  # how its answer looks on the wire, where that is out of the ordinary
    after_s = 0.0  # when its client shall come back
    doomed: int | None = None  # the outcome with which its work will fail
    dribbles_s = 0.0  # how long its answer takes to leave
    missed: tuple[Any, ...] = ()  # for each visit to a station with caches that is under way, what they did not have

    def __init__(self, program: Program, durations: tuple[float, ...], done: Callable[[Any], None]) -> None:
        self.program, self.durations, self.done = program, durations, done
        self.counter = 0
        self.outcome = GOOD
        self.dead = False  # it has ended, whatever may still be on the clock for it

    def begins(self, _: Request) -> None:
        """Its answer begins to leave, and is `done` when the last of it has left."""

    @property
    def ticket(self) -> float | None:
        """When its client's turn in the waiting room is."""
        return getattr(self.client, "ticket", None)

    def give_ticket(self, turn_s: float | None) -> None:
        """Let its client keep a ticket, or take it away."""
        if self.client is not None:
            self.client.ticket = turn_s
