"""People, patients and staff in figures, each worked out on paper from `launch_week`."""

from __future__ import annotations

from math import fsum

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.judging.days import day_spans
from readiness.judging.followed import followed_summary, modelled_priorities
from readiness.judging.phases import forecast_phase, mean_phase, replay_phase
from readiness.judging.referral_summary import PLACE_GROUPS
from recordings.followed import FollowedSummary, LateReferrals, ReferralSummary
from recordings.recorder import Recorder
from recordings.recording import Recording
from recordings.summary import Summary, from_json, to_json
from scenarios.language.outcomes import PRIORITIES
from scenarios.language.reading import read_text
from tests.fixtures.readiness.hand_made import about, hand_made
from tests.fixtures.readiness.launch_week import (
    END_H,
    HOUR_S,
    LAUNCHES,
    TEXT,
    Launch,
    at,
    form,
    launches,
    recorded,
    scenario,
    still,
)
from tests.fixtures.readiness.launch_week_runs import AUDIT, GENERATOR, summary_of_a_forecast


def seen(recording: Recording) -> FollowedSummary:
    found = followed_summary(recording, scenario())
    assert found is not msgspec.UNSET
    return found


def referrals(recording: Recording) -> ReferralSummary:
    found = seen(recording).referrals
    assert found is not None
    return found


def mean() -> FollowedSummary:
    found = mean_phase([forecast_phase(each, "", scenario=scenario()) for each in launches()]).followed
    assert found is not msgspec.UNSET
    return found


def only(priority: str, **places: list[tuple[float, float]]) -> Recording:
    """A launch with referrals of one priority, and nothing else."""
    named = {place.replace("_", " "): times for place, times in places.items()}
    return recorded(Launch({priority: named}, {}, [0.0] * 32, [40.0] * 32, 0, 0))


def test_every_referral_is_counted_once_where_it_is() -> None:
    found = referrals(launches()[0]).priorities["two_week_wait"]
    assert found.arose == 7
    assert {place: number for place, number in found.places.items() if number} == {
        "electronic at once": 4,
        "email": 2,
        "lost": 1,
    }
    assert found.shares["email"] == pytest.approx(2 / 7, abs=1e-9)


def test_letters_are_received_when_they_come_though_the_recording_has_ended() -> None:
    """A hundred letters of 09:00 take an hour, one of 10:00 takes sixty: to the end of a window of 30 min."""
    letters = [(9.0, 1.0)] * 100 + [(10.0, 60.0)]
    found = referrals(only("routine", post=letters, electronic_at_once=[(30.0, 0.0)], lost=at(31, 0))).other_channels
    assert found is not None
    assert found.p99_s == pytest.approx(10.5 * HOUR_S, abs=0.004 * HOUR_S)
    assert found.last_s == pytest.approx((10.5 + 60) * HOUR_S, abs=0.004 * 60 * HOUR_S)
    assert found.p99_s >= 10.5 * HOUR_S and found.last_s >= 70.5 * HOUR_S, "never before it was"
    assert referrals(only("routine", lost=at(9.0, 1), electronic_at_once=at(9.0, 0))).other_channels is None


def test_the_mean_of_launches_is_that_of_each_figure() -> None:
    found = mean().referrals
    assert found is not None
    assert (found.arose, found.places["electronic at once"], found.places["lost"]) == (35, 23.333333, 0.333333)
    assert found.shares["lost"] == pytest.approx(1 / 35 / 3, abs=1e-6)
    assert found.by_day["day 2"] == {**dict.fromkeys(PLACE_GROUPS, 0), "electronic": 4, "open": 1.333333}


TIMES = st.lists(st.tuples(st.floats(8, 31), st.floats(0, 9)), max_size=4)


@given(st.dictionaries(st.tuples(st.sampled_from(PRIORITIES), st.sampled_from(form().places)), TIMES, max_size=8))
def test_what_arose_is_somewhere(put: dict[tuple[str, str], list[tuple[float, float]]]) -> None:
    """Wherever referrals are: their places add up, by priority, together, and day by day."""
    recorder = Recorder(form())
    for (priority, place), times in put.items():
        cell = recorder.referrals.cells[PRIORITIES.index(priority)][form().places.index(place)]
        for hour, delay_h in times:
            cell += (hour * HOUR_S, delay_h * HOUR_S)
    found = referrals(recorder.recording())
    assert found.arose == sum(map(len, put.values())) == fsum(found.places.values())
    assert found.arose == fsum(each.arose for each in found.priorities.values())
    assert found.arose == fsum(fsum(groups.values()) for groups in found.by_day.values())
    for each in found.priorities.values():
        assert each.arose == fsum(each.places.values())


