"""Recordings as files: one compressed NumPy archive each, readable without this project's code.

Member `form` is the axes as JSON; `format` and `launches` are numbers; a tally `t` is `t.shape`, `t.cells`, `t.counts`,
`t.groups`, `t.total_s`, `t.least_s` and `t.most_s`; every other member is the array of that name in
`recording.Recording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np

from recordings.recording import Form, Recording
from recordings.tally import Tally

RECORDING_FORMAT = 2  # 1 had no wishes, no times of sessions, and sums of tallies in full
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
    members["format"] = np.array(RECORDING_FORMAT)
    if not isinstance(to, Path):
        np.savez_compressed(to, **members)
        return
    unfinished = to.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, **members)
    unfinished.replace(to)


def read_recording(source: Path | BinaryIO) -> Recording:
    """What `write_recording` wrote.

    Raises `OSError` when it cannot be read, `ValueError` when it is of another version, `KeyError` or `ValueError` when
    it is no recording.
    """
    with np.load(source) as members:
        version = int(members["format"]) if "format" in members else 1
        if "form" in members and version != RECORDING_FORMAT:
            raise ValueError(f"a recording of format {version}; this version reads format {RECORDING_FORMAT}")
        tallies: dict[str, Any] = {name: _tally(members, name) for name in _TALLIES}
        return Recording(
            form=msgspec.json.decode(members["form"].tobytes(), type=Form),
            launches=int(members["launches"]),
            **tallies,
            **{name: members[name] for name in _ARRAYS},
        )


def _tally(members: Mapping[str, Any], name: str) -> Tally:
    parts = {part.name: members[f"{name}.{part.name}"] for part in fields(Tally)}
    rows, outcomes, windows = (int(size) for size in parts.pop("shape"))
    return Tally((rows, outcomes, windows), **parts)
