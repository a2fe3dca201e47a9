"""A rehearsal's steps, with stand-ins for the processes that it would start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.audit.reconciliation import AuditRecord
from recordings.audit_result import AuditResult
from recordings.run_folder import read_json, write_json
from rehearse.children.control import ControlClient
from rehearse.running import rehearsal as steps
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.terminal import Terminal

TINY = """
title: A tiny queue
period: 0 s to 20 s
service:
  stations: {counter: {servers: 3}}
  operations: {serve: {steps: [{use: counter, time: {exponential: 50 ms}}]}}
journeys: {visit: {steps: [{call: serve}]}}
populations: {customers: {arrivals: {rate: 20 / s}, journey: visit}}
objectives:
  served: {measure: good share, of: serve, at_least: 90 %}
replay: {during: 0 s to 3 s, drain: 1 s}
"""


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    """A rehearsal whose load test does nothing at all."""
    monkeypatch.setattr(steps, "replay", lambda *_, **__: None)
    return Rehearsal.begin("tiny", TINY, None, tmp_path / "runs", Terminal())


def record(result: AuditResult) -> AuditRecord:
    return AuditRecord(result, unknown_present=0, by_kind={}, examples={})


def audited(monkeypatch: pytest.MonkeyPatch, find: Callable[..., Any]) -> None:
    monkeypatch.setattr(steps, "audit", find)


def test_what_the_audit_could_not_read_back_reaches_the_summary(
    begun: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(monkeypatch, lambda *_: record(AuditResult(27, 0, 0, 0, never_read=27, was_listed=False)))
    begun.replay("http://127.0.0.1:1", 1)
    assert begun.replayed is not None and begun.replayed.audit is not None
    assert begun.replayed.audit == AuditResult(27, 0, 0, 0, never_read=27, was_listed=False)


def test_an_interrupted_audit_does_not_lose_the_replay(begun: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    audited(monkeypatch, interrupted)
    with pytest.raises(KeyboardInterrupt):
        begun.replay("http://127.0.0.1:1", 1)
    assert begun.has_something()
    assert begun.replayed is not None and begun.replayed.audit is None
    assert begun.folder.measured.exists()


def test_a_report_tells_when_the_run_began_and_not_when_it_ended(
    begun: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(monkeypatch, lambda *_: record(AuditResult(0, 0, 0, 0)))
    begun.replay("http://127.0.0.1:1", 1)
    write_json(begun.folder.about, read_json(begun.folder.about) | {"began_utc": "2015-06-15T07:59:00+00:00"})
    begun.finish()
    assert "15 June 2015, 07:59 UTC" in begun.folder.report.read_text()


CLINIC = """
title: A clinic whose slots go early
period: 0 s to 20 s
service:
  stations: {app: {servers: 9}}
  operations: {book: {api: A016, action: book, steps: [{use: app, time: 5 ms}]}}
journeys: {refer: {steps: [{call: book}]}}
populations: {patients: {arrivals: {rate: 10 / s, spacing: even}, journey: refer}}
supply: {specialties: {hearts: {at_start: 125, ahead: 1 day to 10 days}}}
replay: {during: 12 s to 20 s, drain: 1 s}
"""


def test_twin_and_mock_begin_a_window_with_the_slots_that_the_launch_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def load_test(*given: Any, **_: Any) -> None:
        began = given[6]
        began(1_000.0)

    def ask(_self: ControlClient, _method: str, path: str, **more: Any) -> Any:
        asked.append({"path": path, **more})
        return {"log": [], "acting": [], "now_s": 0.0, "timeline": {"active": []}}

    monkeypatch.setattr(steps, "replay", load_test)
    monkeypatch.setattr(ControlClient, "_ask", ask)
    audited(monkeypatch, lambda *_: record(AuditResult(0, 0, 0, 0)))
    rehearsal = Rehearsal.begin("clinic", CLINIC, None, tmp_path / "runs", Terminal())
    rehearsal.replay("http://127.0.0.1:1", 1, control=ControlClient("http://127.0.0.1:1", "token"))
    (said,) = [one["json"] for one in asked if one["path"] == "/control/timeline"]
    assert (said["at_epoch_s"], said["scenario_s"]) == (1_000.0, 12.0)
    assert said["slots"] == read_json(rehearsal.folder.window_start)["slots"]
    assert said["slots"]["specialties"]["hearts"]["taken"] == 120
    assert rehearsal.replayed is not None and rehearsal.replayed.twin is not None
    assert rehearsal.replayed.twin.slots.by_outcome().tolist() == [[5, 75]]