def test_delays_are_of_everything_that_arose_and_their_mean_of_what_was_received() -> None:
    """Urgent: six after 3 min, one half-made after 6 min, and one each after 2, 3 and 4 h."""
    urgent = referrals(launches()[0]).priorities["urgent"].delay_s
    assert (urgent.mean, urgent.p50, urgent.p95) == (3384.0, about(180), 14_400.0)
    assert (urgent.never, urgent.longer_than, urgent.worst_p95) == ([], [], 14_400.0)


def test_what_is_lost_is_received_never_and_what_is_held_later_than_was_seen() -> None:
    lost = referrals(only("routine", post=at(9.0, *[1] * 9), lost=still(9.0))).delay_s
    held = referrals(only("routine", post=at(9.0, *[1] * 9), held=still(9.0))).delay_s
    assert (lost.p50, lost.p95, lost.never, lost.longer_than) == (3600, None, ["p95", "worst_p95"], [])
    assert (held.p50, held.p95, held.never, held.longer_than) == (
        about(3600),
        about(31 * HOUR_S),
        [],
        ["p95", "worst_p95"],
    )


def test_the_worst_launch_is_the_worst_and_never_is_worse_than_any() -> None:
    quick, slow, never = (
        forecast_phase(
            only("urgent", email=at(9.0, hours)) if hours else only("urgent", lost=still(9.0)), "", scenario=scenario()
        )
        for hours in (1, 5, 0)
    )
    two, three = (mean_phase(each).followed for each in ([quick, slow], [quick, slow, never]))
    assert two is not msgspec.UNSET and two.referrals and three is not msgspec.UNSET and three.referrals
    for found in (two.referrals.delay_s, two.referrals.priorities["urgent"].delay_s):
        assert (found.p95, found.worst_p95, found.never) == (3 * HOUR_S, 5 * HOUR_S, [])
    assert (three.referrals.delay_s.worst_p95, "worst_p95" in three.referrals.delay_s.never) == (None, True)


def test_a_referral_of_the_two_week_wait_is_late_after_a_day_or_never_there() -> None:
    """On time: 1 h and just 24 h. Later: 25 h, and what was still held after 30 h. Not decided: held for 2 h."""
    recording = only("two_week_wait", email=at(9.0, 1, 24, 25), held=still(10.0, 38.0), forgotten=still(39.0))
    assert referrals(recording).two_week_wait == LateReferrals(
        limit_s=86_400, later=2, never=1, undecided=1, share=0.5, worst=3, in_launches=1
    )


def test_in_how_many_launches_some_were_late_is_counted() -> None:
    found = mean().referrals
    assert found is not None and found.two_week_wait is not None
    late = found.two_week_wait
    assert (late.later, late.never, late.undecided) == (0.333333, 0.333333, 0.333333)
    assert (late.worst, late.in_launches) == (2, 1)
    assert late.share == pytest.approx(2 / 7 / 3, abs=1e-6)


def test_hours_are_those_that_somebody_spent() -> None:
    assert seen(launches()[0]).staff_h == {
        "clinician": {"at a screen": 5, "retrying": 1.5},
        "receptionist": {"on paper": 2},
    }
    assert mean().staff_h == {
        "clinician": {"at a screen": 4.5, "retrying": 0.5},
        "receptionist": {"on paper": 1.5},
        "provider": {"re-keying": 0.166667},
    }


def test_cost_is_prices_of_what_was_received_and_wages_of_hours() -> None:
    """A letter at 0.85; 6.5 h at 90 and 2 h at 18. What a provider earns is not stated, and e-mail has no price."""
    cost = seen(launches()[0]).cost
    assert cost is not None
    assert (cost.currency, cost.channels, cost.staff) == ("£", {"post": 0.85}, {"clinician": 585, "receptionist": 36})
    assert cost.total == 621.85


