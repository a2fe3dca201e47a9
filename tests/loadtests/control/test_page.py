"""Locust's page and its run time: who ended a replay and when, and what may not be edited meanwhile."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from recordings.run_folder import RunFolder
from recordings.stop import read_stop
from scenarios.protocol.exit_statuses import REFUSED_STATUS, STOPPED_STATUS
from tests.fixtures.loadtests.fleet import LOCUST, Fleet, fleet, free_port, generator_of, summary_of, wait_until
from tests.fixtures.loadtests.replays import one_call

HOUR = one_call("good").replace("0 s to 1 s", "0 s to 1 h") + (
    "replay: {during: 0 s to 30 min}\nobjectives: {well: {measure: good share, at_least: 50 %}}\n"
)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Fleet]:
    with fleet(tmp_path) as one:
        yield one


def words(host: str, folder: Path) -> list[str]:
    path = folder / "day.yaml"
    path.write_text(HOUR)
    return [*LOCUST, "--scenario", str(path), "--host", host, "--run-folder", str(folder / "run")]


class Page:
    """Locust's page, as a browser asks for it."""

    def __init__(self, port: int) -> None:
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def is_there(self) -> bool:
        try:
            return self._http.get("/").is_success
        except httpx.HTTPError:
            return False

    def press(self, button: str, **form: Any) -> Any:
        return self._http.post(f"/{button}", data=form).json()

    def state(self) -> str:
        return str(self._http.get("/stats/requests").json()["state"])

    def log(self) -> str:
        return str(self._http.get("/logs").json())


@pytest.mark.long
def test_the_page_says_who_stopped_it_and_takes_no_other_host_meanwhile(
    host: str, tmp_path: Path, started: Fleet
) -> None:
    port = free_port()
    locust = started.start(*words(host, tmp_path), "--web-host", "127.0.0.1", "--web-port", str(port))
    with Page(port) as page:
        _story(page, locust, host, tmp_path / "run", started)
    locust.send_signal(signal.SIGINT)
    assert started.ended(locust) == REFUSED_STATUS


def _story(page: Page, locust: subprocess.Popen[bytes], host: str, run: Path, started: Fleet) -> None:
    wait_until(lambda: page.is_there() or locust.poll() is not None)
    form = {"user_count": 1, "spawn_rate": 1}
    assert page.press("swarm", host=host, **form)["success"]
    started.wait_for(locust, "replay 1 s of")

    edited = page.press("swarm", host="http://127.0.0.1:1", **form)
    assert not edited["success"] and edited["host"] == host
    assert f"A replay to {host} is under way" in edited["message"]

    assert page.press("stop")["success"]
    started.wait_for(locust, "the run is in")
    wait_until(lambda: page.state() == "stopped")
    said = "stopped on Locust's page, from 127.0.0.1, at "
    assert said in started.said(locust) and "stopped on Locust" in page.log()
    stop = read_stop(RunFolder(run).stopped)
    assert stop is not None and stop.by == "page" and stop.words.startswith(said)
    summary = summary_of(run)
    assert summary["interrupted"] and summary["sentence"].startswith(f"S{stop.words[1:]}: ")
    report = RunFolder(run).report.read_text()
    assert f"S{stop.words[1:]}" in report.replace("&#39;", "'")
    assert not any("stopped before the end" in why for why in generator_of(run)["why"])

    assert page.press("swarm", host=host, **form)["success"]
    started.wait_for(locust, "holds a replay already")
    assert "holds a replay already" in page.log()


@pytest.mark.long
def test_a_run_time_that_is_shorter_than_the_replay_is_a_rule_that_ends_it(
    host: str, tmp_path: Path, started: Fleet
) -> None:
    locust = started.start(*words(host, tmp_path), "--headless", "--only-summary", "--run-time", "5s")
    assert started.ended(locust) == STOPPED_STATUS, started.said(locust)
    summary = summary_of(tmp_path / "run")
    assert summary["aborted"].startswith("the run time of 5 s was over before the replay, at ")
    assert summary["sentence"].startswith(f"Stopped by its own rule: {summary['aborted']}.")
    assert summary["verdict"] in ("not enough evidence", "invalid")  # a busy machine sends late
    assert not any("stopped before the end" in why for why in generator_of(tmp_path / "run")["why"])
