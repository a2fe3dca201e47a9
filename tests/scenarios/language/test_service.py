"""What a scenario says of its service may be said in short."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from scenarios.language.service import Durability
from tests.fixtures.scenarios.small_scenarios import changed, complaint, shop, told


def durability(said: Any) -> Durability:
    return told(changed(shop(), "service.durability", said)).service.durability


@pytest.mark.parametrize(
    ("short", "promise", "window_s"),
    [
        ("sync", "sync", 0.3),
        ("none", "none", 0.3),
        ({"async": "2 s"}, "async", 2.0),
        ({"promise": "async", "window": "2 s"}, "async", 2.0),
        ({"promise": "group"}, "group", 0.3),
    ],
)
def test_a_promise_is_a_word_or_async_with_its_window(short: Any, promise: str, window_s: float) -> None:
    assert (durability(short).promise, durability(short).window) == (promise, window_s)


def test_a_service_that_says_nothing_promises_group_commit() -> None:
    assert told(shop()).service.durability.promise == "group"


@pytest.mark.parametrize(
    ("said", "complained"),
    [
        ({"async": "soon"}, "service.durability.window: found 'soon'; allowed is a duration such as"),
        ("asnyc", "service.durability.promise: found 'asnyc'; "),
        (5, "service.durability: found 5; allowed is a mapping of keys"),
        (
            {"async": "2 s", "promise": "sync"},
            "service.durability.async: no such key; allowed is one of promise, window",
        ),
    ],
)
def test_another_promise_is_refused_at_its_key(said: Any, complained: str) -> None:
    assert complained in complaint(yaml.safe_dump(changed(shop(), "service.durability", said)))
