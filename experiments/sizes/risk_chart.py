"""Risk against capacity: the share of launches in which an objective is missed, of each size that was simulated."""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup

from experiments.answers.answer import Chart
from experiments.sizes.candidates import Tried
from experiments.sizes.size import SizeFinding
from experiments.sizes.wording import MARKS, of_number
from readiness.report.charts.frame import Axis, Frame, element, plot_percent, share_axis, value_axis
from scenarios.text.phrases import several, share_words

_HEIGHT = 240
_TICKS = 6


def risk_chart(found: SizeFinding) -> Chart:
    """The chart; along it lies the amount of the one key that is varied, or what the combination costs."""
    tried = sorted(found.tried.values(), key=lambda each: _amount(found, each))
    allowed = 1 - found.question.in_launches
    along = found.grid.axes[0].name if len(found.grid.axes) == 1 else "cost"
    frame = Frame(
        name="risk",
        title="Risk against capacity",
        description=f"{several(len(tried), 'size')} simulated; the table below has the figures",
        unit=f"launches that miss; along: {along}",
        x=_axis([_amount(found, each) for each in tried]),
        y=share_axis(),
        height=_HEIGHT,
    )
    line = frame.top + frame.down(allowed)
    limit = element("line", x1="0", x2="100%", y1=line, y2=line, class_="grid")
    over = [mark for each in tried for mark in _mark(frame, found, each)]
    caption = (
        f"A dot is a size, and the bar through it where its risk lies: each end with"
        f" {share_words(found.question.confidence)} confidence. {share_words(allowed)} of launches may fail."
    )
    return Chart("Risk against capacity", frame.draw([], [limit, *_answer(frame, found)], over), caption)


def _amount(found: SizeFinding, tried: Tried) -> float:
    """Where a size lies along the chart."""
    (axis, *others), costs = found.grid.axes, found.grid.costs
    if others or axis.amounts is None:
        return float(costs[tried.combination])
    return axis.amounts[tried.combination[0]]


def _axis(amounts: list[float]) -> Axis:
    """From a little below the least to a little above the most, with ticks at round numbers."""
    low, high = min(amounts), max(amounts)
    room = (high - low) / 25 or max(abs(low) / 10, 1.0)
    low, high = low - room, high + room
    step = value_axis(high - low, _TICKS).ticks[1][0]
    places = range(math.ceil(low / step), math.floor(high / step) + 1)
    return Axis(low, high, tuple((place * step, f"{place * step:,.10g}") for place in places))


def _mark(frame: Frame, found: SizeFinding, tried: Tried) -> Iterator[Markup]:
    """The bar of a size, and its dot."""
    low, high = tried.share_interval
    x = plot_percent(frame.x.share(_amount(found, tried)))
    ends = [frame.top + frame.down(1 - share) for share in (high, low)]
    yield element("line", x1=x, x2=x, y1=ends[0], y2=ends[1], class_="base")
    yield element(
        "circle",
        element("title", f"{found.grid.words(tried.combination)}: good in {of_number(tried)}"),
        cx=x,
        cy=frame.top + frame.down(1 - tried.good / tried.number),
        r="4",
        class_=f"dot {MARKS[tried.decision]}",
    )


def _answer(frame: Frame, found: SizeFinding) -> Iterator[Markup]:
    if found.answer is None:
        return
    x = plot_percent(frame.x.share(_amount(found, found.answer)))
    yield element("line", x1=x, x2=x, y1=frame.top, y2=frame.top + frame.height, class_="limit")
    words = found.grid.brief(found.answer.combination)
    yield element("text", f"enough: {words}", x=x, y=frame.top - 6, text_anchor="middle", class_="note")
