"""Outcomes of launches by content, so that nothing is simulated twice and an interrupted experiment goes on.

A file a point and seed, `<content>-<seed>`, in a folder that is named after the code that makes an outcome of a
scenario: another version of it keeps its own. Outcomes are appended as they come, a line each with a checksum: one that
was being written when a process died is seen to be incomplete and left out. When a new folder is made, those go that
nobody has used for a month.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import zlib
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

from experiments.launches.outcome import LaunchOutcome
from experiments.launches.point import Point

_ROOT: Final = Path(__file__).parents[2]
_MAKE_OUTCOMES: Final = ("scenarios", "recordings", "simulations", "readiness/judging", "experiments/launches")
_UNUSED_S: Final = 30 * 24 * 3600.0


class KeptOutcomes:
    """Outcomes in `folder`; None keeps them in memory only."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else folder / version()
        self._found: dict[tuple[str, int], dict[int, LaunchOutcome]] = {}
        if self._folder is not None and not self._folder.is_dir():
            self._folder.mkdir(parents=True)
            _forget_unused(self._folder)
        if self._folder is not None:
            os.utime(self._folder)

    def of(self, point: Point, seed: int) -> dict[int, LaunchOutcome]:
        """What is known of a point's launches, by replication."""
        key = point.content, seed
        if key not in self._found:
            file = self._file(point, seed)
            known = () if file is None or not file.exists() else _outcomes(file.read_bytes())
            self._found[key] = {outcome.replication: outcome for outcome in known}
        return self._found[key]

    def keep(self, point: Point, seed: int, outcomes: list[LaunchOutcome]) -> None:
        """Some more. Raises `OSError` where they cannot be written."""
        self.of(point, seed).update({outcome.replication: outcome for outcome in outcomes})
        file = self._file(point, seed)
        if file is not None:
            with file.open("ab") as opened:  # in one write: others may append to it, too
                opened.write(b"".join(_line(outcome) for outcome in outcomes))

    def _file(self, point: Point, seed: int) -> Path | None:
        return None if self._folder is None else self._folder / f"{point.content}-{seed}"


@cache
def version() -> str:
    """A digest of the code that makes an outcome of a scenario."""
    digest = blake2b(digest_size=8)
    for name in _MAKE_OUTCOMES:
        for text in sorted((_ROOT / name).rglob("*.py")):
            digest.update(text.read_bytes())
    return digest.hexdigest()


def _line(outcome: LaunchOutcome) -> bytes:
    """One line, which begins with the end of the one before, should that be incomplete."""
    return b"\n" + b2a_base64(zlib.compress(msgspec.msgpack.encode(outcome), 1))


def _outcomes(found: bytes) -> Iterator[LaunchOutcome]:
    """Those that are whole: a line that was cut off, or that is something else, is left out."""
    for line in found.split(b"\n"):
        with contextlib.suppress(ValueError, zlib.error):  # zlib has a checksum
            if line:
                yield msgspec.msgpack.decode(zlib.decompress(a2b_base64(line)), type=LaunchOutcome)


def _forget_unused(used: Path) -> None:
    for path in used.parent.iterdir():
        if path != used and path.is_dir() and path.stat().st_mtime < time.time() - _UNUSED_S:
            with contextlib.suppress(OSError):
                shutil.rmtree(path)
