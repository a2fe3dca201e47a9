"""What is judged and shown of a scenario that states a warm-up: what begins after it.

Every recording begins with an empty service, a forecast's with the period and a replay's with its window; each leaves
the first `warm_up` of itself out. What a launch does is the same with and without it, and so is what is recorded.
"""

from __future__ import annotations

import math

from recordings.exchanges import Exchanges
from recordings.recording import Form, Recording
from scenarios.language.objectives import Measured
from scenarios.language.scenario import Scenario


def after_warm_up(recording: Recording, scenario: Scenario) -> Recording:
    """The part of a recording that is judged and shown; all of it where the scenario states no warm-up."""
    first = _first_window(recording.form, scenario)
    return recording.from_window(first) if first else recording


def exchanges_after_warm_up(exchanges: Exchanges, scenario: Scenario) -> Exchanges:
    """The same of what went over the wire."""
    first = _first_window(exchanges.form, scenario)
    return exchanges.from_window(first) if first else exchanges


def judged_part(asked: Measured, recording: Recording, scenario: Scenario) -> Recording:
    """The part of a recording in which something is measured: all of it, for what says itself when it is measured."""
    return recording if asked.during is not None else after_warm_up(recording, scenario)


def after_warm_up_windows(form: Form, scenario: Scenario) -> slice:
    """The windows of a recording that are judged and shown."""
    return slice(_first_window(form, scenario), form.windows)


def _first_window(form: Form, scenario: Scenario) -> int:
    """The first window that does not begin within the warm-up; at least the last one is left."""
    if scenario.warm_up is None:
        return 0
    return min(math.ceil(scenario.warm_up / form.window_s - 1e-9), form.windows - 1)
