"""Performing a scenario in a subprocess, and reading what it left in the run folder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from loadtests.generator import Part
from recordings.files import load
from recordings.recording import Recording, merge_workers
from recordings.run_folder import RunFolder

ROOT = Path(__file__).parents[2]

SCENARIO = """
title: {title}
period: 0 s to 1 s
drain: 500 ms
service:
  stations: {{app: {{servers: 4}}}}
  operations:
    {operation}: {{steps: [{{use: app, time: 20 ms}}]}}
behaviours:
  people: {behaviour}
journeys:
  visit: {{steps: [{{call: {operation}, achieves: served}}]}}
populations:
  people: {{arrivals: {{rate: 40 / s, spacing: even}}, journey: visit, behaviour: people}}
"""


def one_call(operation: str, behaviour: str = "{}") -> str:
    """Forty people a second who make one call each."""
    return SCENARIO.format(title=operation, operation=operation, behaviour=behaviour)


@dataclass(frozen=True)
class Replayed:
    """What a load test left."""

    folder: RunFolder
    exit_code: int
    said: str
    parts: list[Part]
    measured: Recording

    @classmethod
    def read(cls, path: Path, exit_code: int, said: str) -> Replayed:
        folder = RunFolder(path)
        numbers = range(len(list(folder.workers.glob("recording-*.npz"))))
        parts = [msgspec.json.decode(folder.worker_generator(n).read_bytes(), type=Part) for n in numbers]
        recordings = [load(folder.worker_recording(n)) for n in numbers]
        assert recordings, said
        return cls(folder, exit_code, said, parts, merge_workers(recordings))

    def outcomes(self, operation: str) -> dict[str, int]:
        """How often each outcome was seen."""
        form = self.measured.form
        numbers = self.measured.response.numbers()[form.operations.index(operation)].sum(axis=1)
        return {name: int(n) for name, n in zip(form.outcomes, numbers, strict=True) if n}

    def endings(self) -> dict[str, int]:
        """How the sessions ended."""
        numbers = self.measured.sessions.sum(axis=(0, 2))
        return {name: int(n) for name, n in zip(self.measured.form.endings, numbers, strict=True) if n}


def start_replay(
    scenario: str, host: str, folder: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start `python -m loadtests`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "scenario.yaml"
    path.write_text(scenario)
    command = [sys.executable, "-m", "loadtests", "--scenario", str(path), "--host", host]
    command += ["--run-folder", str(folder), "--warm-up", "200 ms", *arguments]
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(command, text=True, cwd=ROOT, env=environment, **streams)  # type: ignore[call-overload, no-any-return]