def test_without_a_price_there_is_no_cost() -> None:
    priceless = read_text(TEXT.replace(", price: 0.85", "").replace("  wages: {clinician: 90, receptionist: 18}\n", ""))
    for_nothing = read_text(
        TEXT.replace("price: 0.85", "price: 0").replace("clinician: 90, receptionist: 18", "clinician: 0")
    )
    without, free = (followed_summary(launches()[0], each) for each in (priceless, for_nothing))
    assert without is not msgspec.UNSET and without.cost is None
    assert free is not msgspec.UNSET and free.cost is not None
    assert (free.cost.total, free.cost.channels, free.cost.staff) == (0, {"post": 0}, {"clinician": 0})


def test_practices_that_tried_got_in_and_still_use_it() -> None:
    found = seen(launches()[0]).practices
    assert found is not None
    assert (found.number, found.tried, found.got_in) == (40, 38, 35)
    assert found.using_by_day == {"day 1": 0.75, "day 2": 0.75}
    assert found.habit_at_end == pytest.approx(0.75 * 0.9)


def test_a_backlog_is_cleared_when_nothing_is_held_any_more() -> None:
    """Held from 09:00, twelve at the height at 10:00; the last is worked off at 13:00."""
    found = seen(launches()[0]).practices
    assert found is not None
    backlog = found.backlog
    assert (backlog.height, backlog.worst_height, backlog.at_end) == (12, 12, 0)
    assert (backlog.cleared_s, backlog.not_cleared_in) == (3 * HOUR_S, 0)
    assert backlog.cleared_at_s == 13 * HOUR_S


def test_a_backlog_that_one_launch_did_not_clear_has_no_moment() -> None:
    found = mean().practices
    assert found is not None
    assert (found.backlog.height, found.backlog.worst_height, found.backlog.at_end) == (14, 24, 1)
    assert (found.backlog.cleared_s, found.backlog.cleared_at_s, found.backlog.not_cleared_in) == (None, None, 1)
    cleared = mean_phase([forecast_phase(launches()[each], "", scenario=scenario()) for each in (0, 2)]).followed
    assert cleared is not msgspec.UNSET and cleared.practices is not None
    assert cleared.practices.backlog.cleared_s == 2.5 * HOUR_S


def test_only_priorities_of_which_the_scenario_speaks_are_there() -> None:
    routine = read_text(TEXT.replace("two_week_wait: 20 %, urgent: 30 %, routine: 50 %", "routine: 100 %"))
    assert modelled_priorities(scenario()) == list(PRIORITIES)
    assert modelled_priorities(routine) == ["routine"]
    found = followed_summary(only("routine", post=at(9.0, 1)), routine)
    assert found is not msgspec.UNSET and found.referrals is not None
    assert (list(found.referrals.priorities), found.referrals.two_week_wait) == (["routine"], None)


def test_a_priority_of_which_none_arose_has_no_delay_and_no_share() -> None:
    found = referrals(only("routine", post=at(9.0, 1))).priorities["urgent"]
    assert (found.arose, set(found.shares.values()), found.delay_s.p50) == (0, {None}, None)


def test_days_follow_each_other_from_midnight() -> None:
    assert day_spans(scenario(), form()) == {"day 1": (0, 24 * HOUR_S), "day 2": (24 * HOUR_S, 48 * HOUR_S)}
    assert form().end_s == END_H * HOUR_S


def test_without_practices_nothing_is_said_of_any() -> None:
    assert forecast_phase(hand_made(), "", scenario=scenario()).followed is msgspec.UNSET


def test_a_replay_that_follows_nobody_says_nothing_of_them() -> None:
    unseen, followed = Recorder(form()).recording(), launches()[0]
    told = [replay_phase(each, "", AUDIT, GENERATOR, scenario=scenario()).followed for each in (unseen, followed)]
    assert (told[0], told[1]) == (msgspec.UNSET, seen(followed))


def test_a_summary_with_them_is_read_back_as_it_was() -> None:
    summary: Summary = summary_of_a_forecast()
    assert from_json(to_json(summary)) == summary
    assert list(summary.followed) == ["forecast"]


def test_there_are_three_launches_that_differ() -> None:
    """What this module relies on."""
    assert len({str(each) for each in LAUNCHES}) == 3
