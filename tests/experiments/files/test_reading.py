"""Experiments as files: what is wrong with one is told with file, line, key, what is allowed and the nearest name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from experiments.files.catalogue import experiment_catalogue, find_experiment
from experiments.files.experiment import frozen_experiment
from experiments.files.reading import PlacedExperiment, read_experiment
from experiments.launches.point import Point
from experiments.sweeps.values import SweepValues
from scenarios.language.reading import frozen_text
from scenarios.sources.problems import ScenarioError
from tests.fixtures.places import ROOT

RIGHT = """\
title: How many tills?
scenario: till
set:
  service.stations.till.servers: 3
question: sweep
vary:
  demand: 0.5..1.5
  service.stations.till.servers: [2, 4, 8]
of: nobody waits long
launches: 4
"""
TILL = """\
title: A till
period: 0 s to 60 s
service:
  stations: {till: {servers: 2}}
  operations: {buy: {steps: [{use: till, time: {exponential: 1 s}}]}}
journeys: {visit: {steps: [{call: buy}]}}
populations: {people: {arrivals: 1.5 / s, journey: visit}}
objectives:
  nobody waits long: {measure: wait p95, of: [till], at_most: 2 s}
variants:
  closed: {set: {faults.closed: {at: 20 s, for: 5 s, servers_lost: {station: till, share: 100 %}}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "till.yaml").write_text(TILL, encoding="utf-8")
    return tmp_path


def written(folder: Path, text: str) -> str:
    path = folder / "tills.experiment.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def point_of(placed: PlacedExperiment) -> Point:
    return placed.reading(lambda: Point(frozen_text(placed.scenario, changes=placed.changes), placed.scenario))


def whole(name: str) -> None:
    """Everything that is looked at before anything is simulated."""
    placed = read_experiment(name)
    placed.question(point_of(placed))


def test_a_right_one_asks_what_the_command_line_would(folder: Path) -> None:
    placed = read_experiment(written(folder, RIGHT))
    assert placed.scenario == str(folder / "till.yaml")
    assert placed.name == "tills"
    assert placed.values == SweepValues(
        vary=["demand=0.5..1.5", "service.stations.till.servers=2, 4, 8"], of=["nobody waits long"], launches=4
    )
    assert point_of(placed).scenario.service.stations["till"].servers == 3


def test_variant_demand_and_seed_are_those_of_the_options(folder: Path) -> None:
    text = RIGHT + "variant: closed\ndemand: 150 %\nseed: 9\n"
    placed = read_experiment(written(folder, text.replace("  demand: 0.5..1.5\n", "")))
    scenario = point_of(placed).scenario
    assert (placed.says.seed, scenario.demand, list(scenario.faults)) == (9, 1.5, ["closed"])


MISTAKES = {
    "an unknown key": ("launches: 4", "launchs: 4", ":10: launchs: no such key; allowed is one of .*mean 'launches'"),
    "no question": ("question: sweep\n", "", ": question: is missing; allowed is one of .*sweep"),
    "an unknown question": ("sweep", "sweeep", ":5: question: found 'sweeep'; .* did you mean 'sweep'?"),
    "no title": ("title: How many tills?\n", "", ": title: is missing"),
    "no scenario": ("scenario: till\n", "", ": scenario: is missing"),
    "an unknown scenario": ("scenario: till", "scenario: tll", ":2: scenario: no such scenario; allowed is a file's"),
    "nothing varies": ("vary:\n", "vary: {}\nabout:\n", ":6: vary: .*at least 1"),
    "a variant that is not there": ("set:", "variant: clsed\nset:", ":3: variant: .*did you mean 'closed'"),
    "a key that is not there": ("till.servers: 3", "till.servrs: 3", ":4: set.service.*servrs: no such key;.*servers"),
    "a value that does not fit": ("servers: 3", "servers: many", ":4: set.service.*servers: found 'many'"),
    "demand twice": ("set:", "demand: 2\nset:\n  demand: 3", ":3: demand: stands under `set`, too"),
    "an unknown key that varies": ("demand: 0.5..1.5", "demnd: 0.5..1.5", ":7: vary.demnd: no such key;.*'demand'"),
    "a range that is none": ("0.5..1.5", "1.5..0.5", ":7: vary.demand: .*1.5 is not below 0.5"),
    "an end that does not fit": ("0.5..1.5", "-1..1.5", ":7: vary.demand: "),
    "three keys": ("  demand:", "  seed: 1..2\n  demand:", ":6: vary: .*at most 2"),
    "one value": ("[2, 4, 8]", "[2]", ":8: vary.service.stations.till.servers: .*is one value"),
    "something else that varies": ("vary:\n", "vary: 3\nabout:\n", ":6: vary: found 3; allowed is a mapping of keys"),
    "an unknown objective": ("nobody waits long\n", "nobody waits\n", ":9: of: found 'nobody waits'; .*waits long'"),
    "a fault that is not there": ("of: nobody waits long", "never_recovers: x", ":9: never_recovers: found 'x'"),
    "too few launches": ("launches: 4", "launches: 3", ":10: launches: found 3; .* 4 or more"),
    "a number in words": ("launches: 4", "launches: four", ":10: launches: found 'four'; allowed is a whole number"),
    "no YAML": ("title: How", "title: [", ":.*not YAML"),
    "no mapping": (RIGHT, "- a\n- b\n", ":1: an experiment is a mapping of keys"),
    "a key twice": ("launches: 4", "launches: 4\nlaunches: 5", ":11: launches: stands twice, first in line 10"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_wrong_is_said_where_it_stands(folder: Path, mistake: str) -> None:
    right, wrong, said = MISTAKES[mistake]
    assert right in RIGHT
    name = written(folder, RIGHT.replace(right, wrong, 1))
    with pytest.raises(ScenarioError) as found:
        whole(name)
    messages = [str(problem) for problem in found.value.problems]
    assert all(message.startswith(name) for message in messages)
    assert any(re.match(re.escape(name) + said, message) for message in messages), messages


def test_what_is_wrong_in_the_scenario_is_said_of_its_file(folder: Path) -> None:
    (folder / "till.yaml").write_text(TILL.replace("servers: 2", "servers: 2, rooms: 3"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"till\.yaml:4: service\.stations\.till\.rooms: no such key"):
        whole(written(folder, RIGHT))


@pytest.mark.parametrize("name", ["metastability-mop", "nowhere.experiment.yaml", "\0", "."])
def test_an_experiment_that_is_not_there(name: str) -> None:
    with pytest.raises(ScenarioError, match="no such experiment; allowed is a file's path or one of"):
        find_experiment(name)


@pytest.mark.parametrize("name", experiment_catalogue())
def test_every_experiment_of_the_catalogue_is_right_and_documented(name: str) -> None:
    whole(name)
    assert read_experiment(name).says.about.strip()
    assert f"`{name}`" in (ROOT / "docs/experiments.md").read_text(encoding="utf-8")


def test_a_frozen_experiment_asks_the_same_of_the_scenario_beside_it(folder: Path) -> None:
    placed = read_experiment(written(folder, RIGHT))
    (folder / "scenario.yaml").write_text(point_of(placed).text, encoding="utf-8")
    text = frozen_experiment("How many: tills?", "", 3, "sweep", placed.values, "scenario.yaml")
    (folder / "again.experiment.yaml").write_text(text, encoding="utf-8")
    again = read_experiment(str(folder / "again.experiment.yaml"))
    assert again.values == placed.values
    assert point_of(again).content == point_of(placed).content
    assert yaml.safe_load(text)["title"] == "How many: tills?" and again.says.seed == 3
