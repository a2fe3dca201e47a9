"""What the mock costs and how exact its time is, in one run on one machine. Needs `wrk` and two processors.

Three servers, each alone on one processor, the load on another: bare Starlette on the same uvicorn
returning the same bytes, the mock with no modelled work, and the mock with a modelled 20 ms. CPU is what
the server's process used (`/proc/PID/stat`) by request answered. `python -m benchmarks.mock_server
[SECONDS]`
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np

from scenarios.protocol.requests import APART

HERE = Path(__file__).parent
SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS = 32
ROUNDS = 3
SERVERS, AMPLE_SERVERS, WORK_S = 20, 500, 0.020
STU3 = "/referrals/FHIR/STU3"
CREATE = f"{STU3}/ReferralRequest/$ers.createReferral"
SCENARIO = """\
title: Benchmark
period: 0 s to 10 s
service:
  stations: {app: {servers: %d}}
  operations:
    read: {api: %s, steps: [{use: app, time: 20 ms}]}
journeys: {visit: {steps: [{call: read}]}}
populations: {people: {arrivals: 1 / s, journey: visit}}
objectives: {quick: {measure: response p95, of: read, at_most: 1 s}}
"""
STARLETTE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
read, created = (open(path, "rb").read() for path in sys.argv[1:3])
KIND = "application/fhir+json"
async def get(request): return Response(read, media_type=KIND, headers={"etag": 'W/"1"'})
async def post(request):
    await request.body()
    return Response(created, 201, media_type=KIND, headers={"etag": 'W/"1"'})
routes = [Route("/referrals/FHIR/STU3/ReferralRequest/$ers.createReferral", post, methods=["POST"]),
          Route("/referrals/FHIR/STU3/ReferralRequest/{ubrn}", get)]
uvicorn.run(Starlette(routes=routes), port=int(sys.argv[3]), loop="uvloop", http="httptools", ws="none",
            access_log=False, log_level="error", lifespan="off", server_header=False)
"""


class Cost(NamedTuple):
    """What wrk counted and the server used."""

    requests_per_s: float
    cpu_us: float


class Target(NamedTuple):
    """A server that is up."""

    url: str
    pid: int


def on_core(core: int, command: list[str]) -> list[str]:
    """The command, pinned to a processor."""
    return ["taskset", "-c", str(core), *command]


