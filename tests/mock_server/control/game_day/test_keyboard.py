"""The game-day page by keyboard alone, and the service as a whole taken offline and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fixtures.mock_server.fake_control import FakeControl, FakeServer
from tests.fixtures.mock_server.game_day_page import expect, focused, in_browser, opened, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@in_browser
def test_a_fault_is_started_and_stopped_by_keyboard_alone(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    with opened(browser, server) as page:
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to the faults"
        page.keyboard.press("Enter")
        tab_to(page, "Find a fault")
        page.keyboard.type("slowd")
        page.keyboard.press("Tab")
        assert focused(page) == "Slowdown"
        page.keyboard.press("Space")
        assert focused(page).startswith("Station")
        page.keyboard.type("identity")
        tab_to(page, "Factor")
        page.keyboard.type("5")
        tab_to(page, "Start")
        page.keyboard.press("Enter")

        expect(page.locator("#fault")).to_be_hidden()
        expect(page.locator("#active b")).to_have_text("slowdown")
        expect(page.locator("#active .left")).to_contain_text("left")
        expect(page.locator("#said")).to_contain_text("slowdown")
        assert focused(page) == "Slowdown"
        assert control.asked == [
            ("POST", "/control/faults", {"fault": {"slowdown": {"station": "identity", "factor": 5}}, "lasts": "60 s"})
        ]

        page.keyboard.press("a")
        assert focused(page) == "Stop slowdown"
        page.keyboard.press("Space")
        expect(page.locator("#active li")).to_have_count(0)
        expect(page.locator("#past li").first).to_contain_text("slowdown ended")
        assert control.asked[-1][:2] == ("DELETE", "/control/faults/slowdown")
        assert focused(page) == "Active now"


@in_browser
def test_tab_reaches_every_control_shows_where_it_is_and_comes_out_again(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    control.begin("identity is slow", "slowdown", "", 600)
    with opened(browser, server) as page:
        expect(page.locator("#active button")).to_be_visible()
        controls = page.locator("a, button, input, select").evaluate_all(
            "all => all.filter(each => each.checkVisibility()).map(each => each.outerHTML)"
        )
        seen: list[str] = []
        for _ in range(len(controls) + 5):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.outerHTML"))
            if seen[-1].startswith("<body"):
                break
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", seen[-1]
        assert len(controls) > 20
        assert set(controls) <= set(seen)
        assert seen[-1].startswith("<body")  # the focus leaves the page


@in_browser
def test_escape_goes_back_to_where_one_came_from(browser: Browser, server: FakeServer, control: FakeControl) -> None:
    with opened(browser, server) as page:
        page.keyboard.press("f")
        page.keyboard.type("crash")
        page.keyboard.press("Enter")
        assert page.locator("#fault").is_visible()
        page.keyboard.press("Escape")
        assert focused(page) == "Crash"
        page.keyboard.press("?")
        expect(page.locator("#keys-dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#keys-dialog")).to_be_hidden()
        assert focused(page) == "Crash"
        assert control.asked == []


@in_browser
def test_single_keys_write_in_a_field_and_can_be_switched_off(browser: Browser, server: FakeServer) -> None:
    with opened(browser, server) as page:
        page.keyboard.press("m")
        expect(page.locator("#status-message")).to_be_focused()
        page.keyboard.type("to of map?")
        assert page.locator("#status-message").input_value() == "to of map?"
        page.get_by_role("button", name="Shortcuts").click()
        page.get_by_label("Single keys are shortcuts").uncheck()
        page.keyboard.press("Escape")
        expect(page.locator("#keys-dialog")).to_be_hidden()
        page.keyboard.press("o")
        expect(page.locator("#offline-dialog")).to_be_hidden()


@in_browser
def test_the_service_goes_offline_after_asking_says_why_and_comes_back(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    with opened(browser, server) as page:
        page.keyboard.press("o")
        expect(page.locator("#offline-dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#offline-dialog")).to_be_hidden()
        assert control.asked == []

        page.keyboard.press("o")
        expect(page.locator("#offline-lasts")).to_be_focused()
        page.keyboard.type("300 s")
        assert page.locator("#offline-lasts").input_value() == "300 s"
        page.keyboard.press("Enter")
        expect(page.locator("#offline-dialog")).to_be_hidden()
        assert control.asked == [("POST", "/control/offline", {"lasts": "300 s", "status_page": "stands"})]
        expect(page.locator("#standing-text")).to_contain_text("Offline: nobody is served.")
        expect(page.locator("#said")).to_contain_text("offline")
        expect(page.locator("#online")).to_be_focused()

        page.keyboard.press("m")
        expect(page.locator("#status-message")).to_be_focused()
        page.keyboard.type("We are back at noon.")
        page.keyboard.press("Enter")
        expect(page.locator("#message-text")).to_have_text("We are back at noon.")

        page.keyboard.press("Tab")
        page.keyboard.press("o")
        page.keyboard.press("Enter")
        expect(page.locator("#standing-text")).not_to_contain_text("Offline")
        assert control.asked == [
            ("POST", "/control/offline", {"lasts": "300 s", "status_page": "stands"}),
            ("POST", "/control/status", {"message": "We are back at noon."}),
            ("POST", "/control/online", {}),
        ]
