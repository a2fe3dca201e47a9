"""A control server that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.mock_server.fake_control import FakeControl, FakeServer, fake_server


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
