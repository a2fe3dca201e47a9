"""The network between the people and the service: how long a request is on its way, and its answer on its way back.

It lies between the runner and either engine and is therefore written once: in virtual time a way is an event, over
loopback the load generator waits as long before it sends, and after it has the answer. So on both clocks:

- Response times count from when a call was due to when its answer has come back, both ways included.
- Whoever gives up while the request is on its way does not call it back: it arrives, and the service does the work.
- That they have given up is news which takes as long to reach the service as the request did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scenarios.behaviour.distributions import Distribution, distribution_of
from scenarios.behaviour.draws import mix, name_key
from scenarios.behaviour.engine import Engine
from scenarios.behaviour.schedule import Draws
from scenarios.behaviour.steps import Call
from scenarios.behaviour.user_session import HedgedCall, PopulationContext, Way
from scenarios.language.people import Population

THERE_KEY, BACK_KEY = name_key("way there"), name_key("way back")
Ways = tuple[Distribution, Distribution]  # there, back


class NetworkedEngine:
    """An engine (`scenarios.behaviour.engine.Engine`) that is reached through a network.

    Args: the engine, and by population how long each way takes; None for those who are at the service.
    """

    def __init__(self, engine: Engine[Any, Any], ways: Sequence[Ways | None]) -> None:
        self._engine, self._ways = engine, ways
        self.clock, self.session = engine.clock, engine.session
        self.wake_at, self.wake_last_at = engine.wake_at, engine.wake_last_at

    def request(self, session: Any, call: Call, done: Callable[[Any], None]) -> Any:
        """A call's only request, with its way."""
        return self._on_its_way(self._engine.request, session, session, call, 0, done)

    def hedge(self, hedged: HedgedCall, number: int, done: Callable[[Any], None]) -> Any:
        """Request `number` of a hedged call, with a way of its own."""
        return self._on_its_way(self._engine.hedge, hedged.session, hedged, number, number, done)

    def send(self, request: Any) -> None:
        """It arrives when its way is over, whoever waits for it then."""
        way: Way | None = request.way
        if way is None:
            self._engine.send(request)
            return
        request.began = True
        if request.number:  # a hedge is sent later than its call was due
            way.sent_s = self.clock.now_s
        if way.there_s > 0:
            self.wake_at(way.sent_s + way.there_s, self._engine.send, request)
        else:
            self._engine.send(request)

    def let_go(self, request: Any) -> None:
        """The service hears of it after the request, by the same way."""
        way: Way | None = request.way
        if way is None or way.there_s <= 0 or way.answered:
            self._engine.let_go(request)
        else:
            self.wake_at(self.clock.now_s + way.there_s, self._engine.let_go, request)

    def _on_its_way(
        self, make: Callable[..., Any], session: Any, whose: Any, what: Any, number: int, done: Callable[[Any], None]
    ) -> Any:
        ways = self._ways[session.draws.population]
        if ways is None:
            return make(whose, what, done)
        request = make(whose, what, self._answered)
        there_s, back_s = (
            _drawn(session.draws, session.row, request.call, key + number, way)
            for key, way in zip((THERE_KEY, BACK_KEY), ways, strict=True)
        )
        request.way = Way(request.due_s, there_s, back_s, done)
        return request

    def _answered(self, request: Any) -> None:
        way: Way = request.way
        way.answered = True
        if way.back_s > 0:
            self.wake_at(self.clock.now_s + way.back_s, way.done, request)
        else:
            way.done(request)


def over_network(engine: Engine[Any, Any], contexts: Sequence[PopulationContext]) -> Engine[Any, Any]:
    """The engine as its people reach it; the same one where nobody is away."""
    ways = [ways_of(context.scenario.populations[context.plan.population]) for context in contexts]
    return NetworkedEngine(engine, ways) if any(ways) else engine


def ways_of(population: Population) -> Ways | None:
    """How long each way takes these people; None for those who are at the service."""
    network = population.network
    if network is None or (network.there.is_zero and network.back.is_zero):
        return None
    return distribution_of(network.there), distribution_of(network.back)


def _drawn(draws: Draws, row: int, call: Call, key: int, way: Distribution) -> float:
    return draws.value(row, mix(call.site.key, key), call.visit, way, call.attempt)
