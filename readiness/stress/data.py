"""Section 3 of STRESS-DES: where values come from, what was done to them, and which they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from readiness.stress.items import Described, StressContent, StressTable, not_stated, written_values
from readiness.wording.assumed import assumed_rows

# what stands in other items, or what no simulation reads
_ELSEWHERE: Final = frozenset(
    {"title", "about", "extends", "sources", "assumptions", "objectives", "expect", "not_reproduced", "seed"}
    | {"replications", "replay", "target", "abort"}
)


def sources(described: Described) -> Iterator[StressContent]:
    """Item 3.1."""
    scenario = described.scenario
    if scenario.sources:
        yield StressTable(("Of what", "Source"), tuple(scenario.sources.items()))
    else:
        yield not_stated("The key `sources` names published figures and where they stand.")
    for name, figure in scenario.expect.items():
        yield f"Published figure to compare with, {name}: {figure.source}."
    files = dict.fromkeys(value for key, value in written_values(described.written) if key.endswith(".file"))
    if files:
        yield f"Files that are read: {', '.join(files)}."


def preprocessing(described: Described) -> Iterator[StressContent]:
    """Item 3.2. What was fitted or played back stands among the assumptions of a scenario that has been read."""
    done = [
        line for line in described.scenario.assumptions if " is fitted to " in line or " is played back from " in line
    ]
    yield from done or ["By the program: none; every value is used as it is written."]
    before = "What was done to values before they were written into the scenario"
    if described.scenario.assumptions:
        yield f"{before}: what the assumptions of item 3.4 say, and no more is stated."
    else:
        yield f"{before} is not stated; the keys `sources` and `assumptions` have room for it."


def inputs(described: Described) -> Iterator[StressContent]:
    """Item 3.3."""
    yield "Every value as the scenario writes it; what it does not write has the default of the scenario language."
    rows = [row for row in written_values(described.written) if row[0].partition(".")[0] not in _ELSEWHERE]
    yield StressTable(("Key", "Value"), tuple(rows))


def assumptions(described: Described) -> Iterator[StressContent]:
    """Item 3.4."""
    scenario = described.scenario
    if scenario.assumptions:
        yield StressTable(("Assumption",), tuple((line,) for line in scenario.assumptions))
    else:
        yield not_stated("The key `assumptions` lists what was assumed.")
    if rows := assumed_rows(scenario):
        yield StressTable(("Assumed of", "What"), tuple(rows))
    missing = [(name, each.published, each.source, each.because) for name, each in scenario.not_reproduced.items()]
    if missing:
        yield StressTable(("Not reproduced", "Published", "Source", "Why"), tuple(missing))
    yield (
        "Of the program: draws are independent of each other; a server serves one request at a time; servers do not "
        "fail and work that has begun is done to its end, but for what faults and defences of item 2.3 do."
    )
