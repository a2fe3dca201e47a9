"""A warm-up that cannot be is told so in one message, with its line and what to do."""

from __future__ import annotations

import pytest

from scenarios.language.reading import read, read_text
from tests.fixtures.scenarios.small_scenarios import SHOP, complaint

WARM = SHOP.replace("period: 0 s to 100 s\n", "period: 0 s to 100 s\nwarm_up: 20 s\n")
FAULT = "faults: {closed: {during: 10 s to 12 s, error_answers: {}}}\n"
RECOVERY = "  back: {measure: recovery time, of: closed, at_most: 20 s}\n"


def test_a_duration_shorter_than_the_period_is_one() -> None:
    assert read_text(WARM).warm_up == 20.0
    assert read_text(SHOP).warm_up is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WARM.replace("20 s", "100 s", 1), "shop.yaml:3: warm_up: must be shorter than the period, which lasts 100 s"),
        (WARM.replace("20 s", "0 s", 1), "more than 0"),
        (WARM.replace("warm_up: 20 s", "warm_up: -3 s"), "allowed is a duration"),
        (WARM.replace("20 s", "40 s", 1) + "replay: {during: 0 s to 30 s}\n", "the replay, which begins empty too"),
        (WARM.replace("warm_up: 20 s", "warm_up: 20 s\nwindow: 100 s"), "leaves no whole window of 100 s"),
        (WARM.replace("0 s to 100 s", "08:00 to 08:10"), "is for a period of durations"),
    ],
)
def test_a_wrong_one_is_one_problem(text: str, words: str) -> None:
    said = complaint(text)
    assert words in said
    assert said.count("\n") == 0


def test_it_goes_with_no_practices_and_no_supply_of_slots() -> None:
    practices = WARM + "practices: {number: 5}\n"
    assert "warm_up: does not go with `practices`, which are followed" in complaint(practices)
    supply = WARM + "supply: {operations: [buy], specialties: {all: {at_start: 9, ahead: 1 day to 9 days}}}\n"
    assert "warm_up: does not go with `supply`" in complaint(supply)


def test_a_recovery_from_a_fault_within_it_cannot_be_judged() -> None:
    assert "objectives.back.of: begins within the warm-up" in complaint(WARM + RECOVERY + FAULT)
    assert read_text(WARM + RECOVERY + FAULT.replace("10 s to 12 s", "50 s to 52 s")).faults


def test_a_launch_week_refuses_it() -> None:
    said = complaint("title: Warm\nextends: launch-morning\nwarm_up: 5 min\n")
    assert "a launch at clock times is judged from its first moment on" in said
    assert read("first-queue").warm_up is None
