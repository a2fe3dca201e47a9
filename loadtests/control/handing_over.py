"""Brings what a worker has recorded on another machine into the run folder: its files, in pieces of a message each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from recordings.run_folder import RunFolder

_PIECE_BYTES: Final = 512 * 1024


def pieces(folder: RunFolder, worker: int) -> Iterator[dict[str, Any]]:
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


def take_piece(folder: RunFolder, worker: int, piece: dict[str, Any]) -> None:
    """Add a piece to a worker's file, which has its name once it is whole. Raises `OSError` when it cannot be written,
    `ValueError` when it is no piece of one of a worker's files."""
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


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")
