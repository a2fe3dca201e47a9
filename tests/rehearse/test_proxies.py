"""Nothing that a rehearsal asks goes through a proxy of the environment, whoever asks; one that the target's own
settings name is used, and never on the way to this machine. Real processes, and a proxy that really listens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.loadtests.clinic import CLINIC, all_is_well, audit_in, rehearse, scenario
from tests.fixtures.loadtests.elsewhere import as_if_elsewhere
from tests.fixtures.loadtests.proxies import Proxy, listening_proxy, naming
from tests.fixtures.mock_server.served_mock import TOKEN, Served, served


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with listening_proxy() as one:
        yield one


def hooked(server: Served) -> dict[str, Any]:
    """A fault that asks the mock itself for something when it begins."""
    call = {"call": {"url": f"{server.url}/health", "method": "GET"}}
    return {"slow": {"during": "500 ms to 1 s", "slowdown": {"factor": 2}, "on_target": {"begin": call}}}


def test_a_rehearsal_uses_no_proxy_of_the_environment(proxy: Proxy, tmp_path: Path) -> None:
    words = ["run", scenario(tmp_path), "--replications", "2", "--processes", "1", "--runs", str(tmp_path / "runs")]
    ended = rehearse(*words, environment=naming(proxy, tmp_path))
    assert ended.returncode in (0, 98), ended.stderr  # 98: a busy machine that sends late
    assert all_is_well(audit_in(tmp_path / "runs"))
    assert proxy.lines == []


def test_control_hooks_audit_and_replay_use_no_proxy_of_the_environment(proxy: Proxy, tmp_path: Path) -> None:
    with served(tmp_path / "data", told=deepcopy(CLINIC)) as server:
        path = scenario(tmp_path, faults=hooked(server), target={"proxy": proxy.url})  # nor one for this machine
        words = ["load", path, "--host", server.url, "--control", server.control_url, "--control-token", TOKEN]
        words += ["--run-hooks", "--runs", str(tmp_path / "runs")]
        ended = rehearse(*words, environment=naming(proxy, tmp_path))
    assert ended.returncode in (0, 98), ended.stderr
    assert all_is_well(audit_in(tmp_path / "runs"))
    (events,) = (tmp_path / "runs").glob("*/events.jsonl")
    hooks = [line for line in map(json.loads, events.read_text().splitlines()) if line["event"] == "begin"]
    assert [(line["status"], line["problem"]) for line in hooks] == [(200, "")]
    assert proxy.lines == []


def test_the_proxy_of_a_targets_settings_is_used_by_control_audit_and_replay(proxy: Proxy, tmp_path: Path) -> None:
    with served(tmp_path / "data", told=deepcopy(CLINIC)) as server:
        target = {"hosts": ["127.0.0.1"], "rate_ceiling": "500 / s", "proxy": proxy.url}
        words = ["load", scenario(tmp_path, target=target), "--host", server.url, "--yes"]
        words += ["--control", server.control_url, "--control-token", TOKEN, "--runs", str(tmp_path / "runs")]
        ended = rehearse(*words, environment=as_if_elsewhere(tmp_path))
        replayed, listed = f"POST {server.url}/", f"GET {server.url}/mock/referrals"
        asked = (replayed, listed, f"GET {server.control_url}/control/log")
    assert ended.returncode in (0, 98), ended.stderr
    assert all_is_well(audit_in(tmp_path / "runs"))
    assert all(any(line.startswith(one) for line in proxy.lines) for one in asked), proxy.lines
