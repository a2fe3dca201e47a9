"""What every effect on a service has: when it is, what it touches, and hooks that are taken out at its end."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from scenarios.behaviour.draws import name_key
from scenarios.effects.effect import EVERY, Only, Zone
from scenarios.effects.kinds import Aimed
from scenarios.language.outcomes import GOOD, TIMEOUT
from simulations.effects.aim import Aim, Everywhere
from simulations.service.hook_tables import HookTable
from simulations.service.request import Request
from simulations.service.service import Service
from simulations.service.service_hooks import (
    DEFENCE,
    EDGE,
    INSIDE,
    NETWORK,
    AdmissionHook,
    AfterWorkHook,
    AnswerHook,
    BeforeAcquireHook,
    DropHook,
    RequestHook,
    ServiceTimeHook,
)
from simulations.service.station import Station

# when all work is done: what decides how it ends, then whether there is a slot, then what spoils the answer
_DECIDES, SUPPLY, _CHANGES = range(-2, 1)
_RANKS: Final[dict[Zone, int]] = {"network": NETWORK, "edge": EDGE, "defence": DEFENCE, "inside": INSIDE}


class HookedEffect:
    """What the primitives are made of (`admission`, `answers`, `contended_record`, `queues`, `stations`, `surroundings`
    and `work` have them).

    Args: the service; the kind's values from the scenario; its name, from which its draws come; `moments`, to which
    the moment of each hit is added; how long it is to last (infinity when nobody knows).
    """

    def __init__(
        self, service: Service, settings: Any, name: str, moments: list[float], lasts_s: float = float("inf")
    ) -> None:
        self.service, self.settings, self.name, self.lasts_s = service, settings, name, lasts_s
        self.key = name_key(name)
        self._hits, self._moments = 0, moments
        self._undo: list[Callable[[], None]] = []
        self.aim = Aim(settings, self.key) if isinstance(settings, Aimed) else Everywhere()
        self.touches = self.aim.takes

    def end(self) -> None:
        """Act no more, and leave nothing behind."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()

    # what it touches

    @property
    def now_s(self) -> float:
        """The moment, on the service's clock."""
        now: float = self.service.env.now
        return now

    @property
    def station(self) -> Station:
        """The station at which it lies."""
        return self.service.by_name[self.settings.station]

    @property
    def hits(self) -> int:
        """How often it has touched something so far."""
        self.service.slowdowns.settle()
        return self._hits

    def hit(self) -> None:
        """It has touched a request, a server, or whatever it acts on."""
        self._hits += 1
        self._moments.append(self.service.env.now)

    def hit_at(self, moments: list[float]) -> None:
        """It has touched something at each of these moments."""
        self._hits += len(moments)
        self._moments.extend(moments)

    def changes(self, request: Request) -> bool:
        """Whether it touches a request whose answer is still as it should be: an answer is spoilt in one way, by the
        first to do so. (A client that has stopped waiting says so in `outcome`; the service does not know.)"""
        return request.response_fault is None and request.outcome in (GOOD, TIMEOUT) and self.touches(request)

    def is_meant(self, request: Request, only: Only) -> bool:
        """Whether a primitive that is for some requests `only` is for this one."""
        return only is EVERY or only.allows(request.program, request.caller.region)

    # when

    def at_end(self, function: Callable[[], None]) -> None:
        """Have something done at the end; what was asked for last is done first."""
        self._undo.append(function)

    def after(self, seconds: float, function: Callable[[], None]) -> None:
        """Have something done once, also when the effect has ended meanwhile."""
        self.service.env.timeout(seconds).callbacks.append(lambda _: function())

    def every(self, seconds: float, function: Callable[[], None]) -> None:
        """Have something done again and again until the end, for the first time after one interval."""
        env, ticking = self.service.env, [seconds]

        def tick(_: Any) -> None:
            if ticking:
                env.timeout(seconds).callbacks.append(tick)
                function()

        env.timeout(seconds).callbacks.append(tick)
        self._undo.append(ticking.clear)

    def crashed(self, function: Callable[[], None]) -> None:
        """Have something done whenever everything was lost."""
        self._hook(self.service.hooks.crash, function)

    # hooks

    def admission(self, zone: Zone, rule: AdmissionHook, operations: Collection[str] = ()) -> None:
        """Ask of every request that comes (to these operations)."""
        self.service.hooks.add_admission(_RANKS[zone], rule, operations)
        self._undo.append(lambda: self.service.hooks.remove_admission(rule))

    def before_acquire(self, hook: BeforeAcquireHook, station: str = "") -> None:
        """Ask when a request comes to a station (to this one)."""
        self._place(self.service.hooks.before_acquire, hook, [station] if station else [])

    def service_time(self, hook: ServiceTimeHook, station: str = "") -> None:
        """Ask when work begins (at this station)."""
        self._place(self.service.hooks.service_time, hook, [station] if station else [])

    def after_work(self, hook: AfterWorkHook, *, decides: bool = False) -> None:
        """Ask when all work is done; what decides the outcome is asked before what changes the answer."""
        self._place(self.service.hooks.after_work, hook, self.aim.operations, _DECIDES if decides else _CHANGES)

    def answer(self, hook: AnswerHook) -> None:
        """Ask when an answer is about to leave, whatever it says."""
        self._place(self.service.hooks.answer, hook, self.aim.operations)

    def ended(self, hook: RequestHook) -> None:
        """Tell when a request has ended, in whatever way."""
        self._hook(self.service.hooks.ended, hook)

    def client_gone(self, hook: RequestHook) -> None:
        """Tell when the client of a request inside has stopped waiting."""
        self._hook(self.service.hooks.client_gone, hook)

    def drops(self, hook: DropHook) -> None:
        """Ask when it is a waiting request's turn."""
        self._hook(self.service.hooks.drops, hook)

    def kept(self, outcome: int) -> list[Request]:
        """A place for requests that are kept until the end, and then end with `outcome`."""
        requests: list[Request] = []

        def let_go() -> None:
            for request in requests:
                self.service.fail(request, outcome)
            requests.clear()

        self.at_end(let_go)
        return requests

    def _place(self, hooks: HookTable[Any], hook: Any, places: Collection[str], rank: int = 0) -> None:
        hooks.add(hook, places, rank)
        self._undo.append(lambda: hooks.remove(hook))

    def _hook(self, hooks: list[Any], hook: Any) -> None:
        hooks.append(hook)
        self._undo.append(lambda: hooks.remove(hook))
