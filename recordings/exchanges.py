"""What went over the wire in a live run, in the terms of HTTP and TCP: how each exchange ended, how long its parts
took, how much was sent and received, and what the load generator's processors had to do for it.

An exchange is one request that was put on the wire and what came of it, hedges included. An *ending* is a status code
or the cause for which no answer came. A forecast has no exchanges.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final, Self

import msgspec
import numpy as np

from recordings.archives import write_arrays
from recordings.files import is_whole, read_tally, tally_members
from recordings.histogram import FloatArray, IntArray
from recordings.recording import Form
from recordings.run_folder import DamagedFileError, written_whole
from recordings.tally import Tally

EXCHANGES_FORMAT: Final = 1
EXCHANGE_PARTS: Final = ("connect", "tls", "first_byte", "body")  # of an exchange's time, one after the other
EXCHANGE_VOLUMES: Final = ("bytes_sent", "bytes_received", "connections")
STATUSES: Final = tuple(str(code) for code in range(100, 600))
_TALLIES: Final = ("endings", "parts")


@dataclass(frozen=True)
class Exchanges:
    """The exchanges of one replay, or of one worker's part of it. Windows are those of the intended starts.

    endings: (operations, STATUSES then `causes`, windows), with the time from sending to the end of each
    parts: (operations, EXCHANGE_PARTS, windows), with how long each took; connecting only where a connection was opened
    volumes: (operations, EXCHANGE_VOLUMES, windows)
    cpu_s: (workers, windows) processor time of each worker
    """

    form: Form
    causes: tuple[str, ...]
    endings: Tally
    parts: Tally
    volumes: IntArray
    cpu_s: FloatArray

    @classmethod
    def blank(cls, form: Form, causes: tuple[str, ...]) -> Self:
        """Of nothing, and of no worker."""
        operations, windows = len(form.operations), form.windows
        return cls(
            form=form,
            causes=causes,
            endings=Tally.empty((operations, len(STATUSES) + len(causes), windows)),
            parts=Tally.empty((operations, len(EXCHANGE_PARTS), windows)),
            volumes=np.zeros((operations, len(EXCHANGE_VOLUMES), windows), dtype=np.int64),
            cpu_s=np.zeros((0, windows)),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """How an exchange may end, in the order of the tally's places."""
        return (*STATUSES, *self.causes)

    def plus(self, other: Exchanges) -> Exchanges:
        """Both together: two workers' parts."""
        return Exchanges(
            form=self.form,
            causes=self.causes,
            endings=Tally.merged([self.endings, other.endings]),
            parts=Tally.merged([self.parts, other.parts]),
            volumes=self.volumes + other.volumes,
            cpu_s=np.concatenate([self.cpu_s, other.cpu_s]),
        )

    def from_window(self, first: int) -> Exchanges:
        """Those whose intended starts lie in the windows from `first` on."""
        tallies = (self.endings.from_window(first), self.parts.from_window(first))
        later = self.form.from_window(first)
        return Exchanges(later, self.causes, *tallies, self.volumes[..., first:], self.cpu_s[..., first:])

    def ended(self) -> list[dict[str, int]]:
        """By operation: how many exchanges ended in each way that occurs, statuses first."""
        found = self.endings.by_outcome()
        return [{name: int(count) for name, count in zip(self.names, row, strict=True) if count} for row in found]

    def cpu_share_max(self) -> float | None:
        """How busy the busiest worker was with its one processor in its busiest window; nothing without workers."""
        return float(self.cpu_s.max() / self.form.window_s) if self.cpu_s.size else None


def merge_exchanges(parts: list[Exchanges]) -> Exchanges:
    """Those of all workers (at least one)."""
    return reduce(Exchanges.plus, parts)


def write_exchanges(exchanges: Exchanges, path: Path) -> None:
    """Write them, whole or not at all. Raises `OSError` when they cannot be written."""
    members: dict[str, Any] = {"volumes": exchanges.volumes, "cpu_s": exchanges.cpu_s}
    for name in _TALLIES:
        members |= tally_members(name, getattr(exchanges, name))
    members["form"] = np.frombuffer(msgspec.json.encode(exchanges.form), dtype=np.uint8)
    members["causes"] = np.frombuffer(msgspec.json.encode(exchanges.causes), dtype=np.uint8)
    members["format"] = np.array(EXCHANGES_FORMAT)
    with written_whole(path) as file:
        write_arrays(file, members)


def read_exchanges(path: Path) -> Exchanges:
    """What `write_exchanges` wrote.

    Raises `OSError` when it cannot be read, `DamagedFileError` when it is a part of one, or of another version.
    """
    try:
        with path.open("rb") as file:
            found = _read(file)
    except OSError:
        raise
    except Exception as error:  # of a damaged archive NumPy, zipfile, zlib and msgspec each say it in their own way
        raise DamagedFileError(path, f"no whole record of exchanges ({error})") from error
    blank = Exchanges.blank(found.form, found.causes)
    for name in _TALLIES:
        if not is_whole(getattr(found, name), getattr(blank, name).shape):
            raise DamagedFileError(path, f"no whole record of exchanges ({name} does not fit its axes)")
    if found.volumes.shape != blank.volumes.shape or found.cpu_s.shape[1:] != blank.cpu_s.shape[1:]:
        raise DamagedFileError(path, "no whole record of exchanges (an array does not fit its axes)")
    return found


def _read(file: Any) -> Exchanges:
    with np.load(file) as members:
        version = int(members["format"])
        if version != EXCHANGES_FORMAT:
            raise ValueError(f"format {version}; this version reads format {EXCHANGES_FORMAT}")
        return Exchanges(
            form=msgspec.json.decode(members["form"].tobytes(), type=Form),
            causes=msgspec.json.decode(members["causes"].tobytes(), type=tuple[str, ...]),
            endings=read_tally(members, "endings"),
            parts=read_tally(members, "parts"),
            volumes=members["volumes"],
            cpu_s=members["cpu_s"],
        )
