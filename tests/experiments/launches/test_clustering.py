"""A Dask scheduler and two workers as real processes: one of them is killed in the middle, and nothing is different."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from experiments.launches.clustering import Cluster, ClusterError
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches, Progress
from experiments.launches.performing import Processes
from experiments.launches.point import Point
from tests.fixtures.experiments.till import TILL
from tests.fixtures.places import ROOT

distributed: Any = pytest.importorskip("distributed")
LAUNCHES = 24
LONGER = TILL.replace("0 s to 60 s", "0 s to 1200 s")
STARTS_S = 60.0


@contextmanager
def dask(kind: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask's, ended with the test."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
    quiet = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=os.environ | quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler's address, and its workers once they are there."""
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        stack.enter_context(dask("scheduler", "--scheduler-file", str(file), "--host", "127.0.0.1", "--port", "0"))
        wait_for(file.exists)
        given = ("--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        local = ("--local-directory", str(folder))
        processes = [stack.enter_context(dask("worker", *given, *local)) for _ in range(workers)]
        with distributed.Client(scheduler_file=str(file), timeout=STARTS_S, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=STARTS_S)
            address = client.scheduler.address
        yield address, processes


def wait_for(is_there: object) -> None:
    """Wait until something is there."""
    ends_s = time.monotonic() + STARTS_S
    while not is_there():  # type: ignore[operator]
        assert time.monotonic() < ends_s, "nothing has begun"
        time.sleep(0.05)


def test_a_cluster_makes_the_same_outcomes_though_a_worker_is_killed(tmp_path: Path) -> None:
    here = Launches(7, KeptOutcomes(None), Processes(1), "simpy").of(Point(LONGER), LAUNCHES)
    with cluster(tmp_path, workers=2) as (address, workers), closing(Cluster(address)) as performer:
        killed: list[int] = []

        def kill_one(progress: Progress) -> None:
            if progress.done and not killed:
                workers[0].kill()
                killed.append(progress.done)

        there = Launches(7, KeptOutcomes(tmp_path / "kept"), performer, "simpy", heard=kill_one)
        assert there.of(Point(LONGER), LAUNCHES) == here
        assert killed[0] < LAUNCHES
    assert Launches(7, KeptOutcomes(tmp_path / "kept"), Processes(1)).of(Point(LONGER), LAUNCHES) == here


def test_where_there_is_no_scheduler_or_no_worker_that_is_said(tmp_path: Path) -> None:
    nobody = r"the scheduler has no workers; `dask worker tcp://127\.0\.0\.1:\d+`"
    with cluster(tmp_path, workers=0) as (address, _), pytest.raises(ClusterError, match=nobody):
        Cluster(address)


def test_what_is_no_address_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", left.append)
    with pytest.raises(
        ClusterError, match=r"--cluster what: no scheduler answers there .*such as tcp://10\.0\.0\.5:8786"
    ):
        Cluster("what")
    gc.collect()
    assert left == [], "nobody reads a traceback behind the message"


def test_a_worker_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.launches.clustering.version", lambda: "another")
    with (
        cluster(tmp_path, workers=1) as (address, _),
        closing(Cluster(address)) as performer,
        pytest.raises(ClusterError, match="another version of this program"),
    ):
        Launches(7, KeptOutcomes(None), performer, "simpy").of(Point(TILL), 1)
