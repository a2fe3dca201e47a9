"""Recordings as files: one compressed NumPy archive each, readable without this project's code.

Member `form` is the axes as JSON; `format` and `launches` are numbers; a tally `t` is `t.shape`, `t.cells`, `t.counts`,
`t.groups`, `t.total_s`, `t.least_s` and `t.most_s`; every other member is the array of that name in
`recording.Recording`. Parts that came later without another format (`_ADDED`) may be missing, and are blank then.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np

from recordings.archives import write_arrays
from recordings.histogram import BUCKETS
from recordings.recording import Form, Recording
from recordings.run_folder import DamagedFileError, written_whole
from recordings.tally import Tally

RECORDING_FORMAT = 2  # 1 had no wishes, no times of sessions, and sums of tallies in full
_TALLIES = tuple(part.name for part in fields(Recording) if part.type == Tally.__name__)
_LAUNCHES = {"spans": 1}  # parts that grow with the launches: how many of their axes say which launch
# since the first version of this format; without `available`, a station had what its scenario gives it
_ADDED = ("referrals", "staff", "practices", "practice_firsts", "slots", "slots_free", "available")
_ARRAYS = tuple(part.name for part in fields(Recording) if part.name not in {"form", "launches", *_TALLIES})


def write_recording(recording: Recording, to: Path | BinaryIO) -> None:
    """Write a recording, whole or not at all when `to` is a path. Raises `OSError` when it cannot be written."""
    members: dict[str, Any] = {name: getattr(recording, name) for name in _ARRAYS}
    for name in _TALLIES:
        members |= tally_members(name, getattr(recording, name))
    members["form"] = np.frombuffer(msgspec.json.encode(recording.form), dtype=np.uint8)
    members["launches"] = np.array(recording.launches)
    members["format"] = np.array(RECORDING_FORMAT)
    if not isinstance(to, Path):
        write_arrays(to, members)
        return
    with written_whole(to) as file:
        write_arrays(file, members)


def read_recording(source: Path | BinaryIO) -> Recording:
    """What `write_recording` wrote.

    Raises `OSError` when it cannot be read, `DamagedFileError` when it is no recording, a part of one, or of another
    version.
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
        found, due = getattr(recording, name).shape, getattr(blank, name).shape
        first = _LAUNCHES.get(name, 0)
        if found[first:] != due[first:]:
            return name
    for name in _TALLIES:
        if not is_whole(getattr(recording, name), getattr(blank, name).shape):
            return name
    return None


def tally_members(name: str, tally: Tally) -> dict[str, Any]:
    """A tally as members of an archive."""
    return {f"{name}.{part.name}": getattr(tally, part.name) for part in fields(tally)}


def read_tally(members: Mapping[str, Any], name: str) -> Tally:
    """What `tally_members` made. Raises `KeyError` when a part is missing."""
    parts = {part.name: members[f"{name}.{part.name}"] for part in fields(Tally)}
    rows, outcomes, windows = (int(size) for size in parts.pop("shape"))
    return Tally((rows, outcomes, windows), **parts)


def is_whole(tally: Tally, shape: tuple[int, int, int]) -> bool:
    """Whether every place of a tally is within its shape, and every list as long as those beside it."""
    of_groups = {part.shape for part in (tally.groups, tally.total_s, tally.least_s, tally.most_s)}
    groups = math.prod(shape)
    is_within = not tally.groups.size or 0 <= tally.groups.min() <= tally.groups.max() < groups
    is_known = not tally.cells.size or 0 <= tally.cells.min() <= tally.cells.max() < groups * BUCKETS
    is_even = len(of_groups) == 1 and tally.cells.shape == tally.counts.shape
    return tally.shape == shape and is_even and bool(is_within and is_known)


def _read(source: BinaryIO) -> Recording:
    with np.load(source) as members:
        version = int(members["format"]) if "format" in members else 1
        if "form" in members and version != RECORDING_FORMAT:
            raise ValueError(f"a recording of format {version}; this version reads format {RECORDING_FORMAT}")
        form = msgspec.json.decode(members["form"].tobytes(), type=Form)
        blank = Recording.blank(form)  # in place of what an earlier version did not record
        added = {name: getattr(blank, name) for name in _ADDED if not _has(members, name)}
        tallies: dict[str, Any] = {name: read_tally(members, name) for name in _TALLIES if name not in added}
        arrays = {name: members[name] for name in _ARRAYS if name not in added}
        launches = int(members["launches"])
        if "available" in added:
            added["available"] += np.array(form.servers).reshape(-1, 1) * launches
        return Recording(form=form, launches=launches, **tallies, **arrays, **added)


def _has(members: Mapping[str, Any], name: str) -> bool:
    return any(part in members for part in (name, f"{name}.shape"))
