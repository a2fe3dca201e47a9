"""M/M/c as SimPy textbooks write it: a process per customer, a `Resource`, a random generator, a list of times."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy


def customer(env: simpy.Environment, counter: simpy.Resource, rng: random.Random, seen: list[float]) -> Generator[Any]:
    """One customer: wait for a server, be served, leave."""
    arrived = env.now
    with counter.request() as turn:
        yield turn
        yield env.timeout(rng.expovariate(1.0))
    seen.append(env.now - arrived)


def source(
    env: simpy.Environment, counter: simpy.Resource, rng: random.Random, seen: list[float], rate: float
) -> Generator[Any]:
    """Customers arrive in a Poisson process."""
    while True:
        yield env.timeout(rng.expovariate(rate))
        env.process(customer(env, counter, rng, seen))


def simulate(seconds: float, servers: int, rate: float, seed: int) -> list[float]:
    """Times in system of the customers who left within `seconds`; unit mean service."""
    env = simpy.Environment()
    seen: list[float] = []
    rng = random.Random(seed)
    env.process(source(env, simpy.Resource(env, servers), rng, seen, rate))
    env.run(until=seconds)
    return seen
