"""How requests end is told without colours: by patterns, and by edges and marks that stand out from every fill."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from readiness.report.charts.bands import band_patterns
from readiness.report.page_templates import page_templates
from scenarios.descriptions.outcomes import ENDING_WORDS

STYLE = page_templates().get_template("report.css.j2").render()
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root)) for root in STYLE.split(":root {")[1:3])
ON_PAPER = {"not_started", "held_back", "not_let_in"}


def luminance(colour: str) -> float:
    """Of a colour such as #1a2027, as WCAG has it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_between_two_bands_stands_out_from_both(palette: dict[str, str]) -> None:
    """Edges have the paper's colour, and so have marks, or else the ground below them."""
    for name in ENDING_WORDS:
        assert contrast(palette[name], palette["paper"]) >= 3, name


def test_no_two_endings_have_the_same_pattern() -> None:
    marks = re.findall(r'<pattern id="outcome-(\w+)".*?class="ground"></rect>(.*?)</pattern>', band_patterns())
    drawn = {name: (path, name in ON_PAPER) for name, path in [*marks, ("good", "")]}
    assert drawn.keys() == ENDING_WORDS.keys()
    for one, other in combinations(drawn, 2):
        assert drawn[one] != drawn[other], f"{one} beside {other}"
