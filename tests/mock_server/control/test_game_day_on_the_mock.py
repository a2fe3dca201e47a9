"""The game-day page on the mock itself, a process of its own: what is pressed happens, and the page shows it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.fixtures.places import CHROMIUM, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect

TOKEN = "open-sesame"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium executable on the path")


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the service and of its control server."""
    told = ["serve", "first-queue", "--port", "0", "--world", "small", "--data", str(tmp_path)]
    command = [sys.executable, "-m", "rehearse", *told, "--control-port", "0", "--control-token", TOKEN]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path)
    assert process.stdout is not None
    try:
        service = process.stdout.readline().strip().removeprefix("listening on ")
        control = process.stdout.readline().strip().removeprefix("control at ")
        yield service, control
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    yield page
    page.close()


def state(control: str) -> dict[str, Any]:
    return dict(httpx.get(f"{control}/control/state", headers={"Authorization": f"Bearer {TOKEN}"}).json())


def test_what_is_pressed_happens_and_the_page_shows_it(mock: tuple[str, str], page: Page) -> None:
    service, control = mock
    page.goto(f"{control}/game-day#token={TOKEN}")
    expect(page.locator("#link-text")).to_have_text("Live")
    expect(page.locator(".station h3")).to_contain_text("counter")

    # a fault, with a mistake on the way
    page.get_by_role("button", name="Slowdown", exact=True).click()
    page.locator("#fault-station").select_option("counter")
    page.get_by_label("Factor").fill("many")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#fault-factor-problem")).to_contain_text("allowed is a number")
    page.get_by_label("Factor").fill("3")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#active b")).to_have_text("slowdown")
    (running,) = state(control)["timeline"]["active"]
    assert running["kind"] == "slowdown"

    page.get_by_role("button", name="Stop slowdown").first.click()
    expect(page.locator("#active li")).to_have_count(0)
    expect(page.locator("#past li").first).to_contain_text("ended")
    assert state(control)["timeline"]["active"] == []

    # requests are counted and drawn
    assert httpx.post(f"{service}/operations/serve").status_code == 200
    expect(page.locator(".requests path.offered")).to_have_attribute("d", re.compile("M.+L"))
    expect(page.locator(".responses .key")).to_contain_text(re.compile(r"ms.*99 %"))
    page.get_by_label("Range of the charts").select_option("1 min")
    expect(page.get_by_role("columnheader", name="30 s ago").first).to_be_attached()

    # offline, a message, back
    page.get_by_role("button", name="Take offline…").click()
    page.get_by_role("button", name="Take offline", exact=True).click()
    expect(page.locator("#standing-text")).to_contain_text("Offline: nobody is served.")
    assert httpx.post(f"{service}/operations/serve").status_code == 503
    page.get_by_label("Status message").fill("We are back soon.")
    page.get_by_role("button", name="Post").click()
    expect(page.locator("#message-text")).to_have_text("We are back soon.")
    page.get_by_role("button", name="Bring back").click()
    expect(page.locator("#standing-text")).not_to_contain_text("Offline")
    assert httpx.post(f"{service}/operations/serve").status_code == 200
    assert state(control)["status_message"] == "We are back soon."


@pytest.mark.long
def test_a_crash_by_hand_is_told_as_one_and_the_page_finds_the_way_back(mock: tuple[str, str], page: Page) -> None:
    service, control = mock
    page.goto(f"{control}/game-day#token={TOKEN}")
    expect(page.locator("#link-text")).to_have_text("Live")
    page.get_by_role("button", name="Crash", exact=True).click()
    page.locator("#fault-lasts").fill("4 s")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#standing-text")).to_contain_text("The server crashed")
    expect(page.locator("#standing-text")).to_contain_text("In service")
    expect(page.locator("#past li").first).to_contain_text("crash ended")
    assert httpx.post(f"{service}/operations/serve").status_code == 200
