"""How each operation goes through the stations: from top to bottom, a bar in a station's lane for as long as a server
of it is held. What is held while other stations are visited is a striped bar that reaches past those visits; work is a
plain one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from readiness.picture.pen import BOLD_FACE, SMALL_FACE, TextLines, arrow, box, width_of
from readiness.picture.touched import SIGN, Sign, signs_at, signs_width
from readiness.wording.service import alone_s, mean_words
from scenarios.language.service import ServiceStep
from scenarios.quantities.times import Time
from scenarios.quantities.units import duration_text

BAR = 11.0
_DEEPER = 6.0  # a further server of the same station is held beside the first
_TEXT = 22.0
_GAP = 5.0


@dataclass(frozen=True)
class Lanes:
    """Where lanes lie: their middles, left to right, by station; None is that of work for which nothing is held."""

    middles: dict[str | None, float]
    width: float
    label: float  # how wide the column of operations is, left of all lanes


@dataclass
class Flow:
    """One group of operations while it is drawn: what is held, outermost first, and how far down it has come."""

    lanes: Lanes
    fills: str
    y: float
    held: list[tuple[str, float]] = field(default_factory=list)  # station, and where its bar's left edge lies
    came_from: float = 0.0  # the right edge of what asked last, where nothing is held

    def steps(self, steps: list[ServiceStep]) -> Iterator[Markup]:
        """What is done, one thing after the other."""
        for step in steps:
            if step.hold is not None:
                yield from self._hold(step, step.hold)
            elif step.use is not None and step.time is not None:
                yield from self._work(step.use, step.time, step.times, is_visit=True)
            elif step.work is not None:
                yield from self._work(self.held[-1][0] if self.held else None, step.work, step.times, is_visit=False)

    def _left(self, station: str | None) -> float:
        """Where the next bar of a lane begins: beside those that are held there already."""
        depth = sum(name == station for name, _ in self.held)
        return self.lanes.middles[station] - BAR / 2 + depth * _DEEPER

    def _words(self, text: str, left: float, station: str | None) -> TextLines:
        room = self.lanes.middles[station] + self.lanes.width - _TEXT - left - _TEXT
        return TextLines.fit(text, max(room, 60), SMALL_FACE)

    def _hold(self, step: ServiceStep, station: str) -> Iterator[Markup]:
        left, top = self._left(station), self.y
        yield from self._arrow_to(left)
        words = self._words("held" + _times(step.times), left, station)
        text = [*words.at(left + _TEXT, top + 6)]
        self.y += words.height + 6 + _GAP
        self.held.append((station, left))
        inside = [*self.steps(step.steps)]
        self.held.pop()
        look = {"fill": f"url(#{self.fills}-held)"}
        yield box(left, top, BAR, self.y - top, "held", **look)
        yield from text
        yield from inside
        self.y += _GAP

    def _work(self, station: str | None, time: Time, times: int, *, is_visit: bool) -> Iterator[Markup]:
        """Work at a station: of a visit in a bar of its own, else within the bar of what is held."""
        is_inner = not is_visit and station is not None
        left = self.held[-1][1] if is_inner else self._left(station)
        if is_visit:
            yield from self._arrow_to(left)
        words = self._words(f"{mean_words(time)}{_times(times)}", left, station)
        height = words.height + (10 if is_visit else 4)
        inset = 3.0 if is_inner else 0.0
        yield box(left + inset, self.y, BAR - 2 * inset, height, "work")
        yield from words.at(left + _TEXT, self.y + (8 if is_visit else 1))
        self.y += height + _GAP

    def _arrow_to(self, left: float) -> Iterator[Markup]:
        """From what is held innermost, or from the operation's name, to a bar; words stand below it."""
        y = self.y + 3
        start = self.held[-1][1] if self.held else self.lanes.label - 14
        if start + BAR <= left:
            yield from arrow([(start + (BAR if self.held else 0), y), (left, y)])
        elif start >= left + BAR:
            yield from arrow([(start, y), (left + BAR, y)])


def _times(times: int) -> str:
    return f", {times} times" if times > 1 else ""


@dataclass(frozen=True)
class Label:
    """The operations of a group, one below the other, each with what touches it, and how long they take alone."""

    names: list[tuple[TextLines, list[Sign]]]
    alone: TextLines

    @classmethod
    def of(cls, names: list[str], steps: list[ServiceStep], signs: dict[str, list[Sign]], width: float) -> Label:
        """The label of these operations in a column of this width."""
        rows = [(TextLines.fit(name, width - 24, BOLD_FACE), signs.get(name, [])) for name in names]
        alone = f"{duration_text(alone_s(steps))} without a wait" if steps else "loaded, not simulated"
        return cls(rows, TextLines.fit(alone, width - 24, SMALL_FACE))

    @property
    def height(self) -> float:
        """Of all its lines."""
        return sum(words.height + (SIGN + 3 if signs else 0) for words, signs in self.names) + self.alone.height + 2

    def at(self, x: float, y: float, fills: str) -> Iterator[Markup]:
        """The label."""
        for words, signs in self.names:
            yield from words.at(x, y)
            y += words.height
            if signs:
                yield from signs_at(signs, x, y + 1, fills)
                y += SIGN + 3
        yield from self.alone.at(x, y + 2)


def label_width(names: list[str], signs: dict[str, list[Sign]]) -> float:
    """How wide the column of operations should be: as its longest name and most signs need, within bounds."""
    widest = max((width_of(name, BOLD_FACE) for name in names), default=0.0)
    of_signs = max((signs_width(each) for each in signs.values()), default=0.0)
    return min(max(150.0, widest + 34, of_signs + 34), 240.0)
