"""A server that stops for three seconds: those who came meanwhile have waited, and the recording says how long."""

from __future__ import annotations

import os
import signal
from time import perf_counter

import gevent
import numpy as np
import pytest

from scenarios.language.reading import read_text
from tests.fixtures.loadtests.noting_server import noting_server
from tests.fixtures.loadtests.replayed_here import performing, replay_here

VISITS, STALL_S, BEFORE_S = 350, 3.0, 0.25
VISITORS = """
title: They come all the same
period: 0 s to 3.5 s
drain: 2 s
service:
  operations:
    look: {http: {path: "/{session.number}"}}
journeys:
  visit: {steps: [{call: look}]}
populations:
  visitors: {arrivals: {rate: 100 / s, spacing: even}, journey: visit}
"""


def test_percentiles_through_a_stall_count_from_when_each_request_was_due() -> None:
    with noting_server() as server, performing(replay_here(read_text(VISITORS), server.url)) as replay:
        clock = replay.users.clock
        gevent.sleep(BEFORE_S)
        os.kill(server.pid, signal.SIGSTOP)
        stops_s = perf_counter()
        gevent.sleep(STALL_S)
        goes_on_s = perf_counter()
        os.kill(server.pid, signal.SIGCONT)
        while replay.users.counts.requests_ended < VISITS:
            gevent.sleep(0.01)
        noted = server.noted()
    recording = replay.recorder.recording()
    seen = recording.responses(["look"])
    lags = recording.lag.select([0], range(len(recording.form.outcomes)), slice(None))

    due_s = np.array([clock.reading_at(moment_s) for moment_s in replay.sessions.start_s])
    numbers = [int(path[1:]) for path, _ in noted]
    assert sorted(numbers) == list(range(VISITS)), "the server answered each of them once"
    assert seen.count == recording.responses(["look"], ["good"]).count == VISITS, "and each is in the recording"

    # what each waited, by the server's own note of when it answered; in the stall nobody is answered before its end
    waited_s = np.array([moment_s for _, moment_s in noted]) - due_s[numbers]
    at_least_s = np.where(due_s > stops_s, np.maximum(goes_on_s - due_s, 0.0), 0.0)
    assert np.median(at_least_s) > 1.0, "most of them came while it stood still"
    for share in (0.5, 0.9, 0.99):
        exactly_s = np.quantile(waited_s, share, method="inverted_cdf")
        # the generator hears of an answer as late as it sends a request, and the recording says how late that was
        assert seen.quantile(share) == pytest.approx(exactly_s, abs=0.01 * exactly_s + lags.most_s)
        assert seen.quantile(share) > 0.99 * np.quantile(at_least_s, share, method="inverted_cdf")
