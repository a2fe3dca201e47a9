"""How far a SQLite write-ahead log was on the disk when the machine went down.

With `synchronous=OFF` a commit is a few frames appended to the log, visible at once and safe from nothing:
the promise of `async`. Every window the log is fsynced and its length noted here. When the next start finds
a mark, the last run did not end in order, and the log is cut to the marked length: exactly what a power cut
would have left. A killed process is treated alike, although the operating system would have kept its pages,
so that both losses are the same known number.

SQLite replays a log up to its last whole commit, and each write is a commit of its own, so the commit
frames behind the cut are the writes that were lost. Source: SQLite, "WAL-mode File Format", sections 4.1
(header, 32 bytes, page size at 8) and 4.2 (frame header, 24 bytes, size after commit at 4, which is 0 where
no commit ends).
"""

import os
import struct
from pathlib import Path
from typing import Final

from mock_server.storage.sqlite_file import DataUnusableError

_LENGTH: Final = struct.Struct("<Q")
_WORD: Final = struct.Struct(">I")
_HEADER_BYTES: Final = 32
_FRAME_HEADER_BYTES: Final = 24


class DurableMark:
    """The mark of one database: a file of eight bytes beside it."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + "-durable")
        self._log = database.with_name(database.name + "-wal")

    def check(self) -> None:
        """Look whether the mark is one, and one of this log. Raises `DataUnusableError`."""
        if not os.path.lexists(self._path):
            return
        if not self._path.is_file():
            raise DataUnusableError(self._path, "is no file")
        held = self._path.read_bytes()
        if len(held) != _LENGTH.size:
            raise DataUnusableError(self._path, f"is damaged (it has {len(held)} bytes, a mark has {_LENGTH.size})")
        (length_bytes,) = _LENGTH.unpack(held)
        if not self._may_end_at(length_bytes):
            raise DataUnusableError(self._path, "is damaged (it marks no place in the log)")

    def recover(self) -> int:
        """Cut the log to the mark of a run that did not end in order; how many commits that took away.

        Raises `DataUnusableError`, and then has changed nothing.
        """
        self.check()
        try:
            (length_bytes,) = _LENGTH.unpack(self._path.read_bytes())
        except FileNotFoundError:
            return 0
        lost = 0
        if self._log.exists() and self._log.stat().st_size > length_bytes:
            lost = _commits_behind(self._log.read_bytes(), length_bytes)
            os.truncate(self._log, length_bytes)
        self._path.unlink()
        return lost

    def flush(self) -> int:
        """Bring the log to the disk and note its length, which is returned."""
        length_bytes = 0
        if self._log.exists():
            with self._log.open("rb") as log:
                os.fsync(log.fileno())
                length_bytes = os.fstat(log.fileno()).st_size
        self.note(length_bytes)
        return length_bytes

    def note(self, length_bytes: int) -> None:
        """This much of the log is on the disk. A mark is there whole or not at all."""
        is_new = not self._path.exists()
        path = self._path.with_name(self._path.name + ".part") if is_new else self._path
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.pwrite(descriptor, _LENGTH.pack(length_bytes), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            path.replace(self._path)

    def _may_end_at(self, length_bytes: int) -> bool:
        """Whether a mark of this log may say so: where a frame ends, or anything where the log has been emptied."""
        size_bytes = self._log.stat().st_size if self._log.exists() else 0
        if not length_bytes or not size_bytes:
            return True
        if not _HEADER_BYTES <= length_bytes <= size_bytes:
            return False
        with self._log.open("rb") as log:
            (page_bytes,) = _WORD.unpack_from(log.read(_HEADER_BYTES), 8)
        return (length_bytes - _HEADER_BYTES) % (_FRAME_HEADER_BYTES + int(page_bytes)) == 0

    def remove(self) -> None:
        """The run ended in order."""
        self._path.unlink(missing_ok=True)


def _commits_behind(log: bytes, length_bytes: int) -> int:
    if len(log) < _HEADER_BYTES:
        return 0
    (page_bytes,) = _WORD.unpack_from(log, 8)
    frame_bytes = _FRAME_HEADER_BYTES + page_bytes
    first = max(length_bytes, _HEADER_BYTES)
    frames = range(first, len(log) - frame_bytes + 1, frame_bytes)
    return sum(_WORD.unpack_from(log, frame + 4) != (0,) for frame in frames)
