"""What a board sees of each option, launch by launch: broken promises, referrals on paper, the longest wait."""

from __future__ import annotations

import math

import msgspec
import pytest

from experiments.comparing.by_launch import by_launch
from experiments.launches.outcome import LaunchOutcome
from recordings.followed import DelayTimes, FollowedSummary, ReferralSummary
from recordings.phases import OperationSummary, PeopleSummary, PeopleTimes, Percentiles, PhaseSummary, StationSummary
from scenarios.language.reading import read_text

SCENARIO = read_text("""\
title: A counter
period: 0 s to 60 s
service: {stations: {counter: {servers: 1}}, operations: {ask: {steps: [{use: counter, time: 1 s}]}}}
journeys: {visit: {steps: [{call: ask}]}}
populations: {people: {arrivals: 1 / s, journey: visit}}
objectives: {quick: {measure: response p95, of: ask, at_most: 2 s}}
""")


def times(p99_ms: float | None, **more: list[str]) -> PeopleTimes:
    return PeopleTimes(p50=0.0, p95=0.0, p99=p99_ms, **more)


def outcome(value_s: float, queue: PeopleTimes | None, line: PeopleTimes, referrals: dict[str, float]) -> LaunchOutcome:
    """A launch with such a value of the objective, such waits in the queue and in the waiting room, such referrals."""
    people = PeopleSummary(1, 1, 0, 0, 1.0, times(1.0), 1, line)
    asked = OperationSummary(1, 1, 1, 1, {}, Percentiles(1.0, 1.0, 1.0, 1.0), people=people)
    counter = StationSummary(1, 0.5, 0, 0, 0, 0, wait_ms=queue)
    phase = PhaseSummary("", 1, {"ask": asked}, {}, {"counter": counter}, referrals)
    return LaunchOutcome(0, {"quick": (value_s, value_s)}, phase, [], 1)


def test_it_names_what_is_missed_counts_paper_and_takes_the_longer_of_queue_and_waiting_room() -> None:
    quick = outcome(1.0, times(400.0), times(9000.0), {"on_paper": 3.0, "intended": 60.0})
    slow = outcome(5.0, times(30_000.0), times(9000.0), {})
    found = by_launch(SCENARIO, [quick, slow])
    assert found.missed == [[], ["quick"]]
    assert (found.referrals, found.on_paper) == ([60.0, None], [3.0, None]), "nobody makes referrals in the other"
    assert (found.lost, found.late) == ([None, None], [None, None]), "and nobody follows them"
    assert found.longest_wait_s == [9.0, 30.0]
    assert found.was_longer == [False, False]


def test_of_followed_referrals_what_goes_another_way_is_on_paper_and_what_never_arrives_is_lost() -> None:
    places = {"electronic at once": 50.0, "fax": 20.0, "post": 10.0, "lost": 3.0, "forgotten": 2.0, "held": 7.0}
    kept = outcome(1.0, None, times(0.0), {})
    referrals = ReferralSummary(92.0, places, {}, DelayTimes(None, None, None, None), priorities={}, by_day={})
    phase = msgspec.structs.replace(kept.phase, followed=FollowedSummary(referrals, {}, None, None))
    found = by_launch(SCENARIO, [msgspec.structs.replace(kept, phase=phase)])
    assert (found.referrals, found.on_paper, found.lost) == ([92.0], [30.0], [5.0])


@pytest.mark.parametrize(
    ("line", "wait_s", "is_longer"),
    [
        (times(None, never=["p99"]), math.inf, False),
        (times(9000.0, longer_than=["p99"]), 9.0, True),
        (times(None), 0.0, False),
    ],
)
def test_a_wait_may_be_never_or_longer_than_was_seen_or_none(line: PeopleTimes, wait_s: float, is_longer: bool) -> None:
    found = by_launch(SCENARIO, [outcome(1.0, None, line, {})])
    assert (found.longest_wait_s, found.was_longer) == ([wait_s], [is_longer])
    assert msgspec.to_builtins(found)["missed"] == [[]]
