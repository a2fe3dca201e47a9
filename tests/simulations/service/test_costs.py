"""What a request costs in a service: not more with what has nothing to do with it, nor with how many wait.

Calls are counted, Python's and C's, so that no test depends on how fast or how busy a machine is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures.simulations.effect_bench import Client, EffectBench, a_till, caller

FEW, MANY = 200, 1500


def calls(run: Callable[[], object]) -> int:
    """Python and C calls that something makes."""
    counted = 0

    def count(_frame: Any, event: str, _what: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return counted


def let_go(order: str, backlog: int) -> float:
    """Calls that each request costs when so many wait whose clients leave, the last that came first."""
    bench = a_till()
    bench.defence("discipline", name="order", station="till", order=order)
    bench.defence("drop_abandoned", name="drop")
    bench.send(0.0, "buy", 10.0, name="served")
    for number in range(backlog):
        priority = ("two_week_wait", "urgent", "routine")[number % 3]
        patience_s = 2.0 - number / backlog
        bench.send(
            1.0, "buy", 1.0, name=str(number), caller=caller(priority=priority), patience_s=patience_s, client=Client()
        )
    bench.answers.clear()
    bench.run(0.5)
    bench._leave = lambda name: bench.service.left(bench.requests[name])  # type: ignore[method-assign]  # and no list of ends
    made = calls(lambda: bench.run(5.0))
    assert bench.stations["till"].left == backlog
    return made / backlog


@pytest.mark.parametrize("order", ["priority", "fifo", "lifo"])
def test_to_let_go_of_a_request_costs_the_same_however_many_wait(order: str) -> None:
    assert let_go(order, MANY) == pytest.approx(let_go(order, FEW), rel=0.05)


def looked_at(order: str, backlog: int) -> int:
    """How many requests are looked at when one leaves such a queue."""
    bench = a_till()
    bench.defence("discipline", name="order", station="till", order=order)
    bench.send(0.0, "buy", 10.0, name="served")
    for number in range(backlog):
        bench.send(1.0, "buy", 1.0, name=str(number))
    bench.run(2.0)
    compared = 0

    class Compared:
        """A request that counts what it is compared with."""

        caller = caller()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return self is other

        def __hash__(self) -> int:
            return id(self)

    one, queue = Compared(), bench.stations["till"].waiting
    queue.append(one)
    assert one in queue
    queue.remove(one)
    assert len(queue) == backlog
    return compared


@pytest.mark.parametrize("order", ["priority", "fifo", "lifo", "adaptive_lifo"])
def test_who_leaves_a_queue_is_found_without_looking_at_those_before_it(order: str) -> None:
    assert looked_at(order, MANY) <= 2


def slowed(faults: int, **settings: Any) -> float:
    """Calls that each of many requests costs while so many slowdowns are on."""
    bench = a_till(servers=MANY)
    for number in range(faults):
        bench.fault((0.0, 50.0), "slowdown", f"slow {number}", **{"factor": 1.01, **settings})
    for number in range(MANY):
        bench.send(1.0, "buy", 1.0, name=str(number), caller=caller(region="north"))
    bench.run(0.5)
    made = calls(lambda: bench.run(1.5))
    bench.run()
    assert all(bench.hits(f"slow {number}") == (0 if "operations" in settings else MANY) for number in range(faults))
    return made / MANY


@pytest.mark.parametrize(
    "settings",
    [{}, {"station": "till"}, {"regions": ["north"]}, {"operations": ["another"]}],
    ids=str,
)
def test_a_hundred_slowdowns_cost_a_request_what_one_does(settings: dict[str, Any]) -> None:
    assert slowed(100, **settings) == pytest.approx(slowed(1, **settings), rel=0.05)


ELSEWHERE: dict[str, dict[str, Any]] = {
    "hang": {"station": "other"},
    "contention": {"station": "other", "contention": 0.5},
    "dependency_errors": {"station": "other"},
    "dependency_down": {"station": "other"},
    "error_answers": {"operations": ["another"]},
    "wrong_answers": {"operations": ["another"]},
    "slow_answers": {"operations": ["another"], "takes": "1 s"},
}


def beside(kind: str, faults: int) -> float:
    """Calls that each request costs while so many faults are on elsewhere."""
    steps = {"buy": [{"use": "till", "time": "1 s"}], "another": [{"use": "other", "time": "1 s"}]}
    bench = EffectBench({"till": {"servers": FEW}, "other": {"servers": 1}}, steps)
    for number in range(faults):
        bench.fault((0.0, 50.0), kind, f"{kind} {number}", **ELSEWHERE[kind])
    for number in range(FEW):
        bench.send(1.0, "buy", 1.0, name=str(number))
    bench.run(0.5)
    return calls(lambda: bench.run(5.0)) / FEW


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_fault_elsewhere_costs_a_request_nothing(kind: str) -> None:
    assert beside(kind, 50) == pytest.approx(beside(kind, 1), rel=0.05)
