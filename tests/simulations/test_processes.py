"""Work in several processes: what becomes of one whose memory grows, and that a closed iterator leaves none behind."""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path

import pytest

from simulations.processes import in_processes

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
