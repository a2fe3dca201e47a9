"""People in figures, worked out on paper for the recording of hand_made.py."""

from __future__ import annotations

import pytest

from readiness.judging.people_summary import makespan_s, people_summary, session_times
from recordings.phases import PeopleTimes
from recordings.recorder import Recorder
from recordings.recording import Recording
from tests.fixtures.readiness.hand_made import FORM, about, hand_made

NOBODY = PeopleTimes(None, None, None)


def blank_launch() -> Recording:
    return Recording.blank(FORM).plus(Recording.blank(FORM), launches=1)


@pytest.mark.parametrize("launches", [hand_made(), hand_made().plus(hand_made())], ids=["one", "the mean of two"])
def test_of_five_who_want_to_log_on_three_get_there_one_gives_up_and_one_still_tries(launches: Recording) -> None:
    """They get there after 1, 2 and 4 s; two of the four practices stood in line, for 1.5 and 3 s."""
    seen = people_summary(launches, "log-on")
    assert (seen.wanted, seen.got_there, seen.gave_up, seen.still_trying, seen.share) == (5, 3, 1, 1, 0.6)
    assert seen.time_to_ms == PeopleTimes(about(4000), None, None, never=["p95", "p99"])
    assert seen.in_line == 2
    assert seen.in_line_ms == PeopleTimes(0, about(3000), about(3000))


def test_of_two_who_want_a_referral_one_makes_it_and_nobody_stands_in_line() -> None:
    seen = people_summary(hand_made(), "created")
    assert (seen.wanted, seen.got_there, seen.gave_up, seen.still_trying, seen.share) == (2, 1, 1, 0, 0.5)
    assert seen.time_to_ms == PeopleTimes(about(8000), None, None, never=["p95", "p99"])
    assert (seen.in_line, seen.in_line_ms) == (0, PeopleTimes(0, 0, 0))


def test_who_was_still_trying_at_the_end_took_longer_than_that() -> None:
    recorder = Recorder(FORM)
    got_there, _, still_trying = recorder.wishes.cells[0]
    got_there += (1.0, 1.0) * 9
    still_trying += (1.0, 10.0)
    seen = people_summary(recorder.recording(), "log-on").time_to_ms
    assert seen == PeopleTimes(about(1000), about(10_000), about(10_000), longer_than=["p95", "p99"])


def test_of_nobody_there_is_no_share_and_no_time() -> None:
    seen = people_summary(blank_launch(), "log-on")
    assert (seen.wanted, seen.share, seen.time_to_ms, seen.in_line_ms) == (0, None, NOBODY, NOBODY)


def test_sessions_take_the_time_from_arrival_to_their_good_end() -> None:
    """Three practices finish after 4, 5 and 7 s and one gives up; the clerk's session is cut after 16 s."""
    assert session_times(hand_made(), "practices") == PeopleTimes(about(5000), None, None, never=["p95", "p99"])
    cut = about(16_000)
    assert session_times(hand_made(), "clerks") == PeopleTimes(cut, cut, cut, longer_than=["p50", "p95", "p99"])


def test_a_population_is_done_when_the_last_of_its_sessions_is() -> None:
    assert makespan_s(hand_made(), "practices") == 18.0, "from 1 s to 19 s"
    assert makespan_s(hand_made(), "clerks") is None, "one was cut"
    assert makespan_s(blank_launch(), "practices") is None, "nobody came"
    assert makespan_s(hand_made().plus(blank_launch()), "practices") == 18.0, (
        "the mean of the launches to which some came"
    )


def test_a_mean_of_makespans_is_launch_by_launch() -> None:
    recorder = Recorder(FORM)
    recorder.sessions.cells[0][0] += (2.0, 3.0, 4.0, 5.0)  # from 2 s to 9 s
    assert makespan_s(hand_made().plus(recorder.recording()), "practices") == (18 + 7) / 2
