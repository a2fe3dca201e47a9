"""Rows of bars along one axis: what stands in a row is said above its bar, so that names may be long on a phone.

Places are per cent of the width, so that a chart is as wide as its page while text and bars keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from readiness.report.charts.frame import Axis, element, plot_percent

_ROW: Final = 58
_BAR: Final = 14
_MARK: Final = 16  # a line of its own for the word of each mark
_LOG_FROM: Final = 8.0  # an axis on which one end is so many times the other is logarithmic
_TICKS: Final = 6


@dataclass(frozen=True)
class BarPart:
    """A part of a bar, from one place of the axis to another. `look` is its class in the style sheet, `title` what is
    said of it where a pointer rests."""

    low: float
    high: float
    look: str
    title: str = ""


@dataclass(frozen=True)
class BarRow:
    """A row: its name, what is said of it, and the parts of its bar."""

    name: str
    note: str
    parts: Sequence[BarPart]


@dataclass(frozen=True)
class RowsChart:
    """Rows along `axis`. `name` is unique on the page, `title` and `description` are what a screen reader says, `marks`
    are values with a word each that are marked through all rows."""

    name: str
    title: str
    description: str
    axis: Axis
    rows: Sequence[BarRow]
    marks: Sequence[tuple[float, str]] = ()

    def draw(self) -> Markup:
        """The chart."""
        head = _MARK * len(self.marks)
        bottom = head + _ROW * len(self.rows) + 6
        rows = [part for place, row in enumerate(self.rows) for part in self._row(head + place * _ROW, row)]
        return element(
            "svg",
            element("title", self.title, id=f"{self.name}-title"),
            element("desc", self.description, id=f"{self.name}-desc"),
            *self._ticks(head, bottom),
            *rows,
            *self._marked(bottom),
            class_="rows",
            width="100%",
            height=bottom + 22,
            role="img",
            aria_labelledby=f"{self.name}-title {self.name}-desc",
        )

    def _row(self, y: int, row: BarRow) -> Iterator[Markup]:
        yield element("text", row.name, x="0", y=y + 14, class_="day")
        yield element("text", row.note, x="0", y=y + 30)
        for part in row.parts:
            low, high = sorted((self.axis.share(part.low), self.axis.share(part.high)))
            yield element(
                "rect",
                *([element("title", part.title)] if part.title else []),
                x=plot_percent(low),
                y=y + 36,
                width=plot_percent(max(high - low, 0.002)),
                height=_BAR,
                class_=f"bar {part.look}",
            )

    def _ticks(self, head: int, bottom: int) -> Iterator[Markup]:
        for place, (value, label) in enumerate(self.axis.ticks):
            share = self.axis.share(value)
            anchor = "start" if share < 0.04 else "end" if share > 0.96 else "middle"
            yield element("line", x1=plot_percent(share), x2=plot_percent(share), y1=head, y2=bottom, class_="grid")
            fine = " fine" if place % 2 else ""
            yield element(
                "text", label, x=plot_percent(share), y=bottom + 16, text_anchor=anchor, class_=f"moment{fine}"
            )

    def _marked(self, bottom: int) -> Iterator[Markup]:
        for line, (value, word) in enumerate(self.marks):
            share = self.axis.share(value)
            anchor = "start" if share < 0.3 else "end" if share > 0.7 else "middle"
            x = plot_percent(share)
            yield element("line", x1=x, x2=x, y1=_MARK * (line + 1), y2=bottom, class_="limit")
            yield element("text", word, x=x, y=_MARK * line + 12, text_anchor=anchor, class_="note")


def span_axis(low: float, high: float, text: Callable[[float], str]) -> tuple[Axis, Callable[[float], float]]:
    """An axis over a range of values, and where on it a value lies: logarithmic where the upper end is many times the
    lower."""
    if low > 0 and high / low >= _LOG_FROM:
        powers = range(math.ceil(math.log2(low) - 1e-9), math.floor(math.log2(high) + 1e-9) + 1)
        ticks = tuple((float(power), text(2.0**power)) for power in powers[:: math.ceil(len(powers) / 8)])
        return Axis(math.log2(low), math.log2(high), ticks), lambda value: math.log2(max(value, low))
    values = _round_values(low, high)
    return Axis(low, high, tuple((value, text(value)) for value in values)), lambda value: value


def _round_values(low: float, high: float) -> list[float]:
    """Some round values within a range."""
    least = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))
    return [at * step for at in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
