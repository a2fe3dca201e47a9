"""What of a launch is compared: objectives with their bounds, people, and where referrals are."""

from __future__ import annotations

import math
from typing import Any

import pytest

from experiments.comparing.figures import LaunchFigures, launch_figures
from experiments.comparing.followed_figures import followed_figures
from experiments.launches.outcome import outcome_of
from readiness.judging.bounds import Bounds
from recordings.followed import (
    BacklogSummary,
    CostSummary,
    DelayTimes,
    FollowedSummary,
    LateReferrals,
    PlacedReferrals,
    PracticeSummary,
    ReferralSummary,
)
from scenarios.language.reading import read_text
from simulations.launch import simulate_launch

SURGERY = """\
title: A surgery
period: 0 s to 60 s
drain: 1 s
service:
  stations: {desk: {servers: 1}}
  operations: {book: {steps: [{use: desk, time: {exponential: 2 s}}]}}
behaviours: {hasty: {timeout: 5 s}}
journeys: {visit: {steps: [{call: book, achieves: booked}]}}
populations: {patients: {arrivals: 0.8 / s, journey: visit, behaviour: hasty}}
objectives:
  answers are quick: {measure: response p95, of: book, at_most: 3 s}
  most get there: {measure: people share, of: book, at_least: 99 %, in_launches: 95 %}
"""


def figures(*, are_all_wanted: bool = False) -> LaunchFigures:
    scenario = read_text(SURGERY)
    outcome = outcome_of(scenario, simulate_launch(scenario, 1, 0), 0)
    return launch_figures(outcome, scenario, are_all_wanted=are_all_wanted)


def named(found: Any, name: str, measure: str) -> Bounds:
    (value,) = [each for figure, each in dict(found).items() if (figure.name, figure.measure) == (name, measure)]
    return value  # type: ignore[no-any-return]


def test_objectives_come_first_with_what_nobody_saw_the_end_of() -> None:
    found = figures()
    first = next(iter(found))
    assert (first.kind, first.name, first.worse) == ("objective", "answers are quick", "higher")
    assert found[first].high >= found[first].low > 0


def test_an_objective_of_launches_says_whether_this_one_holds_it_and_its_value() -> None:
    found = figures()
    assert named(found, "most get there", "limit held") == Bounds(0.0, 0.0)
    assert 0 < named(found, "most get there", "people share").low < 0.99


def test_people_who_wanted_something_are_each_in_one_place() -> None:
    found = figures()
    people = [named(found, "booked", measure).low for measure in ("got there", "gave up", "still trying")]
    share = named(found, "booked", "share that got there").low
    assert people[1] > 0 and share == pytest.approx(people[0] / sum(people))
    assert named(found, "booked", "time to p95").low == math.inf


def test_every_number_of_a_launch_is_there_where_it_is_wanted() -> None:
    assert len(figures(are_all_wanted=True)) > len(figures()) + 50
    assert named(figures(are_all_wanted=True), "stations.desk.busy_share", "").low > 0


def placed(**places: float) -> dict[str, Any]:
    arose = sum(places.values())
    shares: dict[str, float | None] = {name: number / arose for name, number in places.items()}
    delay = DelayTimes(None, 3600.0, None, None, never=["p95"])
    return {"arose": arose, "places": places, "shares": shares, "delay_s": delay}


def test_what_became_of_referrals_of_staff_and_of_practices() -> None:
    places = {"electronic at once": 60.0, "fax": 30.0, "lost": 10.0}
    urgent = PlacedReferrals(**placed(**places))
    followed = FollowedSummary(
        ReferralSummary(**placed(**places), priorities={"two_week_wait": urgent}, by_day={}, two_week_wait=late()),
        {"clinician": {"on paper": 2.0, "retrying": 1.0}},
        CostSummary("GBP", 120.0, {}, {}),
        PracticeSummary(10, 10, 9, {"Mon": 0.8}, 0.7, BacklogSummary(50, 50, 5, None, 1)),
    )
    found = dict(followed_figures(followed))
    worse = {figure.measure: figure.worse for figure in found if figure.kind == "referrals" and figure.is_number}
    assert worse == {"electronic at once": "lower", "fax": "", "lost": "higher"}
    assert named(found, "two_week_wait", "late or never") == Bounds(0.15, 0.20)
    assert named(found, "referrals", "delay p95") == Bounds(math.inf, math.inf)
    assert named(found, "clinician", "hours") == Bounds(3 * 3600.0, 3 * 3600.0)
    assert named(found, "cost", "GBP").low == 120.0
    assert named(found, "backlog", "time to clear it").low == math.inf


def late() -> LateReferrals:
    return LateReferrals(86400.0, 5.0, 10.0, 5.0, 0.15, 15.0, 1)
