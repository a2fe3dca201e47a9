"""What is recorded is found again: after recording, after saving, after adding launches or workers' parts."""

from __future__ import annotations

import tracemalloc
from dataclasses import fields, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from recordings import recorder as recorder_module
from recordings.files import read_recording, write_recording
from recordings.recorder import Recorder
from recordings.recording import GAUGES, Form, Recording, merge_workers
from recordings.run_folder import DamagedFileError
from recordings.tally import Tally, add_tally

FORM = Form(
    operations=("log on", "refer"),
    outcomes=("good", "busy"),
    populations=("practices",),
    endings=("finished", "gave_up"),
    stations=("app", "database"),
    servers=(2, 1),
    marks=("created",),
    start_s=100.0,
    window_s=10.0,
    windows=3,
    samples_per_window=2,
    bookers=(("heart", "urgent", 7), ("heart", "routine", 0), ("bones", "routine", 0)),
)


def recorded(shift: float = 0.0) -> Recording:
    """A launch in which every part of a recording has something."""
    recorder = Recorder(FORM)
    recorder.responses.cells[0][0] += (101.0, 0.5 + shift)
    recorder.responses.cells[0][0] += (112.0, 1.5)
    recorder.responses.cells[1][1] += (129.0, 0.0)
    recorder.lags.cells[1][0] += (105.0, 0.002)
    recorder.waits.cells[1][0] += (111.0, 0.25)
    recorder.waits.cells[1][1] += (111.5, 0.75)
    recorder.sessions.cells[0][0] += (100.0, 8.0, 109.9, 2.5)
    recorder.sessions.cells[0][1] += (110.0, 1.0)
    recorder.marks["created"] += [125.0]
    recorder.sample([0, 0], [0, 0], [1, 0, 0])
    recorder.sample([2, 1], [5, 3], [9, 2, 7])
    recorder.visits(0, [(3, 0, 0, 0), (1, 1, 0, 0)])
    recorder.sample([1, 1], [0, 4], [3, 1, 2])
    recorder.visits(1, [(7, 0, 0, 0), (1, 2, 3, 4)])
    recorder.slots["heart", "urgent"][0] += (101.0, 3.0, 111.0, 14.0)
    recorder.slots["bones", "routine"][1] += (125.0, 0.0)
    recorder.slots_free += [5, 9]
    recorder.slots_free += [4, 9]
    return recorder.recording()


def assert_same(one: Recording, other: Recording) -> None:
    assert (one.form, one.launches) == (other.form, other.launches)
    for field in fields(Recording)[2:]:
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        parts = [part.name for part in fields(Tally)] if isinstance(mine, Tally) else [None]
        for part in parts:
            left, right = (getattr(it, part) if part else it for it in (mine, theirs))
            assert np.array_equal(left, right), (field.name, part)


def test_requests_are_counted_by_operation_outcome_and_window_of_their_start() -> None:
    numbers = recorded().response.numbers()
    assert numbers.tolist() == [[[1, 1, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 1]]]
    assert numbers.dtype == recorded().responses(["log on"]).counts.dtype == np.int64
    assert recorded().responses(["log on"]).mean_s == 1.0
    assert recorded().responses(["log on"], windows=slice(1, 2)).mean_s == 1.5
    assert recorded().responses(outcomes=["busy"]).most_s == 0.0


def test_lags_and_waits_are_kept_apart() -> None:
    assert recorded().lag.select([1], [0], slice(None)).most_s == 0.002
    assert recorded().waits.select([1], [0, 1], slice(1, 2)).total_s == 1.0
    assert recorded().waits.select([0], [0, 1], slice(None)).count == 0


def test_sessions_and_marks_are_counted_by_window() -> None:
    assert recorded().sessions.tolist() == [[[2, 0, 0], [0, 1, 0]]]
    assert recorded().marks.tolist() == [[0, 0, 1]]


def test_visits_so_far_become_visits_of_each_window() -> None:
    assert recorded().visits[:, :, 0].tolist() == [[3, 0, 0, 0], [1, 1, 0, 0]]
    assert recorded().visits[:, :, 1].tolist() == [[4, 0, 0, 0], [0, 1, 3, 4]]
    assert recorded().visits[:, :, 2].sum() == 0


def test_samples_stand_in_their_order_and_those_never_taken_count_as_nothing() -> None:
    seen = recorded()
    assert seen.busy.tolist() == [[0, 2, 1, 0, 0, 0], [0, 1, 1, 0, 0, 0]]
    assert seen.queued[1].tolist() == [0, 3, 4, 0, 0, 0]
    assert seen.available.tolist() == [[each] * 3 + [0] * 3 for each in FORM.servers]
    assert seen.full.tolist() == [[0, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0]]
    assert seen.empty.tolist() == [[1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]]
    assert seen.gauges[GAUGES.index("requests_open")].tolist() == [0, 7, 2, 0, 0, 0]


