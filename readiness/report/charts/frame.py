"""Charts as SVG that needs no script: elements, axes and the frame that every chart over time shares.

Horizontal places are per cent of the plot and vertical ones pixels, so a chart is as wide as its page while
text and lines keep their size. Curves are drawn in an inner SVG, `WIDE` units wide, that is stretched to fit.
Colours come from the page's style sheet by class, so that they follow dark mode and print.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from scenarios.calendar.calendar import Calendar

WIDE = 1000
Text = Callable[[float], str]
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS_S = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12, 24)),
)
_STEPS_DAYS = (2, 7, 14, 28, 91, 364)
_SOME_DAYS = 2 * _DAY  # from one tick to the next at most where a day needs no month


def element(name: str, *children: str, **attributes: object) -> Markup:
    """An element; `text_anchor` stands for `text-anchor`, `class_` for `class`. All text is escaped."""
    named = ((key.strip("_").replace("_", "-"), _short(value)) for key, value in attributes.items())
    given = Markup("").join(Markup(' {}="{}"').format(*each) for each in named)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), given, Markup("").join(children))


def _short(value: object) -> object:
    """Coordinates to a hundredth of a unit."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def plot_percent(share: float) -> str:
    """A place along the plot: `37.5%`."""
    return f"{_short(share * 100)}%"


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high` with labelled ticks. Where there is little room, every other one is left out;
    `main` is one that stays."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    main: int = 0

    def share(self, value: float) -> float:
        """How far along the axis a value lies, from 0 to 1; values beyond an end lie on it."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def value_axis(highest: float, most: int = 4) -> Axis:
    """From zero to a round number not below `highest`."""
    step = _round_step(highest / most) if highest > 0 else 1.0
    steps = max(1, math.ceil(highest / step - 1e-9))
    return Axis(0.0, steps * step, tuple((at * step, f"{at * step:,.10g}") for at in range(steps + 1)))


def share_axis() -> Axis:
    """From nothing to all."""
    return Axis(0.0, 1.0, ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")))


def time_axis(start_s: float, end_s: float, text: Text, most: int) -> Axis:
    """Moments with ticks at round times, at most about `most` of them; by the clock, where days are shown."""
    least = (end_s - start_s) / most
    if isinstance(text, DayText):
        ticks = text.ticks(start_s, end_s, least)
        return Axis(start_s, end_s, ticks, next((n for n, (at_s, _) in enumerate(ticks) if text.is_midnight(at_s)), 0))
    step = next((step for step in _STEPS_S if step >= least), 0.0) or _round_step(least / _DAY) * _DAY
    first, last = math.ceil(start_s / step - 1e-9), math.floor(end_s / step + 1e-9)
    return Axis(start_s, end_s, tuple((at * step, text(at * step)) for at in range(first, last + 1)))


@dataclass(frozen=True)
class DayText:
    """How a moment of a period of days reads, and which of them stand on an axis: round times by the clock. On an axis
    midnight is its day, and any other time goes without one, but for the first."""

    calendar: Calendar

    def __call__(self, moment_s: float) -> str:
        return self.calendar.text(moment_s)

    def is_midnight(self, moment_s: float) -> bool:
        """Whether a day begins then."""
        return self.calendar.day_span(self.calendar.day_of(moment_s))[0] == moment_s

    def ticks(self, start_s: float, end_s: float, least_s: float) -> tuple[tuple[float, str], ...]:
        """Moments with their labels, no closer together than `least_s`."""
        steps = (*_STEPS_S, *(days * _DAY for days in _STEPS_DAYS))
        step = next((step for step in steps if step >= least_s), steps[-1])
        found: list[tuple[float, str]] = []
        before = None
        for moment_s, number in self.calendar.local.pieces(start_s, math.nextafter(end_s, math.inf), step):
            is_round = abs(self.calendar.local.wall(moment_s) - number * step) < 1e-6
            if is_round and moment_s >= start_s and number != before:
                found.append((moment_s, self._label(moment_s, step, is_first=not found)))
            before = number
        return tuple(found)

    def _label(self, moment_s: float, step: float, *, is_first: bool) -> str:
        text = self.calendar.text(moment_s)
        if self.is_midnight(moment_s):
            weekday, _, day_and_month = self.calendar.day_name(self.calendar.day_of(moment_s)).partition(" ")
            return (
                day_and_month
                if day_and_month and step > _SOME_DAYS
                else f"{weekday} {day_and_month.partition(' ')[0]}".strip()
            )
        return text if is_first else text.partition(" ")[2]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= least * (1 - 1e-9))


@dataclass(frozen=True)
class Frame:
    """A plot over time: what it shows in words, its axes, and what its values count.

    `name` is unique on the page; `title` and `description` are what a screen reader says. `marks` is how many pixels
    between the head and the plot are kept for marks.
    """

    name: str
    title: str
    description: str
    unit: str
    x: Axis
    y: Axis
    height: int = 220
    head: int = 44
    marks: int = 0

    @property
    def top(self) -> int:
        """Where the plot begins."""
        return self.head + self.marks

    def draw(self, curves: Iterable[Markup], notes: Iterable[Markup] = (), over: Iterable[Markup] = ()) -> Markup:
        """The chart with these curves in it, these notes behind them and those over them."""
        title, description = f"{self.name}-title", f"{self.name}-desc"
        inner = element(
            "svg",
            *curves,
            y=self.top,
            width="100%",
            height=self.height,
            viewBox=f"0 0 {WIDE} {self.height}",
            preserveAspectRatio="none",
        )
        return element(
            "svg",
            element("title", self.title, id=title),
            element("desc", self.description, id=description),
            element("text", self.unit, x="0", y="12", class_="unit"),
            *self._grid(),
            *notes,
            inner,
            *over,
            *self._moments(),
            class_="chart",
            width="100%",
            height=self.top + self.height + 26,
            role="img",
            aria_labelledby=f"{title} {description}",
        )

    def across(self, moment_s: float) -> float:
        """The place of a moment in the inner SVG."""
        return self.x.share(moment_s) * WIDE

    def down(self, value: float) -> float:
        """The place of a value in the inner SVG."""
        return (1 - self.y.share(value)) * self.height

    def _grid(self) -> Iterable[Markup]:
        for value, label in self.y.ticks:
            y = self.top + self.down(value)
            yield element("line", x1="0", x2="100%", y1=y, y2=y, class_="grid" if value else "base")
            yield element("text", label, x="-8", y=y + 4, text_anchor="end")

    def _moments(self) -> Iterable[Markup]:
        bottom = self.top + self.height
        for number, (moment_s, label) in enumerate(self.x.ticks):
            x, fine = plot_percent(self.x.share(moment_s)), " fine" if (number - self.x.main) % 2 else ""
            yield element("line", x1=x, x2=x, y1=bottom, y2=bottom + 5, class_="base" + fine)
            yield element("text", label, x=x, y=bottom + 20, text_anchor="middle", class_="moment" + fine)
