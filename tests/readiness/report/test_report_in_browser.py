"""The report in a real Chromium: on a phone, in the dark, and without JavaScript."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.fixtures.readiness.fault_runs import EVENTS, STORM, replayed_storm
from tests.fixtures.readiness.report_runs import (
    ABSTRACT,
    CLOCKED,
    forecasts_of,
    replayed_of,
    scenario_of,
    summary_and_page,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Locator


@pytest.fixture(scope="module", params=[CLOCKED, ABSTRACT, STORM], ids=["clocked", "abstract", "storm"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A report on disk, and its verdict."""
    text = request.param
    replayed = replayed_storm(text, EVENTS) if text is STORM else replayed_of(text)
    summary, html = summary_and_page(scenario_of(text), forecasts_of(text), replayed)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path, summary.sentence


def boxes_of(labels: Locator) -> list[FloatRect]:
    """Where labels that are drawn stand."""
    return [box for label in labels.all() if (box := label.bounding_box()) is not None]


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, written: tuple[Path, str], width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(written[0].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_nothing_complains_and_nothing_is_fetched(browser: Browser, written: tuple[Path, str]) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(written[0].as_uri(), wait_until="load")
    assert complaints == []
    assert [url for url in requests if not url.startswith("data:")] == [written[0].as_uri()]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(360, 740), (1280, 800)], ids=["phone", "laptop"])
def test_without_javascript_the_verdict_is_on_the_first_screen(
    browser: Browser, written: tuple[Path, str], scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    width, height = size
    context = browser.new_context(
        java_script_enabled=False, color_scheme=scheme, viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto(written[0].as_uri())
    verdict = page.locator("#verdict")
    assert verdict.inner_text() == written[1]
    box = verdict.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < height
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_labels_of_an_axis_do_not_run_into_each_other(browser: Browser, written: tuple[Path, str], width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(written[0].as_uri())
    for chart in page.locator("svg.chart").all():
        boxes = boxes_of(chart.locator("text.moment:visible"))
        assert boxes
        for left, right in pairwise(boxes):
            assert left["x"] + left["width"] < right["x"]
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_letters_of_faults_do_not_run_into_each_other(browser: Browser, written: tuple[Path, str], width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(written[0].as_uri())
    for chart in page.locator("svg.chart").all():
        boxes = boxes_of(chart.locator("text.letter"))
        for one, other in combinations(boxes, 2):
            beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            apart = abs(one["y"] - other["y"]) >= min(one["height"], other["height"]) - 1
            assert beside or apart
            assert one["x"] >= 0
    page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_drawings_are_as_large_as_they_are_meant_and_their_words_stand_apart(
    browser: Browser, written: tuple[Path, str], width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(written[0].as_uri())
    drawings = page.locator("svg.pic").all()
    assert len(drawings) >= 2
    for drawing in drawings:
        box, wide = drawing.bounding_box(), float(drawing.get_attribute("width") or 0)
        assert box is not None
        assert box["width"] >= 0.9 * wide  # a phone scrolls the service, and its words stay large enough to be read
        boxes = boxes_of(drawing.locator("text"))
        for one, other in combinations(boxes, 2):
            beside = one["x"] + one["width"] <= other["x"] + 0.5 or other["x"] + other["width"] <= one["x"] + 0.5
            assert beside or abs(one["y"] - other["y"]) >= min(one["height"], other["height"]) - 4
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_and_launches_have_the_pages_colours(
    browser: Browser, written: tuple[Path, str], scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 740}, color_scheme=scheme)
    page.goto(written[0].as_uri())
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    words = page.locator("svg.pic text.pic-bold").first
    assert words.evaluate("each => getComputedStyle(each).fill") == ink
    assert ink != paper
    page.close()


def test_on_paper_a_drawing_fits_the_page(browser: Browser, written: tuple[Path, str]) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 1000})
    page.goto(written[0].as_uri())
    page.emulate_media(media="print")
    for drawing in page.locator("svg.pic").all():
        box = drawing.bounding_box()
        assert box is not None and box["x"] + box["width"] <= 700
    page.close()
