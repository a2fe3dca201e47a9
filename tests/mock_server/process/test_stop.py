"""A server that is stopped with work in flight closes quietly: no traceback, every connection closed, and counted."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from tests.fixtures.mock_server.mock_client import User
from tests.fixtures.mock_server.served_mock import HTTP, SCENARIO, TOKEN, Served, served

IN_FLIGHT = 300
SMALL = ("--world", "small")
REQUEST = b"POST /operations/other HTTP/1.1\r\nHost: mock\r\nContent-Length: 0\r\n\r\n"


def slow() -> dict[str, object]:
    """A service that is not done before anybody loses patience."""
    told: dict[str, object] = yaml.safe_load(SCENARIO.replace("time: 1 ms", "time: 10 min"))
    return told


def asked(server: Served) -> list[socket.socket]:
    """So many clients who wait for an answer; the server has taken up their requests."""
    at = urlsplit(server.url)
    clients = [socket.create_connection((at.hostname or "", at.port or 0)) for _ in range(IN_FLIGHT)]
    for client in clients:
        client.settimeout(30)
        client.sendall(REQUEST)
    deadline_s = time.monotonic() + 60
    while waiting(server) < IN_FLIGHT:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    return clients


def following(server: Served) -> socket.socket:
    """Somebody whose page follows the events."""
    at = urlsplit(server.control_url)
    follower = socket.create_connection((at.hostname or "", at.port or 0))
    follower.sendall(f"GET /control/events?token={TOKEN} HTTP/1.1\r\nHost: mock\r\n\r\n".encode())
    assert follower.recv(100).startswith(b"HTTP/1.1 200")
    return follower


def waiting(server: Served) -> int:
    station = HTTP.get(f"{server.url}/health", timeout=20).json()["stations"]["app"]
    return int(station["busy"] + station["waiting"])


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGINT],
        pytest.param([signal.SIGTERM], marks=pytest.mark.long),
        [signal.SIGTERM, signal.SIGINT],
        pytest.param([signal.SIGINT, signal.SIGINT], marks=pytest.mark.long),
    ],
    ids=lambda signals: " ".join(number.name for number in signals),
)
def test_a_server_that_stops_with_work_in_flight_says_so_in_a_line(
    tmp_path: Path, signals: list[signal.Signals]
) -> None:
    log = tmp_path / "server.log"
    with served(tmp_path / "data", *SMALL, told=slow(), log=log) as server:
        clients, follower = asked(server), following(server)
        for number in signals:
            server.process.send_signal(number)
            time.sleep(0.3)
        assert server.process.wait(timeout=60) == 0
        assert {client.recv(100) for client in clients} == {b""}, "closed, and not answered"
        for client in clients:
            client.close()
        follower.close()
    said = log.read_text()
    assert "Traceback" not in said and "CancelledError" not in said
    assert re.findall(r"stopped with ([0-9,]+) requests in flight", said) == [str(IN_FLIGHT)]
    assert len(said.splitlines()) <= 3, said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_acknowledged_is_on_the_disk_after_a_quiet_end(number: signal.Signals, tmp_path: Path) -> None:
    """Whether it is told to end, or its terminal is closed."""
    promise, log = {"async": "10 min"}, tmp_path / "server.log"
    with served(tmp_path / "data", *SMALL, durability=promise, log=log) as server:
        ubrn = referred(server)
        server.process.send_signal(number)
        assert server.process.wait(timeout=60) == 0
    assert len(log.read_text().splitlines()) == 1, "where the game day is: nothing was in flight"
    with served(tmp_path / "data", *SMALL, durability=promise) as server:
        assert server.health()["store"]["dropped_at_start"] == 0
        held = HTTP.get(f"{server.url}/mock/referrals").json()["referrals"]
    assert [referral["ubrn"] for referral in held] == [ubrn]


def referred(server: Served) -> str:
    """The UBRN of a referral that somebody has made there."""

    async def refer() -> str:
        async with httpx.AsyncClient(base_url=server.url, timeout=20) as http:
            user = User(http, "receptionist-A81001-1")
            await user.log_on()
            return str((await user.create(["70000"])).json()["id"])

    return asyncio.run(refer())
