"""What a request costs its sender: `python -m benchmarks.senders [--seconds 20] [--rounds 5] [--only NAME …]`.

The same POST to the same nginx at 150 and at 600 requests a second, from each sender in its turn, several rounds. The
marginal cost is the difference of the two processes' CPU by the difference of the requests they sent, so that start-up
and whatever is there without load count for nothing. Who could not keep the rate has no cost that could be compared,
and is said to have failed. `wrk` sends as fast as it can, and its cost is CPU by request.
Senders that are not installed, and everything where there is no nginx (or `--nginx PATH`), are left out with a word.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.nginx import NO_NGINX, add_nginx_option, running_nginx
from recordings.files import read_recording
from recordings.run_folder import RunFolder, read_json

LOW, HIGH = 150, 600
KEPT_SHARE, KEPT_WITHIN = 0.85, 1.15  # of the requests at least, and of the time at most: users come and go at random
USERS = 75  # of Locust's
SCENARIO = """
title: {rate} requests a second
period: 0 s to {seconds} s
drain: 2 s
service: {{stations: {{app: {{servers: 400}}}}, operations: {{serve: {{steps: [{{use: app, time: 20 ms}}]}}}}}}
behaviours: {{patient: {{timeout: 10 s}}}}
journeys: {{visit: {{steps: [{{call: serve}}, {{think: 1 s}}, {{call: serve}}]}}}}
populations: {{people: {{arrivals: {{rate: {half} / s}}, journey: visit, behaviour: patient}}}}
"""
LOCUSTFILE = """
from locust import FastHttpUser, constant_throughput, task
class Caller(FastHttpUser):
    wait_time = constant_throughput({each})
    @task
    def serve(self):
        self.client.post("/operations/serve", data=b"{{}}", headers={{"Content-Type": "application/json"}})
"""
K6 = """import http from 'k6/http';
export const options = {{scenarios: {{all: {{executor: 'constant-arrival-rate', rate: {rate}, timeUnit: '1s',
  duration: '{seconds}s', preAllocatedVUs: 50}}}}}};
export default () => http.post('{url}/operations/serve', '{{}}', {{headers: {{'Content-Type': 'application/json'}}}});
"""


class Sent(NamedTuple):
    """What one process sent, what that cost it, and how late its requests were at the 99th percentile, if it knows, and
    how long it took to send them and to be answered, if that was not the time given."""

    requests: int
    cpu_s: float
    lag_p99_ms: float | None = None
    took_s: float = 0.0

    def kept(self, rate: int, seconds: int) -> bool:
        """Whether it sent what it was to send, in time."""
        return self.requests >= KEPT_SHARE * rate * seconds and self.took_s <= KEPT_WITHIN * seconds


class Cost(NamedTuple):
    """µs of CPU for one more request, None of a sender that could not keep the rate; and the lag at the high rate."""

    us: float | None
    lag_p99_ms: float | None


Sender = Callable[[str, int, int, Path], Sent]  # URL, requests a second, seconds, a folder of its own


def rehearsal(url: str, rate: int, seconds: int, folder: Path) -> Sent:
    """This load test, all in: sessions, recording, Locust's statistics. Its CPU is that from the start of the replay to
    its end, as it says itself, for what is done before varies by more than what a request costs."""
    scenario = folder / "scenario.yaml"
    scenario.write_text(SCENARIO.format(rate=rate, half=rate / 2, seconds=seconds), encoding="utf-8")
    words = ["-m", "loadtests", "--scenario", str(scenario), "--host", url, "--run-folder", str(folder), "--no-report"]
    _timed([sys.executable, *words])
    run = RunFolder(folder)
    measured = read_recording(run.worker_recording(0))
    lag = measured.lag.select([0], range(len(measured.form.outcomes)), slice(0, measured.form.windows))
    part = read_json(run.worker_generator(0))
    return Sent(part["requests_sent"], part["cpu_s"], lag.quantile(0.99) * 1000)


def locust(url: str, rate: int, seconds: int, folder: Path) -> Sent:
    """Stock Locust with FastHttpUser: as many users at either rate, for a user costs something of itself."""
    (folder / "locustfile.py").write_text(LOCUSTFILE.format(each=rate / USERS), encoding="utf-8")
    words = ["-m", "locust", "-f", str(folder / "locustfile.py"), "--headless", "--host", url, "-u", str(USERS)]
    words += ["-r", str(USERS), "-t", f"{seconds}s", "--json", "--only-summary"]
    cpu_s, said = _timed([sys.executable, *words])
    return Sent(json.loads(said[said.index("[") :])[0]["num_requests"], cpu_s)


def in_python(name: str) -> Sender:
    """A sender of `benchmarks.python_senders`."""

    def send(url: str, rate: int, seconds: int, folder: Path) -> Sent:
        words = ["-m", "benchmarks.python_senders", name, f"{url}/operations/serve", str(rate), str(seconds)]
        cpu_s, said = _timed([sys.executable, *words])
        answered, took_s = said.split()
        return Sent(int(answered), cpu_s, took_s=float(took_s))

    return send


def wrk(url: str, rate: int, seconds: int, folder: Path) -> Sent:
    """wrk, which knows no rate."""
    cpu_s, said = _timed(["wrk", "-t1", "-c16", f"-d{seconds}s", f"{url}/operations/serve"])
    return Sent(int(said.partition(" requests in ")[0].split()[-1]), cpu_s)


def k6(url: str, rate: int, seconds: int, folder: Path) -> Sent:
    """k6 at a constant arrival rate."""
    (folder / "script.js").write_text(K6.format(rate=rate, seconds=seconds, url=url), encoding="utf-8")
    words = ["k6", "run", "--quiet", "--summary-export", str(folder / "summary.json"), str(folder / "script.js")]
    cpu_s, _ = _timed(words)
    return Sent(int(read_json(folder / "summary.json")["metrics"]["http_reqs"]["count"]), cpu_s)


SENDERS: dict[str, tuple[Sender, Callable[[], bool]]] = {
    "launch rehearsal": (rehearsal, lambda: True),
    "locust FastHttpUser": (locust, lambda: True),
    "geventhttpclient": (in_python("geventhttpclient"), lambda: find_spec("geventhttpclient") is not None),
    "httpx": (in_python("httpx"), lambda: True),
    "wrk": (wrk, lambda: shutil.which("wrk") is not None),
    "k6": (k6, lambda: shutil.which("k6") is not None),
}


def main() -> None:
    """Print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=SENDERS, default=list(SENDERS))
    add_nginx_option(parser)
    options = parser.parse_args()
    if not options.nginx:
        print(NO_NGINX)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder, running_nginx(options.nginx, Path(folder)) as url:
        _report(_rounds(url, options))


