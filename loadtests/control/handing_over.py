"""Brings what a worker has recorded on another machine into the run folder: its files, in pieces of a message each.

The coordinator says how many pieces it has taken, and who handed over as many has no further use for the files.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from recordings.run_folder import RunFolder

_PIECE_BYTES: Final = 512 * 1024


def _pieces(folder: RunFolder, worker: int) -> Iterator[dict[str, Any]]:
    """A worker's files in pieces: which file it is, its bytes, and whether they are the last."""
    for number, path in enumerate(folder.worker_files(worker)):
        if path.exists():
            with path.open("rb") as file:
                piece = file.read(_PIECE_BYTES)
                while True:
                    following = file.read(_PIECE_BYTES)
                    yield {"file": number, "bytes": piece, "is_last": not following}
                    if not following:
                        break
                    piece = following


class Intake:
    """Takes pieces into a run folder. `taken` is how many of each folder and worker."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[Path, int]] = Counter()

    def take(self, folder: RunFolder, worker: int, piece: dict[str, Any]) -> None:
        """Add a piece to a worker's file, which has its name once it is whole. Raises `OSError` when it cannot be
        written, `ValueError` when it is no piece of one of a worker's files."""
        files = folder.worker_files(worker)
        number, content = piece["file"], piece["bytes"]
        if number not in range(len(files)) or not isinstance(content, bytes):
            raise ValueError(f"worker {worker} handed over what is none of its files")
        path = files[number]
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = _unfinished(path)
        with unfinished.open("ab") as file:
            file.write(content)
        if piece["is_last"]:
            unfinished.replace(path)
        self.taken[folder.path, worker] += 1


class Handed:
    """What a worker hands over from a folder of its own, and how many pieces that came to."""

    def __init__(self, folder: RunFolder, worker: int) -> None:
        self.folder, self._worker, self._given = folder, worker, 0

    def pieces(self) -> Iterator[dict[str, Any]]:
        """The pieces, counted."""
        for piece in _pieces(self.folder, self._worker):
            self._given += 1
            yield piece

    def confirm(self, taken: int) -> bool:
        """The other side has so many. Whether that is all: then the files are gone, and so is the folder."""
        if taken != self._given:
            return False
        for path in self.folder.worker_files(self._worker):
            path.unlink(missing_ok=True)
        for path in (self.folder.workers, self.folder.samples, self.folder.path):
            with contextlib.suppress(OSError):  # never made, or something else is in it
                path.rmdir()
        return True


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")
