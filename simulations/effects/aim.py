"""Which requests an effect touches."""

from __future__ import annotations

from scenarios.behaviour.draws import mix, unit
from scenarios.effects.effect import AffectedRequest
from scenarios.effects.kinds import Aimed


class Aim:
    """Which requests an effect touches: those of `where`, by draws of its `key`."""

    def __init__(self, where: Aimed, key: int) -> None:
        self._operations, self._populations = frozenset(where.operations), frozenset(where.populations)
        self._regions, self._share, self._key = frozenset(where.regions), where.share, key

    def takes(self, request: AffectedRequest) -> bool:
        """Whether it touches this one: the same answer however often it is asked, and on both clocks."""
        if self._operations and request.program.name not in self._operations:
            return False
        if self._populations and request.caller.population not in self._populations:
            return False
        if self._regions and request.caller.region not in self._regions:
            return False
        return self._share >= 1.0 or is_drawn(request, self._key, self._share)


def is_drawn(request: AffectedRequest, key: int, share: float) -> bool:
    """Whether a request is one of a share, by a draw of this key."""
    return bool(unit(mix(request.key, key)) < share)


def every_request(request: AffectedRequest) -> bool:
    """The aim of an effect that has none."""
    return True
