"""Where the verdict changes along an assumption, and how long durations are said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from experiments.headrooms.courses import State
from experiments.sensitivities.assumptions import Assumption
from experiments.sensitivities.following import Followed
from experiments.sensitivities.leaves import Leaf
from experiments.sensitivities.wording import followed_words
from scenarios.quantities.units import in_two_units

HOLDS, BROKEN, OPEN = State.HOLDS, State.BROKEN, State.OPEN
OUTAGE = Assumption("outage: how long it lasts", "faults.outage.for", (Leaf(("for",), Decimal(70920), "s"),), 1)


def said(states: Mapping[str, State], after: str | None = None, before: str = "1") -> str:
    """In words, from the scenario as it stands to the last of these factors."""
    found = {Decimal(factor): state for factor, state in states.items()}
    followed = Followed(list(found)[-1], Decimal(before), None if after is None else Decimal(after), found)
    return followed_words(OUTAGE, followed, found[Decimal(1)])


@pytest.mark.parametrize(
    ("states", "after", "before", "words"),
    [
        ({"1": BROKEN, "0.5": BROKEN, "0.25": BROKEN}, None, "1",
         "not ready at every value tried, from 19 h 42 min to 4 h 56 min"),
        ({"1": HOLDS, "2": OPEN}, None, "1",
         "ready or not enough evidence at every value tried, from 19 h 42 min to 39 h 24 min"),
        ({"1": OPEN, "2": OPEN}, None, "1",
         "not enough evidence at every value tried, from 19 h 42 min to 39 h 24 min"),
        ({"1": BROKEN, "0.5": HOLDS}, "0.5", "1", "not ready as it stands, at 19 h 42 min, and ready at 9 h 51 min"),
        ({"1": OPEN, "0.5": HOLDS}, "0.5", "1",
         "not enough evidence as it stands, at 19 h 42 min, and ready at 9 h 51 min"),
        ({"1": HOLDS, "2": HOLDS, "4": BROKEN}, "4", "2",
         "ready at 39 h 24 min, not ready at 3 days 7 h (it stands at 19 h 42 min)"),
    ],
)  # fmt: skip
def test_each_way_in_which_it_may_turn_or_not(
    states: dict[str, State], after: str | None, before: str, words: str
) -> None:
    assert said(states, after, before) == words


def test_a_duration_is_said_as_a_person_writes_it_and_stands_in_a_scenario_as_it_is_read() -> None:
    spans = {
        "45": None,
        "90": "1 min 30 s",
        "3599.7": "1 h",
        "17730": "4 h 56 min",
        "172800": "48 h",
        "345600": "4 days",
    }
    assert {seconds: in_two_units(float(seconds)) for seconds in spans} == spans
    hold, wait = Leaf(("hold",), Decimal(48), "h"), Leaf(("wait",), Decimal(720), "ms")
    assert [hold.words(Decimal(1)), hold.words(Decimal("0.67"))] == ["48 h", "32 h 10 min"]
    assert [hold.times(Decimal("0.67")), wait.words(Decimal(2))] == ["32.16 h", "1440 ms"]


def test_a_share_of_all_is_no_other_when_there_is_more_of_it() -> None:
    habit = Assumption(
        "habit: start", "practices.habit.start", (Leaf(("start",), Decimal(100), "%", is_share=True),), 1
    )
    assert not habit.is_changed_by(Decimal("1.2"))
    assert habit.is_changed_by(Decimal("0.8"))
