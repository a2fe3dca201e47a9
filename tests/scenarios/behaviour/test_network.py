"""A network between the people and the service, with an engine that answers as a test says."""

from __future__ import annotations

from scenarios.behaviour.network import NetworkedEngine, over_network
from scenarios.behaviour.runner import SessionRunner
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.user_session import population_contexts
from scenarios.language.outcomes import BUSY, GOOD, TIMEOUT, UNFINISHED
from scenarios.language.reading import read_text
from tests.fixtures.scenarios.fake_engine import FakeEngine, FakeRequest, Plot
from tests.fixtures.scenarios.recorded import Noted

SCENARIO = """\
title: Far away
period: 0 s to 1 s
drain: 20 s
service:
  stations: {{till: {{servers: 1}}}}
  operations: {{buy: {{steps: [{{use: till, time: 1 s}}]}}}}
behaviours: {{people: {behaviour}}}
journeys: {{visit: {{steps: [{{call: buy}}]}}}}
populations: {{people: {{arrivals: {{at_once: 1}}, journey: visit, behaviour: people, network: {network}}}}}
"""


class FarService(FakeEngine):
    """A service that notes when requests come to it, and when it hears that somebody has gone."""

    def __init__(self, *plots: Plot) -> None:
        super().__init__(plots)
        self.came_s: list[float] = []
        self.gone_s: list[float] = []

    def send(self, request: FakeRequest) -> None:
        self.came_s.append(self.clock.now_s)
        super().send(request)

    def let_go(self, request: FakeRequest) -> None:
        self.gone_s.append(self.clock.now_s)


def performed(engine: FarService, network: str, behaviour: str = "{}", end_s: float = 20.0) -> Noted:
    """What one person notes who calls once at 0 s."""
    scenario = read_text(SCENARIO.format(network=network, behaviour=behaviour))
    drawn, noted = schedule(scenario, 1), Noted()
    contexts = population_contexts(scenario, drawn.plans, lambda: engine.clock.now_s)
    runner = SessionRunner(engine, contexts, drawn.blocks(), noted)
    engine.start(runner.starts())
    engine.clock.run(end_s)
    runner.cut(end_s)
    return noted


def test_a_response_takes_both_ways_and_what_the_service_took() -> None:
    service = FarService([(1.0, GOOD)])
    noted = performed(service, "{there: 250 ms, back: 500 ms}")
    assert service.came_s == [0.25]
    assert noted.times(GOOD) == [(0.0, 1.75)]


def test_one_duration_is_each_way() -> None:
    assert performed(FarService([(1.0, GOOD)]), "2 s").times(GOOD) == [(0.0, 5.0)]


def test_who_gives_up_while_the_request_is_on_its_way_does_not_call_it_back() -> None:
    service = FarService([(1.0, GOOD)])
    noted = performed(service, "4 s", "{timeout: 3 s}")
    assert noted.times(TIMEOUT) == [(0.0, 3.0)]
    assert service.came_s == [4.0]
    assert service.gone_s == [7.0]  # the news takes 4 s, too


def test_who_gives_up_while_the_answer_is_on_its_way_back_has_no_answer() -> None:
    noted = performed(FarService([(1.0, GOOD)]), "1 s", "{timeout: 2500 ms}")
    assert noted.outcomes() == {TIMEOUT: 1}


def test_an_answer_that_comes_back_at_the_limit_is_in_time() -> None:
    noted = performed(FarService([(1.0, GOOD)]), "1 s", "{timeout: 3 s}")
    assert noted.times(GOOD) == [(0.0, 3.0)]


def test_a_retry_goes_the_whole_way_again() -> None:
    service = FarService([(0.0, BUSY)], [(0.0, GOOD)])
    noted = performed(service, "1 s", "{retries: 1, back_off: {first: 500 ms}}")
    assert service.came_s == [1.0, 3.5]
    assert (noted.times(BUSY), noted.times(GOOD)) == ([(0.0, 2.0)], [(2.5, 2.0)])


def test_a_hedge_is_on_its_way_from_when_it_is_sent_and_the_other_is_let_go() -> None:
    service = FarService([], [(0.0, GOOD)])
    noted = performed(service, "1 s", "{hedging: {after: 3 s}}")
    assert service.came_s == [1.0, 4.0]
    assert noted.times(GOOD) == [(0.0, 5.0)]
    assert service.gone_s == [6.0]


def test_what_is_on_its_way_when_the_run_ends_is_unfinished() -> None:
    service = FarService([(1.0, GOOD)])
    assert performed(service, "4 s", end_s=3.0).times(UNFINISHED) == [(0.0, 3.0)]
    assert service.came_s == []


def test_ways_are_drawn_for_each_request_and_the_same_for_the_same_seed() -> None:
    ways = "{there: {normal: {mean: 100 ms, sd: 20 ms}}, back: {exponential: 50 ms}}"
    services = [FarService([(0.0, BUSY)], [(0.0, GOOD)]) for _ in range(2)]
    seen = [performed(one, ways, "{retries: 1, back_off: {first: 1 s}}") for one in services]
    assert services[0].came_s == services[1].came_s
    assert seen[0].times(GOOD) == seen[1].times(GOOD)
    first, second = services[0].came_s[0], services[0].came_s[1] - seen[0].times(GOOD)[0][0]
    assert first != second
    assert 0.02 < first < 0.18 and 0.02 < second < 0.18


def test_without_a_network_the_engine_is_what_it_was() -> None:
    engine = FakeEngine([])
    for network, kind in (("0 s", FakeEngine), ("{there: 1 ms}", NetworkedEngine)):
        scenario = read_text(SCENARIO.format(network=network, behaviour="{}"))
        contexts = population_contexts(scenario, schedule(scenario, 1).plans, lambda: 0.0)
        assert type(over_network(engine, contexts)) is kind
