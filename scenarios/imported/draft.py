"""What every import ends with: the parts of a scenario, put together and written as YAML.

The same parts give the same bytes. Of the document it came from a scenario has the name alone, not the folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from scenarios.calendar.written import clock_text
from scenarios.sources.problems import Problem, ScenarioError
from scenarios.text.yaml_text import MOST_BYTES, YamlTextError, values_and_lines

_WIDTH: Final = 110
TIMEOUT: Final = "30 s"
_ASSUMED: Final = (
    f"A request without an answer is given up after {TIMEOUT}, and not tried again.",
    "The objective is the importer's, not the document's: change it to what must hold.",
)


@dataclass
class Draft:
    """The parts of a scenario as plain data. `period` is a span, `secrets` where each one is to be found."""

    title: str
    about: str
    period: str
    arrivals: Any
    steps: list[Any]
    operations: dict[str, Any]
    drain: str = "1 min"
    sources: dict[str, str] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """The scenario as a mapping, its keys in the order of the language's reference."""
        target = {"secrets": {name: {"env": variable} for name, variable in self.secrets.items()}}
        return {
            "title": one_line(self.title),
            "about": one_line(self.about),
            "period": self.period,
            "drain": self.drain,
            "service": {"operations": self.operations},
            "behaviours": {"visitor": {"timeout": TIMEOUT}},
            "journeys": {"visit": {"steps": self.steps}},
            "populations": {"visitors": {"arrivals": self.arrivals, "journey": "visit", "behaviour": "visitor"}},
            "objectives": {"answers are good": {"measure": "good share", "at_least": "99 %"}},
            **({"target": target} if self.secrets else {}),
            "sources": {name: one_line(text) for name, text in self.sources.items()},
            "assumptions": [one_line(text) for text in (*self.assumptions, *_ASSUMED)],
        }


def scenario_text(data: dict[str, Any], file: str) -> str:
    """The YAML of a scenario. Raises `ScenarioError` where it would be more than a scenario file may hold; `file` is
    the document that it was made of."""
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None)
    try:
        if len(text.encode()) > MOST_BYTES:
            raise ScenarioError([Problem(file, None, "", _too_much(f"{len(text.encode()):,} bytes"))])
        values_and_lines(text)
    except YamlTextError as error:
        raise ScenarioError(
            [Problem(file, None, "", f"cannot become a scenario: {error}; import a part of it")]
        ) from None
    return text


def one_line(text: str) -> str:
    """Text without line ends and other characters that no YAML has."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def seconds_text(seconds: float) -> str:
    """A duration as a scenario has it, to the millisecond and in seconds."""
    return f"{round(seconds, 3):.10g} s"


def written_moment(seconds: float, *, is_clock: bool) -> str:
    """A moment: by the clock in whole seconds, or since the beginning."""
    return clock_text(seconds) if is_clock else seconds_text(seconds)


def _too_much(found: str) -> str:
    return f"comes to a scenario of {found}, more than a scenario file may hold; import a part of it"


class _Dumper(yaml.SafeDumper):
    """What is short in one line, what is long in several. Measured pauses that come again stand once, by an anchor;
    nothing else has one."""

    def ignore_aliases(self, data: Any) -> bool:
        return not (isinstance(data, dict) and "empirical" in data)

    def generate_anchor(self, node: Any) -> str:
        return "pauses"

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:
        items = list(sequence)
        return super().represent_sequence(tag, items, flow_style=all(_is_short(one, _ITEM) for one in items))

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        items = dict(mapping)
        is_short = len(items) <= _KEYS and all(_is_short(one, _ITEM) for pair in items.items() for one in pair)
        return super().represent_mapping(tag, items.items(), flow_style=bool(items) and is_short)


_ITEM, _KEYS = 40, 5  # characters of a value, and keys of a mapping, that stand in one line


def _is_short(value: Any, most: int) -> bool:
    return not value if isinstance(value, dict | list) else len(str(value)) <= most
