"""How far one machine goes: `python -m benchmarks.scale [--workers 2] [--sessions 50000] [--rate 5000] [--seconds 20]`.

Two replays against nginx on loopback, by as many workers as are said. In the one so many sessions are open at its end,
all of them thinking; in the other so many requests are sent a second. Of each it prints how late requests were sent,
how many of those due were sent, whether the replay is valid, the processor time of a worker, and its memory: what is
resident when the replay begins and at most, and from that what an open session takes. Clients and server share the
machine, so that what a machine of its own carries is more.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.nginx import NO_NGINX, add_nginx_option, running_nginx
from loadtests.replay.generator import judge
from recordings.files import read_recording
from recordings.generator_result import CoordinatorPart, WorkerPart
from recordings.recording import merge_workers
from recordings.run_folder import RunFolder, read_json

# each asks, and asks again when all have come
SESSIONS: Final = """
title: {sessions} open sessions
period: 0 s to {seconds} s
drain: 5 s
service: {{stations: {{app: {{servers: 400}}}}, operations: {{serve: {{steps: [{{use: app, time: 1 ms}}]}}}}}}
behaviours: {{patient: {{timeout: 10 s}}}}
journeys: {{visit: {{steps: [{{call: serve}}, {{think: 10 min}}, {{call: serve}}]}}}}
populations: {{people: {{arrivals: {{rate: {rate} / s, spacing: even}}, journey: visit, behaviour: patient}}}}
"""
REQUESTS: Final = """
title: {rate} requests a second
period: 0 s to {seconds} s
drain: 3 s
service: {{stations: {{app: {{servers: 4000}}}}, operations: {{serve: {{steps: [{{use: app, time: 1 ms}}]}}}}}}
behaviours: {{patient: {{timeout: 10 s}}}}
journeys: {{visit: {{steps: [{{call: serve}}, {{think: 1 s}}, {{call: serve}}]}}}}
populations: {{people: {{arrivals: {{rate: {half} / s}}, journey: visit, behaviour: patient}}}}
"""
_LOOK_EVERY_S: Final = 0.25


class Memory:
    """What each of the workers of a replay has resident, in MiB: the last value before it begins, and the highest."""

    def __init__(self, coordinator: int, workers: int) -> None:
        self._coordinator, self._has_children = coordinator, workers > 1
        self.before: dict[int, float] = {}
        self.most: dict[int, float] = {}
        self.has_begun = False

    def look(self) -> None:
        """Look once at every worker that there is."""
        for worker in _children(self._coordinator) if self._has_children else [self._coordinator]:
            with contextlib.suppress(OSError):
                resident = _resident_mib(worker)
                if not self.has_begun:
                    self.before[worker] = resident
                self.most[worker] = max(resident, self.most.get(worker, 0.0))

    def growth(self) -> float:
        """By how much all workers together have grown."""
        return sum(most - self.before.get(worker, most) for worker, most in self.most.items())


def main() -> None:
    """Print the figures of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sessions", type=int, default=50_000)
    parser.add_argument("--rate", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=20)
    add_nginx_option(parser)
    options = parser.parse_args()
    if not options.nginx:
        print(NO_NGINX)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.python_version()}")
    sessions, rate, seconds = options.sessions, options.rate, options.seconds
    texts = {
        f"{sessions:,} open sessions": SESSIONS.format(sessions=sessions, seconds=seconds, rate=sessions / seconds),
        f"{rate:,} requests/s": REQUESTS.format(rate=rate, half=rate / 2, seconds=seconds),
    }
    columns = "what | sent | send ratio | lag p99 | valid | CPU of a worker | resident at first, at most | a session"
    print(f"\n| {columns} |")
    print("|---|---|---|---|---|---|---|---|")
    for what, text in texts.items():
        with tempfile.TemporaryDirectory() as folder, running_nginx(options.nginx, Path(folder)) as url:
            print(_replay(what, text, url, Path(folder), options), flush=True)


def _replay(what: str, text: str, url: str, folder: Path, options: Any) -> str:
    scenario = folder / "scenario.yaml"
    scenario.write_text(text, encoding="utf-8")
    words = ["-m", "loadtests", "--scenario", str(scenario), "--host", url, "--run-folder", str(folder / "run")]
    words += ["--no-report", "--workers", str(options.workers)]
    process = subprocess.Popen([sys.executable, *words], stderr=subprocess.PIPE, text=True)
    memory = Memory(process.pid, options.workers)
    listening = threading.Thread(target=_listen, args=(process, memory))
    listening.start()
    while process.poll() is None:
        memory.look()
        time.sleep(_LOOK_EVERY_S)
    listening.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    return _row(what, RunFolder(folder / "run"), memory, options)


def _row(what: str, run: RunFolder, memory: Memory, options: Any) -> str:
    parts = [msgspec.convert(read_json(run.worker_generator(n)), WorkerPart) for n in range(options.workers)]
    measured = merge_workers([read_recording(run.worker_recording(n)) for n in range(options.workers)])
    judged = judge(parts, measured, msgspec.convert(read_json(run.coordinator), CoordinatorPart))
    sessions = sum(part.sessions_started for part in parts)
    valid = "yes" if judged.valid else "; ".join(judged.why)
    cpu_share = max(part.cpu_s for part in parts) / (measured.form.windows * measured.form.window_s)
    before, most = max(memory.before.values(), default=0.0), max(memory.most.values(), default=0.0)
    each = f"{memory.growth() * 1024 / sessions:.1f} KiB" if "session" in what else ""
    sent = sum(part.requests_sent for part in parts)
    return (
        f"| {what} | {sent:,} | {judged.send_ratio:.4f} | {judged.lag_ms.p99} ms | {valid} "
        f"| {100 * cpu_share:.0f} % | {before:.0f} MiB, {most:.0f} MiB | {each} |"
    )


def _listen(process: subprocess.Popen[str], memory: Memory) -> None:
    """Hear when the replay begins."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("replay begins"):
            memory.look()
            memory.has_begun = True


def _children(parent: int) -> list[int]:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        return [int(child) for child in text.split()]
    return []


def _resident_mib(pid: int) -> float:
    text = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
