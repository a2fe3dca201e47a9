"""What hooks did on the target during a replay, from the run folder's `events.jsonl`, as the summary has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from recordings.summary import Event
from scenarios.faults import Fault

ON_TARGET: Final = "on target"
_EVENTS: Final = {"begin": "began", "end": "ended"}


def hook_events(path: Path, faults: Mapping[str, Fault]) -> list[Event]:
    """One event for each hook that was run, in the order in which they ended."""
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Event(
            at_s=line["moment_s"],
            name=line["fault"],
            kind=faults[line["fault"]].kind,
            event=_EVENTS[line["phase"]],
            by=ON_TARGET,
            note=_note(line),
        )
        for line in lines
        if line["kind"] == "hook"
    ]


def _note(line: Mapping[str, Any]) -> str:
    """What was run or called, and what went wrong."""
    what = line["what"] if isinstance(line["what"], str) else " ".join(line["what"])
    return f"{what}: {line['problem']}" if line["problem"] else what
