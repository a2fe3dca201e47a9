"""`python -m tests.faults.table`: docs/faults-on-both-clocks.md, from the rows that the long suite has left."""

from __future__ import annotations

import json
from typing import Any

from tests.fixtures.faults.both_clocks import HEAD, file_name
from tests.fixtures.faults.fault_scenarios import DEFENCES, FAULTS, OF_DEMAND, PRECAUTIONS, Case
from tests.fixtures.places import ROOT

ROWS = ROOT / "runs/faults-on-both-clocks"
PAGE = ROOT / "docs/faults-on-both-clocks.md"
INTRODUCTION = """\
# Every fault and every defence, on both clocks

Made by `make fault-table`, which runs the long tests of `tests/faults`: each kind in a short scenario of its own
(`tests/fixtures/faults/fault_scenarios.py`), simulated, and replayed over HTTP against a real mock server, the very
same sessions. Each cell has the forecast's figure, then the replay's. *Touched* is how often the fault or defence
really acted (a request mostly; for capacity and state a change). *Recovered after* is from the fault's end, in whole
seconds ([how](verdicts.md#time-to-recover)); 0 s says that no good answer was missing by the time it ended.

A test fails when good answers are more than 5 % apart, or the time to recover more than 15 % beyond the second that a
window is wide. Where this table was made, none did.

What the forecast leaves out shows in the failures: a referral that was lost is not found by the reads and bookings that
follow (`lost_writes`), and who was between log-on and choosing a role when all sessions were lost is told that there is
no such session (`session_loss`). Who finds no slots shown and books all the same is refused for that (`no_slots`).
"""


def main() -> None:
    """Write the page."""
    sections = [
        ("Faults", "faults", FAULTS),
        ("Defences", "defences", (*DEFENCES, *OF_DEMAND)),
        ("Precautions of the client, while four in five calls of a database fail", "precautions", PRECAUTIONS),
    ]
    found = {(name, case.name): _row(name, case) for _, name, cases in sections for case in cases}
    missing = [name for (_, name), row in found.items() if row is None]
    if missing:
        raise SystemExit(f"no rows of {', '.join(missing)}: run the long tests of tests/faults first")
    text = INTRODUCTION
    for title, name, cases in sections:
        rows = "\n".join(str((found[name, case.name] or {})["line"]) for case in cases)
        text += f"\n## {title}\n\n{HEAD}\n{rows}\n"
    PAGE.write_text(text, encoding="utf-8")


def _row(section: str, case: Case) -> dict[str, Any] | None:
    path = ROWS / f"{section}-{file_name(case.name)}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


if __name__ == "__main__":
    main()
