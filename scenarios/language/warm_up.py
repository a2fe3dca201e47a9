"""What a scenario may say of its warm-up: the part at the beginning that is simulated, and neither judged nor shown.

A system that is looked at in a steady state begins empty, which is not what it will be like, so the first of what is
seen says more of the beginning than of the system. That is meant, and not what is rehearsed otherwise: a launch is
judged from its first moment on, for that is when people come. So a warm-up is for abstract scenarios, whose period is
written in durations, and goes with nothing that takes its course from the first moment to the last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from scenarios.language.contents import Contents
from scenarios.language.registry import Misfit
from scenarios.quantities.units import duration_text

_DURING = "leave it out, and say `during` in objectives that are about a part"


def warm_up_misfits(scenario: Contents) -> Iterator[Misfit]:
    """Why a scenario's warm-up cannot be, and what to do about it: the first reason, and nothing where it can."""
    if scenario.warm_up is None:
        return
    if why := no_steady_state(scenario) or _too_long(scenario, scenario.warm_up):
        yield ("warm_up",), why
        return
    until_s = scenario.period[0] + scenario.warm_up
    for place, asked in scenario.measured():
        begin = [start_s for name, start_s, _ in scenario.fault_spans() if name in asked.of]
        if asked.subject == "faults" and asked.during is None and begin and max(begin) <= until_s:
            yield (*place, "of"), "begins within the warm-up, so that nothing is before it to come back to"


def no_steady_state(scenario: Contents) -> str:
    """Why a scenario has no beginning that could be left out, in words that follow the key; nothing where it has."""
    if scenario.is_clock:
        period = "a period of durations, such as 0 s to 5000 s, and a steady state"
        return f"is for {period}; a launch at clock times is judged from its first moment on: {_DURING}"
    if scenario.practices is not None:
        return f"does not go with `practices`, which are followed from the first referral to the last: {_DURING}"
    if scenario.supply is not None:
        return f"does not go with `supply`: who comes first takes slots from those who come later: {_DURING}"
    return ""


def _too_long(scenario: Contents, warm_up_s: float) -> str:
    length_s, window_s = scenario.period[1] - scenario.period[0], scenario.window_s
    if warm_up_s >= length_s:
        return f"must be shorter than the period, which lasts {duration_text(length_s)}"
    if (math.ceil(warm_up_s / window_s - 1e-9) + 1) * window_s > length_s + 1e-9:
        return f"leaves no whole window of {duration_text(window_s)} of the period: make it or `window` shorter"
    (start_s, end_s), _ = scenario.replayed()
    if warm_up_s >= end_s - start_s:
        lasts = f"the replay, which begins empty too and lasts {duration_text(end_s - start_s)}"
        return f"must be shorter than {lasts}: make it shorter, or `during` of `replay` longer"
    return ""
