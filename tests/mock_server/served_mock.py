"""`rehearse serve` in a process of its own, and people who keep it busy."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml
from mock_client import User, slot_ids

from loadtests.ledger import Entry, Ledger
from loadtests.patients import nhs_number

ROOT = Path(__file__).parents[2]
PRACTICE = "A81001"
RUN = "crash"
TOKEN = "open-sesame"
# Nothing names an API call, so nothing takes modelled time.
SCENARIO = """\
title: A service that takes no time
period: 0 s to 10 s
service:
  stations: {app: {servers: 4}}
  operations:
    other: {steps: [{use: app, time: 1 ms}]}
journeys: {visit: {steps: [{call: other}]}}
populations: {people: {arrivals: 1 / s, journey: visit}}
objectives: {quick: {measure: response p95, of: other, at_most: 1 s}}
"""


class Served:
    """A server that is up, and its control API for somebody who knows the token."""

    def __init__(self, process: subprocess.Popen[str], url: str, control_url: str) -> None:
        self.process, self.url, self.control_url = process, url, control_url

    def control(self, method: str, path: str, sent: Any = None, token: str = TOKEN) -> httpx.Response:
        """Ask the control API."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.request(method, f"{self.control_url}/control/{path}", json=sent, headers=headers, timeout=20)

    def kill(self) -> None:
        """`kill -9`: no warning, no tidying up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def health(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.url}/health").json())


@contextmanager
def served(folder: Path, *options: str, durability: Any = "group", told: Any = None) -> Iterator[Served]:
    """The server on a free port, with its data in the folder; stopped in order when it is still there.

    `told` is another scenario than `SCENARIO`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = told or yaml.safe_load(SCENARIO)
    told["service"]["durability"] = durability
    scenario = folder / "scenario.yaml"
    scenario.write_text(yaml.safe_dump(told))
    command = [
        sys.executable,
        "-m",
        "rehearse",
        "serve",
        str(scenario),
        "--port",
        "0",
        "--data",
        str(folder),
        "--rate-limit",
        "off",
        "--control-token",
        TOKEN,
        *options,
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=folder
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        assert line.startswith("listening on "), line
        control = process.stdout.readline().strip().removeprefix("control at ")
        yield Served(process, line.removeprefix("listening on "), control)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
        process.stdout.close()


class Referrers:
    """People at one practice who refer, attach a letter and book, each as fast as they are answered.

    What they were told goes to the ledger; a create that was sent and not answered goes there as unknown.
    """

    def __init__(self, ledger: Path, steps: Sequence[str] = ("create", "letter", "book")) -> None:
        self.ledger = Ledger(ledger, RUN)
        self.steps = steps
        self.made = 0
        self.acknowledged = 0
        self._stopped = False

    def work(self, url: str, people: int, until: Callable[[], bool], then: Callable[[], None]) -> None:
        """Keep the server busy until a condition holds, then do `then` and let them find out."""
        asyncio.run(self._work(url, people, until, then))
        self.ledger.flush()

    def stop(self) -> None:
        """Nobody begins anything new."""
        self._stopped = True

    async def _work(self, url: str, people: int, until: Callable[[], bool], then: Callable[[], None]) -> None:
        self._stopped = False
        limits = httpx.Limits(max_connections=people)
        async with httpx.AsyncClient(base_url=url, timeout=20, limits=limits) as http:
            user = User(http, f"receptionist-{PRACTICE}-1")
            await user.log_on()
            at_work = [asyncio.create_task(self._refer_on(user)) for _ in range(people)]
            while not until():
                await asyncio.sleep(0.002)
            then()
            await asyncio.gather(*at_work)

    async def _refer_on(self, user: User) -> None:
        while not self._stopped:
            try:
                await self._refer(user)
            except httpx.TransportError:
                return

    async def _refer(self, user: User) -> None:
        number, self.made = self.made, self.made + 1
        patient = nhs_number(number)
        mine = User(user.http, user.token, {**user.headers, "X-Correlation-ID": f"{RUN}-{number:016x}"})
        service = str(70000 + number % 40)
        try:
            answer = await mine.create([service], nhs_number=patient)
        except httpx.TransportError:
            self._note("unknown", patient, "", 0)
            raise
        assert answer.status_code == 201, answer.text
        ubrn = str(answer.json()["id"])
        self._note("referral", patient, ubrn, 1)
        version = 1
        if "letter" in self.steps:
            address = (await mine.upload(content=b"x" * 3000)).headers["location"]
            assert (await mine.attach(ubrn, version, address)).status_code == 200
            version += 1
            self._note("letter", patient, ubrn, version)
        if "book" in self.steps:
            await self._book(mine, service, patient, ubrn, version)

    async def _book(self, user: User, service: str, patient: str, ubrn: str, version: int) -> None:
        for slot in slot_ids(await user.slots(service, count=20)):
            answer = await user.book(ubrn, version, service, slot, patient)
            if answer.status_code == 201:
                self._note("booking", patient, ubrn, version + 1, slot)
                return
            assert answer.status_code == 422, answer.text

    def _note(self, kind: Any, patient: str, ubrn: str, version: int, slot: str = "") -> None:
        self.acknowledged += kind != "unknown"
        intent = f"{patient}"
        self.ledger.add(Entry(kind, patient, time.time(), ubrn, version, slot, PRACTICE, intent))


def listed(url: str) -> list[dict[str, Any]]:
    """Everything that the server holds."""
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = httpx.get(f"{url}/mock/referrals", params={"after": after, "count": 5000}).json()
        found, after = found + page["referrals"], page["next"]
    return found
