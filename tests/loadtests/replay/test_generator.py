"""When the generator's own faults make a measurement worthless."""

from __future__ import annotations

from loadtests.replay.generator import judge
from recordings.generator_result import CoordinatorPart, Lag, LostWorker, WorkerPart
from recordings.recorder import Recorder
from recordings.recording import Form, Recording

FORM = Form(("look",), ("good",), ("people",), ("finished",), ("app",), (1,), ("intended",), 0.0, 1.0, 10)


def part(worker: int = 0, workers: int = 1, **changes: float) -> WorkerPart:
    whole: dict[str, float] = {"requests_due": 1000, "requests_sent": 1000, "finished": True} | changes
    return WorkerPart(worker=worker, workers=workers, sessions_due=9, sessions_started=9, cpu_s=1.0, **whole)  # type: ignore[arg-type]


def lags(late: int, late_s: float) -> Recording:
    """A thousand requests, some of which are late."""
    recorder = Recorder(FORM)
    for number in range(1000):
        recorder.lags.cells[0][0] += (0.5, late_s if number < late else 0.001)
    return recorder.recording()


def test_a_punctual_generator_is_valid() -> None:
    judged = judge([part()], lags(0, 0.0), CoordinatorPart(1))
    assert judged.valid and judged.why == []
    assert judged.send_ratio == 1.0
    assert judged.lag_ms.max == 1.0


def test_one_late_request_in_a_hundred_is_borne_and_two_are_not() -> None:
    assert judge([part()], lags(9, 0.021), CoordinatorPart(1)).valid
    late = judge([part()], lags(20, 0.021), CoordinatorPart(1))
    assert late.why == ["1 in 100 requests was sent 21 ms late or later; at most 20 ms is allowed"]


def test_requests_that_were_never_sent_are_missed() -> None:
    assert judge([part(requests_sent=995)], lags(0, 0.0), CoordinatorPart(1)).valid
    short = judge([part(requests_sent=994)], lags(0, 0.0), CoordinatorPart(1))
    assert short.why == ["99.4 % of the requests that were due were sent; 99.5 % is needed"]


def test_secure_cookies_over_plain_http_are_told_of_once() -> None:
    parts = [part(0, 2, cookies_without_tls=["sid"]), part(1, 2, cookies_without_tls=["csrf", "sid"])]  # type: ignore[arg-type]
    judged = judge(parts, lags(0, 0.0), CoordinatorPart(2))
    assert judged.valid
    assert judged.notes == ["2 Secure cookies came over plain HTTP, and went back with no request: csrf, sid"]


def test_every_worker_is_needed_to_its_end() -> None:
    judged = judge([part(0, 3), part(1, 3, finished=False)], lags(0, 0.0), CoordinatorPart(3))
    assert judged.why == ["worker 2 left no result", "worker 1 stopped before the end"]


def test_a_worker_that_was_lost_is_told_of_once_and_first() -> None:
    known = CoordinatorPart(2, lost=[LostWorker(1, "died, at 3 s")])
    parts = [part(0, 2, finished=False, stopped_by="worker 1 was lost"), part(1, 2, finished=False)]  # type: ignore[arg-type]
    assert judge(parts, lags(0, 0.0), known).why == ["worker 1 died, at 3 s"]


def test_nothing_is_known_to_be_sent_when_no_worker_left_a_result() -> None:
    judged = judge([], Recording.blank(FORM), CoordinatorPart(1))
    assert judged.send_ratio == 0.0 and not judged.valid
    assert judged.why[0] == "worker 0 left no result"


def test_running_out_of_sockets_is_the_generators_fault() -> None:
    judged = judge([part(shortages=2)], lags(0, 0.0), CoordinatorPart(1))
    assert judged.why == ["the load generator ran out of sockets or ports 2 times"]


def test_nothing_due_is_nothing_missed() -> None:
    judged = judge([part(requests_due=0, requests_sent=0)], Recording.blank(FORM), CoordinatorPart(1))
    assert judged.valid and judged.lag_ms == Lag(None, None, None)
