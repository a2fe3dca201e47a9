"""The floor under branches alone: reads coverage's JSON report, and fails below 95 % of them.

`fail_under` of coverage.py counts statements and branches together, and statements are many and easily run.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

FLOOR: Final = 0.95


def shares(report: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Branches that were taken, and all that there are, by package (`mock_server.storage` of its modules) and in all.

    `report` is what `coverage json` wrote.
    """
    taken, there_are = Counter[str](), Counter[str]()
    for file, found in report["files"].items():
        package = ".".join(Path(file).parts[:-1][:2])
        taken[package] += found["summary"]["covered_branches"]
        there_are[package] += found["summary"]["num_branches"]
    by_package = {name: (taken[name], there_are[name]) for name in sorted(there_are) if there_are[name]}
    return by_package | {"total": (taken.total(), there_are.total())}


def main(path: str) -> int:
    """Print the share of each package and of all; 1 when all together lie below the floor."""
    found = shares(json.loads(Path(path).read_text(encoding="utf-8")))
    for name, (taken, there_are) in found.items():
        print(f"{name:24} {taken:5} of {there_are:5} branches {100 * taken / max(there_are, 1):6.1f} %")
    taken, there_are = found["total"]
    if not there_are or taken < FLOOR * there_are:
        print(f"fewer than {100 * FLOOR:.0f} % of branches are run by a test")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
