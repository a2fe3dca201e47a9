"""A drawing of a scenario's service: who comes, what meets every request, the stations, and how operations go through
them; faults and defences stand by their signs where they act, and a key says what each is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from readiness.picture.cards import Card, no_station_card, population_card, station_card
from readiness.picture.flows import Flow, Label, Lanes, label_width
from readiness.picture.pen import HEAD_FACE, SMALL_FACE, Drawing, TextLines, arrow, box, fills, line
from readiness.picture.touched import Touched, key_rows, named_rows, rows_at, rows_height, touched_by
from readiness.wording.arrivals import arrivals_words
from readiness.wording.service import alike, flow_words, station_words
from scenarios.language.scenario import Scenario
from scenarios.language.service import ServiceStep
from scenarios.text.phrases import listed

_NAME: Final = "service"
_MARGIN: Final = 14.0
_WIDE: Final = 1040.0  # as wide as a page of the report, where that is enough
_LEAST: Final = 640.0
_LANE_LEAST, _LANE_MOST = 158.0, 230.0
_GAP: Final = 12.0
_A_ROW: Final = 4  # populations beside each other, at most


def service_drawing(scenario: Scenario) -> Drawing:
    """The service of a scenario, its flows, and what touches it."""
    page = _Page(scenario, touched_by(scenario))
    parts = [*page.draw()]
    return Drawing(
        _NAME, f"The service: {scenario.title}", _description(scenario), page.width, page.y + _MARGIN, tuple(parts)
    )


@dataclass
class _Page:
    """The drawing while it grows downwards."""

    scenario: Scenario
    touched: Touched
    y: float = _MARGIN
    lanes: Lanes = field(init=False)
    width: float = field(init=False)

    def __post_init__(self) -> None:
        operations = self.scenario.service.operations
        label = label_width(list(operations), self.touched.operations)
        names: list[str | None] = [*self.scenario.service.stations]
        if any(_works_alone(operation.steps) for operation in operations.values()):
            names.append(None)
        room = (_WIDE - 2 * _MARGIN - label) / max(1, len(names))
        lane = min(max(room, _LANE_LEAST), _LANE_MOST)
        begins = _MARGIN + label
        self.lanes = Lanes({name: begins + at * lane + 16 for at, name in enumerate(names)}, lane, begins)
        self.width = max(begins + len(names) * lane + _MARGIN, _LEAST)

    def draw(self) -> Iterator[Markup]:
        """All of it, top to bottom."""
        yield fills(_NAME)
        yield from self._people()
        yield from self._front()
        yield from self._stations()
        yield from self._flows()
        yield from self._key()

    @property
    def _inside(self) -> float:
        return self.width - 2 * _MARGIN

    def _head(self, text: str, note: str = "") -> Iterator[Markup]:
        words = TextLines.fit(text, self._inside, HEAD_FACE)
        yield from words.at(_MARGIN, self.y)
        self.y += words.height + 2
        if note:
            said = TextLines.fit(note, self._inside, SMALL_FACE)
            yield from said.at(_MARGIN, self.y)
            self.y += said.height
        self.y += 6

    def _people(self) -> Iterator[Markup]:
        yield from self._head("Who comes")
        rows = named_rows(self.touched.demand, self._inside - 34)
        yield from rows_at(rows, _MARGIN, self.y, 4, _NAME)
        self.y += rows_height(rows, 4)
        populations = list(self.scenario.populations.items())
        a_row = min(_A_ROW, len(populations), int((self._inside + _GAP) // 200))
        width = (self._inside - (a_row - 1) * _GAP) / a_row
        width = min(width, 360.0)
        for first in range(0, len(populations), a_row):
            some = populations[first : first + a_row]
            cards = [
                population_card(name, people, self.scenario, self.touched.populations.get(name, []), width)
                for name, people in some
            ]
            yield from self._row(cards, width, _GAP)

    def _row(self, cards: list[Card], width: float, gap: float, left: float = _MARGIN) -> Iterator[Markup]:
        """Cards beside each other, all as high as the highest."""
        height = max(card.height for card in cards)
        for place, card in enumerate(cards):
            yield from card.at(left + place * (width + gap), self.y, width, height, _NAME)
        self.y += height + _GAP

    def _front(self) -> Iterator[Markup]:
        """The band through which every request comes, with what meets all of them there."""
        yield from arrow([(self.lanes.label / 2, self.y - _GAP + 3), (self.lanes.label / 2, self.y + 8)])
        top = self.y + 8
        rows = named_rows(self.touched.front, self._inside - 60)
        title = TextLines.fit("Every request comes in here", self._inside - 24, SMALL_FACE)
        height = title.height + 14 + (rows_height(rows, 5) if rows else 0)
        yield box(_MARGIN, top, self._inside, height, "front", rx="5")
        yield from title.at(_MARGIN + 12, top + 7)
        yield from rows_at(rows, _MARGIN + 12, top + 11 + title.height, 5, _NAME)
        self.y = top + height + 18

    def _stations(self) -> Iterator[Markup]:
        yield from self._head(
            "Stations, and how operations go through them",
            "From top to bottom. Striped: a server is held. Plain: work, with its time in the mean, without any wait.",
        )
        width = self.lanes.width - _GAP
        cards = [
            no_station_card(width)
            if name is None
            else station_card(self.scenario, name, self.touched.stations.get(name, []), width)
            for name in self.lanes.middles
        ]
        if cards:
            yield from self._row(cards, width, _GAP, self.lanes.label)

    def _flows(self) -> Iterator[Markup]:
        top, drawn = self.y, [*self._groups()]
        for middle in self.lanes.middles.values():
            yield line([(middle, top - _GAP), (middle, self.y)], "lane")
        yield from drawn
        self.y += 14

    def _groups(self) -> Iterator[Markup]:
        for names, steps in alike(self.scenario.service.operations):
            yield line([(_MARGIN, self.y), (self.width - _MARGIN, self.y)], "rule")
            top = self.y + 8
            label = Label.of(names, steps, self.touched.operations, self.lanes.label - _MARGIN)
            yield from label.at(_MARGIN, top, _NAME)
            flow = Flow(self.lanes, _NAME, top)
            yield from flow.steps(steps)
            self.y = max(top + label.height, flow.y) + 8

    def _key(self) -> Iterator[Markup]:
        faults = [sign for sign in self.touched.signs if sign.is_fault]
        defences = [sign for sign in self.touched.signs if not sign.is_fault]
        for head, signs in (("Faults", faults), ("Defences", defences)):
            if signs:
                yield from self._head(head)
                rows = key_rows(signs, self._inside - 34)
                yield from rows_at(rows, _MARGIN, self.y, 6, _NAME)
                self.y += rows_height(rows, 6) + 8


def _works_alone(steps: list[ServiceStep]) -> bool:
    """Whether there is work for which nothing is held."""
    return any(step.work is not None for step in steps)


def _description(scenario: Scenario) -> str:
    """The drawing for those who cannot see it."""
    people = (
        f"{name}: {arrivals_words(each.arrivals, scenario)}, journey {each.journey}"
        for name, each in scenario.populations.items()
    )
    stations = (f"{name}: {', '.join(station_words(scenario, name))}" for name in scenario.service.stations)
    flows = (f"{listed(names)}: {flow_words(steps)}" for names, steps in alike(scenario.service.operations))
    effects = (f"{sign.mark}, {sign.name}: {sign.words}" for sign in touched_by(scenario).signs)
    said = {"Who comes": people, "Stations": stations, "Operations": flows, "Faults and defences": effects}
    return " ".join(f"{head}. {text}." for head, each in said.items() if (text := "; ".join(each)))
