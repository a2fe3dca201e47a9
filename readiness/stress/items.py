"""STRESS-DES, the guideline for reporting discrete-event simulations, as data: its items, and what an item holds.

Monks, Currie, Onggo, Robinson, Kunc and Taylor, "Strengthening the reporting of empirical simulation studies:
Introducing the STRESS guidelines", *Journal of Simulation* 13(1), 2019, pp. 55 to 67.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scenarios.language.scenario import Scenario

STRESS_SECTIONS: Final = {
    "1": "Objectives",
    "2": "Logic",
    "3": "Data",
    "4": "Experimentation",
    "5": "Implementation",
    "6": "Code access",
}
STRESS_TITLES: Final = {
    "1.1": "Purpose of the model",
    "1.2": "Model outputs",
    "1.3": "Experimentation aims",
    "2.1": "Base model overview diagram",
    "2.2": "Base model logic",
    "2.3": "Scenario logic",
    "2.4": "Algorithms",
    "2.5.1": "Components: entities",
    "2.5.2": "Components: activities",
    "2.5.3": "Components: resources",
    "2.5.4": "Components: queues",
    "2.5.5": "Components: entry and exit points",
    "3.1": "Data sources",
    "3.2": "Pre-processing",
    "3.3": "Input parameters",
    "3.4": "Assumptions",
    "4.1": "Initialisation",
    "4.2": "Run length",
    "4.3": "Estimation approach",
    "5.1": "Software or programming language",
    "5.2": "Random sampling",
    "5.3": "Model execution",
    "5.4": "System specification",
    "6.1": "Computer model sharing statement",
}


@dataclass(frozen=True)
class StressTable:
    """Rows of as many cells as there are heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StressDiagram:
    """A diagram as the source of a Mermaid flowchart."""

    mermaid: str


StressContent = str | StressTable | StressDiagram  # a paragraph, a table or a diagram


@dataclass(frozen=True)
class StressItem:
    """One item of the guideline, filled in."""

    number: str
    content: tuple[StressContent, ...]

    @property
    def title(self) -> str:
        """What the guideline calls it."""
        return STRESS_TITLES[self.number]

    @property
    def section(self) -> str:
        """The section that it is in: `2 Logic`."""
        first = self.number.partition(".")[0]
        return f"{first} {STRESS_SECTIONS[first]}"


@dataclass(frozen=True)
class MadeWith:
    """What simulates: the engine in words (empty where nothing can), versions of programs and facts of the machine."""

    engine: str
    versions: Mapping[str, str]
    machine: Mapping[str, str]


@dataclass(frozen=True)
class Described:
    """What is described: a scenario called `name`, its values as they are `written` (the frozen file as plain data),
    and what it is made with. A variant has a `base`, and `changes`: key, value of the base, value of the variant."""

    name: str
    scenario: Scenario
    written: Mapping[str, Any]
    made: MadeWith
    base: str = ""
    changes: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


def not_stated(how: str) -> str:
    """What stands where a scenario says nothing, and how it can."""
    return f"Not stated. {how}"


def written_values(data: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every value of plain data as it is written, by its dotted key; a list of plain values is one value."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from written_values(value, f"{key}.{name}" if key else str(name))
    elif isinstance(data, list) and any(isinstance(each, Mapping | list) for each in data):
        for number, value in enumerate(data):
            yield from written_values(value, f"{key}.{number}")
    elif isinstance(data, list):
        yield key, ", ".join(map(_plain, data)) or "none"
    else:
        yield key, _plain(data)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split()) or "empty"
