"""One measure over two keys: a map of tiles, each with its number, a single hue from light to dark.

A tile is a point that was simulated; nothing is drawn between points that was not. The tiles of points that were added
where the outcome changes are smaller and lie upon those of the grid, with a dot in their corner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from experiments.answers.answer import Chart
from experiments.sweeps.refining import Coordinates, GridAxis
from experiments.sweeps.shades import Shades, shades_of
from experiments.sweeps.swept import Swept
from experiments.sweeps.words import heading, short_words, with_interval
from readiness.report.charts.frame import element

_WIDTH: Final = 720  # pixels that a map takes where its numbers need no more
_TILE_WIDTH_MOST: Final = 110
_TILE_HEIGHT: Final = 22  # of the smallest tile
_LETTER: Final = 7.2
_HEAD: Final = 24
_FOOT: Final = 44


@dataclass(frozen=True)
class _Side:
    """One side of the map: where coordinates lie along it, in tiles of the smallest size. `unit` is how many
    coordinates such a tile has, `coarse` how many of them a step of the grid is."""

    axis: GridAxis
    unit: int
    coarse: int

    @property
    def tiles(self) -> float:
        """How many there are."""
        return len(self.axis.coarse) * self.coarse / self.unit

    def middle(self, at: int) -> float:
        """The middle of the tile at a coordinate."""
        return (at + self.coarse / 2) / self.unit

    def size(self, step: int) -> float:
        """Of a tile whose neighbours are so many coordinates away."""
        return max(step, self.unit) / self.unit


@dataclass(frozen=True)
class _Plan:
    """Where everything lies, in pixels."""

    across: _Side
    up: _Side
    tile_width: float
    left: float

    @property
    def width(self) -> float:
        return self.left + self.across.tiles * self.tile_width + 8

    @property
    def bottom(self) -> float:
        return _HEAD + self.up.tiles * _TILE_HEIGHT

    def x(self, tiles: float) -> float:
        return self.left + tiles * self.tile_width

    def y(self, tiles: float) -> float:
        """The second key grows upward."""
        return self.bottom - tiles * _TILE_HEIGHT


def map_chart(swept: Swept, number: int) -> Chart:
    """The map of one of the measures of a sweep of two keys."""
    measure, found = swept.measures[number], swept.of(number)
    shades = shades_of(measure, list(found.values()))
    texts = {point: short_words(measure, each) for point, each in found.items()}
    plan = _planned(swept, texts.values())
    tiles = [
        _tile(plan, point, texts[point], shades.level(found[point]), is_added=swept.points.rounds[point] > 0)
        for point in sorted(found, key=lambda point: -_step(plan, point))
    ]
    title = heading(measure)
    name = f"sweep-{number}"
    drawing = element(
        "svg",
        element(
            "title", f"{title}, by {plan.up.axis.varied.key} and {plan.across.axis.varied.key}", id=f"{name}-title"
        ),
        element("desc", _description(swept, number), id=f"{name}-desc"),
        *tiles,
        *_labels(plan),
        class_="map",
        width=f"{plan.width:.0f}",
        height=f"{plan.bottom + _FOOT:.0f}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )
    scroll = element("div", drawing, class_="scroll", role="group", aria_label=title, tabindex="0")
    is_refined = any(swept.points.rounds.values())
    return Chart(title, Markup("").join([_key(shades, is_refined=is_refined), scroll]), _caption(swept, number))


def _planned(swept: Swept, texts: Sequence[str] | object) -> _Plan:
    across, up = (_side(swept, number) for number in (0, 1))
    longest = max(map(len, texts), default=1)  # type: ignore[arg-type]
    width = max(longest * _LETTER + 8, min(_TILE_WIDTH_MOST, _WIDTH / across.tiles))
    left = 8 + _LETTER * max(len(up.axis.text(at)) for at in up.axis.coarse)
    return _Plan(across, up, width, left)


def _side(swept: Swept, number: int) -> _Side:
    """The smallest tile is as long as the smallest step that was taken along this side."""
    axis = swept.axes[number]
    coarse = axis.coarse[1] - axis.coarse[0] if len(axis.coarse) > 1 else 1
    return _Side(axis, min(_low_bit(point[number], coarse) for point in swept.points.found), coarse)


def _low_bit(at: int, most: int) -> int:
    """The greatest power of two that a coordinate is a multiple of, and no more than `most`."""
    return min(at & -at, most) if at else most


def _step(plan: _Plan, point: Coordinates) -> int:
    """How far away the neighbours of a point are."""
    return min(_low_bit(at, side.coarse) for at, side in zip(point, (plan.across, plan.up), strict=True))


def _tile(plan: _Plan, point: Coordinates, text: str, level: str, *, is_added: bool) -> Markup:
    step = _step(plan, point)
    wide, high = plan.across.size(step) * plan.tile_width, plan.up.size(step) * _TILE_HEIGHT
    x, y = plan.x(plan.across.middle(point[0])), plan.y(plan.up.middle(point[1]))
    marks = [
        element("rect", x=x - wide / 2, y=y - high / 2, width=wide, height=high),
        element("text", text, x=x, y=y + 4, text_anchor="middle"),
    ]
    if is_added:
        marks.append(element("circle", cx=x + wide / 2 - 4, cy=y - high / 2 + 4, r="1.8"))
    return element("g", *marks, class_=f"tile {level}")


def _labels(plan: _Plan) -> Iterator[Markup]:
    """The values of the grid along both sides, and the keys."""
    yield element("text", plan.up.axis.varied.key, x="0", y="13", class_="key-name")
    for at in plan.up.axis.coarse:
        y = plan.y(plan.up.middle(at))
        yield element("text", plan.up.axis.text(at), x=plan.left - 6, y=y + 4, text_anchor="end")
    for at in plan.across.axis.coarse:
        x = plan.x(plan.across.middle(at))
        yield element("text", plan.across.axis.text(at), x=x, y=plan.bottom + 16, text_anchor="middle")
    middle = plan.x(plan.across.tiles / 2)
    name = plan.across.axis.varied.key
    yield element("text", name, x=middle, y=plan.bottom + 36, text_anchor="middle", class_="key-name")


def _key(shades: Shades, *, is_refined: bool) -> Markup:
    """The scale in words, from light to dark."""
    rows = [_sign(element("rect", width="14", height="14"), level, words) for level, words in shades.words()]
    if is_refined:
        dot = element("circle", cx="7", cy="7", r="1.8")
        rows.append(_sign(dot, "level-0", "in a tile's corner: a point added where the outcome changes"))
    return element("ul", *rows, class_="key")


def _sign(drawn: Markup, level: str, words: str) -> Markup:
    inner = element("g", drawn, class_=f"tile {level}")
    return element("li", element("svg", inner, width="14", height="14", aria_hidden="true"), words)


def _caption(swept: Swept, number: int) -> str:
    measure = swept.measures[number]
    number_words = "the value in per cent" if measure.unit.startswith("share") else "the value"
    return f"A tile is a point with {swept.launches} launches, its number {number_words}; intervals are in the table."


def _description(swept: Swept, number: int) -> str:
    """What a screen reader says: the corners."""
    found, (across, up) = swept.of(number), swept.axes
    corners = dict.fromkeys(
        (x, y) for y in (up.coarse[0], up.coarse[-1]) for x in (across.coarse[0], across.coarse[-1])
    )
    measure = swept.measures[number]
    said = (
        f"{with_interval(measure, found[point])} at {across.text(point[0])}, {up.text(point[1])}" for point in corners
    )
    return "; ".join(said) + ". All points are in the table below."
