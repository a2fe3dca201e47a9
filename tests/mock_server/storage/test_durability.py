"""What was acknowledged is there after a kill, and work goes on for a client that left."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.fixtures.mock_server.mock_client import STU3, new_referral
from tests.fixtures.places import ROOT

SERVER = """
import asyncio, sys
from pathlib import Path
import uvicorn
from tests.fixtures.mock_server.mock_client import InstantModel
from mock_server.process.application import create_app
from mock_server.storage.store import Store
from mock_server.domain.synthetic_directory import SyntheticDirectory, DirectorySettings

class SlowModel(InstantModel):
    async def perform(self, operation, request_key, *_):
        while request_key == 0x0123456789abcdef and not (folder / "work is done").exists():
            await asyncio.sleep(0.01)
        return await super().perform(operation, request_key)

folder, descriptor = Path(sys.argv[1]), int(sys.argv[2])
directory = SyntheticDirectory(1, DirectorySettings(services=40, providers=3, practices=3, names=5))
app = create_app(SlowModel(), Store(folder), directory)
uvicorn.run(app, fd=descriptor, log_level="error")
"""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
    """A real server in a process of its own."""
    # The socket listens before the server exists, so the first request waits and nothing polls.
    # Only the server holds it: whoever comes after a kill is refused at once.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        descriptor = listening.fileno()
        server = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder), str(descriptor)],
            pass_fds=[descriptor],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    try:
        with httpx.Client(base_url=url, verify=False, timeout=60) as http:
            assert http.get("/health").status_code == 200
            yield http, server
    finally:
        server.kill()
        server.wait()


def log_on(http: httpx.Client) -> dict[str, str]:
    answer = http.post("/v1/ProfessionalSession", json={"token": "receptionist-A81001-1"})
    return {
        "Authorization": f"Bearer {answer.json()['id']}",
        "NHSD-eRS-Business-Function": "REFERRING_CLINICIAN_ADMIN",
        "NHSD-End-User-Organisation-ODS": "A81001",
    }


def create(http: httpx.Client, headers: dict[str, str], **more: float) -> str:
    path = f"{STU3}/ReferralRequest/$ers.createReferral"
    answer = http.post(path, headers=headers, json=new_referral(["70000"]), **more)  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def held_by(http: httpx.Client) -> list[str]:
    page = http.get("/mock/referrals", params={"count": 5000}).json()
    assert page["next"] is None
    return [referral["ubrn"] for referral in page["referrals"]]


def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path) -> None:
    acknowledged: list[str] = []

    with serving(tmp_path) as (http, server):
        url = str(http.base_url)
        headers = log_on(http)

        def keep_creating() -> None:
            with httpx.Client(base_url=url, verify=False, timeout=60) as own:
                while True:
                    try:
                        acknowledged.append(create(own, headers))
                    except httpx.TransportError:
                        return

        threads = [threading.Thread(target=keep_creating) for _ in range(4)]
        for thread in threads:
            thread.start()
        deadline_s = time.monotonic() + 60.0
        while len(acknowledged) < 60 and time.monotonic() < deadline_s:
            time.sleep(0.005)
        server.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()

    assert len(acknowledged) >= 60
    with serving(tmp_path) as (http, _):
        held = held_by(http)
        assert set(acknowledged) <= set(held)
        # Each client can have had one create under way that was kept and never answered.
        assert len(held) <= len(acknowledged) + 4
        assert http.get(f"{STU3}/ReferralRequest/{held[0]}", headers=headers).status_code == 401
        headers = log_on(http)
        assert http.get(f"{STU3}/ReferralRequest/{held[0]}", headers=headers).json()["id"] == held[0]
        assert create(http, headers) not in held


def test_work_goes_on_for_a_client_that_left(tmp_path: Path) -> None:
    with serving(tmp_path) as (http, _):
        headers = log_on(http)
        slow = {**headers, "X-Correlation-ID": "0123456789abcdef"}
        with pytest.raises(httpx.ReadTimeout):
            create(http, slow, timeout=0.5)
        assert held_by(http) == [], "the modelled work is not done yet"
        (tmp_path / "work is done").touch()
        deadline_s = time.monotonic() + 60.0
        while not held_by(http) and time.monotonic() < deadline_s:
            time.sleep(0.02)
        assert len(held_by(http)) == 1
