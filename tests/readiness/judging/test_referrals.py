"""Measures of referrals, people's time, cost and practices, worked out on paper for the recording of followed.py."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.bounds import UNKNOWN, Bounds, bounds
from readiness.judging.measures import measure
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.objectives import MEASURES, OF_PRACTICES, Measured, measure_family
from scenarios.language.outcomes import STILL_OPEN
from tests.fixtures.readiness.followed import followed, followed_form, followed_scenario
from tests.fixtures.readiness.hand_made import about

NEVER = math.inf
SCENARIO = followed_scenario()
FIRST, LATER = "0 h to 1 h", "1 h to 4 h"


def found(name: str, recording: Recording | None = None, **more: Any) -> Bounds:
    return bounds(Measured.model_validate({"measure": name, **more}), recording or followed(), SCENARIO)


@pytest.mark.parametrize(
    ("name", "told", "low", "high"),
    [
        ("referrals", {}, 20, 20),
        ("referrals", {"among": "two_week_wait"}, 4, 4),
        ("referrals", {"during": FIRST}, 14, 14),
        ("referrals", {"of": "electronic at once"}, 10, 12),  # what is held or under way may yet come there
        ("referrals", {"of": "electronic"}, 12, 14),
        ("referrals", {"of": "other channels"}, 4, 6),
        ("referrals", {"of": "other channels", "during": FIRST}, 3, 3),  # all that was open arose later
        ("referrals", {"of": ["post", "lost"], "among": "routine"}, 3, 5),
        ("referrals", {"of": "not received"}, 2, 4),
        ("referrals", {"of": "held"}, 1, 1),
        ("referrals", {"of": ["held", "under way"]}, 2, 2),
        ("referral share", {"of": "electronic"}, 12 / 20, 14 / 20),
        ("referral share", {"of": "email", "among": "two_week_wait"}, 2 / 4, 2 / 4),
        ("referral share", {"of": ["electronic", "other channels", "lost", "forgotten", "given up"]}, 1, 1),
        ("delay mean", {"of": "electronic at once"}, (8 * 10 + 30 + 60) / 10, (8 * 10 + 30 + 60) / 10),
        ("delay mean", {"among": "two_week_wait"}, 8090 / 4, 8090 / 4),
        ("delay mean", {"of": "lost"}, NEVER, NEVER),
        ("delay mean", {"of": "post"}, 9000, 9000),
        ("delay p40", {}, 10, 10),
        ("delay p50", {"among": "two_week_wait"}, 60, 60),
        ("delay p99", {"among": "two_week_wait"}, 7000, 7000),
        ("delay p75", {}, 7000, 9000),  # the 15th in any case; the one that is held may be less
        ("delay p85", {}, 9000, NEVER),
        ("delay p91", {}, NEVER, NEVER),  # two of twenty never arrive
        ("delay p66", {"of": "post"}, 9000, NEVER),  # both may be followed by what is open
        ("late share", {"later_than": "100 min"}, 6 / 20, 7 / 20),  # the held one is not so old
        ("late share", {"later_than": "20 min"}, 8 / 20, 8 / 20),
        ("late share", {"later_than": "1 h", "among": "two_week_wait"}, 1 / 4, 1 / 4),
        ("late share", {"later_than": "1 h", "of": "post"}, 1, 1),
        ("late share", {"later_than": "1 h", "of": "email"}, 1 / 2, 3 / 4),
        ("staff time", {}, 5400, 5400),
        ("staff time", {"among": "clinician"}, 1800, 1800),
        ("staff time", {"of": ["retrying", "on paper"]}, 4500, 4500),
        ("staff time", {"during": LATER}, 3600, 3600),
        # 2 by e-mail, 2 by post, half an hour of a clinician, an hour of a receptionist; one lost by one or the other
        ("cost", {}, 2 * 2 + 2 * 10 + 50 + 20 + 2, 2 * 2 + 2 * 10 + 50 + 20 + 10),
        ("cost", {"during": "2 h to 4 h"}, 0, 0),
        ("practices using share", {}, 3 / 4, 3 / 4),
        ("practices using share", {"during": "0 h to 3 h"}, 2 / 4, 2 / 4),
        ("practices in share", {}, 2 / 3, 2 / 3),
        ("practices in share", {"during": FIRST}, 1 / 2, 1 / 2),
        ("practices in share", {"during": LATER}, 2 / 3, 2 / 3),
        ("backlog max", {}, 200, 200),
        ("backlog max", {"during": FIRST}, 4, 4),
        ("backlog at end", {}, 1, 1),
        ("backlog at end", {"during": "1 h to 2 h"}, 100, 100),
        ("backlog cleared", {}, 1.5 * 3600, 1.5 * 3600),  # at 2 of 200
        ("backlog cleared", {"during": FIRST}, 3.5 * 3600, NEVER),  # of 4 no sample after it has less than one left
    ],
)
def test_a_measure_is_what_was_worked_out_on_paper(name: str, told: dict[str, Any], low: float, high: float) -> None:
    assert found(name, **told) == Bounds(about(low), about(high))


def test_every_measure_of_practices_is_among_them() -> None:
    (marker,) = test_a_measure_is_what_was_worked_out_on_paper.pytestmark
    names = {measure_family(name) for name, *_ in marker.args[1]}
    assert names == {name for name, (subject, _) in MEASURES.items() if subject in OF_PRACTICES}


@pytest.mark.parametrize("name", [name for name, (subject, _) in MEASURES.items() if subject in OF_PRACTICES])
def test_two_equal_launches_together_give_the_same_level(name: str) -> None:
    more = {"later_than": "1 h"} if name == "late share" else {}
    asked = Measured.model_validate({"measure": name.replace("NN", "40"), **more})
    once, twice = followed(), followed().plus(followed())
    assert measure(asked, twice, SCENARIO.fallback) == about(measure(asked, once, SCENARIO.fallback))


@pytest.mark.parametrize("name", ["practices using share", "practices in share", "backlog at end"])
def test_what_a_recording_does_not_reach_is_unknown(name: str) -> None:
    cut_short = Recorder(replace(followed_form(), windows=2)).recording()
    assert math.isnan(found(name, cut_short).low) and math.isnan(UNKNOWN.low)
    assert math.isnan(found(name, cut_short, during="1 h to 3 h").low)


def test_where_nothing_is_held_nothing_is_to_be_cleared() -> None:
    recorder = Recorder(followed_form())
    for _ in range(followed_form().samples):
        recorder.sample([0], [0], [0, 0, 0], [0, 1, 0, 1.0])
    assert found("backlog cleared", recorder.recording()) == Bounds(0, 0)


def test_of_a_recording_that_was_cut_nobody_knows_how_it_ended() -> None:
    """The rule of its own ended it: the rest of its samples are no zeros."""
    recorder = Recorder(followed_form())
    for _ in range(followed_form().samples // 2):
        recorder.sample([0], [0], [0, 0, 0], [5, 1, 0, 1.0])
    recording = recorder.recording()
    for name in ("practices using share", "backlog at end"):
        assert math.isnan(found(name, recording).low)
    assert found("backlog max", recording).low == 5


def test_nobody_who_tried_gives_no_share() -> None:
    assert math.isnan(found("practices in share", Recorder(followed_form()).recording()).low)


def test_a_recording_of_no_practices_says_nothing_of_them() -> None:
    alone = replace(followed(), form=replace(followed_form(), practices=0))
    assert math.isnan(found("referrals", alone).low)


PLACES = SCENARIO.referral_places()
ARISEN = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(PLACES), st.floats(0, 14_000), st.floats(0.1, 20_000)), max_size=25
)
NAMED = st.lists(st.sampled_from(PLACES), max_size=4, unique=True)


@given(arisen=ARISEN, later=ARISEN, of=NAMED, limit_s=st.sampled_from([1, 60, 3600, 10_000]))
def test_bounds_hold_whatever_becomes_of_what_is_open(arisen: Any, later: Any, of: list[str], limit_s: int) -> None:
    """What is open comes to other places, as `later` says: then counts and shares of all lie between their bounds."""
    before, after = Recorder(followed_form()), Recorder(followed_form())
    ends = iter([place for _, place, _, _ in later if place not in STILL_OPEN])
    for priority, place, arose_s, delay_s in arisen:
        before.referrals.cells[priority][PLACES.index(place)] += (arose_s, delay_s)
        is_open = place in STILL_OPEN
        ended, took_s = (next(ends, place), delay_s * 1.5) if is_open else (place, delay_s)
        after.referrals.cells[priority][PLACES.index(ended)] += (arose_s, took_s)
    known, then = before.recording(), after.recording()
    if not set(of) <= set(STILL_OPEN) or not of:
        for name in ("referrals", "referral share"):
            seen, came = found(name, known, of=of), found(name, then, of=of)
            assert math.isnan(seen.low) or seen.low <= came.low + 1e-9 <= came.high + 2e-9 <= seen.high + 3e-9
    late, came = (found("late share", each, later_than=f"{limit_s} s") for each in (known, then))
    assert math.isnan(late.low) or late.low <= came.low + 1e-9 <= came.high + 2e-9 <= late.high + 3e-9


@given(arisen=ARISEN, limit_s=st.floats(0.2, 15_000))
def test_a_late_share_agrees_with_counting_one_by_one(arisen: Any, limit_s: float) -> None:
    recorder = Recorder(followed_form())
    for priority, place, arose_s, delay_s in arisen:
        recorder.referrals.cells[priority][PLACES.index(place)] += (arose_s, delay_s)
    never = {"lost", "forgotten", "given up"}
    is_late = [place in never or delay_s > limit_s for _, place, _, delay_s in arisen]
    near = [place not in never and abs(delay_s / limit_s - 1) < 1 / 256 for _, place, _, delay_s in arisen]
    share = found("late share", recorder.recording(), later_than=f"{limit_s} s").low
    assert not arisen or abs(share - sum(is_late) / len(arisen)) <= sum(near) / len(arisen) + 1e-9


def test_referrals_of_all_places_add_up() -> None:
    everyone = found("referrals", of=list(PLACES))
    parts = [measure(Measured(measure="referrals", of=[place]), followed()) for place in PLACES]
    assert everyone.low == everyone.high == sum(parts) == 20
