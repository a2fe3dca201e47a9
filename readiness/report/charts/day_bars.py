"""A bar a day, cut in parts by where referrals are: each part has a pattern of its own beside its colour.

Widths are per cent of the page's, so that the bars fit a phone; patterns keep their size. What a day is and how many
there are stands above its bar, so that a name may be long.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from markupsafe import Markup

from readiness.report.charts.frame import element, plot_percent
from readiness.report.charts.patterns import ACROSS, LATTICE, RISING, SPARSE_DOTS, Marks, filled, patterns_of, sample

_ROW = 46
_BAR = 20
_FAMILY: Final = "fill"
_MARKS: Final[dict[str, Marks]] = {  # what was received electronically is plain
    "half-made": SPARSE_DOTS,
    "another-channel": RISING,
    "open": ACROSS,
    "never": LATTICE,
}
DayParts = tuple[str, str, Mapping[str, float]]  # a day's name, what stands at its other end, its parts


def day_bars(name: str, title: str, description: str, days: Sequence[DayParts]) -> Markup:
    """The bars of each day's parts, all on one scale. `name` is unique on the page; `title` and `description` are what
    a screen reader says."""
    highest = max((math.fsum(parts.values()) for _, _, parts in days), default=0.0) or 1.0
    bars = (mark for place, day in enumerate(days) for mark in _bar(place * _ROW, day, highest))
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
        *bars,
        class_="days",
        width="100%",
        height=_ROW * len(days),
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _bar(y: int, day: DayParts, highest: float) -> Iterator[Markup]:
    (name, note, parts), left = day, 0.0
    yield element("text", name, x="0", y=y + 13, class_="day")
    yield element("text", note, x="100%", y=y + 13, text_anchor="end")
    for group, number in parts.items():
        if number:
            width = number / highest
            yield _part(group, plot_percent(left), y + 18, plot_percent(width))
            left += width


def _part(group: str, x: str, y: int, width: str) -> Markup:
    return element("rect", x=x, y=y, width=width, height=_BAR, **_look(group))


def _look(group: str) -> dict[str, str]:
    return {"class_": f"where {slug(group)}"} | filled(_MARKS, _FAMILY, slug(group))


def slug(group: str) -> str:
    """A group's name as a class of the page's style sheet."""
    return group.replace(" ", "-")


def pattern_swatch(group: str) -> Markup:
    """A key's sample of a part."""
    return sample(_look(group))


def patterns() -> Markup:
    """What the parts are filled with, once on a page."""
    return patterns_of(_MARKS, _FAMILY)
