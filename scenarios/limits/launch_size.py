"""How large a launch will be, worked out before anything is drawn: sessions, requests, windows and memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scenarios.behaviour.arrivals import expected_number
from scenarios.language.scenario import Scenario
from scenarios.limits.journey_load import Loads

_SESSION_BYTES: Final = 64  # its start, population, key and number, twice while they are put in order
_SAMPLES: Final = 20  # of each gauge in a window
_SAMPLE_BYTES, _STATION_SAMPLE_BYTES, _WINDOW_BYTES = 400, 100, 8


@dataclass(frozen=True)
class LaunchSize:
    """What one launch comes to: people and first tries by population, and of all of them together pieces of work, and
    steps of their journeys."""

    sessions: dict[str, float]
    requests: dict[str, float]
    pieces: float
    steps: float
    windows: float
    memory_bytes: float


def size_of(scenario: Scenario) -> LaunchSize:
    """The expected size of a launch; infinite where a loop takes no time. First tries alone are counted."""
    sessions = {
        name: expected_number(people.arrivals, scenario.period, scenario.demand, scenario.calendar)
        for name, people in scenario.populations.items()
    }
    loads = {
        name: Loads(scenario, sessions[name]).of(scenario.journeys[people.journey].steps)
        for name, people in scenario.populations.items()
    }
    requests = {name: sessions[name] * loads[name].calls if sessions[name] else 0.0 for name in sessions}
    pieces = sum(sessions[name] * loads[name].pieces if sessions[name] else 0.0 for name in sessions)
    steps = sum(sessions[name] * loads[name].steps if sessions[name] else 0.0 for name in sessions)
    windows = scenario.length_s / scenario.window_s
    return LaunchSize(sessions, requests, pieces, steps, windows, _memory(scenario, sum(sessions.values()), windows))


def requests_expected(scenario: Scenario) -> float:
    """How many first tries a launch comes to."""
    return sum(size_of(scenario).requests.values())


def _memory(scenario: Scenario, sessions: float, windows: float) -> float:
    """Bytes: the schedule, what is sampled, and the counts of each window."""
    stations, names = len(scenario.service.stations), len(scenario.populations) + len(scenario.achievements())
    counted = 8 * stations + 4 * names + len(scenario.faults) + len(scenario.defences) + 8
    sampled = _SAMPLES * (_SAMPLE_BYTES + _STATION_SAMPLE_BYTES * stations)
    return sessions * _SESSION_BYTES + windows * (sampled + _WINDOW_BYTES * counted)