def test_bookings_are_counted_by_specialty_and_priority_and_what_is_free_by_specialty() -> None:
    seen = recorded()
    assert seen.slots.numbers().tolist() == [[[1, 1, 0], [0, 0, 0]], [[0] * 3, [0] * 3], [[0] * 3, [0, 0, 1]]]
    assert seen.slots.select([0], [0], slice(0, 3)).total_s == 17.0
    assert FORM.specialties == ("heart", "bones")
    assert seen.slots_free.tolist() == [[5, 4, 0, 0, 0, 0], [9, 9, 0, 0, 0, 0]]
    assert seen.plus(seen).slots_free[0, 0] == 10 and seen.plus(seen).slots.number([0], [0], slice(0, 3)) == 4


def test_a_recording_of_an_earlier_version_is_read_as_one_without_slots(tmp_path: Path) -> None:
    path = tmp_path / "earlier.npz"
    earlier = Recorder(replace(FORM, bookers=())).recording()
    write_recording(earlier, path)
    with np.load(path) as members:
        kept = {name: members[name] for name in members.files if not name.startswith("slots")}
    form = bytes(kept["form"]).replace(b',"bookers":[]', b"")
    assert b"bookers" not in form
    np.savez_compressed(path, **kept | {"form": np.frombuffer(form, dtype=np.uint8)})
    assert_same(read_recording(path), earlier)


def test_stations_of_an_earlier_version_have_all_of_their_servers(tmp_path: Path) -> None:
    path = tmp_path / "earlier.npz"
    write_recording(recorded().plus(recorded()), path)
    with np.load(path) as members:
        np.savez_compressed(path, **{name: members[name] for name in members.files if name != "available"})
    assert (read_recording(path).available == np.array(FORM.servers).reshape(-1, 1) * 2).all()


def test_a_moment_outside_the_form_counts_in_the_nearest_window() -> None:
    assert FORM.windows_of(np.array([50.0, 100.0, 109.999, 110.0, 129.9, 999.0])).tolist() == [0, 0, 0, 1, 2, 2]


def test_long_lists_become_counts_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "FLUSH_AT", 4)
    recorder = Recorder(FORM)
    for number in range(100):
        recorder.responses.cells[0][0] += (101.0, number / 10)
        recorder.visits(0, [(number, 0, 0, 0), (0, 0, 0, 0)])
        assert len(recorder.responses.cells[0][0]) < 4
        assert len(recorder.responses.tallies) <= 17
    seen = recorder.recording().responses()
    assert (seen.count, seen.most_s) == (100, 9.9)
    assert seen.mean_s == pytest.approx(4.95)


def test_counted_little_by_little_it_comes_to_the_same() -> None:
    at_once, slowly = Recorder(FORM), Recorder(FORM)
    moments_s = np.linspace(100.0, 130.0, 6000, endpoint=False)
    took_s = np.sqrt(np.arange(6000))  # whose sums are rounded, and depend on the order
    for recorder in (at_once, slowly):
        recorder.responses.cells[0][0] += np.column_stack([moments_s, took_s]).ravel().tolist()
        recorder.lags.cells[1][1] += [105.0, 0.25] * 3000
        recorder.marks["created"] += [105.0] * 5000
    meanwhile = slowly.flushing()
    for recorder in (at_once, slowly):  # as others go on in each of the pauses
        recorder.lags.cells[1][1] += [115.0, 0.5] * 3000
    assert len(list(meanwhile)) == 2 + 2, "of 12,000 numbers and of 12,000, at most 4,096 at a time"
    assert len(slowly.responses.cells[0][0]) == 12_000 - 2 * 4096
    assert slowly.marks["created"] == []
    assert_same(slowly.recording(), at_once.recording())


def test_tallies_of_which_there_are_many_stay_few_and_come_to_the_same() -> None:
    rng, tallies = np.random.default_rng(1), [Tally.empty((1, 1, 1000))]
    value_s, window = rng.integers(1, 256, 20_000) / 256, np.repeat(np.arange(1000), 20)
    for first in range(0, 20_000, 20):
        part, nowhere = slice(first, first + 20), np.zeros(20, dtype=np.int64)
        add_tally(tallies, Tally.of((1, 1, 1000), (nowhere, nowhere, window[part]), value_s[part]))
        assert len(tallies) <= 20
    whole = Tally.of((1, 1, 1000), (np.zeros_like(window), np.zeros_like(window), window), value_s)
    for field in fields(Tally)[1:]:
        assert np.array_equal(getattr(Tally.merged(tallies), field.name), getattr(whole, field.name)), field.name


def test_a_saved_recording_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "forecast.npz"
    write_recording(recorded(), path)
    assert_same(read_recording(path), recorded())
    assert [file.name for file in tmp_path.iterdir()] == ["forecast.npz"]


def test_a_recording_can_be_saved_anywhere_bytes_go() -> None:
    file = BytesIO()
    write_recording(recorded(), file)
    file.seek(0)
    assert_same(read_recording(file), recorded())


