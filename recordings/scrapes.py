"""What a target said of itself while it was loaded, and the file of it: `scrapes.jsonl`, a JSON line for each scrape of
its metrics.

A line that was cut off when its process died is left out by who reads the file.
"""

from __future__ import annotations

from pathlib import Path

import msgspec


class Scrape(msgspec.Struct, frozen=True):
    """The target's metrics at one moment, `at_s` after the start of the replay: by series (its name, with its labels in
    braces) the values of gauges, and of what only grows. `failed` says why there are none."""

    at_s: float
    gauges: dict[str, float] = {}
    counters: dict[str, float] = {}
    failed: str = ""


def add_scrape(scrape: Scrape, path: Path) -> None:
    """Add one to a file. Raises `OSError` when it cannot be written."""
    with path.open("ab") as file:
        file.write(msgspec.json.encode(scrape) + b"\n")


def read_scrapes(path: Path) -> list[Scrape]:
    """Those in a file; none where there is no file.

    Raises `OSError` when it cannot be read, `msgspec.DecodeError` when a whole line is none.
    """
    if not path.exists():
        return []
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [msgspec.json.decode(line, type=Scrape) for line in whole.splitlines()]
