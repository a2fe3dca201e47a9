"""Arrivals that were recorded start just when the file says, on either clock, and nothing of them is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pytest
import yaml
from pyarrow import parquet

from scenarios.behaviour.arrivals import expected_number
from scenarios.behaviour.schedule import schedule, stay_away
from scenarios.language.changing import Changes
from scenarios.language.reading import frozen_text, read, read_placed, read_text
from scenarios.language.scenario import Scenario
from scenarios.limits.warnings import warnings_of
from scenarios.measured.recorded import recorded_seconds
from scenarios.sources.problems import ScenarioError
from simulations.launch import simulate_launch
from tests.fixtures.scenarios.small_scenarios import changed, shop

MOMENTS = ["2026-06-15T08:00:00+01:00", "2026-06-15T08:00:01.250+01:00", "2026-06-15T07:00:30Z"]
TABLE = "user,at\n" + "".join(f"somebody,{moment}\n" for moment in MOMENTS)


def recorded_shop(folder: Path, text: str, period: str = "0 s to 100 s", **settings: Any) -> str:
    (folder / "starts.csv").write_text(text)
    data = changed(shop(), "populations.shoppers.arrivals", {"recorded": {"file": "starts.csv", **settings}})
    path = folder / "shop.yaml"
    path.write_text(yaml.safe_dump(data | {"period": period}, sort_keys=False))
    return str(path)


def starts_of(scenario: Scenario, replication: int = 0) -> list[float]:
    return [float(moment) for moment in schedule(scenario, scenario.seed, replication).start_s]


def test_sessions_start_when_the_file_says_counted_from_its_first_moment_in_every_launch(tmp_path: Path) -> None:
    scenario = read(recorded_shop(tmp_path, TABLE, column="at"))
    for replication in range(3):
        assert starts_of(scenario, replication) == [0.0, 1.25, 30.0]


def test_the_simulator_sees_just_so_many_sessions(tmp_path: Path) -> None:
    scenario = read(recorded_shop(tmp_path, "".join(f"{place / 4}\n" for place in range(200))))
    recording = simulate_launch(scenario, 7, 0)
    assert int(recording.sessions.sum()) == 200


def test_the_period_begins_with_the_moment_that_is_said_and_who_was_before_it_stays_away(tmp_path: Path) -> None:
    path = recorded_shop(tmp_path, TABLE, "08:00 to 09:00", column="at", begins="2026-06-15T08:00:01+01:00", compress=2)
    placed = read_placed(path)
    assert starts_of(placed.scenario) == [8 * 3600 + 0.125, 8 * 3600 + 14.5]
    assert stay_away(placed.scenario, 1) == {"shoppers": 1}
    (warning,) = warnings_of(placed)
    assert "1 of 3 people stay away in the first launch: they were recorded outside the period from 08:00" in str(
        warning
    )


def test_nothing_is_wrapped_round_where_the_period_is_shorter_than_the_file(tmp_path: Path) -> None:
    scenario = read(recorded_shop(tmp_path, "5\n6\n25\n40\n", "0 s to 20 s"))
    assert starts_of(scenario) == [0.0, 1.0]
    assert stay_away(scenario, 1) == {"shoppers": 2}
    assert expected_number(scenario.populations["shoppers"].arrivals, scenario.period) == 4


def test_what_is_done_with_time_stands_among_the_assumptions(tmp_path: Path) -> None:
    scenario = read(recorded_shop(tmp_path, "10\n2010\n1010\n", compress=100))
    assert starts_of(scenario) == [0.0, 10.0, 20.0]
    assert scenario.assumptions == [
        "populations.shoppers.arrivals is played back from starts.csv: 3 arrivals within 2,000 s, just as recorded,"
        " compressed in time: 100 times as fast, within 20 s; in the file 1 come before the one above them,"
        " and are put in order."
    ]


@pytest.mark.parametrize("kind", [arrow.timestamp("ms", "Europe/London"), arrow.timestamp("ns"), arrow.float64()])
def test_a_parquet_file_is_read_by_its_column_of_times(kind: Any, tmp_path: Path) -> None:
    base = 1_781_506_800
    factor = {"timestamp[ns]": 1e9, "double": 1}.get(str(kind), 1e3)
    cells = arrow.array([int((base + after) * factor) for after in (0, 2, 7)]).cast(kind)
    parquet.write_table(arrow.table({"at": cells, "user": ["a", "b", "c"]}), tmp_path / "starts.parquet")
    path = Path(recorded_shop(tmp_path, "", column="at"))
    path.write_text(path.read_text().replace("starts.csv", "starts.parquet"))
    assert starts_of(read(str(path))) == [0.0, 2.0, 7.0]


def test_a_run_keeps_where_the_file_is_and_finds_out_when_it_is_another(tmp_path: Path) -> None:
    path = recorded_shop(tmp_path, TABLE, column="at")
    kept = frozen_text(path)
    again = read_text(kept)
    assert again.assumptions == read(path).assumptions
    assert starts_of(again) == [0.0, 1.25, 30.0]
    recorded_seconds.cache_clear()  # as in another process
    (tmp_path / "starts.csv").write_text(TABLE + "somebody,2026-06-15T08:00:40+01:00\n")
    with pytest.raises(ScenarioError, match="has changed since the scenario was read"):
        starts_of(read_text(kept))
    (tmp_path / "starts.csv").unlink()
    assert read_text(kept).title == "A shop"  # whoever makes a report anew needs no arrivals
    with pytest.raises(ScenarioError, match="cannot be read: No such file"):
        starts_of(read_text(kept))


@pytest.mark.parametrize(
    ("text", "settings", "said"),
    [
        ("", {}, "starts.csv holds no moments"),
        ("at\n", {}, "starts.csv holds no moments"),
        ("at\nyesterday\n", {}, "starts.csv:2: found 'yesterday'; allowed is a number, or a timestamp such as"),
        ("at\n1\nyesterday\n", {}, "starts.csv:3: found 'yesterday'; allowed is a number, as above it"),
        (TABLE, {}, "several columns; say which with `column`: one of user, at"),
        (TABLE, {"column": "att"}, "no column 'att'; allowed is one of user, at; did you mean 'at'?"),
        (TABLE + "x,2026-06-15T08:00:00\n", {"column": "at"}, "starts.csv:5: 2026-06-15T08:00:00 and the moments"),
        (TABLE, {"column": "at", "begins": "08:00"}, "found '08:00' as the beginning; its moments are written as a"),
        ("1\n", {"unit": "days"}, "unit: found 'days'; allowed is"),
        ("1\n", {"compress": 0}, "compress: found 0; allowed is more than 0"),
        ("1\n", {"file": "stats.csv"}, "stats.csv cannot be read: No such file or directory"),
        ("1\n\x00\n", {}, "starts.csv:2: found"),
    ],
)
def test_a_bad_file_is_one_message_with_the_scenarios_line(
    text: str, settings: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError) as error:
        read(recorded_shop(tmp_path, text, **settings))
    (problem,) = error.value.problems
    assert problem.line is not None
    assert problem.key.startswith("populations.shoppers.arrivals.recorded")
    assert said in str(problem)


def test_half_a_million_moments_are_played_back_to_the_microsecond(tmp_path: Path) -> None:
    moments = np.cumsum(np.full(500_000, 0.001))
    path = recorded_shop(tmp_path, "".join(f"{moment:.6f}\n" for moment in moments), "0 s to 1000 s")
    assert np.allclose(starts_of(read(path)), moments - 0.001, atol=1e-6)


@pytest.mark.parametrize(("less", "more"), [(0.4, 0.7), (0.5, 1.0), (1.0, 1.5), (1.25, 3.0)])
def test_at_a_higher_demand_the_same_sessions_come_and_more(tmp_path: Path, less: float, more: float) -> None:
    path = recorded_shop(tmp_path, "".join(f"{place / 4}\n" for place in range(400)))
    few, many = (schedule(read(path, Changes(settings=(f"demand={demand}",))), 1) for demand in (less, more))
    fewer, others = (set(zip(one.keys.tolist(), one.start_s.tolist(), strict=True)) for one in (few, many))
    assert len(fewer) == pytest.approx(400 * less, abs=40) and len(others) == pytest.approx(400 * more, abs=40)
    assert len(fewer) == len(few) and len(others) == len(many), "each has a key of its own"
    assert fewer < others, "who comes at the lower comes at the higher, at the same time and with the same draws"
