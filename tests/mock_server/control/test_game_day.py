"""The game-day page in a real Chromium, on a control server that is not there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from mock_server.control.fault_kinds import fault_kinds
from mock_server.control.game_day import page_answer
from scenarios.language.reading import read
from scenarios.language.registry import FAULTS
from tests.fixtures.mock_server.fake_control import TOKEN, FakeControl, FakeServer, fake_server
from tests.fixtures.places import CHROMIUM, CHROMIUM_FLAGS, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect

# Key by key a browser is slow beside other tests on two processors: these stories are of the long suite; the quick one
# has test_game_day_on_the_mock.py: a real browser on the real mock.
HAS_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no chromium executable on the path")


def in_browser(test: Any) -> Any:
    """A story that needs Chromium."""
    return pytest.mark.long(HAS_BROWSER(test))


PATIENCE_MS = 20_000
STATIC = ROOT / "mock_server/control/static"
LAPTOP, PHONE, PROJECTOR = (1366, 768), (390, 844), (1920, 1080)
NARROW = (360, 740)
RATIOS = (ROOT / "tests/fixtures/mock_server/contrast.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@pytest.fixture
def control() -> FakeControl:
    """Five minutes have passed, in which the hospital systems hung for a minute."""
    control = FakeControl()
    while control.at_s < 300:
        if control.at_s == 200:
            control.begin("hospitals hang", "hang", "hospital-systems", 60, "scenario")
        control.tick()
    return control


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeServer]:
    with fake_server(FakeControl()) as fake:
        yield fake


@pytest.fixture
def server(fake: FakeServer, control: FakeControl) -> FakeServer:
    fake.control = control
    return fake


@contextmanager
def opened(browser: Browser, server: FakeServer, size: tuple[int, int] = LAPTOP, token: str = TOKEN) -> Iterator[Page]:
    """The page in a browser of its own; nothing may have complained when it is closed."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server.url + (f"/#token={token}" if token else "/"))
    if token == TOKEN:
        expect(page.locator("#link-text")).to_have_text("Live")
        expect(page.locator(".kind").first).to_be_attached()
    yield page
    context.close()
    assert [each for each in complaints if "Failed to load resource" not in each] == []


def focused(page: Page) -> str:
    """The accessible name of what has the focus, as far as a test needs it."""
    return str(
        page.evaluate("""() => {
            const held = document.activeElement;
            return held.getAttribute("aria-label") || held.labels?.[0]?.innerText || held.innerText || held.id;
        }""")
    ).strip()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name!r}, but to {focused(page)!r}")


def lasts(page: Page) -> Locator:
    """The duration in the form of a fault."""
    return page.locator("#fault").get_by_label("For how long")


# by keyboard alone


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


# the service as a whole


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
        page.keyboard.press("Enter")
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


# what goes wrong in the form


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


# what is shown


