"""What faults do on a target that is not the mock: run at their moments, recorded, and always ended."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import perf_counter

import gevent
import pytest

from loadtests.control.hooks import Done, DueAction, Hooks, Phase, check_calls, described, logged_to, planned
from loadtests.replay.clock import RealClock
from loadtests.safety.refused import RefusedError
from recordings.events import Event, read_events
from scenarios.behaviour.occurrences import Occurrence
from scenarios.language.faults import Action, Fault, OnTarget, TargetCall

SOON = 0.0  # a moment of the scenario that comes at once


def command(code: str) -> Action:
    return Action(command=[sys.executable, "-c", code])


def due(fault: str, phase: Phase, action: Action, at_s: float = SOON, timeout_s: float = 30.0) -> DueAction:
    return DueAction(at_s, fault, phase, action, timeout_s)


def run(actions: list[DueAction], *, hosts: tuple[str, ...] = ()) -> list[Done]:
    """Run what is due now, then end the replay."""
    done: list[Done] = []
    hooks = Hooks(actions, RealClock(0.0, perf_counter()), done.append, hosts)
    hooks.start()
    begins = sum(each.phase == "begin" and each.at_s == SOON for each in actions)
    while sum(each.phase == "begin" for each in done) < begins:
        gevent.sleep(0.01)
    hooks.finish()
    return done


@pytest.fixture
def called() -> Iterator[tuple[str, list[str]]]:
    """A server that notes what it is asked; its address, and the notes."""
    notes: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            notes.append(f"{self.path} {self.headers.get('authorization')} {body}")
            self.send_response({"/fail": 500, "/moved": 302}.get(self.path, 200))
            self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write(b"said " * 100)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", notes
        server.shutdown()
        thread.join()


def test_a_command_is_run_without_a_shell_and_recorded() -> None:
    action = Action(command=[sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(3)", "$HOME; x" * 50])
    (done,) = run([due("slow", "begin", action)])
    assert done.status == 3 and done.problem == "ended with status 3"
    assert done.output == ("$HOME; x" * 50)[:200]
    assert done.what == action.command


def test_a_call_is_made_and_its_secrets_are_not_recorded(called: tuple[str, list[str]]) -> None:
    url, notes = called
    call = TargetCall(url=f"{url}/on?key=word", headers={"Authorization": "Bearer secret"}, body="now")
    (done,) = run([due("slow", "begin", Action(call=call))])
    assert notes == ["/on?key=word Bearer secret now"]
    assert done.status == 200 and not done.problem and done.output == ("said " * 100)[:200]
    assert done.what == f"POST {url}/on?…"
    assert "secret" not in str(done) and "word" not in str(done)


@pytest.mark.parametrize(("path", "status", "problem"), [("/fail", 500, "was answered 500"), ("/moved", 302, "")])
def test_a_call_follows_no_redirect_and_a_failure_is_one(
    called: tuple[str, list[str]], path: str, status: int, problem: str
) -> None:
    url, notes = called
    (done,) = run([due("slow", "begin", Action(call=TargetCall(url=url + path)))])
    assert (done.status, done.problem) == (status, problem)
    assert len(notes) == 1


def test_what_takes_too_long_is_ended_with_what_it_started_and_said() -> None:
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '300']).pid, flush=True); time.sleep(300)"
    (done,) = run([due("slow", "begin", command(code), timeout_s=3.0)])
    assert (done.status, done.problem) == (None, "not done within 3 s")
    child = Path("/proc", done.output.strip(), "stat")
    while child.exists() and child.read_text().split()[2] != "Z":
        gevent.sleep(0.01)


def test_what_stays_in_the_background_keeps_nobody_waiting() -> None:
    code = "import subprocess; print('up', flush=True); subprocess.Popen(['sleep', '5'])"
    (done,) = run([due("slow", "begin", command(code), timeout_s=60.0)])
    assert (done.status, done.output) == (0, "up\n")


def test_a_program_that_is_not_there_is_a_problem_and_no_end_of_the_replay() -> None:
    (done,) = run([due("slow", "begin", Action(command=["no-such-program-here"]))])
    assert done.status is None and "no-such-program-here" in done.problem


@pytest.mark.parametrize("code", ["pass", "raise SystemExit(1)", "import time; time.sleep(300)"])
def test_a_fault_that_was_begun_is_ended_though_beginning_it_failed(code: str) -> None:
    actions = [
        due("slow", "begin", command(code), timeout_s=2.0),
        due("slow", "end", command("pass"), at_s=1e6),
    ]
    assert [(done.fault, done.phase) for done in run(actions)] == [("slow", "begin"), ("slow", "end")]


def test_a_fault_that_has_not_begun_is_not_ended() -> None:
    actions = [due("now", "begin", command("pass"))]
    actions += [due("later", "begin", command("pass"), at_s=1e6), due("later", "end", command("pass"), at_s=2e6)]
    assert [done.fault for done in run(actions)] == ["now"]


def test_a_fault_that_comes_twice_is_ended_each_time() -> None:
    phases: tuple[Phase, ...] = ("begin", "end", "begin", "end")
    done = run([due("slow", phase, command("pass")) for phase in phases])
    assert [each.phase for each in done] == list(phases)


def test_to_finish_twice_ends_a_fault_once() -> None:
    done: list[Done] = []
    actions = [due("slow", "begin", command("pass")), due("slow", "end", command("pass"), at_s=1e6)]
    hooks = Hooks(actions, RealClock(0.0, perf_counter()), done.append)
    hooks.start()
    while not done:
        gevent.sleep(0.01)
    gevent.joinall([gevent.spawn(hooks.finish), gevent.spawn(hooks.finish)])
    assert [each.phase for each in done] == ["begin", "end"]


def test_a_log_that_cannot_be_written_keeps_no_fault_alive() -> None:
    tried: list[str] = []

    def log(done: Done) -> None:
        tried.append(done.phase)
        raise OSError("no space left")

    actions = [due("slow", "begin", command("pass")), due("slow", "end", command("pass"))]
    hooks = Hooks(actions, RealClock(0.0, perf_counter()), log)
    hooks.start()
    while len(tried) < 2:
        gevent.sleep(0.01)
    hooks.finish()
    assert tried == ["begin", "end"]


def test_a_call_to_another_machine_is_not_made() -> None:
    elsewhere = [due("slow", "begin", Action(call=TargetCall(url="http://192.0.2.1/on")))]
    with pytest.raises(RefusedError, match=r"faults\.slow\.on_target calls 192\.0\.2\.1, .* --allow-host 192\.0\.2\.1"):
        check_calls(elsewhere, ["staging.example"])
    check_calls(elsewhere, ["192.0.2.1"])
    (done,) = run(elsewhere)
    assert done.status is None and "neither this machine nor in an allow list" in done.problem


def test_the_plan_is_what_falls_into_the_replay() -> None:
    hook = OnTarget(begin=Action(command=["on"]), end=Action(command=["off"]))
    fault = Fault.model_validate({"during": "0 s to 1 s", "slowdown": {"factor": 2}})
    spans = {"before": (0, 9), "into": (5, 15), "in": (12, 13), "out of": (18, 30), "after": (20, 21)}
    there = [Occurrence(*span, name, fault.model_copy(update={"on_target": hook})) for name, span in spans.items()]
    there.append(Occurrence(12.0, 13.0, "only of the mock", fault))
    assert [(each.fault, each.phase, each.at_s) for each in planned(there, 10.0, 20.0)] == [
        *(("into", "begin", 10.0), ("into", "end", 15.0)),
        *(("in", "begin", 12.0), ("in", "end", 13.0)),
        *(("out of", "begin", 18.0), ("out of", "end", 30.0)),
    ]


def test_the_record_has_a_line_each_and_says_what_went_wrong(tmp_path: Path) -> None:
    said: list[str] = []
    log = logged_to(tmp_path / "run" / "events.jsonl", said.append)
    log(Done(3.0, "slow", "begin", ["on"], 0, 0.1, "up"))
    log(Done(4.0, "slow", "end", "POST http://127.0.0.1/off", 500, 0.1, "", "was answered 500"))
    lines = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    assert [(line["name"], line["event"], line["at_s"], line["what"]) for line in lines] == [
        ("slow", "begin", 3.0, ["on"]),
        ("slow", "end", 4.0, "POST http://127.0.0.1/off"),
    ]
    assert read_events(tmp_path / "run" / "events.jsonl") == [
        Event(3.0, "slow", "hook", "begin", "hook", note="on: 0"),
        Event(4.0, "slow", "hook", "end", "hook", note="POST http://127.0.0.1/off: was answered 500"),
    ]
    assert said == ["hook of “slow” (end): was answered 500"]


def test_what_a_hook_does_is_described_by_its_words() -> None:
    assert described(Action(command=["tc", "qdisc", "add"])) == ["tc", "qdisc", "add"]
    assert (
        described(Action(call=TargetCall(url="http://me:word@a.example:8/x", method="PUT")))
        == "PUT http://a.example:8/x"
    )
