"""`python -m simulations.compiled.warm`: make the machine code of the compiled engine, so that no run waits for it.

Python calls few of the functions, each with one set of types, and all others are reached from those. So a small launch
is simulated in which all of those few are called.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

import time
from importlib.util import find_spec
from typing import Final

from recordings.axes import RecordingSpan, form_of
from recordings.recording import Recording
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from simulations.compiled.machine import cache

SHOP: Final = """
title: A shop in which everything goes wrong once
period: 0 s to 40 s
service:
  stations: {till: {servers: 2, queue: 5}, shelf: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: {exponential: 500 ms}}, {use: shelf, time: 100 ms}]}}
  caches: {window: {station: shelf, entries: 10, starts: cold}}
behaviours:
  patient: {timeout: 2 s, retries: 2, back_off: {first: 1 s}, comes_back: {share: 50 %, after: 3 s}}
journeys: {visit: {steps: [{think: 1 s}, {call: buy}]}}
populations: {shoppers: {arrivals: {rate: 4 / s}, journey: visit, behaviour: patient}}
practices:
  number: 2
  news: {sources: {talk: {faults: [standing], reaches: 100 %}}, response: {wait: 100 %}}
defences: {limit: {queue_limit: {station: till, at_most: 4, max_wait: 1 s}}}
faults:
  standing: {during: 4 s to 6 s, pause: {}}
  slow: {during: 6 s to 8 s, slowdown: {factor: 2}}
  hanging: {during: 8 s to 10 s, hang: {station: till, share: 50 %}}
  down: {during: 12 s to 14 s, failover: {station: till}}
  deaf: {during: 16 s to 18 s, connections_refused: {}}
  crashed: {during: 20 s to 22 s, crash: {}}
  fewer: {during: 24 s to 26 s, servers_lost: {station: till, servers: 1}}
"""


def warm() -> bool:
    """Make the machine code, unless it is there or another process makes it meanwhile: whether it had to be made.

    Raises `OSError` where it cannot be kept.
    """
    with cache.completing() as is_due:
        if is_due:
            simulate_shop()
    return is_due


def simulate_shop() -> Recording:
    """One launch of a small shop by the compiled engine."""
    from simulations.compiled.launch import CompiledLaunch  # loads Numba

    scenario = read_text(SHOP)
    whole = RecordingSpan(scenario.period, scenario.drain, scenario.window_s)
    launch = CompiledLaunch(scenario, form_of(scenario, whole, WORDS), schedule(scenario, scenario.seed), (1, 0))
    launch.perform(whole.end_s)
    return launch.conclude(whole.end_s)


def main() -> None:
    """Say what was done. Without Numba, or where nothing can be kept, there is nothing to do: SimPy simulates."""
    if find_spec("numba") is None:
        print("the compiled engine: Numba is not installed, SimPy simulates")
        return
    if (why := cache.why_not_kept()) is not None:
        print(f"the compiled engine: {why}")
        return
    if not cache.is_complete():
        print(f"the compiled engine: machine code is made in {cache.folder()}, once …", flush=True)
    began_s = time.monotonic()
    was_due = warm()
    done = f"ready after {time.monotonic() - began_s:.0f} s" if was_due else f"there already, in {cache.folder()}"
    print(f"the compiled engine: machine code is {done}")


if __name__ == "__main__":
    main()
