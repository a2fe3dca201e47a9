"""What was done to the service during a replay, and the file of it: `events.jsonl`, a JSON line for each event.

A line has every field of its `Event`; whoever wrote it may say more in it, such as what a hook's command printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that was done to the service during the replay: by the scenario, by hand, or on the target."""

    at_s: float
    name: str
    kind: str
    event: str
    by: str
    hits: int = 0
    note: str = ""


def event_of(line: Mapping[str, Any]) -> Event:
    """The event in a line that may say more. Raises `msgspec.ValidationError` when there is none."""
    return msgspec.convert({name: line[name] for name in Event.__struct_fields__ if name in line}, Event)


def add_events(events: Iterable[Event], path: Path) -> None:
    """Add them to a file of events. Raises `OSError` when it cannot be written."""
    add_event_lines(map(msgspec.structs.asdict, events), path)


def add_event_lines(lines: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Add lines, each with an event's fields at least, to a file of events. Its folder is made. Raises `OSError` when
    that or the file cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def read_events(path: Path) -> list[Event]:
    """The events in a file; none where there is no file.

    Raises `OSError` when it cannot be read, `ValueError` when a line is no event.
    """
    if not path.exists():
        return []
    return [event_of(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
