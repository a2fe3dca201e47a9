"""Faults and defences that come and go at random: whatever happens, nobody and nothing is lost.

Everything happens on quarters of a second, so that much of it happens at one moment.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.language.faults import Fault
from scenarios.language.registry import DEFENCES, FAULTS
from scenarios.language.scenario import Scenario
from simulations.effects.timeline import Timeline
from tests.fixtures.simulations.effect_bench import Client, EffectBench, caller
from tests.fixtures.simulations.random_services import STATION, STATIONS, steps

LAST_S = 8.0  # by then everything has begun; a second later everything is over
QUARTERS = st.integers(0, int(LAST_S * 4) - 1).map(lambda quarter: quarter / 4)
WORKS = st.integers(0, 12).map(lambda quarter: quarter / 4)
PLACE = st.sampled_from(STATIONS)
OPERATION = st.lists(st.sampled_from(["log on", "x", "y"]), max_size=2, unique=True)
AIM: dict[str, Any] = {
    "operations": OPERATION,
    "populations": st.sampled_from([[], ["gp"]]),
    "regions": st.sampled_from([[], ["north"]]),
    "share": st.sampled_from([1.0, 0.5]),
}
SHORT = st.sampled_from(["250 ms", "500 ms", "1 s"])
SETTINGS: dict[str, dict[str, Any]] = {
    "servers_lost": {"station": PLACE, "servers": st.integers(1, 4)},
    "slowdown": {"station": PLACE, "factor": st.sampled_from([0.5, 3.0]), **AIM},
    "leak": {"station": PLACE, "loses": st.sampled_from(["1 / s", "4 / s"]), "least": st.integers(0, 1)},
    "pause": {"station": st.none() | PLACE, "length": SHORT, "every": st.none() | st.just("1250 ms")},
    "contention": {"station": PLACE, "contention": st.just(0.5), "coherency": st.just(0.5)},
    "contended_record": {"lock": st.sampled_from(["optimistic", "pessimistic"]), **AIM},
    "cache_flush": {},
    "hang": {"station": PLACE, **AIM},
    "dependency_errors": {"station": PLACE, **AIM},
    "dependency_down": {"station": PLACE, **AIM},
    "error_answers": {"when": st.sampled_from(["at_once", "after_work"]), **AIM},
    "slow_answers": {"takes": SHORT, **AIM},
    "failover": {"station": PLACE, "connect_timeout": SHORT},
    "offline": {"status_page": st.sampled_from(["stands", "fails"])},
    "read_only": {},
    "region_cut": {"region": st.just("north"), "how": st.sampled_from(["refused", "silent"])},
    "connections_refused": {},
    "crash": {},
    "session_loss": {},
}
SETTINGS |= {kind: AIM for kind in FAULTS if kind not in SETTINGS}
DEFENCE_SETTINGS: dict[str, dict[str, Any]] = {
    "discipline": {
        "station": PLACE,
        "order": st.sampled_from(["fifo", "lifo", "adaptive_lifo", "codel", "priority"]),
        "from_queue": st.integers(1, 3),
        "target": st.just("250 ms"),
        "interval": st.just("1 s"),
    },
    "queue_limit": {"station": PLACE, "at_most": st.integers(0, 3), "max_wait": st.none() | SHORT},
    "drop_abandoned": {"when": st.sampled_from(["client_gone", "deadline_passed"]), "stations": st.just([])},
    "rate_limit": {"per": st.sampled_from(["practice", "everyone"]), "rate": st.just("1 / s"), "burst": st.just(2)},
    "shedding": {"station": PLACE, "queue_above": st.integers(0, 2), "share": st.sampled_from([1.0, 0.5])},
    "waiting_room": {"operations": st.just(["log on", "x"]), "admits": st.just("2 / s")},
    "bulkhead": {"operations": st.just(["x"]), "at_most": st.integers(1, 2)},
    "autoscaling": {
        "station": PLACE,
        "at_most": st.integers(1, 6),
        "adds": st.integers(1, 3),
        "looks_every": SHORT,
        "delay": SHORT,
    },
}


@st.composite
def kinds_of(draw: st.DrawFn, settings_of: dict[str, dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """A kind and values for it."""
    kind = draw(st.sampled_from(sorted(settings_of)))
    drawn = {name: draw(strategy) for name, strategy in settings_of[kind].items()}
    return kind, {name: value for name, value in drawn.items() if value is not None}


@st.composite
def spans(draw: st.DrawFn) -> tuple[float, float]:
    since_s = draw(QUARTERS)
    return since_s, since_s + draw(st.integers(1, 16)) / 4


REQUEST = st.fixed_dictionaries(
    {
        "at_s": QUARTERS,
        "operation": st.sampled_from(["log on", "x", "y"]),
        "key": st.integers(0, 2**64 - 1),
        "region": st.sampled_from(["north", "south"]),
        "priority": st.sampled_from(["routine", "urgent"]),
        "patience_s": st.sampled_from([0.25, 1.0, 2.5, float("inf")]),
        "works": st.lists(WORKS, min_size=16, max_size=16),
    }
)
PLAN = st.fixed_dictionaries(
    {
        "stations": st.fixed_dictionaries(dict.fromkeys(STATIONS, STATION)),
        "x": steps(),
        "y": steps(),
        "requests": st.lists(REQUEST, min_size=1, max_size=20),
        "planned": st.lists(st.tuples(kinds_of(SETTINGS), st.lists(spans(), min_size=1, max_size=2)), max_size=5),
        "by_hand": st.lists(st.tuples(kinds_of(SETTINGS), spans(), st.none() | QUARTERS, st.booleans()), max_size=4),
        "defences": st.lists(st.tuples(kinds_of(DEFENCE_SETTINGS), spans()), max_size=4),
    }
)


class Rehearsed:
    """One plan, carried out as far as somebody wants."""

    def __init__(self, plan: dict[str, Any]) -> None:
        operations = {
            "log on": {"steps": [{"use": "a", "time": "1 s"}], "api": "A001"},
            "x": {"steps": plan["x"], "api": "A011"},
            "y": {"steps": plan["y"], "api": "A008"},
        }
        caches = {"cache": {"station": "b", "entries": 2, "starts": "cold"}}
        self.bench = EffectBench(plan["stations"], operations, caches=caches, log_on=["log on"])
        clients = [Client(), Client()]
        for number, one in enumerate(plan["requests"]):
            works = one["works"][: len(self.bench.service.programs[one["operation"]].works)]
            who = caller("gp", one["region"], number % 2, one["priority"])
            settings = {"key": one["key"], "patience_s": one["patience_s"], "client": clients[number % 2]}
            self.bench.send(one["at_s"], one["operation"], *works, name=str(number), caller=who, **settings)
        self.timeline = Timeline(self.bench.service, self._scenario(plan), 1)
        self.timeline.begin(0.0)
        for number, (kind, span) in enumerate(plan["defences"]):
            self.bench.defence(kind[0], span, f"defence {number}", **kind[1])
        for number, ((kind, settings), (since_s, until_s), stopped_s, is_known) in enumerate(plan["by_hand"]):
            name = f"fault {number}" if is_known else f"by hand {number}"
            fault = Fault.model_validate({kind: settings})
            self.bench.at(since_s, lambda n=name, f=fault, s=until_s - since_s: self._start(n, f, s))
            if stopped_s is not None:
                self.bench.at(stopped_s, lambda n=name: self._stop(n))

    def _scenario(self, plan: dict[str, Any]) -> Scenario:
        faults = {
            f"fault {number}": {kind: settings, "during": [f"{since} s to {until} s" for since, until in spans]}
            for number, ((kind, settings), spans) in enumerate(plan["planned"])
        }
        return Scenario.model_construct(
            period=(0.0, 20.0),
            drain=0.0,
            faults={name: Fault.model_validate(fault) for name, fault in faults.items()},
            defences={},
        )

    def _start(self, name: str, fault: Fault, lasts_s: float) -> None:
        with suppress(ValueError):  # it is on already
            self.timeline.start(name, fault, lasts_s)

    def _stop(self, name: str) -> None:
        with suppress(KeyError):  # it is not on
            self.timeline.stop(name)

    def check_servers(self) -> None:
        """Who holds what is what stations believe."""
        service = self.bench.service
        held = Counter(
            station.name
            for request in service.inside
            if not request.dead
            for station in request.program.held[request.counter - 1]
        )
        for station in service.by_name.values():
            assert station.busy == held[station.name], f"{station.name} counts servers that nobody holds, or too few"
            waiting = list(station.waiting)
            assert len(set(waiting)) == len(waiting) == len(station.waiting)
            assert all(request in service.inside and not request.dead for request in waiting)
            assert not (station.can_serve and waiting), f"a server of {station.name} stands idle while somebody waits"


def rehearse(plan: dict[str, Any]) -> Rehearsed:
    rehearsed = Rehearsed(plan)
    for eighth in range(1, int(LAST_S * 8), 2):
        rehearsed.bench.run(eighth / 8)
        rehearsed.check_servers()
    rehearsed.bench.run()
    return rehearsed


def check_nobody_and_nothing_is_lost(plan: dict[str, Any]) -> None:
    rehearsed = rehearse(plan)
    bench, timeline = rehearsed.bench, rehearsed.timeline
    assert not timeline.running
    assert bench.is_as_before()
    assert bench.clock.peek() == float("inf"), "something is still on the clock"
    assert Counter(name for name, _, _ in bench.answers) == dict.fromkeys(bench.requests, 1)
    assert [one.event for one in timeline.log].count("began") == [one.event for one in timeline.log].count("ended")
    again = rehearse(plan)
    assert (again.bench.answers, again.bench.ends, again.timeline.log) == (bench.answers, bench.ends, timeline.log)


@given(PLAN)
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_goes_wrong_nobody_and_nothing_is_lost(plan: dict[str, Any]) -> None:
    check_nobody_and_nothing_is_lost(plan)


@pytest.mark.exhaustive
@pytest.mark.long
@given(PLAN)
@settings(max_examples=6000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_goes_wrong_nobody_and_nothing_is_lost_in_thousands_of_cases(plan: dict[str, Any]) -> None:
    check_nobody_and_nothing_is_lost(plan)


def test_every_kind_can_be_drawn() -> None:
    assert set(SETTINGS) == set(FAULTS)
    assert set(DEFENCE_SETTINGS) == {kind for kind, model in DEFENCES.items() if not model.of_demand}
