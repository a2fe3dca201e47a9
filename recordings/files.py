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
from recordings.run_folder import DamagedFileError, written_whole
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
    with written_whole(to) as file:
        np.savez_compressed(file, **members)


def read_recording(source: Path | BinaryIO) -> Recording:
    """What `write_recording` wrote.

    Raises `OSError` when it cannot be read, `DamagedFileError` when it is no recording, or a part of one.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:  # NumPy leaves it open when the archive is broken
                recording = _read(file)
        else:
            recording = _read(source)
    except OSError:
        raise
    except Exception as error:  # of a damaged archive NumPy, zipfile, zlib and msgspec each say it in their own way
        raise DamagedFileError(_name(source), f"no whole recording ({error})") from error
    if (wrong := _misshapen(recording)) is not None:
        raise DamagedFileError(_name(source), f"no whole recording ({wrong} does not fit its axes)")
    return recording


def _name(source: Path | BinaryIO) -> Path:
    return source if isinstance(source, Path) else Path("recording")


def _misshapen(recording: Recording) -> str | None:
    """The first part that has not the shape which the axes ask for."""
    blank = Recording.blank(recording.form)
    for name in _ARRAYS:
        if getattr(recording, name).shape != getattr(blank, name).shape:
            return name
    for name in _TALLIES:
        found, due = getattr(recording, name), getattr(blank, name)
        if found.total_s.shape != due.total_s.shape or found.cells.shape != found.counts.shape:
            return name
    return None


def _read(source: BinaryIO) -> Recording:
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
