"""Work in several processes: what becomes of one whose memory grows, and that a closed iterator leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import psutil
import pytest

from simulations.processes import in_processes
from tests.fixtures.places import ROOT

_KEPT: list[bytearray] = []


def keeping(number: int, mebibytes: int, took_s: float) -> tuple[int, int]:
    """A call whose process keeps so much memory; its number, and which process it was."""
    _KEPT.append(bytearray(b"x") * (mebibytes << 20))
    time.sleep(took_s)
    return number, os.getpid()


@pytest.mark.long
def test_a_process_whose_memory_grows_is_replaced_and_nobody_waits_for_ever() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # in which a warning once ended the thread that hears the processes
        found = list(in_processes(keeping, [(number, 200, 1.2) for number in range(8)], 2, in_order=True))
    assert [number for number, _ in found] == [*range(8)]
    assert len({process for _, process in found}) > 2


def test_a_closed_iterator_leaves_no_process_behind() -> None:
    working = in_processes(keeping, ((number, 1, 0.01) for number in range(1000)), 2, in_order=False)
    _, process = next(working)
    working.close()
    assert not Path(f"/proc/{process}").exists()


THREE_FOR_TWO_CALLS = """
from simulations.processes import in_processes
from tests.simulations.test_processes import keeping

if __name__ == "__main__":
    calls = in_processes(keeping, [(0, 1, 0.0), (1, 1, 60.0)], 3, in_order=False)
    next(calls)
    print("under way", flush=True)
    next(calls)
"""


def test_a_process_that_never_got_a_call_ends_with_its_parent_too(tmp_path: Path) -> None:
    (tmp_path / "working.py").write_text(THREE_FOR_TWO_CALLS)
    command = [sys.executable, str(tmp_path / "working.py")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "under way\n"
        started = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGKILL)
    assert len(started) >= 3
    _, left = psutil.wait_procs(started, timeout=30)
    for one in left:
        one.kill()
    assert left == []
