"""How fast the compiled engine is, beside SimPy's and beside others: `python -m benchmarks.engines [--quick]`.

Everything in one run on one machine, recording included, in CPU time except where wall clock is said; of several rounds
in turn the median. `--others PYTHON` starts a Python that has other simulators installed
(`benchmarks/other_simulators.py`). Prints the tables of docs/performance.md.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from benchmarks import textbook
from benchmarks.simulation import MMC, SLOWDOWN, SLOWED, machine
from recordings.recording import Recording
from scenarios.language.changing import Changes
from scenarios.language.reading import frozen_text, read, read_text
from scenarios.language.scenario import Scenario
from simulations.engines import EngineName, make_ready
from simulations.forecast import forecast
from simulations.launch import simulate_launch

SERVERS, RATE = 20, 18.0
QUEUE = """
title: a queue
period: 0 s to {seconds} s
drain: {drain} s
window: 1 s
service:
  stations: {{counter: {{servers: 1}}}}
  operations: {{serve: {{steps: [{{use: counter, time: 1 ms}}]}}}}
journeys: {{visit: {{steps: [{{call: serve}}]}}}}
populations: {{customers: {{arrivals: {{rate: {rate} / s}}, journey: visit}}}}
"""
FIRST_LAUNCH = """
import time
from scenarios.language.reading import read
from simulations.launch import simulate_launch
scenario, took_s = read("first-queue"), []
for number in range(5):
    began_s = time.process_time()
    simulate_launch(scenario, 1, number, "compiled")
    took_s.append(time.process_time() - began_s)
