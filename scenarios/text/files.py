"""Files that others wrote, read within limits: whole or line by line, packed by gzip or not.

A packed file may unfold to a thousand times its size, so what comes out is counted and not only what goes in.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

LINE_BYTES_MOST: Final = 1_000_000
UNPACKED_FREE_BYTES: Final = 20_000_000  # a packed file may always unfold to so much
UNPACKED_RATIO_MOST: Final = 200  # logs unfold 10 to 40 times
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_PACKED: Final = b"\x1f\x8b"
_CHUNK: Final = 1 << 20


class UnusableFileError(ValueError):
    """What is wrong with a file, in one sentence that begins with its name."""


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Each line with its number from 1, its end still on it, without a byte order mark. Raises `UnusableFileError`."""
    with _opened(path) as file:
        number = passed = 0
        most = _most_bytes(path, file)
        while line := file.readline(LINE_BYTES_MOST + 1):
            number, passed = number + 1, passed + len(line)
            if len(line) > LINE_BYTES_MOST:
                raise UnusableFileError(f"{path}:{number} is longer than {LINE_BYTES_MOST:,} bytes: no text of lines")
            if passed > most:
                raise _unfolds(path)
            yield number, line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line


def whole(path: Path, most_bytes: int) -> bytes:
    """All of a file, unpacked, without a byte order mark. Raises `UnusableFileError` where it is larger than that."""
    with _opened(path) as file:
        most = min(most_bytes, _most_bytes(path, file))
        parts, size = [], 0
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise UnusableFileError(f"{path} holds more than {most_bytes // 1_000_000:,} MB, the most that is read")
            parts.append(chunk)
    found = b"".join(parts).removeprefix(_BYTE_ORDER_MARK)
    if not found.strip():
        raise UnusableFileError(f"{path} is empty")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file, unpacked where its first bytes say so; what goes wrong within is told as one error."""
    try:
        if path.exists() and not path.is_file():
            raise UnusableFileError(f"{path} is no file but {'a folder' if path.is_dir() else 'something else'}")
        with path.open("rb") as file:
            packed = file.read(2) == _PACKED
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield unpacked  # type: ignore[misc]  # a GzipFile reads as a file of bytes does
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnusableFileError(f"{path} is packed by gzip, and damaged: {error}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, UnusableFileError):
            raise
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnusableFileError(f"{path} cannot be read: {reason or error}") from None


def _most_bytes(path: Path, file: object) -> int:
    if not isinstance(file, gzip.GzipFile):
        return 1 << 62
    return max(UNPACKED_FREE_BYTES, UNPACKED_RATIO_MOST * path.stat().st_size)


def _unfolds(path: Path) -> UnusableFileError:
    return UnusableFileError(
        f"{path} unfolds to more than {UNPACKED_RATIO_MOST} times its size, as no log does; unpack it yourself to have"
        " it read"
    )
