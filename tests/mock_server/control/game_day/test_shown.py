"""What the game-day page shows of the service, also when nobody answers it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.fixtures.mock_server.fake_control import TOKEN, FakeControl, FakeServer, fake_server
from tests.fixtures.mock_server.game_day_page import expect, in_browser, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


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
        expect(cell.locator("td").nth(2)).not_to_have_text("–")
        monkeypatch.setattr(control, "sample", lambda: {**FakeControl.sample(control), "offered": 4711})
        expect(cell.locator("td").first).to_have_text("4,711")
        expect(page.locator(".requests .key li").first).to_contain_text("4,711")
        assert line.get_attribute("d") != before


@in_browser
def test_percentiles_are_those_of_the_report_and_the_range_is_chosen_and_kept(
    browser: Browser, server: FakeServer
) -> None:
    with opened(browser, server) as page:
        expect(page.locator(".responses .key")).to_have_text(re.compile(r"\d.+median.*\d.+95 %.*\d.+99 %"))
        line, moments = page.locator(".responses path.p99"), page.locator(".requests .moments span")
        expect(line).to_have_attribute("d", re.compile("(L[^L]+){200}"))
        page.keyboard.press("r")
        page.keyboard.press("Home")
        expect(page.get_by_label("Range of the charts")).to_have_value("60")
        expect(line).to_have_attribute("d", re.compile(r"^M[^L]+(L[^L]+){50,60}$"))
        expect(moments.first).to_have_text(re.compile(r":\d0$"))  # every ten seconds
        expect(page.get_by_role("columnheader", name="30 s ago").first).to_be_attached()
        page.reload()
        expect(page.get_by_label("Range of the charts")).to_have_value("60")


HOUR = """async () => {
    const { History, thinned, unbroken } = await import("/game-day/game_day_history.js");
    const history = new History();
    const failed = (at) => (at % 8 ? {} : { timeout: 4 });
    const second = (at) => ({ at_s: at, offered: at % 8, good: 1, failed: failed(at), response_ms: { p50: at } });
    const seconds = Array.from({ length: 4000 }, (_, at) => second(at));
    history.add(seconds.filter(({ at_s: at }) => at < 2000 || at > 2100), 0);
    const drawn = thinned(history.inRange, 3600);
    return { count: drawn.length, one: drawn[10], runs: unbroken(drawn).length };
}"""


@in_browser
def test_an_hour_is_drawn_in_groups_of_seconds(browser: Browser, server: FakeServer) -> None:
    with opened(browser, server) as page:
        told = page.evaluate(HOUR)
        assert told["count"] == pytest.approx(3500 / 8, abs=2)
        one = told["one"]
        assert (one["offered"], one["good"], one["failed"]) == (3.5, 1, {"timeout": 0.5})
        assert one["p50"] == one["at"], "as the last second says"
        assert told["runs"] == 2, "what nobody saw stays a gap"


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
def test_a_service_that_answers_nobody_is_in_trouble(
    browser: Browser, server: FakeServer, control: FakeControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = FakeControl.sample
    hanging = {"offered": 50, "good": 0, "failed": {}}
    monkeypatch.setattr(control, "sample", lambda: {**told(control), **hanging})
    control.samples = [{**sample, **hanging} for sample in control.samples]
    with opened(browser, server) as page:
        expect(page.locator("#standing-text")).to_have_text("In trouble: 50 requests a second, and no answer for 10 s.")


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
