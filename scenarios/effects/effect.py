"""What a fault or defence may do to a service while it is on, whatever runs the service.

A kind is told to `begin` with such an effect and asks it for what it does; at its end the effect takes everything back.
Most kinds are a few of the named primitives. Those that are more put hooks of their own into the service.

`simulations.effects.service_effect` does all of it on a service of queues, on both clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sized
from typing import Any, Literal, Protocol

Zone = Literal["network", "edge", "defence", "inside"]  # where a request is stopped as it comes; the outermost first
QueueOrder = Literal["fifo", "lifo", "adaptive_lifo", "priority"]
WireFault = tuple[Any, ...]  # how an answer looks on the wire, where that is out of the ordinary


class AffectedOperation(Protocol):
    """What a request asks for."""

    @property
    def name(self) -> str: ...
    @property
    def api(self) -> str | None: ...
    @property
    def action(self) -> str | None: ...


class AffectedCaller(Protocol):
    """Who sends it, as far as a service can tell."""

    @property
    def population(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def practice(self) -> int: ...
    @property
    def priority(self) -> int: ...  # 0 is the most urgent


class AffectedRequest(Protocol):
    """A request inside the service. Moments are on the service's clock, in seconds."""

    outcome: int
    response_fault: WireFault | None
    after_s: float  # when its client shall come back
    doomed: int | None  # the outcome with which its work will fail

    @property
    def key(self) -> int: ...  # from which its draws come
    @property
    def program(self) -> AffectedOperation: ...
    @property
    def caller(self) -> AffectedCaller: ...
    @property
    def deadline_s(self) -> float: ...
    @property
    def waiting_since_s(self) -> float: ...
    @property
    def ticket(self) -> float | None: ...
    def give_ticket(self, turn_s: float | None) -> None: ...


class AffectedStation(Protocol):
    """A station of the service."""

    @property
    def name(self) -> str: ...
    @property
    def servers(self) -> int: ...
    @property
    def installed(self) -> int: ...  # servers, those included that are lost for the time being
    @property
    def busy(self) -> int: ...
    @property
    def waiting(self) -> Sized: ...


Which = Callable[[AffectedRequest], bool]
AdmissionRule = Callable[[AffectedRequest], int | None]  # an outcome turns the request away, None lets it in
BeforeAcquire = Callable[[AffectedRequest, AffectedStation], int | None]  # the same as it comes to a station
ServiceTime = Callable[[AffectedRequest, AffectedStation | None, float], float]  # how many seconds the work takes now
AnswerTime = Callable[[AffectedRequest], float]  # how many seconds later the last of the answer is there
OfRequest = Callable[[AffectedRequest], None]
Drops = Callable[[AffectedRequest, AffectedStation], bool]  # whether a request whose turn it is ends instead


class WorkGate(Protocol):
    """Stops work at a station, or everywhere, until it is opened again."""

    def close(self) -> None: ...
    def reopen(self) -> None: ...


class EffectHooks(Protocol):
    """What every effect has: when it is, what it touches, and hooks that are there until its end."""

    @property
    def now_s(self) -> float:
        """The moment, on the service's clock."""

    @property
    def station(self) -> AffectedStation:
        """The station at which it lies."""

    @property
    def can_serve(self) -> bool:
        """Whether a server of that station is there for who comes now."""

    def hit(self) -> None:
        """It has touched a request, a server, or whatever it acts on."""

    def touches(self, request: AffectedRequest) -> bool:
        """Whether a request is one of those at which it is aimed."""

    def changes(self, request: AffectedRequest) -> bool:
        """Whether it touches a request whose answer is still as it should be."""

    def draws(self, request: AffectedRequest, share: float) -> bool:
        """Whether a request is one of this share, by a draw of the effect's own."""

    def priority(self, request: AffectedRequest) -> str:
        """How urgent the work is: two_week_wait, urgent or routine."""

    def whereabouts(self, request: AffectedRequest) -> AffectedStation | None:
        """The station at which a request waits or is worked on."""

    def at_end(self, function: Callable[[], None]) -> None:
        """Have something done at the end; what was asked for last is done first."""

    def after(self, seconds: float, function: Callable[[], None]) -> None:
        """Have something done once, also when the effect has ended meanwhile."""

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        """Have something done again and again until the end, for the first time after one interval."""

    def admission(self, zone: Zone, rule: AdmissionRule, operations: Collection[str] = ()) -> None:
        """Ask of every request that comes (to these operations)."""

    def before_acquire(self, hook: BeforeAcquire, station: str = "") -> None:
        """Ask when a request comes to a station (to this one)."""

    def service_time(self, hook: ServiceTime, station: str = "") -> None:
        """Ask when work begins (at this station)."""

    def after_work(self, hook: OfRequest, *, decides: bool = False) -> None:
        """Ask when all work is done; what decides the outcome is asked before what changes the answer."""

    def answer(self, hook: AnswerTime) -> None:
        """Ask when an answer is about to leave, whatever it says."""

    def ended(self, hook: OfRequest) -> None:
        """Tell when a request has ended, in whatever way."""

    def client_gone(self, hook: OfRequest) -> None:
        """Tell when the client of a request inside has stopped waiting."""

    def drops(self, hook: Drops) -> None:
        """Ask when it is a waiting request's turn."""

    def crashed(self, hook: Callable[[], None]) -> None:
        """Tell when everything was lost."""


