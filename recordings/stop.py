"""What ended a replay before its time, and when: `stopped.json`.

A rule is one that was given beforehand (an abort rule, the rate ceiling, a run time); a person presses Stop on a page,
or interrupts. Who reads the run's verdict is told which it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from recordings.run_folder import DamagedFileError, write_json

StopKind = Literal["rule", "page", "interruption"]


class Stop(msgspec.Struct, frozen=True):
    """An early end: the `rule` in words (for a person: who it was and where), the `moment` in the scenario's words and
    in seconds."""

    rule: str
    moment: str
    moment_s: float
    by: StopKind = "rule"

    @property
    def words(self) -> str:
        """What ended it, and when."""
        return f"{self.rule}, at {self.moment}"


def write_stop(stop: Stop, path: Path) -> None:
    """Write it. Raises `OSError` when that cannot be done."""
    write_json(path, msgspec.to_builtins(stop))


def read_stop(path: Path) -> Stop | None:
    """What ended a replay early; None where nothing did.

    Raises `OSError` when the file cannot be read, `DamagedFileError` when it is none of these.
    """
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Stop)
    except msgspec.DecodeError as error:
        raise DamagedFileError(path, str(error)) from None
