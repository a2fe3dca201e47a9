"""Replays that end by a rule of their own: in order, with every file written, and with the reason said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loadtests.replay.generator import judge
from recordings.generator_result import CoordinatorPart
from recordings.run_folder import read_json
from scenarios.protocol.exit_statuses import STOPPED_STATUS
from tests.fixtures.loadtests.replays import Replayed, one_call

Replay = Callable[..., Replayed]


def hour(operation: str, behaviour: str = "{}") -> str:
    """Forty people a second for an hour."""
    return one_call(operation, behaviour).replace("0 s to 1 s", "0 s to 1 h")


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_a_replay_ends_when_too_many_fail(replay: Replay, workers: str) -> None:
    seen = replay(hour("failing") + "abort: {failed_share: 50 %, for: 1 s}\n", "--workers", workers)
    assert seen.exit_code == STOPPED_STATUS
    stopped = read_json(seen.folder.stopped)
    assert stopped["rule"] == "more than 50 % of requests failed for 1 s"
    assert f"stopped by its own rule: {stopped['rule']}, at {stopped['moment']}" in seen.said
    assert [part.stopped_by for part in seen.parts] == [stopped["rule"]] * int(workers)
    assert seen.outcomes("failing")["error"] > 0


def test_a_replay_that_goes_well_is_left_alone(replay: Replay) -> None:
    seen = replay(one_call("good"), "--abort", "failed share > 0 % for 1 s", "--abort", "response p95 > 60 s for 1 s")
    assert seen.exit_code == 0
    assert not seen.folder.stopped.exists()
    assert seen.parts[0].stopped_by == ""


def test_a_replay_ends_when_nobody_is_answered(replay: Replay) -> None:
    seen = replay(hour("hang"), "--abort", "response p95 > 500 ms for 1 s")
    assert seen.exit_code == STOPPED_STATUS
    assert read_json(seen.folder.stopped)["rule"] == "more than 5 % of responses took longer than 500 ms for 1 s"
    assert set(seen.outcomes("hang")) <= {"unfinished", "not_started"}


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_a_storm_of_retries_ends_at_the_ceiling(replay: Replay, workers: str) -> None:
    storm = hour("failing", "{retries: unlimited, back_off: {first: 100 ms}}")
    seen = replay(storm, "--rate-ceiling", "60 / s", "--workers", workers)
    assert seen.exit_code == STOPPED_STATUS
    assert "requests were sent in one second, more than the rate ceiling of 60 / s" in seen.said
    assert sum(part.requests_sent for part in seen.parts) > 60


def test_to_be_stopped_by_a_rule_is_no_fault_of_the_generator(replay: Replay) -> None:
    seen = replay(hour("failing"), "--abort", "failed share > 50 % for 1 s")
    judged = judge(seen.parts, seen.measured, CoordinatorPart(1))
    assert not any("stopped before the end" in why for why in judged.why)
    assert not seen.parts[0].finished


def test_a_replay_says_when_it_begins_before_it_does(replay: Replay) -> None:
    lines = replay(one_call("good")).said.splitlines()
    announced = [number for number, line in enumerate(lines) if line.startswith("replay begins at ")]
    progress = [number for number, line in enumerate(lines) if ", session " in line]
    assert len(announced) == 1 and announced[0] < progress[0]
    assert float(lines[announced[0]].split()[-1]) > 1.7e9
