"""Locust's own statistics come to the same, whether it counts requests one by one or a second of them together."""

from __future__ import annotations

import subprocess
import sys

from tests.fixtures.places import ROOT

# in a process of its own, for Locust replaces its sockets and threads
COMPARED = """
import random
from locust.env import Environment
from loadtests.control.locust_statistics import LocustStatistics
from loadtests.replay.ended_requests import EndedRequests

def counted(alone):
    environment = Environment()
    environment.create_local_runner()
    heard = []
    if alone:
        environment.events.request.add_listener(lambda **said: heard.append(said["name"]))
    statistics, chance = LocustStatistics(environment), random.Random(1)
    assert statistics.hears_each == alone
    for second in range(5):
        rows = [
            (chance.choice((0, 1)), chance.choice((0, 0, 0, 3)), chance.expovariate(2), number) for number in range(100)
        ]
        if alone:
            for operation, outcome, took_s, size_bytes in rows:
                statistics.fire("POST", "ab"[operation], outcome, took_s, size_bytes)
        else:
            statistics.count([("POST", "a"), ("POST", "b")], EndedRequests.of(sum(rows, ())))
    assert len(heard) == (500 if alone else 0)
    stats = environment.runner.stats
    entries = [stats.total, stats.entries["a", "POST"], stats.entries["b", "POST"]]
    return sorted((one.name, one.occurrences) for one in stats.errors.values()), [
        (e.num_requests, e.num_failures, e.min_response_time, e.max_response_time, round(e.total_response_time, 6),
         dict(e.response_times), e.total_content_length, sum(e.num_reqs_per_sec.values()),
         sum(e.num_fail_per_sec.values()))
        for e in entries
    ]

assert counted(True) == counted(False)
print("the same")
"""


def test_they_come_to_the_same() -> None:
    done = subprocess.run([sys.executable, "-c", COMPARED], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout == "the same\n", done.stderr
