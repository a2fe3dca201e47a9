"""What a scenario assumes in numbers, found by walking it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from experiments.launches.point import Point
from experiments.sensitivities.assumptions import Assumption, assumptions_of, can_be
from scenarios.language.changing import value_of
from scenarios.language.reading import frozen_text
from scenarios.sources.catalogue import catalogue

SHOP = """\
title: A shop
period: 08:00 to 09:00
service:
  stations: {till: {servers: 2, queue: 10}}
  operations:
    look: {steps: &same [{use: till, time: {lognormal: {median: 200 ms, p95: 700 ms}}}]}
    buy: {steps: *same}
    ask: {steps: [{work: 50 ms}]}
behaviours: {hasty: {timeout: 5 s, retries: 2, back_off: {first: 1 s, factor: 2}}}
journeys:
  visit:
    steps:
      - call: look
      - {think: {gamma: {mean: 10 s, scv: 2}}}
      - either: [{share: 50 %, steps: [{call: buy}]}, {share: 50 %, steps: [{call: ask}]}]
populations:
  people:
    arrivals: {curve: {"08:00": 1 / s, "08:30": 2 / s}}
    journey: visit
    behaviour: hasty
faults:
  the till jams: {during: 08:10 to 08:12, servers_lost: {station: till, share: 90 %}}
objectives: {quick: {measure: response p95, of: buy, at_most: 3 s}}
"""


def by_key(text: str = SHOP) -> dict[str, Assumption]:
    return {one.key: one for one in assumptions_of(Point(text))}


def test_every_number_that_says_how_much_is_found_and_nothing_else() -> None:
    assert list(by_key()) == [
        "demand",
        "service.stations.till.servers",
        "service.stations.till.queue",
        "service.operations.look.steps.0.time",
        "service.operations.ask.steps.0.work",
        "behaviours.hasty.timeout",
        "behaviours.hasty.retries",
        "behaviours.hasty.back_off.first",
        "behaviours.hasty.back_off.factor",
        "journeys.visit.steps.1.think",
        "populations.people.arrivals.curve",
        "faults.the till jams.servers_lost.share",
        "faults.the till jams.for",
    ]


def test_what_is_written_once_is_one_assumption_and_a_time_is_longer_as_a_whole() -> None:
    time = by_key()["service.operations.look.steps.0.time"]
    assert (time.name, time.places) == ("time at till of look and in 1 other place", 2)
    assert time.text(Decimal("1.5")) == "median 300 ms, p95 1050 ms"
    changed = time.point(Point(SHOP), Decimal("1.5"))
    for operation in ("look", "buy"):
        assert value_of(changed.text, f"service.operations.{operation}.steps[0].time.lognormal.p95") == "1050 ms"


def test_a_distribution_keeps_its_shape_and_a_curve_its_form() -> None:
    found = by_key()
    assert found["journeys.visit.steps.1.think"].settings(Decimal(2)) == [
        "journeys.visit.steps.1.think.gamma.mean=20 s"
    ]
    curve = found["populations.people.arrivals.curve"].point(Point(SHOP), Decimal("1.2")).scenario
    points = curve.populations["people"].arrivals.curve
    assert points is not None
    assert [point.rate for point in points] == [1.2, 2.4]


def test_whole_numbers_change_by_one_at_least_and_shares_are_never_more_than_all() -> None:
    found = by_key()
    assert found["service.stations.till.servers"].text(Decimal("1.2")) == "3"
    assert found["service.stations.till.servers"].text(Decimal("0.8")) == "1"
    assert found["faults.the till jams.servers_lost.share"].text(Decimal("1.2")) == "100 %"


def test_how_long_a_fault_lasts_is_an_assumption_though_it_is_written_as_a_span() -> None:
    longer = by_key()["faults.the till jams.for"].point(Point(SHOP), Decimal("1.5"))
    assert value_of(longer.text, "faults.the till jams.during") == "08:10 to 08:13"


def test_what_the_scenario_does_not_take_is_said() -> None:
    one_till = Point(SHOP.replace("servers: 2", "servers: 1"))
    servers = next(one for one in assumptions_of(one_till) if one.key.endswith("servers"))
    assert "1" in can_be(servers, one_till, Decimal("0.8"))
    assert can_be(servers, one_till, Decimal("1.2")) == ""


@pytest.mark.long
def test_every_scenario_of_the_catalogue_takes_a_little_more_of_nearly_everything() -> None:
    for name in catalogue():
        point = Point(frozen_text(name), name)
        refused = [one.key for one in assumptions_of(point) if can_be(one, point, Decimal("1.01"))]
        assert len(refused) <= 2, (name, refused)
