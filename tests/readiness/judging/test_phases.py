"""One phase in figures, and the mean of several launches."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.judging.phases import forecast_phase, mean_of, mean_phase, percentiles_ms
from recordings.recorder import Recorder
from recordings.recording import Recording
from scenarios.language.outcomes import IN_LINE
from tests.fixtures.readiness.hand_made import FORM, GOOD, REFUSED, hand_made


def blank_launch() -> Recording:
    return Recording.blank(FORM).plus(Recording.blank(FORM), launches=1)


@pytest.mark.parametrize(
    ("launches", "mean"),
    [
        ([1, 3], 2),
        ([1, 2], 1.5),
        ([1 / 3, 1 / 3], 0.333333),
        ([None, 3.0], 3.0),
        ([None, None], None),
        (["mock", "mock"], "mock"),
        ([True, True], True),
        ([{"timeout": 4}, {"busy": 2}, {}], {"timeout": 4 / 3, "busy": 2 / 3}),
        ([["p99"], ["p95", "p99"]], ["p99", "p95"]),
        ([{"p99": 5.0, "never": []}, {"p99": None, "never": ["p99"]}], {"p99": None, "never": ["p99"]}),
        ([{"p99": 5.0, "never": []}, {"p99": None, "never": []}], {"p99": 5.0, "never": []}),
        ([{"clinician": {"on paper": 2}}, {}], {"clinician": {"on paper": 1}}),
        ([{"open": 1, "never": 2}, {"open": 3, "never": 0}], {"open": 2, "never": 1}),
    ],
)
def test_the_mean_of_launches(launches: list[Any], mean: Any) -> None:
    found = mean_of(launches)
    assert found == (pytest.approx(mean, abs=1e-6) if isinstance(mean, dict) and "busy" in mean else mean)
    assert type(found) is type(mean), "two whole numbers whose mean is whole stay whole"


def test_a_launch_in_which_nothing_happened_halves_the_counts_and_changes_no_share() -> None:
    one = forecast_phase(hand_made(), "then")
    both = mean_phase([one, forecast_phase(blank_launch(), "then")])
    assert (one.launches, both.launches, both.span) == (1, 2, "then")
    assert (one.operations["log-on"].offered, both.operations["log-on"].offered) == (6, 3)
    assert both.good_share == one.good_share == 0.6
    assert both.paper_share == one.paper_share == 0.25
    assert both.hedged == one.hedged == 0
    assert (both.sessions["practices"].started, both.sessions["practices"].makespan_s) == (2, 18)


def test_a_makespan_that_one_launch_did_not_see_the_end_of_has_no_mean() -> None:
    recorder = Recorder(FORM)
    recorder.sessions.cells[1][0] += (1.0, 2.0)
    done, cut = forecast_phase(recorder.recording(), ""), forecast_phase(hand_made(), "")
    assert (done.sessions["clerks"].makespan_s, cut.sessions["clerks"].makespan_s) == (2, None)
    for launches in ([done, cut], [cut, done]):
        assert mean_phase(launches).sessions["clerks"].makespan_s is None


def test_what_is_full_first_is_so_in_the_mean_of_the_launches() -> None:
    """At its height the app is busy by 2/2 and 0/2, the database by 0/1 and 1/1, and in a third launch by 1/1."""
    launches = []
    for busy in ([2, 0], [0, 1], [0, 1]):
        recorder = Recorder(FORM)
        for _ in range(FORM.samples):
            recorder.sample(busy, [0, 0], [0, 0, 0])
        launches.append(forecast_phase(recorder.recording(), ""))
    assert launches[0].fullest == ["app", "database"]
    assert mean_phase(launches).fullest == ["database", "app"]
    assert mean_phase(launches[:2]).fullest == ["app", "database"], "of two alike the first"


def test_an_achievement_of_other_referrals_is_none_of_those_that_are_intended_here() -> None:
    seen = forecast_phase(hand_made(), "", ["booked"])
    assert seen.referrals == {"intended": 4, "created": 2, "on_paper": 1, "put_off": 0, "given_up": 0}
    assert seen.achievements["created"].wanted == 2


def test_percentiles_speak_of_those_who_were_not_turned_away_and_say_where_they_were_cut_off() -> None:
    """Of six who log on one is turned away; four are answered within 4 s, and one stops waiting after 10 s."""
    seen = percentiles_ms(hand_made(), ["log-on"])
    assert seen.p50 == pytest.approx(3000, rel=0.005)
    assert (seen.p95, seen.p99, seen.max) == (10_000, 10_000, 10_000)
    assert seen.longer_than == ["p95", "p99", "max"]
    assert seen.of_share == pytest.approx(5 / 6, abs=1e-9)
    nothing = percentiles_ms(blank_launch(), ["log-on"])
    assert (nothing.p50, nothing.max, nothing.of_share, nothing.longer_than) == (None, None, None, [])


def test_who_is_told_to_wait_in_line_is_counted_apart_and_takes_nothing_from_the_good_share() -> None:
    recorder = Recorder(FORM)
    recorder.responses.cells[0][GOOD] += (1.0, 1.0) * 3
    recorder.responses.cells[0][REFUSED] += (1.0, 1.0)
    recorder.responses.cells[0][IN_LINE] += (1.0, 1.0) * 4
    log_on = forecast_phase(recorder.recording(), "").operations["log-on"]
    assert (log_on.in_line, log_on.good_share) == (4, 0.75)


def test_a_hedge_is_sent_and_a_refused_connection_is_not_received() -> None:
    recorder = Recorder(FORM)
    recorder.responses.cells[0][REFUSED] += (1.0, 0.0) * 2
    seen = forecast_phase(hand_made().plus(recorder.recording()), "").operations["log-on"]
    assert (seen.offered, seen.sent, seen.received) == (8 / 2, 9 / 2, 7 / 2), "of two launches; one request was hedged"
    assert (seen.completed, seen.good_share) == (5 / 2, 0.5)
    assert seen.failed == {"busy": 0.5, "timeout": 0.5, "refused": 1}
