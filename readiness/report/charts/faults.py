"""Faults on a chart over time: a letter and a bar above the plot, a shade behind its curves, and its edges over them.

Names are long and charts may be narrow, so a chart shows letters and the page's key says what they stand for. Each
bar lies in the first lane in which it has room for itself and its letter, so that nothing collides. The thin line
after a bar reaches to the moment at which the service had recovered, or to the end of the plot where it had not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from readiness.report.charts.frame import Axis, Frame, element, plot_percent

LANE = 15
_BAR = 6
_LETTER = 0.07  # of the plot: what a letter beside a bar may take, so that it fits on a phone
_LEAST = 0.004  # of the plot: a bar is at least so long


@dataclass(frozen=True)
class FaultMark:
    """A fault's being there once. `back_s` is when the service had recovered: infinity if that was not seen, None where
    nothing is known of it."""

    letter: str
    start_s: float
    end_s: float
    back_s: float | None = None

    @property
    def is_instant(self) -> bool:
        """Whether it happens at once and does not last."""
        return self.end_s <= self.start_s


def marks_within(marks: Sequence[FaultMark], x: Axis) -> list[FaultMark]:
    """Those that a plot of this time shows at least in part."""
    return [mark for mark in marks if mark.end_s >= x.low and mark.start_s <= x.high]


def lanes(marks: Sequence[FaultMark], x: Axis) -> list[list[FaultMark]]:
    """The marks in rows in which none comes near another, each in the first that has room."""
    rows: list[list[FaultMark]] = []
    for mark in sorted(marks, key=lambda one: (one.start_s, one.end_s)):
        row = next((row for row in rows if _right(row[-1], x) + _LETTER <= x.share(mark.start_s)), None)
        if row is None:
            rows.append(row := [])
        row.append(mark)
    return rows


def room(marks: Sequence[FaultMark], x: Axis) -> int:
    """How many pixels above the plot the marks need."""
    return LANE * len(lanes(marks_within(marks, x), x))


def behind(frame: Frame, marks: Sequence[FaultMark]) -> Iterator[Markup]:
    """Shades over the height of the plot."""
    for mark in marks_within(marks, frame.x):
        if not mark.is_instant:
            yield _bar(frame, mark, frame.top, frame.height, "fault-shade")


def above(frame: Frame, marks: Sequence[FaultMark]) -> Iterator[Markup]:
    """Letters, bars and lines to recovery above the plot, and edges through it."""
    rows = lanes(marks_within(marks, frame.x), frame.x)
    for number, row in enumerate(rows):
        y = frame.top - LANE * (len(rows) - number) + LANE // 2 - 2
        for mark in row:
            yield from _edges(frame, mark, y)
            yield from _recovery(frame, mark, y)
            yield _bar(frame, mark, y - _BAR // 2, _BAR, "fault-bar")
            at = plot_percent(frame.x.share(mark.start_s))
            yield element("text", mark.letter, x=at, y=y + 4, dx="-4", text_anchor="end", class_="letter")


def _edges(frame: Frame, mark: FaultMark, y: int) -> Iterator[Markup]:
    """Where it begins and ends, as far as that lies within the plot; an instant is one line."""
    name = "fault-instant" if mark.is_instant else "fault-edge"
    for moment_s in sorted({mark.start_s, mark.end_s}):
        if frame.x.low <= moment_s <= frame.x.high:
            x = plot_percent(frame.x.share(moment_s))
            yield element("line", x1=x, x2=x, y1=y, y2=frame.top + frame.height, class_=name)


def _recovery(frame: Frame, mark: FaultMark, y: int) -> Iterator[Markup]:
    if mark.back_s is None or mark.back_s <= mark.end_s or mark.end_s >= frame.x.high:
        return
    left, right = (plot_percent(frame.x.share(moment_s)) for moment_s in (mark.end_s, mark.back_s))
    yield element("line", x1=left, x2=right, y1=y, y2=y, class_="fault-after")
    if mark.back_s <= frame.x.high:
        yield element("line", x1=right, x2=right, y1=y - 4, y2=y + 4, class_="fault-after end")


def _right(mark: FaultMark, x: Axis) -> float:
    """How far a mark reaches along the plot."""
    last_s = max(mark.end_s, mark.end_s if mark.back_s is None else mark.back_s)
    return max(x.share(last_s), x.share(mark.start_s) + _LEAST)


def _bar(frame: Frame, mark: FaultMark, y: int, height: int, name: str) -> Markup:
    left, right = frame.x.share(mark.start_s), frame.x.share(mark.end_s)
    return element(
        "rect", x=plot_percent(left), y=y, width=plot_percent(max(right - left, _LEAST)), height=height, class_=name
    )


def key(name: str) -> Markup:
    """A sample for the key: `bar` or `after`."""
    drawn = {
        "bar": [element("rect", x="1", y="3", width="24", height=_BAR, class_="fault-bar")],
        "after": [
            element("line", x1="1", x2="25", y1="6", y2="6", class_="fault-after"),
            element("line", x1="25", x2="25", y1="2", y2="10", class_="fault-after end"),
        ],
        "instant": [element("line", x1="13", x2="13", y1="0", y2="12", class_="fault-instant")],
    }
    return element("svg", *drawn[name], width="26", height="12", aria_hidden="true", class_="swatch")
