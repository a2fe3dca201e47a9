"""The folder of one run, `runs/<id>/`: what was to happen, what happened, and what it means.

scenario.yaml        the scenario, frozen: extends nothing
run.json             seed, replications, versions, when it began
forecast.npz         the recording of all simulated launches
twin.npz             the recording of the simulated launch that the replay is compared with
measured.npz         the recording of the replay
exchanges.npz        what went over the wire in it: `recordings.exchanges`
workers/             each load worker's part: recording-K.npz, exchanges-K.npz, ledger-K.jsonl, generator-K.json; in
                     coordinator.json who they were and what became of them, in generator.json the verdict on all
audit.json           what the audit read back
samples/             raw samples as Parquet, on request
events.jsonl         what was done to the service: `recordings.events`
stopped.json         what ended a replay before its time, if anything did: `recordings.stop`
scrapes.jsonl        the target's metrics during a soak: `recordings.scrapes`
soak.json, soak.html what drifted in it
summary.json         the run in figures (docs/summary.schema.json)
report.html          the run for people
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True)
class RunFolder:
    """Names in a run folder; nothing is created by asking for a name."""

    path: Path

    @classmethod
    def create(cls, parent: Path, scenario: str) -> RunFolder:
        """A new, empty folder below `parent`, named by the moment and the scenario.

        Raises `FileExistsError` when a thousand of that name are there, `OSError` when it cannot be made.
        """
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        for number in range(1, 1000):
            path = parent / (f"{stamp}-{scenario}" + (f"-{number}" if number > 1 else ""))
            try:
                path.mkdir(parents=True)
            except FileExistsError:
                continue
            return cls(path)
        raise FileExistsError(parent / f"{stamp}-{scenario}")

    @property
    def scenario(self) -> Path:
        return self.path / "scenario.yaml"

    @property
    def about(self) -> Path:
        return self.path / "run.json"

    @property
    def forecast(self) -> Path:
        return self.path / "forecast.npz"

    @property
    def launches(self) -> Path:
        return self.path / "launches.npz"

    @property
    def twin(self) -> Path:
        return self.path / "twin.npz"

    @property
    def window_start(self) -> Path:
        return self.path / "window-start.json"

    @property
    def measured(self) -> Path:
        return self.path / "measured.npz"

    @property
    def exchanges(self) -> Path:
        return self.path / "exchanges.npz"

    @property
    def audit(self) -> Path:
        return self.path / "audit.json"

    @property
    def workers(self) -> Path:
        return self.path / "workers"

    @property
    def samples(self) -> Path:
        return self.path / "samples"

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def stopped(self) -> Path:
        return self.path / "stopped.json"

    @property
    def summary(self) -> Path:
        return self.path / "summary.json"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def coordinator(self) -> Path:
        return self.workers / "coordinator.json"

    @property
    def generator(self) -> Path:
        return self.workers / "generator.json"

    @property
    def is_used(self) -> bool:
        """Whether a replay has left anything here: another one would mix with it."""
        results = (self.measured, self.audit, self.events, self.stopped, self.summary, self.report)
        parts = (path for folder in (self.workers, self.samples) if folder.is_dir() for path in folder.iterdir())
        return any(path.exists() for path in results) or any(parts)

    def worker_recording(self, worker: int) -> Path:
        return self.workers / f"recording-{worker}.npz"

    def worker_exchanges(self, worker: int) -> Path:
        return self.workers / f"exchanges-{worker}.npz"

    def worker_ledger(self, worker: int) -> Path:
        return self.workers / f"ledger-{worker}.jsonl"

    def worker_generator(self, worker: int) -> Path:
        return self.workers / f"generator-{worker}.json"

    def worker_samples(self, worker: int) -> Path:
        return self.samples / f"samples-{worker}.parquet"

    def worker_files(self, worker: int) -> list[Path]:
        """Every file that a worker may leave."""
        recorded = (self.worker_recording, self.worker_exchanges, self.worker_ledger)
        named = (*recorded, self.worker_generator, self.worker_samples)
        return [name(worker) for name in named]


class DamagedFileError(ValueError):
    """A file of a run folder that is not what it should be. The text names it, and says why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes its name when all of it is written: it is whole or not there.

    A link of that name is replaced, never followed, for a run folder may come from anybody. Raises `OSError` when the
    file cannot be written.
    """
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
        try:
            yield file
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    unfinished.replace(path)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and through no link. Raises `OSError` when it cannot be written."""
    with written_whole(path) as file:
        file.write(content)


def write_json(path: Path, value: Any) -> None:
    """Write JSON that people can read, whole or not at all.

    Raises `OSError` when the file cannot be written, `ValueError` when the value holds a number that JSON has not.
    """
    write_whole(path, (json.dumps(value, indent=2, allow_nan=False, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> Any:
    """What `write_json` wrote. Raises `OSError` when the file cannot be read, `ValueError` when it is no JSON."""
    return json.loads(path.read_text(encoding="utf-8"))
