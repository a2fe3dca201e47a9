"""The drawings of a scenario on one sheet: an SVG file that needs nothing else, neither a page nor a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from readiness.picture.journeys import journey_drawings
from readiness.picture.pen import HEAD_FACE, PLAIN_FACE, SMALL_FACE, TITLE_FACE, Column, Drawing, TextLines
from readiness.picture.service import service_drawing
from readiness.report.charts.frame import element
from scenarios.language.scenario import Scenario

_MARGIN: Final = 20.0
_GAP: Final = 28.0
_LIGHT: Final = (
    "--paper:#fff;--panel:#f5f7f9;--ink:#1a2027;--soft:#56616d;--rule:#c3ccd4;--faint:#e3e8ed;"
    "--forecast:#2267b5;--fault:#96195a;--met:#17693a"
)
_DARK: Final = (
    "--paper:#13171c;--panel:#1c2229;--ink:#e7ecf1;--soft:#a3afbb;--rule:#47525d;--faint:#2b333b;"
    "--forecast:#74aef0;--fault:#f28fc0;--met:#6fd195"
)


def picture_style() -> Markup:
    """The style sheet of drawings, for a page that has the colours."""
    return Markup(Path(__file__).with_name("picture.css.j2").read_text(encoding="utf-8"))  # our own file


def picture_file(scenario: Scenario, changed: Sequence[str] = ()) -> str:
    """The text of an SVG file with the service and every journey of a scenario; `changed` says what it changes of the
    one that it extends."""
    sheet = _sheet(scenario, changed)
    style = Markup(f".pic{{{_LIGHT}}}@media screen and (prefers-color-scheme:dark){{.pic{{{_DARK}}}}}\n")
    inside = element("style", style + picture_style())
    page = element("rect", width="100%", height="100%", class_="pic-page")
    drawn = sheet.svg(inside, page, xmlns="http://www.w3.org/2000/svg", lang="en-GB")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}\n'


def _sheet(scenario: Scenario, changed: Sequence[str]) -> Drawing:
    """All drawings below a title: the service, then the journeys in columns."""
    service, journeys = service_drawing(scenario), journey_drawings(scenario)
    width = max(service.width, *(each.width for each in journeys)) + 2 * _MARGIN
    inside = width - 2 * _MARGIN
    said = [TextLines.fit(scenario.about.strip(), min(inside, 760.0), PLAIN_FACE)] if scenario.about.strip() else []
    said += [TextLines.fit(line, inside, SMALL_FACE) for line in changed]
    title = Column((TextLines.fit(scenario.title, inside, TITLE_FACE), *said), gap=6)
    parts = [*title.at(_MARGIN, _MARGIN)]
    y = _MARGIN + title.height + _GAP
    parts.append(_moved(service, _MARGIN, y))
    y += service.height + _GAP / 2
    parts += TextLines.fit("Journeys", inside, HEAD_FACE).at(_MARGIN + 14, y)
    y += HEAD_FACE.line + 10
    placed, bottom = _columns(journeys, _MARGIN + 14, y, inside - 28)
    about = " ".join(each.description for each in (service, *journeys))
    return Drawing("picture", scenario.title, about, width, bottom + _MARGIN, (*parts, *placed))


def _columns(drawings: list[Drawing], left: float, top: float, width: float) -> tuple[list[Markup], float]:
    """Drawings in as many columns as there is room for, each in the shortest; and where the longest column ends."""
    wide = max(each.width for each in drawings)
    ends = [top] * max(1, min(len(drawings), int((width + _GAP) // (wide + _GAP))))
    parts = []
    for each in drawings:
        place = ends.index(min(ends))
        parts.append(_moved(each, left + place * (wide + _GAP), ends[place]))
        ends[place] += each.height + _GAP
    return parts, max(ends) - _GAP


def _moved(drawing: Drawing, x: float, y: float) -> Markup:
    return element("g", *drawing.parts, transform=f"translate({x:.1f} {y:.1f})")