def test_another_file_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "other.npz").write_bytes(b"something else")
    with pytest.raises(DamagedFileError, match=r"other\.npz: no whole recording"):
        read_recording(tmp_path / "other.npz")


def test_launches_add_up_and_the_highest_queue_is_the_highest_of_any() -> None:
    both = recorded().plus(recorded(shift=1.0))
    assert both.launches == 2
    assert both.responses(["log on"], windows=slice(0, 1)).count == 2
    assert both.responses(["log on"], windows=slice(0, 1)).total_s == 2.0
    assert both.busy[0].tolist() == [0, 4, 2, 0, 0, 0]
    assert both.highest_queued[1].tolist() == [0, 3, 4, 0, 0, 0]
    assert both.sessions.sum() == 6


def test_adding_to_a_blank_recording_changes_nothing() -> None:
    assert_same(Recording.blank(FORM).plus(recorded()), recorded())


def test_counts_stay_whole_numbers_when_nothing_is_added_to_nothing() -> None:
    nothing, something = Recording.blank(FORM).plus(Recording.blank(FORM)), recorded()
    for field in fields(Recording)[2:]:
        mine, theirs = getattr(nothing, field.name), getattr(something, field.name)
        assert getattr(mine, "dtype", None) == getattr(theirs, "dtype", None), field.name


def test_the_order_of_adding_does_not_matter() -> None:
    assert_same(recorded().plus(recorded(1.0)), recorded(1.0).plus(recorded()))


def test_workers_parts_are_one_launch() -> None:
    whole = merge_workers([recorded(), recorded(1.0), recorded(2.0)])
    assert whole.launches == 1
    assert whole.responses().count == 9
    assert_same(merge_workers([recorded()]), recorded())


def test_a_launch_lasts_from_any_workers_first_session_to_any_workers_last_and_two_launches_have_a_span_each() -> None:
    form, parts = replace(FORM, endings=("finished", "gave_up", "cut")), []
    for ending, start_s, took_s in ((0, 101.0, 8.0), (2, 104.0, 20.0), (2, 100.0, 3.0)):
        recorder = Recorder(form)
        recorder.sessions.cells[0][ending] += (start_s, took_s)
        parts.append(recorder.recording())
    assert merge_workers(parts).spans.tolist() == [[[100.0, 124.0, 2.0]]], "two were open at the end"
    assert parts[0].plus(parts[1]).spans.tolist() == [[[101.0, 109.0, 0.0]], [[104.0, 124.0, 1.0]]]
    nothing = Recording.blank(form)
    assert nothing.plus(nothing, launches=1).launches == 1
    assert nothing.plus(nothing, launches=1).spans.size == 0


@pytest.mark.parametrize(
    ("span", "windows"),
    [
        (None, slice(0, 3)),
        ((100.0, 130.0), slice(0, 3)),
        ((110.0, 120.0), slice(1, 2)),
        ((105.0, 125.0), slice(1, 3)),  # windows that begin within the span
        ((101.0, 109.0), slice(1, 1)),  # none does
        ((0.0, 1000.0), slice(0, 3)),
        ((140.0, 150.0), slice(4, 3)),
    ],
)
def test_windows_between_two_moments_are_those_that_begin_there(
    span: tuple[float, float] | None, windows: slice
) -> None:
    found = FORM.windows_between(span)
    assert list(range(3))[found] == list(range(3))[windows]
    assert (found.stop <= found.start) == (windows.stop <= windows.start)


def test_windows_of_a_tenth_of_a_second_are_found_in_spite_of_rounding() -> None:
    fine = replace(FORM, start_s=0.0, window_s=0.1, windows=100)
    assert fine.windows_between((0.3, 0.7)) == slice(3, 7)
    assert fine.samples_between(slice(3, 7)) == slice(6, 14)


def test_a_recording_of_an_earlier_format_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "old.npz"
    write_recording(recorded(), path)
    with np.load(path) as members:
        old = {name: members[name] for name in members if name != "format"}
    np.savez_compressed(path, **old)
    with pytest.raises(ValueError, match="format 1; this version reads format 2"):
        read_recording(path)


def test_memory_grows_with_what_happened_and_not_with_what_could_have() -> None:
    """One request to each of 50 or 200 operations: four times the memory, where squares would make it sixteen."""

    def peak(operations: int) -> int:
        form = replace(FORM, operations=tuple(map(str, range(operations))), windows=600)
        tracemalloc.start()
        recorder = Recorder(form)
        for cells in recorder.responses.cells:
            cells[0] += (101.0, 0.5)
        recorder.visits(0, [(0, 0, 0, 0), (0, 0, 0, 0)])
        launch = recorder.recording()
        assert launch.plus(launch).response.counts.sum() == 2 * operations
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(200) < 6 * peak(50)
    assert peak(200) < 20_000_000
