"""The numbers that touch a station, made larger and smaller, and which of them an answer leans on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from experiments.launches.point import Point
from experiments.sizes.assumptions import Assumption, assumptions_touching, scaled
from experiments.sizes.candidates import LaunchVerdict, Tried
from experiments.sizes.leaning import leanings
from experiments.sizes.sequential import Decision
from experiments.varying.points import changed_point
from scenarios.language.reading import frozen_text, read

OPERATIONS = read("launch-morning").service.operations
GOOD, BAD = LaunchVerdict(), LaunchVerdict(frozenset({"quick"}))


@pytest.mark.parametrize(
    ("value", "longer"),
    [
        ("600 ms", "660 ms"),
        ("1.5 s", "1.65 s"),
        ({"lognormal": {"median": "600 ms", "p95": "1500 ms"}}, {"lognormal": {"median": "660 ms", "p95": "1650 ms"}}),
        ({"erlang": {"mean": "1 s", "phases": 3}}, {"erlang": {"mean": "1.1 s", "phases": 3}}),
        ({"mixture": [{"share": "90 %", "time": "1 s"}]}, {"mixture": [{"share": "90 %", "time": "1.1 s"}]}),
        (2, 2.2),
        ("08:00", "08:00"),
    ],
)
def test_durations_grow_and_nothing_else_does(value: object, longer: object) -> None:
    assert scaled(value, Decimal("1.1")) == longer


def test_what_touches_the_log_on_servers_of_the_launch_morning() -> None:
    point = Point(frozen_text("launch-morning"))
    found = {each.words: each.keys for each in assumptions_touching(point, ["identity"])}
    assert found["how many people come"] == ["demand"]
    assert found["the service time of log-on"] == ["service.operations.log-on.steps[0].steps[0].time"]
    assert found["the patience of practice"] == ["behaviours.practice.patience"]
    assert found["within what time clinicians come"] == ["populations.clinicians.arrivals.storm.within"]
    assert len(found["the think times"]) > 3
    for each in assumptions_touching(point, ["identity"]):
        assert changed_point(point, each.settings(Decimal("0.9"))).content != point.content


def test_of_many_operations_the_times_are_changed_together() -> None:
    found = assumptions_touching(Point(frozen_text("launch-morning")), ["app"])
    (times,) = (each for each in found if each.words.startswith("the service times of"))
    assert times.words == f"the service times of {len(OPERATIONS)} operations there"
    assert len(times.found) > len(OPERATIONS)


def test_the_one_that_changes_most_comes_first_and_launches_are_bounded() -> None:
    assumptions = [Assumption(name, [(name, "1 s")]) for name in ("harmless", "deadly", "bad when short", "refused")]
    asked: list[int] = []

    def of(settings: list[str], number: int) -> Tried | None:
        asked.append(number)
        (setting,) = settings or [""]
        bad = {'deadly="1.1 s"': number, 'bad when short="0.9 s"': number // 2}.get(setting, 0)
        found = [BAD] * bad + [GOOD] * (number - bad)
        return None if setting.startswith("refused") else Tried((0,), found, Decision.OPEN)

    def standing(number: int) -> Tried:
        return Tried((0,), [GOOD] * number, Decision.OPEN)

    found = leanings(assumptions, standing, of)
    assert [each.assumption.words for each in found] == ["deadly", "bad when short", "harmless", "refused"]
    assert (found[0].worst[0], found[1].worst[0]) == ("more", "less")
    assert [each.changes_something for each in found] == [True, True, False, False]
    assert [each.base.number for each in found] == [12, 12, 12, 2]
    assert sum(asked) - 3 * 2 * 2 <= 80  # the two launches of the first look are known already


def test_where_nothing_changes_anything_all_are_looked_at_again() -> None:
    assumptions = [Assumption(name, [(name, "1 s")]) for name in ("a", "b", "c", "d")]

    def of(_settings: list[str], number: int) -> Tried:
        return Tried((0,), [GOOD] * number, Decision.OPEN)

    assert {each.base.number for each in leanings(assumptions, lambda number: of([], number), of)} == {10}
