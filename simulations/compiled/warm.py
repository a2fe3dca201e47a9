"""`python -m simulations.compiled.warm`: make the machine code of the compiled engine, so that no run waits for it.

Python calls few of the functions, each with one set of types, and all others are reached from those: any launch has the
machine code of all of them made. So a small one is simulated.
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
from simulations.compiled import cache

SHOP: Final = """
title: A shop with one till
period: 0 s to 20 s
service:
  stations: {till: {servers: 1, queue: 2}}
  operations: {buy: {steps: [{use: till, time: {exponential: 500 ms}}]}}
behaviours: {patient: {timeout: 2 s, retries: 2, back_off: {first: 1 s}}}
journeys: {visit: {steps: [{think: 1 s}, {call: buy}]}}
populations: {shoppers: {arrivals: {rate: 2 / s}, journey: visit, behaviour: patient}}
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
    launch = CompiledLaunch(scenario, form_of(scenario, whole, WORDS), schedule(scenario, scenario.seed))
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
