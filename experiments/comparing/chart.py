"""Differences with their intervals: a dot and a whisker an option, on one scale an objective.

The shape of the dot says the verdict, so that nobody needs its colour: filled is better, a cross is worse, hollow is
neither. What an option is called stands above its whisker, so that names may be long and pages narrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from experiments.comparing.verdicts import JudgedFigure, OptionVerdict
from experiments.comparing.wording import difference_words, signed, verdict_words
from readiness.report.charts.frame import Axis, element, plot_percent, value_axis

_ROW = 40
_FOOT = 24
_MARKS = {OptionVerdict.BETTER: "better", OptionVerdict.WORSE: "worse"}


def difference_chart(name: str, title: str, rows: Sequence[tuple[str, JudgedFigure]]) -> Markup:
    """The difference of one figure in each option, named. `name` is unique on the page; `title` is what a screen reader
    says, who hears every row, too. Where some options have a mean and others are counted by launches, means are drawn
    and the others only said."""
    are_means = any(row.pairs.estimates is not None for _, row in rows)
    drawn = [row for _, row in rows if (row.pairs.estimates is not None) == are_means]
    axis = _axis(drawn, rows[0][1].pairs.figure.unit if are_means else "")
    height = _ROW * len(rows)
    spoken = "; ".join(f"{option}: {difference_words(row)}, {verdict_words(row)}" for option, row in rows)
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", spoken, id=f"{name}-desc"),
        *_grid(axis, height),
        *(mark for place, (option, row) in enumerate(rows) for mark in _words(place * _ROW, option, row)),
        *(mark for place, (_, row) in enumerate(rows) if row in drawn for mark in _whisker(axis, place * _ROW, row)),
        class_="differences",
        width="100%",
        height=height + _FOOT,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _axis(rows: Sequence[JudgedFigure], unit: str) -> Axis:
    """Around nothing and all that is to be shown, with round ticks; without a `unit` in per cent of the launches that
    differ."""
    ends = [end for row in rows for end in (row.interval or ()) if math.isfinite(end)]
    ends += [row.pairs.middle for row in rows if row.pairs.middle is not None]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    step = value_axis((high - low) or 1.0).ticks[1][0]
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    ticks = tuple((at * step, _tick(at * step, unit)) for at in range(first, last + 1))
    return Axis(first * step, last * step, ticks)


def _tick(value: float, unit: str) -> str:
    if not value:
        return "0"
    return signed(value, unit) if unit else f"{value * 100:+.0f} %"


def _grid(axis: Axis, height: int) -> Iterator[Markup]:
    for number, (at, label) in enumerate(axis.ticks):
        x = plot_percent(axis.share(at))
        yield element("line", x1=x, x2=x, y1="0", y2=height, class_="grid" if at else "base")
        anchor = "start" if number == 0 else "end" if number == len(axis.ticks) - 1 else "middle"
        is_fine = at and 0 < number < len(axis.ticks) - 1
        yield element(
            "text", label, x=x, y=height + 16, text_anchor=anchor, class_="moment fine" if is_fine else "moment"
        )


def _words(y: int, name: str, judged: JudgedFigure) -> Iterator[Markup]:
    yield element("text", name, x="0", y=y + 13, class_="option")
    yield element("text", verdict_words(judged), x="100%", y=y + 13, text_anchor="end")


def _whisker(axis: Axis, y: int, judged: JudgedFigure) -> Iterator[Markup]:
    middle = y + 26
    if judged.interval is not None:
        left, right = (plot_percent(axis.share(end)) for end in judged.interval)
        yield element("line", x1=left, x2=right, y1=middle, y2=middle, class_="whisker")
        for end, x in zip(judged.interval, (left, right), strict=True):
            if math.isfinite(end):
                yield element("line", x1=x, x2=x, y1=middle - 5, y2=middle + 5, class_="whisker")
    if judged.pairs.middle is not None:
        yield _dot(plot_percent(axis.share(judged.pairs.middle)), middle, _MARKS.get(judged.verdict, "neither"))


def _dot(x: str, y: int, name: str) -> Markup:
    """A cross has no place in per cent but within an SVG of its own, which stands there."""
    if name != "worse":
        return element("circle", cx=x, cy=y, r="5", class_=f"difference {name}")
    cross = element("path", d="M-5,-5 L5,5 M-5,5 L5,-5", class_=f"difference {name}")
    return element("svg", cross, x=x, y=y, overflow="visible")
