"""M/M/c in other simulators: `python other_simulators.py SECONDS SERVERS RATE SEED`, by a Python that has them.

It stands alone, for those need not be installed beside this project: `pip install ciw salabim` into an environment of
their own, whose Python `python -m benchmarks.engines --others PYTHON` starts. It prints customers per CPU second of
each as one JSON object; of those that are not installed it says nothing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def in_ciw(seconds: float, servers: int, rate: float, seed: int) -> int:
    """How many customers Ciw has served, with its records of each."""
    ciw = import_module("ciw")
    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions=[exponential(rate)],
        service_distributions=[exponential(1.0)],
        number_of_servers=[servers],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(seconds)
    return len(simulation.get_all_records())


def in_salabim(seconds: float, servers: int, rate: float, seed: int) -> int:
    """How many customers salabim has served, with a list of their times."""
    salabim: Any = import_module("salabim")
    environment = salabim.Environment(trace=False, random_seed=seed, yieldless=False)
    counter = salabim.Resource("counter", capacity=servers)
    arriving, serving = salabim.Exponential(1.0 / rate), salabim.Exponential(1.0)
    seen: list[float] = []

    class Customer(salabim.Component):  # type: ignore[misc]
        def process(self) -> Any:
            arrived = environment.now()
            yield self.request(counter)
            yield self.hold(serving.sample())
            self.release()
            seen.append(environment.now() - arrived)

    class Source(salabim.Component):  # type: ignore[misc]
        def process(self) -> Any:
            while True:
                yield self.hold(arriving.sample())
                Customer()

    Source()
    environment.run(till=seconds)
    return len(seen)


SIMULATORS: dict[str, Callable[[float, int, float, int], int]] = {"ciw": in_ciw, "salabim": in_salabim}


def main() -> None:
    """Measure those that are installed."""
    seconds, servers, rate, seed = float(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    found = {}
    for name, simulate in SIMULATORS.items():
        if find_spec(name) is not None:
            import_module(name)  # not a part of what is measured
            began_s = time.process_time()
            customers = simulate(seconds, servers, rate, seed)
            found[name] = customers / (time.process_time() - began_s)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
