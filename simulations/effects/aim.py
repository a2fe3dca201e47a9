"""Which requests an effect touches."""

from __future__ import annotations

from collections.abc import Callable

from scenarios.behaviour.draws import mix, unit
from scenarios.effects.kinds import Aimed
from simulations.service.request import Request

_Draw = Callable[[Request], bool]


class Aim:
    """Which requests an effect touches: those of `where`, by draws of its `key`. Implements
    `simulations.service.slowdowns.Aiming`."""

    def __init__(self, where: Aimed, key: int) -> None:
        self.operations, self._populations = frozenset(where.operations), frozenset(where.populations)
        self._regions = frozenset(where.regions)
        self.asks_caller = bool(self._populations or self._regions)
        share = where.share
        self.draws: _Draw | None = None if share >= 1.0 else lambda request: is_drawn(request, key, share)

    def takes(self, request: Request) -> bool:
        """Whether it touches this one: the same answer however often it is asked, and on both clocks."""
        return self.covers(request) and (self.draws is None or self.draws(request))

    def covers(self, request: Request) -> bool:
        """Whether it is of the operations, populations and regions, whatever the share of them."""
        if self.operations and request.program.name not in self.operations:
            return False
        if self._populations and request.caller.population not in self._populations:
            return False
        return not (self._regions and request.caller.region not in self._regions)


def is_drawn(request: Request, key: int, share: float) -> bool:
    """Whether a request is one of a share, by a draw of this key."""
    return bool(unit(mix(request.key, key)) < share)


class Everywhere:
    """The aim of an effect that has none; implements `simulations.service.slowdowns.Aiming`."""

    asks_caller, draws, operations = False, None, frozenset[str]()

    def covers(self, request: Request) -> bool:
        """It is."""
        return True

    takes = covers
