"""How a fault is made on a target that is not the mock, in words."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.wording.effects import span_words, target_words
from scenarios.language.faults import Fault
from scenarios.language.reading import read_text
from tests.fixtures.scenarios.small_scenarios import SHOP


def made(on_target: dict[str, Any] | None) -> str:
    return target_words(Fault.model_validate({"during": "0 s to 9 s", "crash": {}, "on_target": on_target}))


@pytest.mark.parametrize(
    ("on_target", "said"),
    [
        (None, ""),
        ({"begin": {"command": ["systemctl", "stop", "ers"]}}, "begins by running systemctl stop ers"),
        (
            {
                "begin": {"call": {"url": "http://chaos.example/on"}},
                "end": {"call": {"url": "http://chaos.example/on", "method": "DELETE"}},
            },
            "begins by calling POST http://chaos.example/on, ends by calling DELETE http://chaos.example/on",
        ),
    ],
)
def test_a_hook_says_what_it_runs_or_calls(on_target: dict[str, Any] | None, said: str) -> None:
    assert made(on_target) == said


def test_a_span_is_two_moments_and_an_instant_one() -> None:
    abstract = read_text(SHOP)
    morning, week = (
        read_text(SHOP.replace("0 s to 100 s", period)) for period in ("08:00 to 09:00", "Mon 08:00 to Fri 18:00")
    )
    assert span_words(28800.0, 29100.0, morning) == "08:00 to 08:05"
    assert span_words(28800.0, 28800.0, morning) == "at 08:00"
    assert span_words(115200.0, 115500.0, week) == "Tue 08:00 to 08:05"
    assert span_words(115200.0, 115200.0, week) == "at Tue 08:00"
    assert span_words(90.0, 150.0, abstract) == "90 s to 2.5 min"
