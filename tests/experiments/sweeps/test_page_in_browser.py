"""A sweep's page in a real Chromium: on a phone, in the dark, in grey."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from experiments.answers.page import answer_page
from experiments.sweeps.answer import sweep_answer
from tests.fixtures.experiments.sweeps import made_up_sweep, storm

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LENGTH = "faults.the workers are gone.for=1 s..5 s"
GREYS = """() => [...document.querySelectorAll('svg.map')[0].querySelectorAll('g.tile')].map(tile => {
  const grey = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number)
    .map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  return [Number(tile.querySelector('text').textContent), grey(getComputedStyle(tile.querySelector('rect')).fill),
          grey(getComputedStyle(tile.querySelector('text')).fill)];
})"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A map whose shares take every level, and a line."""
    folder: Path = tmp_path_factory.mktemp("sweeps")
    swept = {
        "map": made_up_sweep(["demand=0.2..1", LENGTH], lambda values: min(6, round(values[0] * values[1] * 1.2))),
        "line": made_up_sweep(["demand=0.2..1"], lambda values: 6 if values[0] > 0.53 else 0),
    }
    for name, each in swept.items():
        (folder / f"{name}.html").write_text(answer_page(sweep_answer(each, storm())), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in swept}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["map", "line"])
def test_the_page_does_not_scroll_sideways(browser: Browser, addresses: dict[str, str], name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(addresses[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize(("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("light", "print")])
def test_the_shades_are_told_apart_in_grey_and_their_numbers_can_be_read(
    browser: Browser,
    addresses: dict[str, str],
    scheme: Literal["light", "dark"],
    media: Literal["screen", "print"],
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.emulate_media(media=media)
    page.goto(addresses["map"])
    found = page.evaluate(GREYS)
    page.close()
    level = {0: 0, 17: 1, 33: 2, 50: 2, 67: 3, 83: 4, 100: 5}
    shades = {level[round(value)]: shade for value, shade, _ in found}
    assert sorted(shades) == [0, 1, 2, 3, 4, 5]
    for light, dark in pairwise(shades[number] for number in range(6)):
        assert (light + 0.05) / (dark + 0.05) > 1.25, "each is darker than the one before it"
    for _, shade, text in found:
        assert (max(shade, text) + 0.05) / (min(shade, text) + 0.05) >= 4.5


def test_numbers_stay_within_their_tiles(browser: Browser, addresses: dict[str, str]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 740})
    page.goto(addresses["map"])
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg.map g.tile')].filter(tile => {
          const [box, text] = ['rect', 'text'].map(part => tile.querySelector(part).getBoundingClientRect());
          return text.left < box.left || text.right > box.right || text.top < box.top || text.bottom > box.bottom;
        }).length"""
    )
    assert outside == 0
    page.close()
