"""The mock notes how late it goes on with requests: a loop that is blocked shows, and what the disk takes does not."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import yaml

from mock_server.model.modelled_service import ModelledService
from mock_server.timing.timekeeping import Timekeeping
from readiness.judging.server_lag import judge_server
from recordings.server_result import ServerTiming
from scenarios.language.reading import read_text
from tests.fixtures.mock_server.served_mock import HTTP, SCENARIO, Served, served

STALL_S = 0.4


def test_every_request_is_counted_with_its_lag() -> None:
    kept = Timekeeping()
    for lag_s in (0.001, 0.002, 0.003):
        kept.note_lag(lag_s)
    kept.tick()
    kept.note_lag(0.5)
    found = kept.taken()
    assert sum(found.counts) == 4
    assert (found.least_s, found.most_s) == (0.001, 0.5)
    assert abs(found.total_s - 0.506) < 1e-12
    kept.begin_anew()
    assert kept.taken() == ServerTiming(), "what was before the replay is none of it"


def test_a_second_life_goes_on_from_the_first() -> None:
    first, second = Timekeeping(), Timekeeping()
    first.note_lag(0.5)
    second.note_lag(0.001)
    written = msgspec.json.decode(msgspec.json.encode(first.taken()), type=ServerTiming)
    second.resume(written)
    found = second.taken()
    assert (sum(found.counts), found.least_s, found.most_s) == (2, 0.001, 0.5)


def test_work_in_a_window_is_what_the_process_used() -> None:
    kept = Timekeeping()
    deadline_s = time.process_time() + 0.6
    while time.process_time() < deadline_s:
        pass
    (window,) = kept.taken().windows
    wall_s, used_s = window
    assert used_s >= 0.6 and wall_s >= used_s - 0.01


def test_a_blocked_loop_is_late_with_what_was_due_meanwhile() -> None:
    async def story() -> ServerTiming:
        model = ModelledService(read_text(SCENARIO), asyncio.get_running_loop())
        waiting = [asyncio.create_task(model.perform("other", number)) for number in range(4)]
        await asyncio.sleep(0)  # all are being served, for a millisecond
        time.sleep(STALL_S)
        await asyncio.gather(*waiting)
        model.close()
        return model.timekeeping.taken()

    found = asyncio.run(story())
    assert sum(found.counts) == 4
    assert found.least_s >= STALL_S - 0.01
    judged = judge_server(found)
    assert not judged.valid and judged.why[0].startswith("the mock answered late: p99 ")


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with one operation that takes no time and one that takes a second."""
    told = yaml.safe_load(SCENARIO)
    told["service"]["operations"]["slow"] = {"steps": [{"use": "app", "time": "1 s"}]}
    with served(tmp_path_factory.mktemp("timing"), "--world", "small", told=told) as server:
        yield server


def begin(mock: Served) -> None:
    """The replay begins: what was before is none of it."""
    assert mock.control("POST", "timeline", {"at_epoch_s": time.time(), "scenario_s": 0.0}).status_code == 200


def test_a_real_server_hands_over_how_it_kept_its_time(mock: Served) -> None:
    HTTP.post(f"{mock.url}/operations/other", json={})
    begin(mock)
    for _ in range(3):
        assert HTTP.post(f"{mock.url}/operations/other", json={}).status_code == 200
    found = msgspec.convert(mock.control("GET", "timing").json(), ServerTiming)
    assert sum(found.counts) == 3, "what was before the replay is none of it"
    assert mock.control("GET", "timing", token="guess").status_code == 401


def test_a_server_that_stood_still_says_how_late_it_was(mock: Served) -> None:
    begin(mock)
    with ThreadPoolExecutor() as people:
        answer = people.submit(HTTP.post, f"{mock.url}/operations/slow", json={})
        while not (health := mock.health())["stations"]["app"]["busy"]:
            time.sleep(0.01)
        os.kill(health["pid"], signal.SIGSTOP)  # within the second that the request takes
        time.sleep(1 + STALL_S)
        os.kill(health["pid"], signal.SIGCONT)
        assert answer.result().status_code == 200
    found = msgspec.convert(mock.control("GET", "timing").json(), ServerTiming)
    assert found.most_s >= STALL_S
    assert not judge_server(found).valid
