"""How the game-day page looks, on every size of screen, and to whoever cannot see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.fixtures.mock_server.fake_control import FakeControl, FakeServer
from tests.fixtures.mock_server.game_day_page import LAPTOP, NARROW, PHONE, PROJECTOR, expect, in_browser, lasts, opened
from tests.fixtures.places import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RATIOS = (ROOT / "tests/fixtures/mock_server/contrast.js").read_text(encoding="utf-8")


@in_browser
def test_nothing_scrolls_sideways(browser: Browser, server: FakeServer, control: FakeControl) -> None:
    control.begin("a fault with a name that says rather much of what happens to whom", "slowdown", "identity", 600)
    with opened(browser, server) as page:
        expect(page.locator("#active b")).to_be_visible()
        for shown in (None, "Tables", "Projector"):
            if shown:
                page.get_by_role("button", name=shown).click()
            for width, height in (NARROW, PHONE, LAPTOP, PROJECTOR):
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (shown, width)


@in_browser
def test_on_a_laptop_what_matters_is_on_the_first_screen(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    control.begin("identity is slow", "slowdown", "", 600)
    with opened(browser, server) as page:
        assert page.evaluate("document.documentElement.scrollHeight") <= LAPTOP[1]
        for what in (
            "#standing",
            ".requests",
            ".responses",
            ".log-ons",
            ".station-card",
            "#offline",
            "#active button",
            "#find",
        ):
            box = page.locator(what).bounding_box()
            assert box is not None, what
            assert box["y"] + box["height"] <= LAPTOP[1], what


@in_browser
def test_all_text_stands_out_from_what_is_behind_it(browser: Browser, server: FakeServer, control: FakeControl) -> None:
    control.begin("identity is slow", "slowdown", "", 600)
    control.message = "We know."
    with opened(browser, server, PHONE) as page:
        expect(page.locator("#active b")).to_be_visible()
        faint = [each for _ in shades(page) for each in ratios(page)]
        page.get_by_role("button", name="Slowdown", exact=True).click()
        lasts(page).fill("")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Take offline").click()
        faint += [each for _ in shades(page) for each in ratios(page)]
        assert faint == []


def shades(page: Page) -> Iterator[str]:
    """Light and dark, each as it is and for a projector."""
    for _ in range(2):
        page.evaluate("document.getElementById('projector').click()")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            yield scheme


def ratios(page: Page) -> list[dict[str, Any]]:
    """Texts that are too faint."""
    found = page.evaluate(RATIOS)
    assert len(found) > 50
    return [each for each in found if each["ratio"] < 4.5]


@in_browser
def test_a_button_that_is_pointed_at_can_be_read(browser: Browser, server: FakeServer, control: FakeControl) -> None:
    control.message = "We know."
    with opened(browser, server) as page:
        page.get_by_role("button", name="Slowdown", exact=True).click()
        for name in ("Start", "Back", "Post", "Withdraw", "Take offline…", "Tables", "Projector"):
            button = page.get_by_role("button", name=name, exact=True)
            for scheme in shades(page):
                button.hover()
                (seen,) = (each for each in page.evaluate(RATIOS) if each["text"] == name)
                assert seen["ratio"] >= 4.5, (name, scheme)
        page.get_by_role("button", name="Take offline…").click()
        for name in ("Take offline", "Cancel"):
            for scheme in shades(page):
                page.get_by_role("button", name=name, exact=True).hover()
                (seen,) = (each for each in page.evaluate(RATIOS) if each["text"] == name)
                assert seen["ratio"] >= 4.5, (name, scheme)


@in_browser
def test_on_a_narrow_screen_every_family_of_faults_is_there(browser: Browser, server: FakeServer) -> None:
    with opened(browser, server, NARROW) as page:
        families = page.locator("#kinds section")
        assert {"Service", "State"} <= set(families.evaluate_all("all => all.map(each => each.ariaLabel)"))
        hidden = families.evaluate_all("""all => all.filter(each => {
            const [box, shown] = [each.getBoundingClientRect(), each.parentElement.getBoundingClientRect()];
            return box.bottom > shown.bottom + 1 || box.right > innerWidth;
        }).length""")
        assert hidden == 0


@in_browser
def test_names_of_faults_are_stacked_and_none_hides_another(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    control.begin("identity is slow", "slowdown", "identity", 600)
    control.tick()
    control.begin("a database that is away for a good while", "hang", "database", 600)
    control.tick()
    for size in (LAPTOP, NARROW):
        with opened(browser, server, size) as page:
            notes = page.locator(".requests .notes span")
            expect(notes).to_have_count(3)
            assert [notes.nth(at).is_visible() for at in range(3)] == [True] * 3
            boxes = notes.evaluate_all("all => all.map(each => each.getBoundingClientRect().toJSON())")
            plot = page.locator(".requests svg").last.evaluate("each => each.getBoundingClientRect().toJSON()")
            for one, box in enumerate(boxes):
                assert box["bottom"] <= plot["top"] and box["right"] <= size[0]
                for other in boxes[one + 1 :]:
                    apart = box["right"] <= other["left"] or other["right"] <= box["left"]
                    assert apart or box["bottom"] <= other["top"] or other["bottom"] <= box["top"]


@in_browser
def test_faults_that_have_no_room_above_the_chart_are_named_below_it(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    for number in range(8):
        control.begin(f"drill {number} of the identity provider", "slowdown", "identity", 600)
        control.tick()
    with opened(browser, server, NARROW) as page:
        notes = page.locator(".requests .notes span:visible")
        expect(notes).to_have_count(5)
        told = page.locator(".requests").inner_text()
        assert all(f"drill {number} of the identity provider" in told for number in range(8))
        expect(page.locator(".requests .also")).to_contain_text("drill 0 of the identity provider (08:0")
        page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
        expect(page.locator(".requests .also")).to_be_visible()
        inside, card = (page.locator(what).bounding_box() for what in (".requests .also", ".requests"))
        assert inside and card and inside["y"] + inside["height"] <= card["y"] + card["height"]
        stops = page.locator("#kinds .running button")
        assert stops.first.inner_text() == "Stop drill 0 of the identity provider", "which one it stops is said"


@in_browser
def test_nothing_moves_for_whoever_does_not_want_that(browser: Browser, server: FakeServer) -> None:
    with opened(browser, server) as page:
        page.emulate_media(reduced_motion="reduce")
        moving = page.evaluate("""[...document.querySelectorAll("*")].filter(each => {
            const style = getComputedStyle(each);
            return style.transitionDuration !== "0s" || style.animationName !== "none";
        }).length""")
        assert moving == 0


@in_browser
def test_every_control_and_every_chart_has_a_name(browser: Browser, server: FakeServer) -> None:
    with opened(browser, server) as page:
        page.get_by_role("button", name="Slowdown").click()
        nameless = page.locator("button, input, select, [role=img], [role=region], table, dialog").evaluate_all("""
            all => all.filter(each => !(each.getAttribute("aria-label") || each.getAttribute("aria-labelledby")
                || each.labels?.length || each.textContent?.trim())).map(each => each.outerHTML)
        """)
        assert nameless == []
        assert (
            page.get_by_role("img", name=re.compile("drawn")).count() == page.get_by_role("table").count() + 2 * 4 - 1
        )
