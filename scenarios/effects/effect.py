"""What a fault or defence may do to a service while it is on, whatever runs the service.

A kind is told to `begin` with such an effect and asks it for what it does: a few named primitives, with values. It
never sees a request. At its end the effect takes everything back.

`simulations.effects.service_effect` does all of it on a service of queues, on both clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

Zone = Literal["network", "edge", "defence", "inside"]  # where a request is stopped as it comes; the outermost first
QueueOrder = Literal["fifo", "lifo", "adaptive_lifo", "priority"]
LimitedBy = Literal["practice", "application", "everyone"]  # whose requests share one rate
Abandonment = Literal["client_gone", "deadline_passed"]  # its client has left, or its turn comes after its deadline
WireFault = tuple[Any, ...]  # how an answer looks on the wire, where that is out of the ordinary


class AffectedOperation(Protocol):
    """What a request asks for."""

    @property
    def name(self) -> str: ...
    @property
    def api(self) -> str | None: ...
    @property
    def action(self) -> str | None: ...


class AffectedStation(Protocol):
    """A station of the service."""

    @property
    def servers(self) -> int: ...
    @property
    def installed(self) -> int: ...  # servers, those included that are lost for the time being
    @property
    def busy(self) -> int: ...


@dataclass(frozen=True)
class Only:
    """Which requests a primitive is meant for: those for which every condition holds. An empty one is no condition.

    `apis` and `but_apis` are the codes of API calls (`A011`): one of the first, none of the second. A request that is
    no API call is in neither.
    """

    operations: frozenset[str] = frozenset()
    apis: frozenset[str] = frozenset()
    but_apis: frozenset[str] = frozenset()
    action: str = ""
    regions: frozenset[str] = frozenset()

    def allows(self, operation: AffectedOperation, region: str) -> bool:
        """Whether requests to an operation from a region are meant."""
        return (
            (not self.operations or operation.name in self.operations)
            and (not self.apis or operation.api in self.apis)
            and operation.api not in self.but_apis
            and (not self.action or operation.action == self.action)
            and (not self.regions or region in self.regions)
        )


EVERY: Final = Only()


class WorkGate(Protocol):
    """Stops work at a station, or everywhere, until it is opened again."""

    def close(self) -> None: ...
    def reopen(self) -> None: ...


class Effect(Protocol):
    """What it is told of itself, and the primitives. What they change is as before at the effect's end, unless they say
    otherwise.

    "Requests that it touches" are those at which its kind is aimed (`kinds.Aimed`; without an aim, all). Each primitive
    hits what it changes; a kind says `hit` of what no primitive counts.
    """

    @property
    def now_s(self) -> float:
        """The moment, on the service's clock."""

    @property
    def lasts_s(self) -> float:
        """How long it is to last; infinity when nobody knows."""

    @property
    def station(self) -> AffectedStation:
        """The station at which it lies."""

    def hit(self) -> None:
        """It has touched a server, or whatever it acts on."""

    # when

    def at_end(self, function: Callable[[], None]) -> None:
        """Have something done at the end; what was asked for last is done first."""

    def after(self, seconds: float, function: Callable[[], None]) -> None:
        """Have something done once, also when the effect has ended meanwhile."""

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        """Have something done again and again until the end, for the first time after one interval."""

    def crashed(self, function: Callable[[], None]) -> None:
        """Have something done whenever everything was lost."""

    # stations

    def resize(self, change: int) -> None:
        """Its station has more servers, or fewer once they have finished; whoever resizes sees to the end."""

    def lose_servers(self, servers: int) -> None:
        """So many more of its station's servers are gone, each once it has finished. What several effects take adds up,
        and no more are gone than there were."""

    def regain_servers(self) -> None:
        """All that it has taken are back before its end."""

    def close_station(self) -> None:
        """Nobody is given a server of its station."""

    # queues

    def bound_queue(self, at_most: int) -> None:
        """No more wait at its station; who comes then is turned away, and hit."""

    def limit_wait(self, longest_s: float, *, counts: bool = False) -> None:
        """Nobody waits longer at its station. Who leaves for it is hit where it `counts`."""

    def order_queue(self, order: QueueOrder, from_queue: int) -> None:
        """Another order at its station; adaptive_lifo turns round once `from_queue` wait. A request that comes while
        several wait, so that the order decides something, is a hit."""

    def drop_long_waits(self, target_s: float, interval_s: float) -> None:
        """CoDel at its station: a request whose turn it is leaves unserved if it has waited longer than `target_s` and
        the queue has not been empty within `interval_s`, longer than `interval_s` if it has."""

    def drop_abandoned(self, when: Abandonment, stations: Collection[str]) -> None:
        """Work that nobody waits for is let go (that which waits or is done at these stations; none: all work)."""

    # work

    def work_gate(self, station: str | None) -> WorkGate:
        """What stops work at a station, or everywhere; whoever closes it sees to the end."""

    def lengthen_work(self, factor: float, extra_s: float, station: str | None) -> None:
        """Work that begins takes so many times as long and so much longer, for requests that it touches. Of several at
        once, factors multiply and what is longer adds up after that, whichever came first."""

    def contend(self, contention: float, coherency: float) -> None:
        """Work that begins at its station takes 1 + σ·(N - 1) + κ·N·(N - 1) times as long, N being the servers that are
        busy then, σ the contention and κ the coherency. Work beside other work is hit."""

    def hang_work(self, outcome: int) -> None:
        """Work at its station never ends, for requests that it touches; at the end they fail with this outcome."""

    def fail_work(self, outcome: int) -> None:
        """Work that begins at its station fails when it is done, for requests that it touches."""

    def fail_before_acquire(self, outcome: int) -> None:
        """Requests that it touches fail as they come to its station."""

    def fail_served(self, outcome: int) -> None:
        """Requests at which its station works fail, now."""

    # admission

    def refuse(self, zone: Zone, outcome: int, fault: WireFault, only: Only = EVERY) -> None:
        """Requests that it touches and that are meant are turned away as they come."""

    def swallow(self, zone: Zone, outcome: int, fault: WireFault, only: Only = EVERY) -> None:
        """They are kept without an answer, and end with this outcome at the effect's end."""

    def limit_rate(self, per: LimitedBy, rate: float, burst: int, operations: Collection[str]) -> None:
        """A token bucket each, `burst` deep and filled at `rate` a second: a request (to these operations; none: to
        all) that finds no token is answered 429, and told when there will be one."""

    def limit_inside(self, operations: Collection[str], at_most: int) -> None:
        """Of requests to these operations together no more are inside; others are turned away."""

    def admit_in_turn(self, admits: float, operations: Collection[str]) -> None:
        """Turns to come in come at the rate `admits` a second. A request to these operations that comes before its
        client's turn is told its place and when to come back, and its client keeps the turn as a ticket."""

    def shed(self, queue_above: int, spares: Collection[str], share: float, operations: Collection[str]) -> None:
        """While more than so many wait at its station, this share of requests (to these operations; none: to all) is
        turned away, but for work of the priorities that it spares."""

    # a record that many want to change

    def keep_versions(self) -> None:
        """Requests that it touches change one record: who came before another's change was done, and whose work is
        done after it, is refused (409)."""

    def lock_record(self) -> None:
        """Requests that it touches change one record: who comes while another has it is refused (423). A request has it
        from its admission to its end."""

    # answers

    def change_answers(
        self, fault: WireFault, outcome: int | None = None, *, only: Only = EVERY, decides: bool = False
    ) -> None:
        """When the work of requests that it touches and that are meant is done, their answer looks so, with another
        outcome where one is given. What `decides` the outcome comes before what changes the answer, and an answer is
        changed once, by the first to do so."""

    def slow_answers(self, takes_s: float) -> None:
        """Answers to requests that it touches take so much longer to leave, whatever they say."""

    # what stands around the service

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
