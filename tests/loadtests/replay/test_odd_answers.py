"""No answer kills a visitor: whatever comes has an outcome, and what goes wrong in the load test itself is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gevent
import pytest

from loadtests.http.connections import Connections
from loadtests.replay.generator import judge
from loadtests.replay.operations import PlainOperation
from loadtests.target.wire import Wire
from recordings.generator_result import CoordinatorPart, WorkerPart
from recordings.recording import Recording
from scenarios.language.outcomes import OUTCOMES
from scenarios.language.reading import read_text
from tests.fixtures.loadtests.odd_answers import GOOD_JSON, json_answer, odd_answers, odd_server
from tests.fixtures.loadtests.replayed_here import performing, replay_here
from tests.fixtures.loadtests.replays import Replayed, one_call, start_replay

FEW = one_call("odd", "{timeout: 10 s, retries: 1, back_off: {first: 10 ms}}")


def test_two_hundred_odd_answers_are_two_hundred_outcomes(tmp_path: Path) -> None:
    scenario = one_call("odd", "{timeout: 2 s}").replace("rate: 40 / s", "rate: 200 / s")
    with odd_server(odd_answers(200)) as server:
        with start_replay(scenario.replace("drain: 500 ms", "drain: 6 s"), server.url, tmp_path) as process:
            _, said = process.communicate(timeout=120)
        run = Replayed.read(tmp_path, process.returncode, said)
        # it hangs up without a word of warning, so that a request may come too late to be read
        assert server.asked <= run.parts[0].requests_sent, "nothing is sent twice"
    assert run.exit_code == 0
    came_again = run.outcomes("odd").get("in_line", 0)
    assert sum(run.outcomes("odd").values()) == run.parts[0].requests_sent == 200 + came_again
    assert set(run.outcomes("odd")) <= {"good", "error", "refused", "timeout", "in_line", "busy", "rate_limited"}
    assert set(run.endings()) <= {"finished", "gave_up"}
    assert sum(run.endings().values()) == 200
    assert run.parts[0].own_faults == 0


class _Faulty(PlainOperation):
    """An operation with a mistake in it, at one of its ends."""

    def __init__(self, wire: Wire, where: str) -> None:
        super().__init__("odd", wire)
        self._where = where

    def message(self, asking: Any, key: int) -> bytes:
        if self._where == "message":
            raise KeyError("a mistake of ours")
        return super().message(asking, key)

    def answered(self, asking: Any, call: Any, reply: Any, now_s: float) -> int:
        if self._where == "answered":
            raise KeyError("a mistake of ours")
        return super().answered(asking, call, reply, now_s)


def outcomes(recording: Recording) -> dict[str, int]:
    numbers = recording.response.by_outcome().sum(axis=0)
    return {name: int(number) for name, number in zip(OUTCOMES, numbers, strict=True) if number}


@pytest.mark.parametrize("where", ["message", "answered"])
def test_a_mistake_of_ours_is_an_error_and_makes_the_replay_invalid(
    where: str, capfd: pytest.CaptureFixture[str]
) -> None:
    # it says that it hangs up: else the second try may meet a connection that is just being closed
    with odd_server([json_answer(GOOD_JSON, b"Connection: close")]) as server:
        faulty = _Faulty(Wire(Connections(server.url), "run"), where)
        with performing(replay_here(read_text(FEW), server.url, [faulty])) as (users, recorder, _):
            while users.counts.requests_ended < 80:
                gevent.sleep(0.01)
    seen = recorder.recording()
    assert outcomes(seen) == {"error": 80}, "each of 40 people tries again once"
    assert users.faults.count == 80
    said = capfd.readouterr().err
    assert said.count("Traceback") == 1 and "a mistake of ours" in said
    part = WorkerPart(0, 1, 40, 40, 80, 80, 1.0, True, own_faults=80, first_fault=users.faults.first)
    judged = judge([part], seen, CoordinatorPart(1))
    assert not judged.valid
    assert any("failed 80 times, first by KeyError: 'a mistake of ours'" in why for why in judged.why)
