"""What went over the wire: every exchange is counted once, where it was intended, and workers add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.exchange_recorder import ExchangeRecorder, ending_of
from recordings.exchanges import (
    EXCHANGE_PARTS,
    EXCHANGE_VOLUMES,
    Exchanges,
    merge_exchanges,
    read_exchanges,
    write_exchanges,
)
from recordings.recording import Form
from recordings.run_folder import DamagedFileError

FORM = Form(
    operations=("search", "book"),
    outcomes=("good",),
    populations=(),
    endings=(),
    stations=(),
    servers=(),
    marks=(),
    start_s=100.0,
    window_s=1.0,
    windows=10,
)
CAUSES = ("refused", "timeout_body")


def recorder() -> ExchangeRecorder:
    return ExchangeRecorder(FORM, CAUSES)


def answered(moment_s: float, status: int, *, first_byte_s: float = 0.02, opened: int = 0) -> tuple[float, ...]:
    connect_s = 0.001 * opened
    took_s = connect_s + first_byte_s + 0.003
    return (
        moment_s,
        ending_of(status),
        took_s,
        connect_s,
        0.0,
        first_byte_s,
        0.003,
        200,
        5000,
        opened,
    )


def test_statuses_and_causes_are_counted_by_operation() -> None:
    into = recorder()
    into.cells[0] += answered(100.5, 200) + answered(101.5, 200) + answered(101.6, 503)
    into.cells[1] += (102.0, into.cause_places["refused"], 0.5, 0.0, 0.0, 0.0, 0.0, 0, 0, 0)
    assert into.exchanges().ended() == [{"200": 2, "503": 1}, {"refused": 1}]


def test_connecting_counts_only_where_a_connection_was_opened() -> None:
    into = recorder()
    into.cells[0] += answered(100.5, 200, opened=1) + answered(101.5, 200) + answered(102.5, 200)
    seen = into.exchanges()
    counted = dict(zip(EXCHANGE_PARTS, seen.parts.by_outcome()[0].tolist(), strict=True))
    assert counted == {"connect": 1, "tls": 0, "first_byte": 3, "body": 3}
    assert seen.parts.select([0], [EXCHANGE_PARTS.index("connect")], slice(0, 10)).quantile(0.5) == pytest.approx(
        0.001, rel=0.01
    )
    assert dict(zip(EXCHANGE_VOLUMES, seen.volumes[0].sum(axis=1).tolist(), strict=True)) == {
        "bytes_sent": 600,
        "bytes_received": 15_000,
        "connections": 1,
    }


def test_a_status_that_is_none_is_counted_all_the_same() -> None:
    into = recorder()
    into.cells[0] += answered(100.5, 42) + answered(100.5, 999)
    assert into.exchanges().ended()[0] == {"100": 1, "599": 1}


def test_processor_time_counts_in_the_window_in_which_it_was_used() -> None:
    into = recorder()
    for moment_s, used_s in [(100.0, 5.0), (100.99, 5.2), (101.99, 5.9)]:
        into.cpu(moment_s, used_s)
    seen = into.exchanges()
    assert seen.cpu_s[0, :3].tolist() == pytest.approx([0.2, 0.7, 0.0])
    assert seen.cpu_share_max() == pytest.approx(0.7)
    assert Exchanges.blank(FORM, CAUSES).cpu_share_max() is None


def test_counted_little_by_little_they_come_to_the_same() -> None:
    at_once, slowly = recorder(), recorder()
    for into in (at_once, slowly):
        for number in range(2500):
            into.cells[1] += answered(100 + number / 250, (200, 503)[number % 7 == 0], opened=number % 2)
        into.cells[1] += (105.0, into.cause_places["timeout_body"], 0.5, 0.0, 0.0, 0.25, 0.25, 200, 0, 0)
    assert len(list(slowly.flushing())) == 2, "of 1,024 exchanges each"
    assert slowly.exchanges().ended() == at_once.exchanges().ended()
    assert np.array_equal(slowly.exchanges().parts.numbers(), at_once.exchanges().parts.numbers())
    assert np.array_equal(slowly.exchanges().volumes, at_once.exchanges().volumes)


@given(st.lists(st.tuples(st.floats(95, 115), st.sampled_from([200, 404, 500])), max_size=40), st.integers(0, 40))
def test_however_exchanges_are_shared_among_workers_the_whole_is_the_same(
    exchanges: list[tuple[float, int]], first: int
) -> None:
    parts = []
    for share in (exchanges, exchanges[:first], exchanges[first:]):
        into = recorder()
        for moment_s, status in share:
            into.cells[0] += answered(moment_s, status)
            into.flush(20)
        parts.append(into.exchanges())
    alone, merged = parts[0], merge_exchanges(parts[1:])
    assert (merged.form, merged.names) == (alone.form, alone.names)
    assert merged.ended() == alone.ended()
    assert np.array_equal(merged.endings.numbers(), alone.endings.numbers())
    assert np.array_equal(merged.volumes, alone.volumes)
    assert len(merged.cpu_s) == 2


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    into = recorder()
    into.cells[0] += answered(100.5, 200, opened=1)
    write_exchanges(into.exchanges(), tmp_path / "exchanges.npz")
    again = read_exchanges(tmp_path / "exchanges.npz")
    assert again.form == FORM and again.names == into.exchanges().names
    assert again.ended() == [{"200": 1}, {}]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half of an archive"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "exchanges.npz"
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match=r"exchanges\.npz: no whole record of exchanges"):
        read_exchanges(path)


def test_half_a_file_and_one_of_other_axes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "exchanges.npz"
    into = recorder()
    into.cells[0] += answered(100.5, 200)
    write_exchanges(into.exchanges(), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedFileError):
        read_exchanges(path)
    path.write_bytes(whole)
    with np.load(path) as members:
        other = dict(members) | {"volumes": np.zeros((1, 3, 10))}
    np.savez(path, **other)
    with pytest.raises(DamagedFileError, match="does not fit its axes"):
        read_exchanges(path)
