"""The pages for everybody, in a real Chromium: WCAG by axe-core, contrasts in drawings, and forced colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from dossier.making import make_dossier
from dossier.page.html import dossier_page
from tests.fixtures.accessibility import faint_words, objections
from tests.fixtures.dossier.rehearsed import Rehearsed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KINDS = ("dossier", "report", "answer")


@pytest.fixture(scope="module")
def pages(rehearsed: Rehearsed) -> dict[str, Path]:
    """A page of each kind, with as much on it as there is."""
    dossier = rehearsed.file("everybody.html", dossier_page(make_dossier(rehearsed.whole())))
    return dict(zip(KINDS, (dossier, rehearsed.drill / "report.html", rehearsed.compared / "answer.html"), strict=True))


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_core_objects_to_nothing_and_leaves_nothing_undecided(
    browser: Browser, pages: dict[str, Path], kind: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 740})
    page.goto(pages[kind].as_uri())
    assert objections(page) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["report", "answer"])
def test_words_in_drawings_stand_out(
    browser: Browser, pages: dict[str, Path], kind: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(pages[kind].as_uri())
    assert faint_words(page) == []
    page.close()


def test_with_colours_of_the_readers_own_marks_and_areas_are_there(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(pages["report"].as_uri())
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    fills = page.evaluate("['good', 'fault-bar'].map(one => getComputedStyle(document.querySelector('.' + one)).fill)")
    edges = page.evaluate("getComputedStyle(document.querySelector('.pill')).borderTopStyle")
    assert fills == [ink, ink] and ink != paper
    assert edges == "solid"
    page.close()
