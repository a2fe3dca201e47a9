"""What the service acknowledged, noted by the client that was answered: the other half of the audit.

One JSON line for each acknowledged write, and one of kind `unknown` for each create that was sent and never
answered, or answered in a way that leaves open whether it was done: it may be on the server or not, and is
never counted as lost. A create and its retries share one `intent`, for the person wanted one referral.

`content` is what was written with it, by name: short texts as they are, a letter's bytes as their checksum. It is what
the session sent, and of what it left open what the service said that it had made of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

WriteKind = Literal["referral", "booking", "deferral", "letter", "accept", "unknown"]


class LedgerEntry(msgspec.Struct, omit_defaults=True, gc=False):
    """One line. `key` is the patient's NHS number, which the client made; a provider's line has none."""

    kind: WriteKind
    key: str
    at_s: float
    ubrn: str = ""
    version: int = 0
    slot: str = ""
    organisation: str = ""
    intent: str = ""
    run: str = ""
    content: dict[str, str] = {}


class Ledger:
    """Collects entries and writes them when asked to: never while a request is due."""

    def __init__(self, path: Path | None, run: str) -> None:
        self.run = run
        self._lines: list[bytes] = []
        self._encode = msgspec.json.Encoder().encode
        self._file = path.open("ab") if path is not None else None

    def add(self, entry: LedgerEntry) -> None:
        """Note an entry, to be written with the next `flush`."""
        if self._file is not None:
            entry.run = self.run
            self._lines.append(self._encode(entry))

    def flush(self) -> None:
        """Hand everything noted to the operating system. Raises `OSError` when it does not take it."""
        if self._file is not None and self._lines:
            lines, self._lines = self._lines, []
            self._file.write(b"\n".join(lines) + b"\n")
            self._file.flush()

    def close(self) -> None:
        """Write the rest."""
        self.flush()
        if self._file is not None:
            self._file.close()


def read_ledger(path: Path) -> list[LedgerEntry]:
    """The entries of a ledger; a last line that was cut off when its process died is left out.

    Raises `OSError` when it cannot be read, `msgspec.DecodeError` when another line is no entry.
    """
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [msgspec.json.decode(line, type=LedgerEntry) for line in whole.splitlines()]
