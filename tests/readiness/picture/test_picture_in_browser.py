"""Drawings in a real Chromium: no words run into others, and nothing lies outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from readiness.picture.sheet import picture_file
from scenarios.language.reading import read, read_text
from scenarios.sources.catalogue import catalogue
from tests.fixtures.readiness.crowded import CROWDED, LOADED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# pairs of texts whose boxes share more than a hair's breadth, and texts that reach beyond the drawing
COLLISIONS = """() => {
  const within = document.documentElement.getBoundingClientRect();
  const texts = [...document.querySelectorAll('text')].map(each => [each.textContent, each.getBoundingClientRect()]);
  const found = [];
  texts.forEach(([words, box], place) => {
    if (!box.width) return;
    if (box.left < within.left || box.right > within.right + 0.5 || box.top < within.top || box.bottom > within.bottom)
      found.push(`outside: ${words}`);
    for (const [other, its] of texts.slice(place + 1)) {
      const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (wide > 0.5 && high > 3) found.push(`${words} | ${other}`);
    }
  });
  return found;
}"""
# words of a card, a step or a band that reach beyond its right edge
BEYOND_THEIR_BOX = """() => {
  const kinds = ['station', 'people', 'call', 'may-fail', 'think', 'behaviour'].map(one => `.pic-${one}`).join();
  const boxes = [...document.querySelectorAll(kinds)].map(each => each.getBoundingClientRect());
  return [...document.querySelectorAll('text')].filter(text => {
    const its = text.getBoundingClientRect();
    return boxes.some(box => its.left >= box.left && its.left < box.right && its.top >= box.top - 1
      && its.bottom <= box.bottom + 1 && its.right > box.right);
  }).map(text => text.textContent);
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1200, "height": 900})


def complaints(page: Page, text: str, folder: Path) -> list[str]:
    path = folder / "picture.svg"
    path.write_text(text, encoding="utf-8")
    page.goto(path.as_uri())
    assert page.locator("text").count() > 5
    found: list[str] = page.evaluate(COLLISIONS) + page.evaluate(BEYOND_THEIR_BOX)
    return found


@pytest.mark.parametrize("name", catalogue())
def test_words_of_the_catalogue_stand_apart(page: Page, name: str, tmp_path: Path) -> None:
    assert complaints(page, picture_file(read(name), ["What it changes of another: its name."]), tmp_path) == []


@pytest.mark.parametrize("text", [CROWDED, LOADED], ids=["crowded", "loaded"])
def test_words_of_the_hardest_drawings_stand_apart(page: Page, text: str, tmp_path: Path) -> None:
    assert complaints(page, picture_file(read_text(text)), tmp_path) == []


def test_words_that_collide_are_noticed(page: Page, tmp_path: Path) -> None:
    """The test itself is able to fail."""
    text = picture_file(read("launch-morning"))
    moved = text.replace(">identity</text>", ' dx="190">identity</text>')
    moved = moved.replace("16 servers<", f"16 servers {'x' * 60}<")
    found = complaints(page, moved, tmp_path)
    assert any("identity" in one for one in found)
    assert any(one.startswith("16 servers xxx") for one in found)


def test_every_sign_is_told_apart_without_its_colour(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "picture.svg"
    path.write_text(picture_file(read_text(CROWDED)), encoding="utf-8")
    page.goto(path.as_uri())
    fills = page.evaluate("['held', 'work'].map(one => getComputedStyle(document.querySelector(`.pic-${one}`)).fill)")
    assert "url(" in fills[0] and "url(" not in fills[1]
    corners = page.evaluate("['fault', 'defence'].map(one => document.querySelector(`.pic-${one}`).getAttribute('rx'))")
    assert corners[0] is None and float(corners[1]) > 5