@contextmanager
def running(command: list[str], url: str | None) -> Iterator[Target]:
    """A server on its processor; a mock says its URL itself."""
    process = subprocess.Popen(on_core(SERVER_CORE, command), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        at = url or process.stdout.readline().strip().removeprefix("listening on ")
        for _ in range(200):
            try:
                said = httpx.get(f"{at}/health")
                break
            except httpx.TransportError:
                subprocess.run(["sleep", "0.05"], check=True)
        # a mock has started its server as a child
        yield Target(at, said.json()["pid"] if said.is_success else process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def mock(folder: Path, modelled: str, servers: int = SERVERS) -> Iterator[Target]:
    """The mock with an operation of 20 ms for one API code; none has one that the load does not call."""
    scenario = folder / f"{modelled}.yaml"
    scenario.write_text(SCENARIO % (servers, modelled))
    command = [
        sys.executable,
        "-m",
        "rehearse",
        "serve",
        str(scenario),
        "--port",
        "0",
        "--rate-limit",
        "off",
        "--world",
        "small",
    ]
    with running([*command, "--data", str(folder / modelled)], None) as target:
        yield target


def cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wrk(target: Target, path: str, script: str, folder: Path, seconds: int, connections: int = CONNECTIONS) -> Cost:
    """Closed load by wrk, after one second to get warm."""
    lua = folder / "wrk.lua"
    lua.write_text(script)
    command = ["wrk", "-t1", f"-c{connections}", "-s", str(lua)]
    for duration in (1, seconds):
        before = cpu_s(target.pid)
        run = subprocess.run(
            on_core(LOAD_CORE, [*command, f"-d{duration}s", target.url + path]),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert "Non-2xx" not in run.stdout, run.stdout
    found = re.search(r"(\d+) requests in ([\d.]+)s", run.stdout)
    assert found, run.stdout
    count = int(found[1])
    return Cost(count / float(found[2]), (cpu_s(target.pid) - before) / count * 1e6)


def log_on(url: str) -> dict[str, str]:
    """A referrer's headers."""
    key = httpx.post(f"{url}/v1/ProfessionalSession", json={"token": "clinician-A81001-1"}).json()["id"]
    role = {"NHSD-eRS-Business-Function": "REFERRING_CLINICIAN", "NHSD-End-User-Organisation-ODS": "A81001"}
    return {"Authorization": f"Bearer {key}", **role}


def new_referral() -> str:
    """The body of a create."""
    service = {"identifier": {"system": "http://fhir.nhs.net/Id/ers-service", "value": "70000"}}
    patient = {"system": "http://fhir.nhs.net/Id/nhs-number", "value": "9990000018"}
    letter = {"name": "intentionToAddReferralLetter", "valueCoding": {"code": "NEED_TO_ADD_LATER"}}
    held = [
        {"name": "patient", "valueIdentifier": patient},
        {"name": "shortlist", "resource": {"resourceType": "List", "entry": [{"item": service}]}},
        letter,
        {"name": "firstReminderLetterFollowUpDays", "valueUnsignedInt": 7},
    ]
    return json.dumps({"resourceType": "Parameters", "parameter": held})


def lua(headers: dict[str, str], body: str = "") -> str:
    """What wrk sends."""
    lines = [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()]
    return "\n".join([*lines, *([f'wrk.method = "POST"\nwrk.body = {json.dumps(body)}'] if body else [])])


def costs(folder: Path, seconds: int) -> dict[str, Cost]:
    """CPU of a read and of a durable create, bare and mocked: the least of some rounds that take turns.

    Whatever else the machine does can only add to it.
    """
    rounds: dict[str, list[Cost]] = {}
    with mock(folder, "A001") as mocked:
        headers = log_on(mocked.url)
        created = httpx.post(mocked.url + CREATE, headers=headers, content=new_referral())
        path = f"{STU3}/ReferralRequest/{created.json()['id']}"
        (folder / "body").write_bytes(created.content)
        command = [sys.executable, "-c", STARLETTE, str(folder / "body"), str(folder / "body"), "18099"]
        with running(command, "http://127.0.0.1:18099") as bare:
            for _ in range(ROUNDS):
                for name, target in (("mock", mocked), ("starlette", bare)):
                    read = wrk(target, path, lua(headers), folder, seconds)
                    create = wrk(target, CREATE, lua(headers, new_referral()), folder, seconds)
                    rounds.setdefault(f"{name} read", []).append(read)
                    rounds.setdefault(f"{name} create", []).append(create)
    return {what: min(held, key=lambda cost: cost.cpu_us) for what, held in rounds.items()}


def open_loop(target: Target, path: str, headers: dict[str, str], rate: int, seconds: int) -> dict[str, float]:
    """Requests at an even rate from a process of its own (`open_loop.py`): how late answers came, in ms."""
    command = [
        sys.executable,
        str(HERE / "open_loop.py"),
        target.url,
        path,
        json.dumps(headers),
        str(rate),
        str(seconds),
    ]
    run = subprocess.run(on_core(LOAD_CORE, command), capture_output=True, text=True, check=True)
    answered_ms = np.array(json.loads(run.stdout))
    quantiles = np.quantile(answered_ms, [0, 0.5, 0.99, 1])
    return dict(zip(("min", "p50", "p99", "max"), map(float, quantiles), strict=True))


def saturated(target: Target, path: str, headers: dict[str, str], seconds: int) -> float:
    """Answers a second while three clients want each server, between two looks at the server's own count."""
    lines = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{3 * SERVERS}", f"-d{seconds + 3}s", *lines, target.url + path]
    with subprocess.Popen(on_core(LOAD_CORE, command), stdout=subprocess.DEVNULL):
        time.sleep(1)
        looks = [answered(target)]
        time.sleep(seconds)
        looks.append(answered(target))
    (from_s, before), (to_s, after) = looks
    return (after - before) / (to_s - from_s)


def answered(target: Target) -> tuple[float, int]:
    """The moment, and how many reads have been answered by then."""
    page = httpx.get(f"{target.url}/metrics").text
    found = re.search(r'rehearse_requests_total\{operation="A005",status="200"\} (\d+)', page)
    return time.perf_counter(), int(found[1]) if found else 0


def exactness(folder: Path, seconds: int) -> dict[str, Any]:
    """With 20 ms a read: throughput at saturation, and the delay at 1,000 requests/s."""
    found: dict[str, Any] = {}
    with mock(folder, "A005") as target:
        headers = log_on(target.url)
        created = httpx.post(target.url + CREATE, headers=headers, content=new_referral()).json()["id"]
        path = f"{STU3}/ReferralRequest/{created}"
        capacity = SERVERS / WORK_S
        reached = saturated(target, path, headers, seconds)
        found["saturated"] = {"capacity": capacity, "reached": reached, "share": reached / capacity}
    with mock(folder, "A005") as target:
        headers = log_on(target.url)
        apart = {**headers, **APART}
        found["open loop, no work, ms"] = open_loop(target, path, apart, 1000, seconds)
    with mock(folder, "A005", AMPLE_SERVERS) as target:  # an open load must find servers free
        found["open loop, 20 ms, ms"] = open_loop(target, path, log_on(target.url), 1000, seconds)
        metrics = httpx.get(f"{target.url}/metrics").text
        found["delivery lag of the server"] = re.findall(r"rehearse_delivery_lag_seconds_(\S+ \S+)", metrics)
    return found


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed (Debian package wrk)")
    with tempfile.TemporaryDirectory() as name:
        found = costs(Path(name), seconds)
        for what, cost in found.items():
            print(f"{what:18} {cost.requests_per_s:9.0f} /s {cost.cpu_us:7.1f} µs CPU a request")
        for what in ("read", "create"):
            print(f"{what}: {found[f'mock {what}'].cpu_us / found[f'starlette {what}'].cpu_us:.2f} × Starlette")
        print(json.dumps(exactness(Path(name), seconds), indent=1))


if __name__ == "__main__":
    main()
