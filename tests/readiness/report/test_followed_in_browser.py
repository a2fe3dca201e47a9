"""People, patients and staff in a real Chromium: on a phone, in grey, in the dark and on paper."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.fixtures.readiness.launch_week_runs import summary_and_page_of_a_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(summary_and_page_of_a_run()[1], encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways_and_no_label_runs_into_the_next(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for chart in page.locator("section[aria-labelledby=followed] svg.chart").all():
        boxes = [box for label in chart.locator("text.moment:visible").all() if (box := label.bounding_box())]
        assert len(boxes) >= 2
        assert all(left["x"] + left["width"] < right["x"] for left, right in pairwise(boxes))
    page.close()


def test_on_a_phone_the_referrals_of_every_priority_are_seen_at_once(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 740})
    page.goto(address)
    for name in ("places-forecast-caption", "delays-forecast-caption"):
        table = page.locator(f"div.scroll[aria-labelledby={name}]")
        assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.close()


@pytest.mark.parametrize(("scheme", "media"), [("light", "screen"), ("dark", "screen"), ("light", "print")])
def test_the_parts_of_a_day_are_told_apart_without_their_colours(
    browser: Browser, address: str, scheme: Literal["light", "dark"], media: Literal["screen", "print"]
) -> None:
    """Each part's fill is a pattern that is there, or plain; two parts never have the same."""
    page = browser.new_page(viewport={"width": 390, "height": 740}, color_scheme=scheme)
    page.emulate_media(media=media)
    page.goto(address)
    parts = page.locator("#days-forecast-title ~ rect")
    fills = parts.evaluate_all("each => each.slice(0, 5).map(one => getComputedStyle(one).fill)")
    patterns = [fill for fill in fills if fill.startswith("url")]
    assert len(set(fills)) == 5 and len(patterns) == 4
    for fill in patterns:
        assert page.locator(f"pattern{fill.split('(')[1].strip(')').strip(chr(34))}").count() == 1
    page.close()
