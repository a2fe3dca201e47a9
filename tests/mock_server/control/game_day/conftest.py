"""A control server that is not there, and a real Chromium to look at its page with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.mock_server.fake_control import FakeControl, FakeServer, fake_server
from tests.fixtures.places import CHROMIUM, CHROMIUM_FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # without it these tests are left out

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
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
