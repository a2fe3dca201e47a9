"""Standard output that may be closed, full, or unable to write a sign: told once, with a status of its own.

Whoever writes there need not look: what cannot be written raises `OutputLostError`, which no library takes for a
reader that has gone on purpose, and from then on what is written goes nowhere.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import Final, TextIO, cast

_STANDARD: Final = (0, 1, 2)
# what an encoding without them writes instead
_PLAIN_SIGNS: Final = {
    "–": "-", "—": "-", "−": "-", "…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "×": "x", "·": "-", "≤": "<=",
    "≥": ">=", "λ": "lambda", "ρ": "rho", "µ": "u", "→": "->",
}  # fmt: skip
_PLAINER: Final = "rehearse-plainer"


class OutputLostError(Exception):
    """What was to be printed could not be. `reason` says why, as the system does."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"standard output cannot be written: {reason}")


class _Output(io.FileIO):
    """Standard output without its buffer."""

    _is_lost = False

    def write(self, data: object) -> int:
        if not self._is_lost:
            try:
                return super().write(data)  # type: ignore[arg-type]  # whatever a buffer hands on
            except OSError as error:
                self._is_lost = True
                raise OutputLostError(error.strerror or str(error)) from None
        return memoryview(cast(bytes, data)).nbytes


def prepare_output() -> None:
    """Make standard output and standard error fit to be written to, whatever this process was started with.

    Raises `OutputLostError` when standard output is closed.
    """
    is_closed = [_occupied(number) for number in _STANDARD]
    codecs.register_error(_PLAINER, _plainer)
    if is_closed[2] or sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # as long as the process
    cast(io.TextIOWrapper, sys.stderr).reconfigure(errors=_PLAINER)
    if is_closed[1] or sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        raise OutputLostError("it is closed")
    sys.stdout = cast(
        TextIO,
        io.TextIOWrapper(
            io.BufferedWriter(_Output(1, "w", closefd=False)),
            encoding=sys.stdout.encoding,
            errors=_PLAINER,
            line_buffering=sys.stdout.isatty(),
        ),
    )


def _occupied(number: int) -> bool:
    """Whether a standard stream was closed: nothing that is opened later shall get its number."""
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
        return True
    return False


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Simpler signs for those that an encoding has not; the others as Python escapes them."""
    assert isinstance(error, UnicodeEncodeError)
    missing = error.object[error.start : error.end]
    escaped = (sign.encode("ascii", "backslashreplace").decode() for sign in missing)
    return "".join(_PLAIN_SIGNS.get(sign, plain) for sign, plain in zip(missing, escaped, strict=True)), error.end
