"""A station's load in figures, worked out on paper for the recording of hand_made.py."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from readiness.judging.stations import fullest_first, station_summary, wait_within
from recordings.phases import PeopleTimes
from recordings.recorder import Recorder
from recordings.recording import Recording
from tests.fixtures.readiness.hand_made import FORM, about, hand_made


@pytest.mark.parametrize("launches", [hand_made(), hand_made().plus(hand_made())], ids=["one", "the mean of two"])
def test_two_stations_on_paper(launches: Recording) -> None:
    app, database = (station_summary(launches, place) for place in range(2))
    assert (app.servers, database.servers) == (2, 1)
    assert (app.busy_share, database.busy_share) == (5 / 8, 3 / 4)
    assert (app.busy_share_max, database.busy_share_max) == (3 / 4, 1), "both windows of the database's second half"
    assert (app.queue_mean, database.queue_mean) == (1 / 4, 7 / 4)
    assert (app.queue_max, database.queue_max) == (1, 4)
    assert (app.refused, database.refused, app.left, database.left) == (2, 1, 0, 1)
    assert (app.arrivals_max, database.arrivals_max) == (0.5, 0.5), "5 of 9 in one of the windows of 10 s"
    assert (app.full_from_s, database.full_from_s) == (None, 10.0)
    assert (app.hit_share, database.hit_share) == (None, 0.6)
    assert app.wait_ms == PeopleTimes(0, about(1000), about(1000)), "one of seven waited, for 1 s"
    assert database.wait_ms == PeopleTimes(0, about(5000), about(5000)), "three of eight: 2, 4 and 5 s"


def sampled(*busy: int, servers: int = 20, start_s: float = 0.0, available: Sequence[int] = ()) -> Recording:
    """One station, a second a window, a sample in each; `available` servers then, or all of them."""
    form = replace(
        FORM,
        stations=("desk",),
        servers=(servers,),
        start_s=start_s,
        window_s=1.0,
        windows=len(busy),
        samples_per_window=1,
    )
    recorder = Recorder(form)
    for number, there in zip(busy, available or [servers] * len(busy), strict=True):
        recorder.sample([number], [0], [0, 0, 0], (), [there])
    return recorder.recording()


def test_a_station_is_full_from_the_first_window_in_which_nineteen_of_twenty_are_busy() -> None:
    assert station_summary(sampled(18, 18, 19, 20, start_s=100.0), 0).full_from_s == 102.0
    assert station_summary(sampled(19, 18, start_s=100.0), 0).full_from_s == 100.0
    assert station_summary(sampled(18, 18, 18), 0).full_from_s is None
    both = sampled(20, 20).plus(sampled(17, 18))
    assert station_summary(both, 0).full_from_s == 1.0, "in the mean of the launches, 18.5 and 19 of 20"


def test_a_station_that_has_lost_servers_is_full_when_those_that_are_left_are_busy() -> None:
    lost = station_summary(sampled(16, 16, 16, available=(20, 16, 16)), 0)
    assert (lost.full_from_s, lost.busy_share_max) == (1.0, 1.0)
    assert lost.busy_share == pytest.approx(48 / 52, abs=1e-6)


def test_a_station_to_which_servers_were_added_is_full_when_those_are_busy_too() -> None:
    more = station_summary(sampled(20, 20, 40, available=(20, 40, 40)), 0)
    assert (more.full_from_s, more.busy_share_max) == (0.0, 1.0)
    assert sampled(20, 20, 40, available=(20, 40, 40)).full.tolist() == [[1.0, 0.0, 1.0]]


def test_a_server_that_is_taken_while_it_serves_makes_no_more_than_all_busy() -> None:
    assert station_summary(sampled(20, 16, available=(16, 16)), 0).busy_share_max == 1.0


def test_a_station_without_any_server_is_not_full() -> None:
    gone = sampled(0, 0, 3, available=(0, 0, 20))
    assert gone.full.tolist() == [[0.0, 0.0, 0.0]]
    assert station_summary(gone, 0).full_from_s is None
    assert station_summary(gone, 0).busy_share == pytest.approx(3 / 20)


def test_the_fullest_station_is_named_first_and_of_two_alike_the_first() -> None:
    assert fullest_first(hand_made()) == ["database", "app"]
    recorder = Recorder(FORM)
    for _ in range(FORM.samples):
        recorder.sample([2, 1], [0, 0], [0, 0, 0])
    assert fullest_first(recorder.recording()) == ["app", "database"]


@pytest.mark.parametrize(
    ("q", "wait_s"), [(0.5, 0), (0.625, 0), (0.63, 2), (0.75, 2), (0.76, 4), (0.875, 4), (0.88, 5)]
)
def test_who_did_not_wait_waited_for_nothing(q: float, wait_s: float) -> None:
    """Of eight five did not wait, the others 2, 4 and 5 s."""
    recorder = Recorder(FORM)
    recorder.waits.cells[0][0] += (0.0, 2.0, 0.0, 4.0, 0.0, 5.0)
    waits = recorder.recording().waits.select([0], [0], slice(None))
    assert wait_within(waits, 5, q) == pytest.approx(wait_s, rel=0.005)


def test_where_nobody_came_there_is_no_wait() -> None:
    assert math.isnan(wait_within(Recording.blank(FORM).waits.select([0], [0], slice(None)), 0, 0.5))
