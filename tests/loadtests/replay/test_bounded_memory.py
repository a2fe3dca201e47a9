"""A replay of hours keeps no more of a request when it is over than what is counted: memory does not grow with them."""

from __future__ import annotations

import gc
import tracemalloc
from time import perf_counter, time

import gevent
import numpy as np

from loadtests.control.old_seconds import forget_old_seconds
from loadtests.http.connections import Connections
from loadtests.replay.clock import RealClock
from loadtests.replay.operations import PlainOperation
from loadtests.replay.users import ReplayedUsers
from loadtests.schedule.due_sessions import prepared_blocks
from loadtests.target.wire import Wire
from recordings.axes import form_of, replayed
from recordings.exchange_recorder import ExchangeRecorder
from recordings.recorder import Recorder
from scenarios.behaviour.schedule import replayed_schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from scenarios.protocol.failure_causes import FailureCause
from tests.fixtures.loadtests.leaking_server import LeakingServer
from tests.fixtures.loadtests.replays import one_call
from tests.fixtures.places import ROOT

OURS = [tracemalloc.Filter(True, f"{ROOT}/{package}/*") for package in ("loadtests", "scenarios", "recordings")]
# a quarter of them comes first; then nobody, until all of those have left; and after the others a few, with whose calls
# those that have ended are forgotten: on a busy machine many are under way at once, and wait in line until then
IN_PARTS = (
    "{stepped: [{at: 0 s, rate: 400 / s}, {at: 400 ms, rate: 0 / s}, {at: 1400 ms, rate: 400 / s},"
    " {at: 2600 ms, rate: 0 / s}, {at: 3600 ms, rate: 100 / s}]}"
)
REST_S = 1.0


def test_nothing_is_kept_of_a_request_that_is_over() -> None:
    people = one_call("look", "{timeout: 20 s}").replace("{rate: 40 / s, spacing: even}", IN_PARTS)
    scenario = read_text(people.replace("0 s to 1 s", "0 s to 3700 ms"))
    server, sessions = LeakingServer(first_s=0.001), replayed_schedule(scenario, scenario.seed)
    connections, recorder = Connections(server.url), Recorder(form_of(scenario, replayed(scenario), WORDS))
    exchanges = ExchangeRecorder(recorder.form, list(FailureCause))
    users = ReplayedUsers(
        clock=RealClock(0.0, perf_counter()),
        connections=connections,
        scenario=scenario,
        operations=[PlainOperation("look", Wire(connections, "run"))],
        plans=sessions.plans,
        blocks=prepared_blocks(sessions),
        recorder=recorder,
        exchanges=exchanges,
        on_response=lambda *_: None,
    )

    early = len(sessions.between(0.0, REST_S))

    def kept_bytes(after: int) -> int:
        while users.counts.requests_ended < after or users.sessions_open:
            gevent.sleep(0.01)
        connections.close()  # they are as many as were in use at once, which is a matter of how busy the machine is
        users.counts.recent_lags_s = []  # as each second does
        while len(users.take_ended().took_s):
            pass
        recorder.recording()
        exchanges.exchanges()
        gc.collect()
        return sum(one.size for one in tracemalloc.take_snapshot().filter_traces(OURS).statistics("filename"))

    tracemalloc.start()
    try:
        performing = gevent.spawn(users.dispatch)
        before = kept_bytes(early)
        grown = kept_bytes(len(sessions)) - before
    finally:
        tracemalloc.stop()
    users.cut(users.clock.now_s)
    performing.join()
    server.close()
    # what it takes to find so many at once stays; a session has 272 bytes, and what acts for it 228
    assert grown / (len(sessions) - early) < 200, "a session's objects have more"


def test_a_recorder_counts_what_it_is_given_and_keeps_none_of_it() -> None:
    scenario = read_text(one_call("look"))
    recorder = Recorder(form_of(scenario, replayed(scenario), WORDS))
    times_s = np.tile(np.geomspace(0.001, 1.0, 50), 200)

    def kept_bytes() -> int:
        for value_s in times_s.tolist():
            recorder.responses.cells[0][0] += (0.5, value_s)
            recorder.hedges[0].append(0.5)
            for moments_s in recorder.marks.values():
                moments_s.append(value_s)
        recorder.flush()
        recorder.recording()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        first = kept_bytes()
        later = [kept_bytes() for _ in range(3)][-1]
    finally:
        tracemalloc.stop()
    assert later - first < 20_000  # of 1.4 MB that one more round would be
    recorded = recorder.recording()
    assert recorded.hedges.sum() == 4 * len(times_s)
    assert recorded.marks.sum() == 4 * len(times_s) * len(recorder.marks)


class _Entry:
    def __init__(self, seconds: range) -> None:
        self.num_reqs_per_sec = dict.fromkeys(seconds, 1)
        self.num_fail_per_sec = dict.fromkeys(seconds, 1)


class _Statistics:
    """As much of Locust's as grows with every second."""

    def __init__(self, now_s: int) -> None:
        self.total = _Entry(range(now_s - 5000, now_s))
        self.entries = {("look", "GET"): _Entry(range(now_s - 5000, now_s))}
        self.history = list(range(5000))


def test_locust_forgets_seconds_that_nobody_asks_about() -> None:
    statistics = _Statistics(int(time()))
    forget_old_seconds(statistics)
    assert len(statistics.total.num_reqs_per_sec) <= 60
    assert len(statistics.entries["look", "GET"].num_fail_per_sec) <= 60
    assert statistics.history[-1] == 4999 and len(statistics.history) == 1440
