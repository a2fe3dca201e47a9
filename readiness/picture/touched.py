"""Where faults and defences touch a service: at stations, operations, populations, at the front, or before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from readiness.picture.pen import BOLD_FACE, PLAIN_FACE, SMALL_FACE, Column, TextLines, box, width_of
from readiness.report.charts.frame import element
from readiness.wording.effects import defence_words, fault_letter, fault_words, when_words
from scenarios.language.faults import Fault
from scenarios.language.scenario import Scenario
from scenarios.language.service import WRITES, OperationSpecification

_MEANT: Final[dict[str, Callable[[OperationSpecification], bool]]] = {
    "no_slots": lambda operation: operation.action == "book",
    "read_only": lambda operation: operation.api in WRITES,
    "lost_writes": lambda operation: operation.api in WRITES,
    "stale_reads": lambda operation: operation.api is not None and operation.api not in WRITES,
}
SIGN: Final = 18.0  # how high a sign is
_GAP: Final = 4.0


@dataclass(frozen=True)
class Sign:
    """The sign of a fault (its letter, as on the report's charts) or a defence (its number), and what it stands for."""

    mark: str
    name: str
    words: str
    is_fault: bool

    @property
    def width(self) -> float:
        """Of the sign alone."""
        return max(SIGN, width_of(self.mark, BOLD_FACE) + 8)

    def at(self, x: float, y: float, fills: str) -> Iterator[Markup]:
        """The sign, its left upper corner here: of a fault a dotted square, of a defence a round one."""
        look = {"fill": f"url(#{fills}-fault)"} if self.is_fault else {"rx": SIGN / 2}
        yield box(x, y, self.width, SIGN, "fault" if self.is_fault else "defence", **look)
        yield element(
            "text", self.mark, x=x + self.width / 2, y=y + 13.5, text_anchor="middle", class_="pic-bold pic-mark"
        )


@dataclass
class Touched:
    """Every fault and defence, and those at each station, operation and population, those that meet all requests at
    the front of the service, and those that change who comes when."""

    signs: list[Sign] = field(default_factory=list)
    stations: dict[str, list[Sign]] = field(default_factory=dict)
    operations: dict[str, list[Sign]] = field(default_factory=dict)
    populations: dict[str, list[Sign]] = field(default_factory=dict)
    front: list[Sign] = field(default_factory=list)
    demand: list[Sign] = field(default_factory=list)


def touched_by(scenario: Scenario) -> Touched:
    """Where each fault and defence of a scenario acts."""
    found = Touched()
    for place, (name, fault) in enumerate(scenario.faults.items()):
        words = f"{fault_words(fault)}; {when_words(fault, scenario)}"
        sign = Sign(fault_letter(place), name, words, is_fault=True)
        _put(found, sign, fault.settings, scenario, _meant_by(fault, scenario))
    for place, (name, defence) in enumerate(scenario.defences.items(), 1):
        _put(found, Sign(str(place), name, defence_words(defence), is_fault=False), defence.settings, scenario)
    return found


def _meant_by(fault: Fault, scenario: Scenario) -> list[str]:
    """The operations that a kind means of itself, where nobody has named any: bookings, or what changes something."""
    meant = _MEANT.get(fault.kind)
    operations = scenario.service.operations
    return [name for name, operation in operations.items() if meant is not None and meant(operation)]


def _put(found: Touched, sign: Sign, settings: Any, scenario: Scenario, meant: Sequence[str] = ()) -> None:
    found.signs.append(sign)
    stations = dict.fromkeys(_stations(settings, scenario))
    operations = getattr(settings, "operations", []) or meant
    populations = getattr(settings, "populations", [])
    for names, where in (
        (stations, found.stations),
        (operations, found.operations),
        (populations, found.populations),
    ):
        for name in names:
            where.setdefault(name, []).append(sign)
    if settings.of_demand:
        found.demand.append(sign)
    elif not (stations or operations):
        found.front.append(sign)


def _stations(settings: Any, scenario: Scenario) -> Iterator[str]:
    """The stations at which a kind acts, those of its caches among them."""
    if (station := getattr(settings, "station", None)) is not None:
        yield station
    yield from getattr(settings, "stations", [])
    if hasattr(settings, "caches"):
        caches = scenario.service.caches
        yield from (caches[name].station for name in settings.caches or caches)


def signs_width(signs: list[Sign]) -> float:
    """How wide signs in a row are."""
    return sum(each.width for each in signs) + _GAP * max(0, len(signs) - 1)


def signs_at(signs: list[Sign], x: float, y: float, fills: str) -> Iterator[Markup]:
    """Signs in a row."""
    for each in signs:
        yield from each.at(x, y, fills)
        x += each.width + _GAP


def key_rows(signs: list[Sign], width: float) -> list[tuple[Sign, Column]]:
    """Each sign with its name and what it stands for, in a column of this width."""
    return [
        (
            each,
            Column((TextLines.fit(each.name, width, BOLD_FACE), TextLines.fit(each.words, width, SMALL_FACE)), gap=0),
        )
        for each in signs
    ]


def named_rows(signs: list[Sign], width: float) -> list[tuple[Sign, Column]]:
    """Each sign with its name alone."""
    return [(each, Column((TextLines.fit(each.name, width, PLAIN_FACE),))) for each in signs]


def rows_height(rows: list[tuple[Sign, Column]], gap: float) -> float:
    """How high rows of signs and words are together."""
    return sum(max(SIGN, words.height) + gap for _, words in rows)


def rows_at(rows: list[tuple[Sign, Column]], x: float, y: float, gap: float, fills: str) -> Iterator[Markup]:
    """Rows of a sign and its words below each other; words stand 34 units to the right of their sign's left edge."""
    for sign, words in rows:
        yield from sign.at(x, y, fills)
        yield from words.at(x + 34, y + 1)
        y += max(SIGN, words.height) + gap
