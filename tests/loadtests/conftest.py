"""A small server and the load test, each in a process of its own: gevent's patches never reach this one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.loadtests.replays import Replayed, start_replay
from tests.fixtures.loadtests.served import small_server


@pytest.fixture(scope="session")
def host() -> Iterator[str]:
    with small_server() as url:
        yield url


@pytest.fixture
def holding(tmp_path: Path) -> Iterator[Callable[[dict[str, Any]], str]]:
    """Starts a server that holds these referrals; gives its address."""
    running = []

    def start(held: dict[str, Any]) -> str:
        path = tmp_path / "held.json"
        path.write_text(json.dumps(held))
        server = small_server(str(path))
        running.append(server)
        return server.__enter__()

    yield start
    for server in running:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def replay(host: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Replayed]:
    """Performs a scenario against the small server and reads what it left: once, for all tests that look at it."""

    @cache
    def run(scenario: str, *arguments: str) -> Replayed:
        folder = tmp_path_factory.mktemp("replay")
        with start_replay(scenario, host, folder, *arguments) as process:
            _, said = process.communicate(timeout=60)
        return Replayed.read(folder, process.returncode, said)

    return run