@in_browser
def test_charts_and_their_tables_follow_what_is_told(
    browser: Browser, server: FakeServer, control: FakeControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(browser, server) as page:
        line = page.locator(".requests path.offered")
        cell = page.get_by_role("table", name="Requests a second, last values").locator("tbody tr").first
        expect(line).to_have_attribute("d", re.compile("(L[^L]+){100}"))  # what was before the page was opened
        before = line.get_attribute("d")
        expect(page.locator(".requests .notes")).to_have_text("hospitals hang")
        expect(cell.locator("td").nth(3)).not_to_have_text("–")
        monkeypatch.setattr(control, "sample", lambda: {**FakeControl.sample(control), "offered": 4711})
        expect(cell.locator("td").first).to_have_text("4,711")
        expect(page.locator(".requests .key li").first).to_contain_text("4,711")
        assert line.get_attribute("d") != before


@in_browser
def test_the_timeline_counts_down_to_what_is_coming_and_then_shows_it(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    planned = {"name": "failover", "kind": "failover", "what": "database", "at": "08:12:00", "begins_s": 720}
    control.coming = [planned]
    with opened(browser, server) as page:
        expect(page.locator("#coming li")).to_contain_text("at 08:12:00")
        expect(page.locator("#coming li .left")).to_contain_text(re.compile(r"in \d\smin"))
        planned["begins_s"] = control.at_s
        expect(page.locator("#active b")).to_have_text("failover")
        expect(page.locator("#said")).to_contain_text("Begun: failover.")
        expect(page.locator("#coming-none")).to_be_visible()


@in_browser
def test_without_a_connection_the_picture_stays_and_a_crash_says_when_it_is_over(
    browser: Browser, control: FakeControl
) -> None:
    control.begin("the process dies", "crash", "", 45)
    with fake_server(control) as server, opened(browser, server) as page:
        expect(page.locator("#active b")).to_have_text("the process dies")
        drawn = page.locator(".requests path.offered")
        server.die()
        expect(page.locator("#standing-text")).to_contain_text("The server crashed")
        expect(page.locator("#standing-text")).to_contain_text("should be back in")
        expect(page.locator("#standing-more")).to_contain_text("No connection since")
        expect(page.locator("#link-text")).to_contain_text("Lost")
        points = (drawn.get_attribute("d") or "").count("L")
        assert points > 250

        server.come_back(FakeControl())  # its clock begins anew
        expect(page.locator("#link-text")).to_have_text("Live")
        expect(page.locator("#said")).to_contain_text("Connected again.")
        after = drawn.get_attribute("d") or ""
        assert after.count("L") >= points
        expect(drawn).to_have_attribute("d", re.compile("M.*M"))  # a gap where nobody knows


@in_browser
def test_a_server_that_falls_silent_at_a_planned_crash_is_taken_to_have_crashed(
    browser: Browser, control: FakeControl
) -> None:
    begins_s = control.at_s + 5
    control.coming = [{"name": "it dies", "kind": "crash", "what": "", "at": "", "begins_s": begins_s, "lasts_s": 60}]
    with fake_server(control, tick_s=3600) as server, opened(browser, server) as page:
        expect(page.locator("#coming li")).to_contain_text("it dies")
        control.is_silent = True
        expect(page.locator("#standing-text")).to_contain_text("The server crashed: it should be back in")
        control.is_silent = False
        expect(page.locator("#link-text")).to_have_text("Live")


@in_browser
def test_a_token_is_asked_for_when_there_is_none_or_a_wrong_one(browser: Browser, server: FakeServer) -> None:
    with opened(browser, server, token="") as page:
        page.locator("#token").fill("guessed")
        page.keyboard.press("Enter")
        expect(page.locator("#token-problem")).to_contain_text("This token is not accepted.")
        page.locator("#token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#link-text")).to_have_text("Live")
        expect(page.locator("#token-dialog")).to_be_hidden()
        page.reload()
        expect(page.locator("#link-text")).to_have_text("Live")


# how it looks


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


@in_browser
def test_what_is_above_a_rate_limit_is_named(
    browser: Browser, server: FakeServer, control: FakeControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = FakeControl.sample
    monkeypatch.setattr(
        control, "sample", lambda: {**told(control), "offered": 50, "good": 10, "failed": {"rate_limited": 40}}
    )
    with opened(browser, server) as page:
        expect(page.locator(".requests .key")).to_contain_text("rate limited")
        expect(page.locator("#standing-more")).to_contain_text("40 a second are answered 429: above a rate limit.")


@in_browser
def test_what_somebody_wrote_is_shown_and_does_nothing(
    browser: Browser, server: FakeServer, control: FakeControl
) -> None:
    name = "<img src=x onerror=alert(1)>\x1b[2J\u202egnp"
    control.begin(name, "slowdown", "<b>identity</b>", 600)
    control.message = "<script>alert(2)</script>"
    with opened(browser, server) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        seen = "<img src=x onerror=alert(1)>\u241b[2J\ufffdgnp"
        expect(page.locator("#active b")).to_have_text(seen)
        expect(page.locator("#standing-more")).to_contain_text(seen)
        expect(page.locator(".requests .notes")).to_contain_text(seen)
        expect(page.locator("#message-text")).to_have_text("<script>alert(2)</script>")
        assert page.locator("main img, main script, #active small b").count() == 0


@in_browser
def test_a_service_that_nobody_asks_says_where_load_comes_from(
    browser: Browser, server: FakeServer, control: FakeControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = FakeControl.sample
    nothing = {"offered": 0, "good": 0, "failed": {}}
    monkeypatch.setattr(control, "sample", lambda: {**told(control), **nothing})
    control.active.clear()
    control.samples = [{**sample, **nothing, "active": []} for sample in control.samples]
    with opened(browser, server) as page:
        expect(page.locator("#standing-text")).to_contain_text("Nothing is being asked of it.")
        expect(page.locator("#standing-more")).to_contain_text("rehearse load")


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


@in_browser
def test_nothing_is_asked_of_another_host(browser: Browser, server: FakeServer) -> None:
    context = browser.new_context()
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{server.url}/#token={TOKEN}")
    expect(page.locator("#link-text")).to_have_text("Live")
    assert TOKEN not in page.url
    origins = {f"{part.scheme}://{part.netloc}" for part in map(urlsplit, requests) if part.scheme != "data"}
    assert origins == {server.url}
    assert len(requests) > 10
    context.close()


# how it is served


def test_the_page_and_all_it_names_are_served_under_a_strict_policy() -> None:
    page = page_answer("/")
    assert page is not None and page_answer("/game-day") is page
    headers = dict(page.headers)
    policy = headers[b"content-security-policy"].decode().split("; ")
    assert {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src data:",
    } <= set(policy)
    assert b"unsafe" not in headers[b"content-security-policy"]
    waiting, seen = {"/game-day/game_day.css", "/game-day/game_day.js"}, set()
    assert all(path.encode() in page.body for path in waiting)
    while waiting:
        path = waiting.pop()
        seen.add(path)
        asset = page_answer(path)
        assert asset is not None, path
        waiting |= {f"/game-day/{name}" for name in re.findall(r'from "\./(.+?)"', asset.body.decode())} - seen
    files = {each.name for each in STATIC.iterdir() if each.suffix in (".js", ".css")}
    assert seen == {f"/game-day/{name}" for name in files}


@pytest.mark.parametrize(
    "path", ["/game-day/game_day.py", "/game-day/app.py", "/game-day/../app.py", "/control/state", ""]
)
def test_nothing_else_is_served(path: str) -> None:
    assert page_answer(path) is None


def test_the_package_takes_the_page_along() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["mock_server.control"]
    names = [f"static/{each.name}" for each in STATIC.iterdir()]
    assert names and [name for name in names if not any(fnmatch(name, pattern) for pattern in patterns)] == []


def test_every_kind_of_fault_has_its_place_in_the_list() -> None:
    kinds = fault_kinds(read("retry-storm"))
    shares = [told["parameters"]["share"] for told in kinds.values() if "share" in told["parameters"]]
    assert len(shares) > 10 and {share["type"] for share in shares} == {"share"}
    assert {share.get("default") for share in shares} == {"100 %", None}
    assert list(kinds) == list(FAULTS)
    assert [kind for kind, told in kinds.items() if told["family"] not in FAULTS.families] == []
