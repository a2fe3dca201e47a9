"""What a replay costs: `python -m benchmarks.replay [--quick]`.

A plain operation of 50 ms at several rates over loopback: processor time per request sent (the load test, all in:
sessions, recording, Locust's events) and per request served (the mock server with its model), how late requests were
sent, and how far the replay is from its forecast.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from readiness.judging.gap import gaps
from readiness.judging.phases import forecast_phase
from recordings.files import read_recording
from recordings.run_folder import RunFolder, read_json
from scenarios.language.reading import read
from simulations.launch import simulate_replay

SCENARIO = """
title: {rate} requests a second
period: 0 s to {seconds} s
drain: 2 s
service:
  stations: {{app: {{servers: 400}}}}
  operations: {{serve: {{steps: [{{use: app, time: {{lognormal: {{median: 50 ms, p95: 150 ms}}}}}}]}}}}
behaviours: {{patient: {{timeout: 10 s}}}}
journeys: {{visit: {{steps: [{{call: serve}}, {{think: 1 s}}, {{call: serve}}]}}}}
populations: {{people: {{arrivals: {{rate: {half} / s}}, journey: visit, behaviour: patient}}}}
"""


def main() -> None:
    """Print the figures of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one low rate for a few seconds: a check that it runs")
    options = parser.parse_args()
    for rate in (50,) if options.quick else (100, 300, 600):
        with tempfile.TemporaryDirectory() as folder:
            print(_replay(Path(folder), rate, 4 if options.quick else 20))


def _replay(folder: Path, rate: int, seconds: int) -> str:
    scenario = folder / "scenario.yaml"
    scenario.write_text(SCENARIO.format(rate=rate, half=rate / 2, seconds=seconds), encoding="utf-8")
    serve = [sys.executable, "-m", "rehearse", "serve", str(scenario), "--port", "0", "--data", str(folder / "data")]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        url = server.stdout.readline().strip().removeprefix("listening on ")
        pid = httpx.get(f"{url}/health").json()["pid"]  # the server's, which its supervisor started
        before_s = _cpu_s(pid)
        words = ["--scenario", str(scenario), "--host", url, "--run-folder", str(folder), "--no-report"]
        subprocess.run([sys.executable, "-m", "loadtests", *words], check=True, stderr=subprocess.DEVNULL)
        served_s = _cpu_s(pid) - before_s
    finally:
        server.terminate()
        server.wait()
    return _figures(RunFolder(folder), scenario, rate, served_s)


def _figures(run: RunFolder, scenario: Path, rate: int, served_s: float) -> str:
    part = read_json(run.worker_generator(0))
    measured, told = read_recording(run.worker_recording(0)), read(str(scenario))
    lag = measured.lag.select([0], range(len(measured.form.outcomes)), slice(0, measured.form.windows))
    twin = simulate_replay(told, told.seed)
    (gap,) = gaps(forecast_phase(twin, ""), forecast_phase(measured, "")).values()
    sent = part["requests_sent"]
    return json.dumps(
        {
            "requests_per_s": rate,
            "sent": sent,
            "cpu_us_per_request_sent": round(part["cpu_s"] / sent * 1e6),
            "cpu_us_per_request_served": round(served_s / sent * 1e6),
            "lag_p99_ms": round(lag.quantile(0.99) * 1000, 2),
            "gap_completed": gap.completed.relative,
            "gap_p50": gap.p50.relative,
            "gap_p95": gap.p95.relative,
        }
    )


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
