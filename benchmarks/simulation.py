"""How fast the simulator is: `python -m benchmarks.simulation [--quick]`.

1. A plain M/M/c at c=20, ρ=.9, written in the scenario language, recording included, against the textbook SimPy model,
   in turn in one process; the ratio is the median over the rounds.
2. What a request costs while 1 and 100 slowdowns are on.
3. One launch morning, and 20 of them on every processor, with the peak memory of the largest process for 5 and for 20.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

from joblib.externals.loky import get_reusable_executor

from benchmarks import textbook
from scenarios.language.reading import frozen_text, read, read_text
from simulations.forecast import forecast
from simulations.launch import simulate_launch

MMC = """
title: M/M/c at c=20, ρ=.9
period: 0 s to {seconds} s
service:
  stations: {{counter: {{servers: 20}}}}
  operations: {{serve: {{steps: [{{use: counter, time: {{exponential: 1 s}}}}]}}}}
journeys: {{visit: {{steps: [{{call: serve}}]}}}}
populations: {{customers: {{arrivals: {{rate: 18 / s}}, journey: visit}}}}
"""


SLOWED = """
title: a service on which something acts
period: 0 s to 20 s
drain: 20 s
window: 1 s
service:
  stations: {{counter: {{servers: 100000}}}}
  operations: {{serve: {{steps: [{{use: counter, time: {{exponential: 1 s}}}}]}}}}
journeys: {{visit: {{steps: [{{call: serve}}]}}}}
populations: {{customers: {{arrivals: {{rate: {rate} / s}}, journey: visit}}}}
faults: {faults}
"""
SLOWDOWN = "slow {number}: {{during: 0 s to 40 s, slowdown: {{station: counter, factor: 1.001}}}}"


def main() -> None:
    """Print the figures of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: a check that it runs")
    parser.add_argument("--forecast", type=int, metavar="N", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.forecast:
        _forecast(options.forecast)
        return
    print(machine())
    _mmc(seconds=1_000 if options.quick else 10_000, rounds=3 if options.quick else 7)
    _slowdowns(rate=500 if options.quick else 5_000)
    _launch_morning(rounds=1 if options.quick else 3)
    for replications in (2, 4) if options.quick else (5, 20):
        subprocess.run([sys.executable, "-m", "benchmarks.simulation", "--forecast", str(replications)], check=True)


def machine() -> str:
    """The machine and the versions that matter, in one line."""
    parts = ", ".join(f"{name} {version(name)}" for name in ("simpy", "numpy"))
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {parts}"


def _mmc(seconds: int, rounds: int) -> None:
    scenario = read_text(MMC.format(seconds=seconds))
    simulate_launch(scenario, 1, 0)
    ours, theirs = [], []
    for number in range(rounds):
        began = time.process_time()
        recording = simulate_launch(scenario, 1, number)
        ours.append(int(recording.response.counts.sum()) / (time.process_time() - began))
        began = time.process_time()
        seen = textbook.simulate(seconds, 20, 18.0, number)
        theirs.append(len(seen) / (time.process_time() - began))
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"M/M/20 at .9, this engine:      {statistics.median(ours):10,.0f} customers per CPU second")
    print(f"M/M/20 at .9, textbook SimPy:   {statistics.median(theirs):10,.0f} customers per CPU second")
    spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
    print(f"ratio, median of {rounds} rounds:      {statistics.median(ratios):10.2f} ({spread})")


def _slowdowns(rate: int) -> None:
    costs = []
    for number in (1, 100):
        faults = "{" + ", ".join(SLOWDOWN.format(number=each) for each in range(number)) + "}"
        costs.append(_us_a_request(SLOWED.format(rate=rate, faults=faults)))
    print(f"1 slowdown:    {costs[0]:8.1f} us of CPU a request")
    print(f"100 slowdowns: {costs[1]:8.1f} us of CPU a request, {costs[1] / costs[0]:.2f} times")


def _us_a_request(text: str) -> float:
    scenario = read_text(text)
    began = time.process_time()
    recording = simulate_launch(scenario, 1, 0)
    return 1e6 * (time.process_time() - began) / int(recording.response.numbers().sum())


def _launch_morning(rounds: int) -> None:
    for name in ("launch-morning", "launch-morning-sized"):
        scenario, speeds = read(name), []
        for number in range(rounds):
            began = time.process_time()
            recording = simulate_launch(scenario, scenario.seed, number)
            requests = int(recording.response.counts.sum())
            speeds.append(requests / (time.process_time() - began))
        print(f"{name}: {requests:,} requests a launch, {statistics.median(speeds):,.0f} requests per CPU second")


def _forecast(replications: int) -> None:
    text = frozen_text("launch-morning")
    began = time.monotonic()
    requests = 0
    for launch in forecast(text, read_text(text).seed, replications):
        requests += int(launch.response.counts.sum())
    seconds = time.monotonic() - began
    get_reusable_executor().shutdown(wait=True)  # a child's memory is known once it has ended
    peaks_kib = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        f"{replications} launch mornings: {requests:,} requests in {seconds:.0f} s of wall clock; "
        f"peak memory {peaks_kib[0] / 1024:.0f} MiB here, {peaks_kib[1] / 1024:.0f} MiB in the largest child"
    )


if __name__ == "__main__":
    main()
