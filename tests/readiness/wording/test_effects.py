"""How a fault is made on a target that is not the mock, in words."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.wording.effects import span_words, target_words
from scenarios.language.faults import Fault


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
    assert span_words(28800.0, 29100.0, is_clock=True) == "08:00 to 08:05"
    assert span_words(28800.0, 28800.0, is_clock=True) == "at 08:00"
    assert span_words(90.0, 150.0, is_clock=False) == "90 s to 2.5 min"
