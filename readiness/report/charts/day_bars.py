"""A bar a day, cut in parts by where referrals are: each part has a pattern of its own beside its colour.

Widths are per cent of the page's, so that the bars fit a phone; patterns keep their size. What a day is and how many
there are stands above its bar, so that a name may be long.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from readiness.report.charts.frame import element, plot_percent

_ROW = 46
_BAR = 20
_PATTERNS: dict[str, Sequence[Markup]] = {
    "half-made": [element("circle", cx=at, cy=at, r="1.5") for at in ("2", "6")],
    "another-channel": [element("path", d="M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6")],
    "open": [element("path", d="M0,4 H8")],
    "never": [element("path", d="M0,0 L8,8 M8,0 L0,8")],
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
    """The class of a part, and the pattern that fills it: as an attribute, for a style sheet that names an address
    could load something. What is plain takes its fill from its class."""
    pattern = {"fill": f"url(#fill-{slug(group)})"} if slug(group) in _PATTERNS else {}
    return {"class_": f"where {slug(group)}"} | pattern


def slug(group: str) -> str:
    """A group's name as a class of the page's style sheet."""
    return group.replace(" ", "-")


def pattern_swatch(group: str) -> Markup:
    """A key's sample of a part."""
    return element(
        "svg",
        element("rect", x="1", y="1", width="24", height="12", **_look(group)),
        width="26",
        height="14",
        aria_hidden="true",
        class_="swatch",
    )


def patterns() -> Markup:
    """What the parts are filled with, once on a page: dots, stripes, lines and a lattice; what was received
    electronically is plain."""
    made = (
        element(
            "pattern",
            element("rect", width="8", height="8", class_="ground"),
            *marks,
            id=f"fill-{group}",
            width="8",
            height="8",
            patternUnits="userSpaceOnUse",
            class_=f"fill {group}",
        )
        for group, marks in _PATTERNS.items()
    )
    return element("svg", *made, width="0", height="0", style="position:absolute", aria_hidden="true")
