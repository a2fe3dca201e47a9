"""A tiny recording made by hand, whose every figure can be worked out on paper.

Two windows of 10 s with two samples each. Operations: log-on (row 0), refer (row 1). Stations: app of 2 servers,
database of 1.
"""

from __future__ import annotations

from recordings.recorder import Recorder
from recordings.recording import Form, Recording
from scenarios.outcomes import ENDINGS, OUTCOMES

FORM = Form(
    operations=("log-on", "refer"),
    outcomes=OUTCOMES,
    populations=("practices", "clerks"),
    endings=ENDINGS,
    stations=("app", "database"),
    servers=(2, 1),
    marks=("intended", "created", "booked", "on_paper", "put_off", "given_up"),
    start_s=0.0,
    window_s=10.0,
    windows=2,
    samples_per_window=2,
)
GOOD, BUSY, LEFT, ERROR, REFUSED, TIMEOUT, UNFINISHED, NOT_STARTED = range(8)


def hand_made() -> Recording:
    """One launch."""
    recorder = Recorder(FORM)
    log_on, refer = recorder.responses.cells
    log_on[GOOD] += (1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 11.0, 4.0)
    log_on[BUSY] += (4.0, 0.001)
    log_on[TIMEOUT] += (12.0, 10.0)
    refer[GOOD] += (5.0, 0.5, 15.0, 0.5)
    refer[ERROR] += (16.0, 0.1)
    refer[UNFINISHED] += (17.0, 3.0)
    app, database = recorder.waits.cells
    app[0] += (6.0, 1.0)
    database[0] += (7.0, 2.0, 13.0, 4.0)
    database[1] += (14.0, 5.0)
    recorder.sessions[0][0] += [1.0, 2.0, 12.0]
    recorder.sessions[0][1] += [3.0]
    recorder.sessions[1][2] += [4.0]
    for name, moments in {"intended": [1.0, 2.0, 3.0, 12.0], "created": [5.0, 15.0], "booked": [18.0]}.items():
        recorder.marks[name] += moments
    recorder.marks["on_paper"] += [16.0]
    recorder.sample([0, 0], [0, 0], [2, 0, 1])
    recorder.sample([2, 1], [1, 3], [4, 1, 3])
    recorder.visits(0, [(3, 1, 0, 0), (4, 1, 0, 0)])
    recorder.sample([2, 1], [0, 4], [3, 2, 3])
    recorder.sample([1, 1], [0, 0], [1, 1, 1])
    recorder.visits(1, [(6, 1, 0, 2), (5, 2, 1, 1)])
    return recorder.recording()
