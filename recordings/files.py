"""Recordings as files: one compressed NumPy archive each, readable without this project's code.

Member `form` is the axes as JSON; `launches` a number; a tally `t` is `t.cells`, `t.counts`, `t.total_s`, `t.least_s`
and `t.most_s`; every other member is the array of that name in `recording.Recording`.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np

from recordings.recording import Form, Recording
from recordings.tally import Tally

_TALLIES = tuple(part.name for part in fields(Recording) if part.type == Tally.__name__)
_ARRAYS = tuple(part.name for part in fields(Recording) if part.name not in {"form", "launches", *_TALLIES})


def write_recording(recording: Recording, to: Path | BinaryIO) -> None:
    """Write a recording, whole or not at all when `to` is a path. Raises `OSError` when it cannot be written."""
    members: dict[str, Any] = {name: getattr(recording, name) for name in _ARRAYS}
    for name in _TALLIES:
        tally = getattr(recording, name)
        members |= {f"{name}.{part.name}": getattr(tally, part.name) for part in fields(tally)}
    members["form"] = np.frombuffer(msgspec.json.encode(recording.form), dtype=np.uint8)
    members["launches"] = np.array(recording.launches)
    if not isinstance(to, Path):
        np.savez_compressed(to, **members)
        return
    unfinished = to.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, **members)
    unfinished.replace(to)


def read_recording(source: Path | BinaryIO) -> Recording:
    """What `write_recording` wrote.

    Raises `OSError` when it cannot be read, `KeyError` or `ValueError` when it is no recording.
    """
    with np.load(source) as members:
        tallies: dict[str, Any] = {
            name: Tally(**{part.name: members[f"{name}.{part.name}"] for part in fields(Tally)}) for name in _TALLIES
        }
        return Recording(
            form=msgspec.json.decode(members["form"].tobytes(), type=Form),
            launches=int(members["launches"]),
            **tallies,
            **{name: members[name] for name in _ARRAYS},
        )