print(took_s[0] - min(took_s))
"""
HERE = Path(__file__).parent


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: a check that it runs")
    parser.add_argument("--others", metavar="PYTHON", help="a Python that has Ciw or salabim installed")
    options = parser.parse_args()
    rounds, part = (1, 10) if options.quick else (5, 1)
    make_ready()
    print(f"{machine()}; load {os.getloadavg()[0]:.1f} at the beginning\n")
    _mmc(10_000 // part, rounds, options.others)
    print("\n| what | figure |\n|---|---|", flush=True)
    _launch_mornings(rounds, 20 // part)
    _national_day(1.0 if options.quick else 6.0)
    _growth(10_000 // part, rounds)
    _queues(400_000 // part, rounds)
    _slowdowns(20_000 // part, rounds)
    _first_launch(rounds)
    _compile_time()
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


def _mmc(seconds: int, rounds: int, others: str | None) -> None:
    """Customers per CPU second of M/M/20 at ρ=.9, by each simulator in turn."""
    scenario = read_text(MMC.format(seconds=seconds))
    simulators: dict[str, Callable[[int], int]] = {
        "compiled engine, recording included": lambda number: _requests(_launched(scenario, number, "compiled")),
        "SimPy engine, recording included": lambda number: _requests(_launched(scenario, number, "simpy")),
        "SimPy as textbooks write it": lambda number: len(textbook.simulate(seconds, SERVERS, RATE, number)),
        "a bare loop over a heap in Python": lambda number: len(bare_loop(seconds, SERVERS, RATE, number)),
    }
    speeds: dict[str, list[float]] = {}
    for number in range(-1, rounds):
        for name, simulate in simulators.items():
            began_s = time.process_time()
            customers = simulate(max(number, 0))
            if number >= 0:  # the round before the first loads what is to be loaded
                speeds.setdefault(name, []).append(customers / (time.process_time() - began_s))
        if others and number >= 0:
            for name, speed in _others(others, seconds, number).items():
                speeds.setdefault(name, []).append(speed)
    base = statistics.median(speeds["SimPy as textbooks write it"])
    print(f"| M/M/20 at ρ=.9, {seconds * RATE:,.0f} customers | customers per CPU second | of the textbook's |")
    print("|---|---|---|")
    for name, found in speeds.items():
        median = statistics.median(found)
        print(f"| {name} | {median:,.0f} ({min(found):,.0f} to {max(found):,.0f}) | {median / base:.2f} |", flush=True)


def bare_loop(seconds: float, servers: int, rate: float, seed: int) -> list[float]:
    """Times in system of an M/M/c, unit mean service, with nothing but a heap and a queue."""
    rng, seen, waiting = random.Random(seed), list[float](), deque[float]()
    events = [(rng.expovariate(rate), -1.0)]  # when, and when that customer arrived; before 0: the next arrival
    free = servers
    while events and events[0][0] < seconds:
        now_s, arrived_s = heapq.heappop(events)
        if arrived_s < 0:
            heapq.heappush(events, (now_s + rng.expovariate(rate), -1.0))
            waiting.append(now_s)
        else:
            seen.append(now_s - arrived_s)
            free += 1
        if free and waiting:
            free -= 1
            heapq.heappush(events, (now_s + rng.expovariate(1.0), waiting.popleft()))
    return seen


def _others(python: str, seconds: int, seed: int) -> dict[str, float]:
    command = [python, str(HERE / "other_simulators.py"), *map(str, (seconds, SERVERS, RATE, seed))]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _launch_mornings(rounds: int, launches: int) -> None:
    scenario = read("launch-morning")
    times: dict[EngineName, list[float]] = {"compiled": [], "simpy": []}
    for number in range(rounds):
        for engine, found in times.items():
            began_s = time.process_time()
            recording = _launched(scenario, number, engine)
            found.append(time.process_time() - began_s)
    compiled, simpy = (statistics.median(found) for found in times.values())
    _row(f"`launch-morning`, {_requests(recording):,} requests, compiled engine", f"{compiled:.3f} s of CPU a launch")
    _row("the same by the SimPy engine", f"{simpy:.2f} s of CPU a launch, {simpy / compiled:.0f} times")
    text, walls_s = frozen_text("launch-morning"), []
    for _ in range(rounds):
        began_s = time.monotonic()
        for _ in forecast(text, scenario.seed, launches, engine="compiled"):
            pass
        walls_s.append(time.monotonic() - began_s)
    shown = f"{walls_s[0]:.1f} s of wall clock with the start of the processes, {min(walls_s):.1f} s at best"
    _row(f"{launches} launch mornings on {os.cpu_count()} processors, compiled engine", shown)


def _national_day(demand: float) -> None:
    """A launch morning to which so many times the people come."""
    scenario = read("launch-morning", Changes(settings=(f"demand={demand!r}",)))
    began_s = time.process_time()
    recording = _launched(scenario, 0, "compiled")
    shown = f"{_requests(recording):,} requests in {time.process_time() - began_s:.2f} s of CPU"
    _row(f"`launch-morning` with {demand:g} times the demand, compiled engine", shown)


def _growth(seconds: int, rounds: int) -> None:
    small, large = (read_text(MMC.format(seconds=length)) for length in (seconds // 10, seconds))
    ratios = [_cpu_s(large, number) / _cpu_s(small, number) for number in range(rounds)]
    _row("CPU of ten times the requests (M/M/20)", f"{statistics.median(ratios):.1f} times")


def _queues(customers: int, rounds: int) -> None:
    """What a request costs when all wait at once, and when about as many come as are served."""
    at_once = read_text(QUEUE.format(seconds=1, drain=customers / 1000 + 10, rate=customers))
    by_and_by = read_text(QUEUE.format(seconds=customers / 1000, drain=10, rate=1000))
    costs_ns, queues = [], []
    for scenario in (by_and_by, at_once):
        found = []
        for number in range(rounds):
            began_s = time.process_time()
            recording = _launched(scenario, number, "compiled")
            found.append((time.process_time() - began_s) / _requests(recording) * 1e9)
        costs_ns.append(statistics.median(found))
        queues.append(int(recording.highest_queued.max()))
    shown = f"{costs_ns[0]:.0f} and {costs_ns[1]:.0f} ns of CPU, {costs_ns[1] / costs_ns[0]:.2f} times"
    _row(f"a request, in queues of up to {queues[0]:,} and {queues[1]:,}", shown)


def _slowdowns(rate: int, rounds: int) -> None:
    """What a launch costs in which one and in which a thousand slowdowns are on all the time."""
    costs_s = []
    for many in (1, 1000):
        faults = "{" + ", ".join(SLOWDOWN.format(number=each) for each in range(many)) + "}"
        scenario = read_text(SLOWED.format(rate=rate, faults=faults))
        costs_s.append(statistics.median(_cpu_s(scenario, number) for number in range(rounds)))
    shown = f"{costs_s[0]:.2f} and {costs_s[1]:.2f} s of CPU, {costs_s[1] / costs_s[0]:.2f} times"
    _row(f"{rate * 20:,} requests with 1 and with 1,000 slowdowns at once", shown)


def _first_launch(rounds: int) -> None:
    """What the first launch in a process costs more than another: loading Numba and the machine code."""
    command = [sys.executable, "-c", FIRST_LAUNCH]
    found = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(rounds)]
    _row("the first launch in a process takes longer by", f"{statistics.median(found):.2f} s of CPU")


def _compile_time() -> None:
    """Making the machine code anew, in a folder that is thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "simulations.compiled.warm"]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"NUMBA_CACHE_DIR": folder})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    _row("making the machine code, once for each version", f"{cpu_s:.0f} s of CPU")


def _launched(scenario: Scenario, number: int, engine: EngineName) -> Recording:
    return simulate_launch(scenario, 1, number, engine)


def _cpu_s(scenario: Scenario, number: int) -> float:
    began_s = time.process_time()
    _launched(scenario, number, "compiled")
    return time.process_time() - began_s


def _requests(recording: Recording) -> int:
    return int(recording.response.counts.sum())


def _row(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