class Effect(EffectHooks, Protocol):
    """The primitives. What they change is as before at the effect's end, unless they say otherwise."""

    @property
    def lasts_s(self) -> float:
        """How long it is to last; infinity when nobody knows."""

    def resize(self, change: int) -> None:
        """Its station has more servers, or fewer once they have finished; whoever resizes sees to the end."""

    def lose_servers(self, servers: int) -> None:
        """So many more of its station's servers are gone, each once it has finished. What several effects take adds up,
        and no more are gone than there were."""

    def regain_servers(self) -> None:
        """All that it has taken are back before its end."""

    def close_station(self) -> None:
        """Nobody is given a server of its station."""

    def limit_wait(self, longest_s: float) -> None:
        """Nobody waits longer at its station."""

    def bound_queue(self, at_most: int) -> None:
        """No more wait at its station."""

    def order_queue(self, order: QueueOrder, from_queue: int) -> None:
        """Another order at its station; adaptive_lifo turns round once `from_queue` wait."""

    def work_gate(self, station: str | None) -> WorkGate:
        """What stops work at a station, or everywhere; whoever closes it sees to the end."""

    def lengthen_work(self, factor: float, extra_s: float, station: str | None) -> None:
        """Work that begins takes so many times as long and so much longer, for requests that it touches. Of several at
        once, factors multiply and what is longer adds up after that, whichever came first."""

    def hang_work(self, outcome: int) -> None:
        """Work at its station never ends, for requests that it touches; at the end they fail with this outcome."""

    def fail_work(self, outcome: int) -> None:
        """Work that begins at its station fails when it is done, for requests that it touches."""

    def fail_before_acquire(self, outcome: int) -> None:
        """Requests that it touches fail as they come to its station."""

    def fail_served(self, outcome: int) -> None:
        """Requests at which its station works fail, now."""

    def refuse(self, zone: Zone, outcome: int, fault: WireFault, which: Which | None = None) -> None:
        """Requests that it touches (those of `which`) are turned away as they come."""

    def swallow(self, zone: Zone, outcome: int, fault: WireFault, which: Which | None = None) -> None:
        """They are kept without an answer, and end with this outcome at the effect's end."""

    def change_answers(
        self,
        fault: WireFault,
        outcome: int | None = None,
        *,
        which: Which | None = None,
        decides: bool = False,
    ) -> None:
        """When the work of requests that it touches (those of `which`) is done, their answer looks so, with another
        outcome where one is given."""

    def slow_answers(self, takes_s: float) -> None:
        """Answers to requests that it touches take so much longer to leave, whatever they say."""

    def abandon(self, request: AffectedRequest) -> bool:
        """Let go of a request wherever it is; true unless its work is done."""

    def flush_caches(self, names: Collection[str]) -> int:
        """Empty the named caches (all, if none are named); how many that are. They fill again by themselves."""

    def end_sessions(self) -> None:
        """Everybody is logged off, and has to log on again."""

    def crash(self) -> None:
        """The process dies with everything under way, and is back at the end."""

    def stop_listening(self) -> None:
        """Open connections break and new ones are refused."""

    def hide_slots(self) -> None:
        """No free appointment slots are shown."""

    def take_down_status_page(self) -> None:
        """The status page does not answer."""
