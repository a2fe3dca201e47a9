"""What areas are filled with: each has a pattern of its own beside its colour, so that it is told without its colour.

A pattern keeps its size wherever it is used. It fills by an attribute, for a style sheet that names an address could
load something; what has no pattern is plain, and takes its fill from its class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from readiness.report.charts.frame import element

Marks = Sequence[Markup]
_SIZE: Final = "8"


def _path(drawn: str) -> Markup:
    return element("path", d=drawn)


def _dots(radius: str, *places: tuple[str, str]) -> list[Markup]:
    return [element("circle", cx=x, cy=y, r=radius) for x, y in places]


RISING: Final = [_path("M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6")]
FALLING: Final = [_path("M-2,6 L2,10 M0,0 L8,8 M6,-2 L10,2")]
ACROSS: Final = [_path("M0,4 H8")]
UPRIGHT: Final = [_path("M4,0 V8")]
LATTICE: Final = [_path("M0,0 L8,8 M8,0 L0,8")]
SQUARES: Final = [_path("M0,4 H8 M4,0 V8")]
STEPS: Final = [_path("M0,2 H4 V6 H8")]
PEAKS: Final = [_path("M0,6 L4,2 L8,6")]
DASHES: Final = [_path("M0,2 H4 M4,6 H8")]
SPARSE_DOTS: Final = _dots("1.5", ("2", "2"), ("6", "6"))
DOTS: Final = _dots("1.2", ("2", "2"), ("6", "2"), ("2", "6"), ("6", "6"))
RINGS: Final = [element("circle", cx="4", cy="4", r="2.4", class_="ring")]


def patterns_of(marks: Mapping[str, Marks], family: str) -> Markup:
    """The patterns of these names, once on a page; a style sheet says by `family` and name what colours they have."""
    made = (
        element(
            "pattern",
            element("rect", width=_SIZE, height=_SIZE, class_="ground"),
            *drawn,
            id=f"{family}-{name}",
            width=_SIZE,
            height=_SIZE,
            patternUnits="userSpaceOnUse",
            class_=f"{family} {name}",
        )
        for name, drawn in marks.items()
    )
    return element("svg", *made, width="0", height="0", style="position:absolute", aria_hidden="true")


def filled(marks: Mapping[str, Marks], family: str, name: str) -> dict[str, str]:
    """The attribute that fills with the pattern of that name; none where it has none."""
    return {"fill": f"url(#{family}-{name})"} if name in marks else {}


def sample(look: Mapping[str, str]) -> Markup:
    """A key's sample of an area that looks so."""
    area = element("rect", x="1", y="1", width="24", height="12", **look)
    return element("svg", area, width="26", height="14", aria_hidden="true", class_="swatch")