def _rounds(url: str, options: Any) -> dict[str, list[Cost]]:
    """Of each sender, its cost in each round."""
    found: dict[str, list[Cost]] = {}
    for name in options.only:
        if not SENDERS[name][1]():
            print(f"left out: {name}, which is not installed here")
            continue
        found[name] = []
    for number in range(options.rounds):
        for name, costs in found.items():
            costs.append(_cost(SENDERS[name][0], url, options.seconds))
            us = costs[-1].us
            said = "could not keep the rate" if us is None else f"{us:.1f} µs"
            print(f"round {number + 1}: {name} {said}", file=sys.stderr, flush=True)
    return found


def _cost(send: Sender, url: str, seconds: int) -> Cost:
    rates = (HIGH,) if send is wrk else (LOW, HIGH)
    sent = []
    for rate in rates:
        with tempfile.TemporaryDirectory() as folder:
            sent.append(send(url, rate, seconds, Path(folder)))
    last = sent[-1]
    if send is wrk:
        return Cost(last.cpu_s / last.requests * 1e6, None)
    if not all(one.kept(rate, seconds) for one, rate in zip(sent, rates, strict=True)):
        return Cost(None, last.lag_p99_ms)
    return Cost((last.cpu_s - sent[0].cpu_s) / (last.requests - sent[0].requests) * 1e6, last.lag_p99_ms)


def _report(found: dict[str, list[Cost]]) -> None:
    known = {name: [cost.us for cost in costs if cost.us is not None] for name, costs in found.items()}
    medians = {name: statistics.median(us) for name, us in known.items() if us}
    beside = medians.get("locust FastHttpUser")
    print("\n| sender | CPU a request, median (least to most) | of Locust's | lag p99, median |\n|---|---|---|---|")
    for name, costs in found.items():
        if len(known[name]) < len(costs):
            print(f"| {name} | could not keep the rate ({len(costs) - len(known[name])} of {len(costs)} rounds) | | |")
            continue
        lags = [cost.lag_p99_ms for cost in costs if cost.lag_p99_ms is not None]
        ratio = f"{medians[name] / beside:.2f}" if beside else ""
        lag = f"{statistics.median(lags):.1f} ms" if lags else ""
        least, most = min(known[name]), max(known[name])
        print(f"| {name} | {medians[name]:.0f} µs ({least:.0f} to {most:.0f}) | {ratio} | {lag} |")


def _timed(command: list[str]) -> tuple[float, str]:
    """CPU seconds of a process and all its children, and what it said. Raises `CalledProcessError` when it fails."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return used.ru_utime + used.ru_stime, said


if __name__ == "__main__":
    main()
