"""The dossier's page in a real Chromium: one sheet of A4 in print, nothing sideways on a phone, legible in the dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dossier.making import make_dossier
from dossier.page.html import dossier_page
from tests.fixtures.dossier.rehearsed import Rehearsed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PX_MM = 96 / 25.4
WIDE_MM, HIGH_MM = 210 - 2 * 9, 297 - 2 * 8  # A4 within the margins of the style sheet
HEIGHT = "document.querySelector('.sheet').getBoundingClientRect().height"
OUTSIDE = """[...document.querySelectorAll('.sheet *')]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1).length"""
SMALLEST = """Math.min(...[...document.querySelectorAll('.sheet p, .sheet td')]
  .map(each => parseFloat(getComputedStyle(each).fontSize)))"""
CONTRASTS = """() => {
  const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('.line p, .line td, .line th, .line a')].map(each => {
    const ink = light(getComputedStyle(each).color);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  });
}"""


@pytest.fixture(scope="module")
def addresses(rehearsed: Rehearsed) -> list[str]:
    """A page with everything, one of a day that follows patients and staff, and one about which much was typed."""
    conditions = "".join(
        f"  - {{criterion: Number {n} of many conditions is met, owner: Somebody}}\n" for n in range(12)
    )
    issues = "".join(f"  - {{what: Issue {n} is known, severity: high, blocks: true}}\n" for n in range(9))
    notes = rehearsed.file("much.yaml", f"conditions:\n{conditions}known_issues:\n{issues}")
    answers = (rehearsed.compared, rehearsed.headroom, rehearsed.leaning)
    much = rehearsed.evidence(*[rehearsed.drill] * 8, rehearsed.day, answers=answers, notes=notes)
    pages = {"whole": rehearsed.whole(), "day": rehearsed.evidence(rehearsed.day), "much": much}
    for name, evidence in pages.items():
        rehearsed.file(f"{name}.html", dossier_page(make_dossier(evidence)))
    return [(rehearsed.folder / f"{name}.html").as_uri() for name in pages]


def test_page_1_is_one_sheet_of_a4(browser: Browser, addresses: list[str]) -> None:
    for address in addresses:
        page = browser.new_page(viewport={"width": round(WIDE_MM * PX_MM), "height": round(HIGH_MM * PX_MM)})
        page.goto(address)
        page.emulate_media(media="print")
        assert page.evaluate(HEIGHT) <= HIGH_MM * PX_MM
        assert page.evaluate(OUTSIDE) == 0
        smallest = page.evaluate(SMALLEST)
        assert smallest >= 8, "six points: small, and legible"
        page.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_lies_sideways(browser: Browser, addresses: list[str], width: int) -> None:
    for address in addresses:
        page = browser.new_page(viewport={"width": width, "height": 740})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(browser: Browser, addresses: list[str], scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(addresses[0])
    assert min(page.evaluate(CONTRASTS)) >= 4.5
    page.close()


def test_a_figure_says_where_it_stands(browser: Browser, addresses: list[str]) -> None:
    page = browser.new_page()
    page.goto(addresses[0])
    titles = page.evaluate("[...document.querySelectorAll('#chance data')].map(each => each.title)")
    assert all(title.endswith(": kept_all") or title.endswith(": missed") for title in titles)
    assert len(page.query_selector_all("#chance circle")) == 6
    page.close()


def test_what_page_1_has_no_room_for_stands_behind_it(browser: Browser, addresses: list[str]) -> None:
    page = browser.new_page()
    page.goto(addresses[2])
    on_page_1, in_all = (
        page.evaluate(f"document.querySelector('{where}').textContent") for where in (".sheet", "body")
    )
    assert "Number 11 of many conditions" not in on_page_1
    assert "Number 11 of many conditions" in in_all
    assert page.query_selector("#conditions-more") is not None
    page.close()
