"""The form of a fault on the game-day page: what goes wrong in it stands beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fixtures.mock_server.fake_control import FakeControl, FakeServer
from tests.fixtures.mock_server.game_day_page import expect, focused, in_browser, lasts, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@in_browser
def test_a_problem_stands_beside_its_field(browser: Browser, server: FakeServer, control: FakeControl) -> None:
    with opened(browser, server) as page:
        page.get_by_role("button", name="Slowdown").click()
        page.get_by_label("Factor").fill("five")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("#fault-factor-problem")).to_have_text("Five is not a number, such as 5")
        assert page.get_by_label("Factor").get_attribute("aria-invalid") == "true"
        assert focused(page).startswith("Factor")

        page.get_by_label("Factor").fill("5")
        lasts(page).fill("soon")
        page.keyboard.press("Enter")
        expect(page.locator("#fault-lasts-problem")).to_have_text("Soon is no duration, such as 60 s")
        expect(page.locator("#fault-factor-problem")).to_be_hidden()
        assert control.active == {}


@in_browser
def test_a_fault_without_a_duration_is_not_even_sent(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    with opened(browser, server) as page:
        page.get_by_role("button", name="Crash").click()
        lasts(page).fill("")
        page.keyboard.press("Enter")
        expect(page.locator("#fault-lasts-problem")).to_have_text("For how long is needed.")
        assert control.asked == []


@in_browser
def test_several_operations_are_ticked(browser: Browser, server: FakeServer, control: FakeControl) -> None:
    with opened(browser, server) as page:
        page.get_by_role("button", name="Hang").click()
        page.get_by_label("Station", exact=True).select_option("hospital-systems")
        page.locator("summary", has_text="Operations").press("Enter")
        page.get_by_role("checkbox", name="slots").check()
        page.get_by_role("checkbox", name="book").check()
        page.locator("#fault-name").fill("booking hangs")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("#active b")).to_have_text("booking hangs")
        (asked,) = control.asked
        assert asked[2] == {
            "name": "booking hangs",
            "fault": {"hang": {"station": "hospital-systems", "operations": ["slots", "book"]}},
            "lasts": "60 s",
        }


@in_browser
def test_a_share_is_a_number_and_a_slider_that_say_the_same(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    with opened(browser, server) as page:
        page.get_by_role("button", name="Error answers").click()
        number, slider = page.locator("#fault-share"), page.get_by_role("slider", name="Share")
        assert slider.input_value() == "100", "all of them, unless somebody says otherwise"
        for told, shown in (("20 %", "20"), ("0.5", "50"), ("rubbish", "0"), ("", "100")):
            number.fill(told)
            assert slider.input_value() == shown
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        assert number.input_value() == "97 %"
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator("#active li")).to_have_count(1)
        assert control.asked[-1][2]["fault"] == {"error_answers": {"share": "97 %"}}
