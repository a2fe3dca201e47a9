"""`rehearse headroom` at the command line: its answers, its messages, and that it goes on where it was interrupted."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from experiments.headrooms.axis import demand_axis, key_axis
from experiments.headrooms.headroom import Asked, find_headroom
from experiments.headrooms.values import HeadroomValues
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Processes, Task
from experiments.launches.point import Point
from experiments.sensitivities.values import SensitivityValues
from experiments.varying.varied import VaryError
from rehearse.cli import app
from rehearse.commands.options import share_given
from rehearse.ending.exit_status import ExitStatus

# even arrivals and constant work: four servers of 100 ms serve 40 a second, and not one more
TILL = """\
title: A till whose limit is known
seed: 5
period: 0 s to 20 s
window: 5 s
replications: 2
service:
  stations: {till: {servers: 4}}
  operations: {buy: {steps: [{use: till, time: 100 ms}]}}
behaviours: {hasty: {timeout: 500 ms}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {shoppers: {arrivals: {rate: 20 / s, spacing: even}, journey: visit, behaviour: hasty}}
faults: {the till jams: {during: 4 s to 5 s, dependency_down: {station: till}}}
objectives:
  nearly all are served: {measure: good share, at_least: 90 %}
  few wait: {measure: wait p95, of: [till], at_most: 1 h}
"""


def headroom(folder: Path, *words: str, text: str = TILL) -> tuple[int, dict[str, Any]]:
    path = folder / "till.yaml"
    path.write_text(text)
    given = ["headroom", str(path), "--runs", str(folder / "runs"), "--processes", "1", "--json", *words]
    result = CliRunner().invoke(app, given, catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout)


def test_how_much_more_demand_and_which_station_is_full(tmp_path: Path) -> None:
    status, told = headroom(tmp_path, "--precision", "0.05")
    assert status == ExitStatus.OBJECTIVES_MET
    assert "together break between" in told["sentences"][0]
    assert "“nearly all are served” first" in told["sentences"][0]
    assert told["sentences"][1].startswith("As it is, till is full first: fills up between")
    assert told["looks"][0]["full_first"] == ["till"]
    assert told["looks"][1]["raised"] == ["till"]
    (folder,) = (tmp_path / "runs").glob("*-till-headroom")
    assert {"answer.html", "answer.json", "objectives.csv", "stations.csv"} <= {path.name for path in folder.iterdir()}


def test_what_is_broken_already_says_how_much_less_it_would_hold(tmp_path: Path) -> None:
    status, told = headroom(tmp_path, "--demand", "3", "--fixes", "0", "--precision", "0.1")
    assert status == ExitStatus.OBJECTIVES_MISSED
    assert told["sentences"][0].startswith("Broken already at 1 ×: 1 of 2 objectives. All objectives together: break")


def test_fewer_servers_break_it_downwards(tmp_path: Path) -> None:
    _, told = headroom(tmp_path, "--against", "service.stations.till.servers=1..8", "--fixes", "0")
    assert "hold from 2" in told["sentences"][0] or "hold from 3" in told["sentences"][0]
    assert told["against"] == "service.stations.till.servers"


def test_a_longer_outage_breaks_it_and_its_length_is_in_the_unit_that_was_asked_in(tmp_path: Path) -> None:
    """Of 20 s at an even rate, 10 % are 2 s; who comes during the outage is not served."""
    _, told = headroom(tmp_path, "--against", "faults.the till jams.for=500 ms..10 s", "--fixes", "0")
    (course,) = (one for one in told["looks"][0]["courses"] if one["name"] == "nearly all are served")
    broken = min(point["at"] for point in course["points"] if point["state"] == "broken")
    holds = max(point["at"] for point in course["points"] if point["state"] == "holds")
    assert holds < broken
    assert 1900 <= holds <= 2100
    assert "ms" in told["sentences"][0]


@pytest.mark.parametrize(
    ("against", "says"),
    [
        ("service.stations.tilt.servers=1..8", "did you mean 'till'"),
        ("service.stations.till.server=1..8", "did you mean 'servers'"),
        ("faults.the till jam.for=1..8 s", "^faults.the till jam.for: found .*did you mean 'the till jams'"),
        ("service.stations.till.servers=8..1", "8 is not below 1"),
        ("service.stations.till.servers=1, 2, 3", "headroom needs a range"),
        ("service.stations.till.servers=1 s..3 %", "write both in one unit"),
        ("seed=1..8", "no launch depends on seed"),
        ("demand", "KEY=LOW..HIGH"),
    ],
)
def test_a_wrong_key_or_range_gives_one_message_with_the_nearest_name(against: str, says: str) -> None:
    with pytest.raises(VaryError, match=says):
        key_axis(Point(TILL), against)


def test_how_much_is_written_as_a_share_or_a_number() -> None:
    for said in ("20 %", 0.2):
        found = SensitivityValues.model_validate({"by": said, "precision": said})
        assert (found.by, found.precision) == (0.2, 0.2)
        assert HeadroomValues.model_validate({"precision": said}).precision == 0.2
        assert share_given(str(said)) == 0.2


@pytest.mark.parametrize(
    "given", ["--sensitivity --against demand=1..2", "--sensitivity --fixes 1", "--by 0.3"], ids=lambda given: given
)
def test_an_option_of_the_other_question_is_refused(tmp_path: Path, given: str) -> None:
    path = tmp_path / "till.yaml"
    path.write_text(TILL)
    assert CliRunner().invoke(app, ["headroom", str(path), *given.split()]).exit_code == ExitStatus.USAGE


class EndsAfter(Processes):
    """Somebody who is interrupted after so many tasks."""

    def __init__(self, tasks: int) -> None:
        super().__init__(1)
        self._left = tasks

    def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
        for done in super().perform(tasks):
            if not self._left:
                raise KeyboardInterrupt
            self._left -= 1
            yield done


def test_an_interrupted_search_goes_on_and_finds_the_same(tmp_path: Path) -> None:
    point = Point(TILL)
    asked = Asked(demand_axis(point, 0.5, 4.0), 2, 0.1, fixes=0)
    interrupted = Launches(5, KeptOutcomes(tmp_path), EndsAfter(3))
    with pytest.raises(KeyboardInterrupt):
        find_headroom(interrupted, asked)
    goes_on = Launches(5, KeptOutcomes(tmp_path), Processes(1))
    whole = Launches(5, performer=Processes(1))
    assert find_headroom(goes_on, asked).rounds == find_headroom(whole, asked).rounds
    assert goes_on.simulated == whole.simulated - interrupted.simulated
    assert interrupted.simulated > 0


def test_the_own_value_is_known_in_the_unit_of_the_range() -> None:
    assert key_axis(Point(TILL), "faults.the till jams.for=500 ms..10 s").own == Decimal(1000)
    assert key_axis(Point(TILL), "service.stations.till.servers=2..8").own == Decimal(4)
    assert key_axis(Point(TILL), "behaviours.hasty.timeout=1..3 s").own == Decimal("0.5")
