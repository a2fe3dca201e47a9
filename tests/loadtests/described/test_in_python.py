"""What a function gives of a request, what it is told of the answer, and what of neither is another call's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loadtests.described.answers import AnswerInPython
from loadtests.http.replies import Reply
from scenarios.behaviour.python_journeys import JourneyAnswer, PythonSession, performed_in_python
from scenarios.behaviour.schedule import schedule
from scenarios.behaviour.steps import Call
from scenarios.language.outcomes import BUSY, GOOD, LOGGED_OUT, TIMEOUT
from scenarios.language.reading import read
from scenarios.measured.python_files import JourneyFaultError
from scenarios.protocol.responses import outcome_headers
from tests.fixtures.loadtests.described import Described

SCENARIO = """
title: A shop
period: 0 s to 1 s
service:
  stations: {web: {servers: 1}}
  log_on: [log on]
  operations:
    log on: {http: {path: /log-on, form: {user: me}}, steps: [{use: web, time: 1 ms}]}
    it: {http: {path: /orders}, steps: [{use: web, time: 1 ms}]}
behaviours: {stubborn: {retries: 1, back_off: {first: 1 s, jitter: none}}}
journeys: {visit: {python: {file: visits.py, function: visit}, steps: [{call: log on}, {call: it, optional: true}]}}
populations: {people: {arrivals: {at_once: 1}, journey: visit, behaviour: stubborn}}
"""


class Visit:
    """A session with this line in its function, and the call that it makes first."""

    def __init__(self, folder: Path, line: str) -> None:
        (folder / "visits.py").write_text(f"def visit(session):\n    {line}\n", encoding="utf-8")
        (folder / "shop.yaml").write_text(SCENARIO, encoding="utf-8")
        whole = schedule(read(str(folder / "shop.yaml")), 1)
        plan, draws = whole.plans[0], next(iter(whole.blocks())).draws[0]
        self.session = PythonSession(plan, draws, 0, 0)
        self.steps = performed_in_python(self.session, plan, draws, 0, None)
        self.step: Any = next(self.steps)

    def goes_on(self, *outcome: int, reply: Reply | None = None) -> Any:
        self.session.content = None if reply is None else AnswerInPython(reply)
        self.step = self.steps.send((*outcome, 0.0, 0.0) if outcome else None)  # type: ignore[arg-type]
        return self.step

    def sent(self, operation: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
        described = Described(operation)
        described.session.python = self.session
        return described.sent()


def test_who_logs_on_again_on_the_way_sends_what_the_log_on_is(tmp_path: Path) -> None:
    visit = Visit(tmp_path, 'yield session.call("it", path="/orders/tea", json={"n": 1}, headers={"X-Key": 5})')
    first, headers, body = visit.sent({"http": {"path": "/orders", "query": {"page": 1}}})
    assert (first, headers["X-Key"], body) == ("POST /base/orders/tea?page=1 HTTP/1.1", "5", b'{"n":1}')
    assert headers["X-Rehearsal-Operation"] == "it"  # by which the mock knows it at that path
    assert "X-Rehearsal-Operation" not in Described({"http": {"path": "/orders"}}).sent()[1]
    log_on = visit.goes_on(LOGGED_OUT)
    assert isinstance(log_on, Call) and log_on.site.operation == "log on"
    assert visit.session.parts_of("log on").path is None
    assert visit.goes_on(GOOD).site.operation == "it" and visit.session.parts_of("it").path == "/orders/tea"


def test_what_an_earlier_try_was_answered_is_no_answer_of_the_last(tmp_path: Path) -> None:
    line = 'a = yield session.call("it"); session.values.update(said=(a.outcome, a.status)); yield session.think("1 s")'
    visit = Visit(tmp_path, line)
    busy = Reply(503, {}, b"")
    visit.goes_on(BUSY, reply=busy)  # the wait before the next try
    visit.goes_on()
    visit.goes_on(TIMEOUT, reply=busy)  # as it was left there
    visit.goes_on()
    assert visit.session.values["said"] == ("timeout", 0)


def test_the_mock_says_no_more_than_a_forecast(tmp_path: Path) -> None:
    """Its answer to a described operation is an object of its own, which no function of a journey knows."""
    visit = Visit(tmp_path, 'yield session.call("it")')
    described = Described({"http": {"path": "/"}})
    described.session.python = visit.session
    for status, outcome in ((200, "good"), (503, "busy")):
        reply = Reply(status, dict(outcome_headers(outcome)), b'{"operation": "it"}')
        visit.session.content = AnswerInPython(reply)
        assert described.outcome_of(reply) == outcome and visit.session.content is None


def test_a_group_that_has_no_part_in_a_match_is_not_found() -> None:
    answer = JourneyAnswer("good", 0.0, AnswerInPython(Reply(200, {}, b"no token; id=")))
    assert answer.match("token(=[0-9]+)?", otherwise="none") == "none" and answer.match("id=(.*)", otherwise="x") == ""


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ("heders={}", "'heders' is no part of a request, only method, path, query,"),
        ("headers='x'", "TypeError: `headers` is a mapping of names to values; found str"),
        (r"headers={'X\r\nY': '1'}", "allowed is the name of a header"),
        ("headers={'Content-Length': '1'}", "Content-Length is written by the load test itself"),
        ("json=object()", "TypeError: Encoding objects of type object is unsupported"),
        ("json=[], form={}", "give at most one of json, form and body; found ['json', 'form']"),
        ("method='get'", "'get' is no method; allowed is one of GET,"),
        ("path=5", "TypeError: `path` is text; found int"),
    ],
)
def test_what_cannot_be_part_of_a_request_is_said_with_its_line(tmp_path: Path, parts: str, said: str) -> None:
    """In a forecast, too, where nothing is sent."""
    with pytest.raises(JourneyFaultError) as fault:
        Visit(tmp_path, f'yield session.call("it", {parts})')
    assert "visits.py, line 2: " in str(fault.value) and said in str(fault.value)


def test_a_place_within_the_page_is_not_asked_for(tmp_path: Path) -> None:
    visit = Visit(tmp_path, 'yield session.call("it", path="/orders?n=1#top", query={"b": [1, 2]})')
    assert visit.sent({"http": {"path": "/"}})[0] == "GET /base/orders?n=1&b=1&b=2 HTTP/1.1"


def test_values_are_spelt_as_those_of_a_scenario(tmp_path: Path) -> None:
    visit = Visit(tmp_path, 'yield session.call("it", query={"on": True, "n": [1, None]}, form={"a b": 2.5})')
    first, _, body = visit.sent({"http": {"path": "/"}})
    assert (first, body) == ("POST /base/?on=true&n=1&n=null HTTP/1.1", b"a+b=2.5")


def test_a_client_has_one_name(tmp_path: Path) -> None:
    own = {"headers": {"User-Agent": "mine"}}
    visit = Visit(tmp_path, 'yield session.call("it", headers={"User-Agent": "its own"})')
    assert visit.sent({"http": {"path": "/", **own}})[1]["User-Agent"] == "its own"
    assert Described({"http": {"path": "/", **own}}).sent()[1]["User-Agent"] == "mine"
    assert Described({"http": {"path": "/"}}, own).sent()[1]["User-Agent"] == "mine"
