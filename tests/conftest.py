"""A real Chromium for all tests that look at pages; where there is none they are skipped. And no test
depends on how busy the machine is, or on who began it by `nohup`."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures.places import CHROMIUM, CHROMIUM_FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# no property is about the wall clock
settings.register_profile("whenever", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("whenever")

if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # whoever runs the tests by `nohup` wants them to go on; programs under test would ignore it just so, but heed it
    # when a handler of ours takes its place, which they do not inherit
    signal.signal(signal.SIGHUP, lambda *_: None)


@pytest.fixture(scope="module")  # and not longer: while it is open no other test can have an event loop
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no chromium executable on the path")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
