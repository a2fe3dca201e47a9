"""Wait against work: what is recorded, and what Little's law makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from readiness.judging.waits import station_times
from recordings.recording import WAITS, Recording
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch

HELD = """
title: Workers that hold a database connection
period: 0 s to 2000 s
window: 10 s
service:
  stations:
    workers: {servers: 30}
    database: {servers: 1}
    nobody: {servers: 1}
  operations:
    ask: {steps: [{hold: workers, steps: [{work: 50 ms}, {use: database, time: 200 ms}]}]}
    never: {steps: [{use: nobody, time: 1 s}]}
journeys: {visit: {steps: [{call: ask}]}, none: {steps: [{call: never}]}}
populations: {people: {arrivals: 4 / s, journey: visit}, others: {arrivals: {at_once: 1}, journey: none}}
"""


@pytest.fixture(scope="module")
def recording() -> Recording:
    return simulate_launch(read_text(HELD), 1, 0)


def test_the_mean_wait_is_that_of_the_recording(recording: Recording) -> None:
    place = recording.form.stations.index("database")
    times = station_times(recording, place, np.arange(0, recording.form.windows, 20))
    everybody = recording.waits.select([place], range(len(WAITS)), slice(None))
    at_once = int(recording.visits[place, 0].sum())
    assert times.mean_wait_s == pytest.approx(everybody.total_s / (everybody.count + at_once))
    assert times.worst == int(times.wait_s.argmax())


def test_a_visit_holds_a_server_as_long_as_its_work_takes(recording: Recording) -> None:
    first = np.array([0])
    database, workers = (
        station_times(recording, recording.form.stations.index(name), first) for name in ("database", "workers")
    )
    assert database.held_s[0] == pytest.approx(0.2, rel=0.05)  # by samples twice a second
    # whoever holds a worker waits for the database meanwhile
    assert workers.held_s[0] == pytest.approx(0.25 + database.wait_s[0], rel=0.1)
    assert workers.wait_s[0] == 0
    assert database.wait_s[0] > 0.2


def test_where_nobody_comes_there_is_neither(recording: Recording) -> None:
    place = recording.form.stations.index("nobody")
    times = station_times(recording, place, np.arange(0, recording.form.windows, 50))
    assert np.isnan(times.wait_s[1:]).all() and np.isnan(times.held_s[2:]).all()
    assert times.worst is None
    assert times.mean_wait_s == 0
