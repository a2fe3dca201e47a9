"""A rehearsal and the control API of a mock server: real servers, and what is this replay's and what was before it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from recordings.run_folder import RunFolder
from rehearse.children.control import ControlClient
from rehearse.children.processes import served
from rehearse.cli import app

SCENARIO = """
title: A till with a slow spell
period: 0 s to 60 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: 10 ms}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 1 / s, journey: visit}}
faults:
  slow: {during: 10 s to 50 s, slowdown: {station: till, factor: 2}}
defences:
  no more than a hundred: {bulkhead: {operations: [buy], at_most: 100}}
"""


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ControlClient]]:
    folder = RunFolder(tmp_path_factory.mktemp("run"))
    folder.scenario.write_text(SCENARIO)
    with served(folder, 1) as found:
        yield found


def test_a_replays_events_begin_with_it(mock: tuple[str, ControlClient]) -> None:
    url, control = mock
    assert control.trouble() is None
    control.begin(time.time() - 20.0, 0.0)  # another replay, in the middle of its fault
    httpx.post(f"{url}/operations/buy", json={})
    control.end_all()
    assert [(event.name, event.event, event.hits) for event in control.events() if event.name == "slow"] == [
        ("slow", "began", 0),
        ("slow", "ended", 1),
    ]
    ours = ControlClient(control.url, control.token)
    ours.begin(time.time(), 0.0)
    assert [event.name for event in ours.events()] == ["no more than a hundred"]
    ours.begin(time.time() - 20.0, 0.0)
    ours.end_all()
    assert [event.hits for event in ours.events() if event.event == "ended"] == [0]


def test_what_is_no_control_api_is_said_to_be_none(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.scenario.write_text(SCENARIO)
    with served(folder, 1) as (url, control):
        assert "the control token is wrong" in (ControlClient(control.url, "guess").trouble() or "")
        assert "this is no control API" in (ControlClient(url, control.token).trouble() or "")
        assert "--control-token" in (ControlClient(control.url, "").trouble() or "")
    assert "cannot reach" in (control.trouble() or "")


def test_a_token_is_not_sent_to_another_machine(mock: tuple[str, ControlClient], tmp_path: Path) -> None:
    path = tmp_path / "till.yaml"
    path.write_text(SCENARIO)
    words = ["load", str(path), "--host", mock[0], "--control", "http://192.0.2.1:9", "--control-token", "secret"]
    told = CliRunner().invoke(app, [*words, "--runs", str(tmp_path / "runs")])
    assert "192.0.2.1 is not this machine" in str(told.exception)
    assert not (tmp_path / "runs").exists()
