"""What drawings are made of: words that fit a width, boxes, lines, and the patterns that fill them.

Nobody asks a browser how wide a word is, so widths are estimated by those of a wide face (DejaVu Sans): in any other
one there is room left, and nothing runs into anything. Sizes are SVG units, which are CSS pixels at full size; colours
come from the style sheet by class (`picture.css.j2`), so that they follow dark mode and print.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from readiness.report.charts.frame import element

_WIDTHS: Final = {  # of an em
    **dict.fromkeys("ijl'|IJ", 0.30),
    **dict.fromkeys(" .,:;/·!’‘\N{NO-BREAK SPACE}", 0.34),
    **dict.fromkeys("ftr-()[]", 0.42),
    **dict.fromkeys("csxz_–", 0.56),
    **dict.fromkeys("DGHNOQUw", 0.82),
    **dict.fromkeys("mM%+=<>~×→−↻", 0.98),
    **dict.fromkeys("W…—", 1.02),
}
_OTHERS: Final = 0.66
_WIDE: Final = 1.1
_BOLDER: Final = 1.17
_LEADING: Final = 1.36


@dataclass(frozen=True)
class Face:
    """How some words look: the class of the style sheet, and the size that it gives."""

    name: str
    size: float
    is_bold: bool = False

    @property
    def line(self) -> float:
        """From one line to the next."""
        return round(self.size * _LEADING, 1)


PLAIN_FACE: Final = Face("pic-plain", 12.5)
BOLD_FACE: Final = Face("pic-bold", 12.5, is_bold=True)
SMALL_FACE: Final = Face("pic-small", 11.0)
HEAD_FACE: Final = Face("pic-head", 14.0, is_bold=True)
TITLE_FACE: Final = Face("pic-title", 19.0, is_bold=True)


def width_of(text: str, face: Face) -> float:
    """How wide some words are at most, about."""
    ems = sum(_ems(letter) for letter in text)
    return ems * face.size * (_BOLDER if face.is_bold else 1.0)


def _ems(letter: str) -> float:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.combining(letter):
        return 0.0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF else _OTHERS


def _lines(text: str, width: float, face: Face) -> Iterator[str]:
    """The text in lines of this width: broken between words, a word that is longer than a line within it."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if width_of(longer, face) <= width:
            line = longer
            continue
        if line:
            yield line
        *whole, line = _cut(word, width, face)
        yield from whole
    yield line


def _cut(word: str, width: float, face: Face) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and width_of(parts[-1] + letter, face) > width:
            parts.append("")
        parts[-1] += letter
    return parts


@dataclass(frozen=True)
class TextLines:
    """Some text in lines that fit a width."""

    lines: tuple[str, ...]
    face: Face

    @classmethod
    def fit(cls, text: str, width: float, face: Face = PLAIN_FACE) -> TextLines:
        """The text broken to this width."""
        return cls(tuple(_lines(text, width, face)), face)

    @property
    def height(self) -> float:
        """Of all its lines."""
        return self.face.line * len(self.lines)

    def at(self, x: float, top: float) -> Iterator[Markup]:
        """The lines, the first of which begins at this height."""
        for number, line in enumerate(self.lines):
            y = top + number * self.face.line + self.face.size
            yield element("text", line, x=float(x), y=float(y), class_=self.face.name)


@dataclass(frozen=True)
class Column:
    """TextLines below each other, with a gap between."""

    words: tuple[TextLines, ...]
    gap: float = 2.0

    @property
    def height(self) -> float:
        """Of all together."""
        return sum(each.height for each in self.words) + self.gap * max(0, len(self.words) - 1)

    def at(self, x: float, top: float) -> Iterator[Markup]:
        """All of them."""
        for each in self.words:
            yield from each.at(x, top)
            top += each.height + self.gap


@dataclass(frozen=True)
class Drawing:
    """A whole picture. `name` is unique on a page; `title` and `description` are what a screen reader says."""

    name: str
    title: str
    description: str
    width: float
    height: float
    parts: tuple[Markup, ...] = field(repr=False)

    def svg(self, *inside: Markup, **attributes: object) -> Markup:
        """The picture as an SVG element; `inside` comes before its parts."""
        return element(
            "svg",
            element("title", self.title, id=f"{self.name}-title"),
            element("desc", self.description, id=f"{self.name}-desc"),
            *inside,
            *self.parts,
            class_="pic",
            viewBox=f"0 0 {self.width:.0f} {self.height:.0f}",
            width=f"{self.width:.0f}",
            height=f"{self.height:.0f}",
            role="img",
            aria_labelledby=f"{self.name}-title {self.name}-desc",
            **attributes,
        )


def box(x: float, y: float, width: float, height: float, name: str, **attributes: object) -> Markup:
    """A rectangle of a class of the style sheet."""
    return element(
        "rect", x=float(x), y=float(y), width=float(width), height=float(height), class_=f"pic-{name}", **attributes
    )


def line(points: Iterable[tuple[float, float]], name: str) -> Markup:
    """A line through some points."""
    path = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return element("path", d=path, class_=f"pic-{name}")


def arrow(points: list[tuple[float, float]], name: str = "flow") -> Iterator[Markup]:
    """A line that ends in a head; its last piece runs along an axis."""
    (x0, y0), (x, y) = points[-2:]
    dx, dy = (x > x0) - (x < x0), (y > y0) - (y < y0)
    yield line([*points[:-1], (x - 5 * dx, y - 5 * dy)], name)
    back_x, back_y = x - 7 * dx, y - 7 * dy
    corners = [(x, y), (back_x + 3.5 * dy, back_y + 3.5 * dx), (back_x - 3.5 * dy, back_y - 3.5 * dx)]
    path = "M" + " L".join(f"{a:.1f},{b:.1f}" for a, b in corners) + "Z"
    yield element("path", d=path, class_="pic-point")


def fills(prefix: str) -> Markup:
    """What is held, and what a fault touches, told apart without colour: stripes one way and dots."""
    held = element("path", d="M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6", class_="pic-stripe")
    dots = [element("circle", cx=at, cy=at, r="1.1", class_="pic-dot") for at in ("2", "5")]
    made = (
        element(
            "pattern",
            element("rect", width=size, height=size, class_=f"pic-ground-{name}"),
            *marks,
            id=f"{prefix}-{name}",
            width=size,
            height=size,
            patternUnits="userSpaceOnUse",
        )
        for name, size, marks in (("held", "8", [held]), ("fault", "6", dots))
    )
    return element("defs", *made)
