"""An experiment's file checked as `rehearse experiment` would read it, its schema, and what is too large to launch."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from experiments.files.catalogue import experiment_catalogue
from experiments.files.checking import experiment_problems
from experiments.files.schema import experiment_schema
from experiments.launches.launches import Launches
from experiments.launches.outcome import LaunchOutcome
from experiments.launches.performing import Task
from experiments.launches.point import Point
from experiments.varying.points import changed_point
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.sources.problems import ScenarioError
from tests.fixtures.experiments.till import TILL

SCHEMA = jsonschema.Draft202012Validator(experiment_schema())
SWEEP = {"title": "How many?", "scenario": "till", "question": "sweep", "vary": {"demand": "0.5..1.5"}}


def written(folder: Path, **said: Any) -> str:
    """An experiment's file; what is said to be None is not in it."""
    (folder / "till.yaml").write_text(TILL, encoding="utf-8")
    path = folder / "tills.experiment.yaml"
    says = {key: value for key, value in {**SWEEP, **said}.items() if value is not None}
    path.write_text(yaml.safe_dump(says, sort_keys=False), encoding="utf-8")
    return str(path)


def test_check_says_what_is_wrong_and_launches_nothing(tmp_path: Path) -> None:
    wrong = CliRunner().invoke(app, ["check", written(tmp_path, launches=3)])
    assert wrong.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "tills.experiment.yaml:6: launches: found 3" in wrong.stdout
    right = CliRunner().invoke(app, ["check", written(tmp_path)])
    assert (right.exit_code, right.stdout.strip()) == (0, f"{tmp_path / 'tills.experiment.yaml'}: no problems")
    assert CliRunner().invoke(app, ["check", "metastability-map", "--json"]).stdout.strip() == "[]"
    changed = CliRunner().invoke(app, ["check", "metastability-map", "--demand", "2"])
    assert changed.exit_code == ExitStatus.USAGE


@pytest.mark.parametrize(
    ("said", "at", "why"),
    [
        ({"vary": {"demand": "0.5..1000"}}, ":4: vary: demand=1000: ", "sessions"),
        ({"question": "headroom", "vary": None, "most": 1000}, ":4: most: demand 1000 ×: ", "sessions"),
        ({"question": ["sweep"]}, ":3: question: found ", "did you mean 'sweep'?"),
        ({"figure": "operations.bye.good"}, ":6: figure: found ", "did you mean 'operations.buy.good'?"),
        (
            {"question": "compare", "vary": None, "options": {"more": {"demand": 2}}, "only": "peple"},
            ": only: found 'peple'",
            "did you mean 'people'?",
        ),
        (
            {"question": "compare", "vary": None, "options": {"more": {"demand": 2}}, "precision": 0},
            ": precision: found 0",
            "allowed is more than 0",
        ),
        (
            {"question": "size", "vary": {"service.stations.till.servers": "1..3"}, "in_launches": "99.9 %"},
            ":6: in_launches: to show 99.9 %",
            "give more, or a lower share",
        ),
        (
            {"question": "size", "vary": {"service.stations.till.servers": "1..3"}, "price": {"till": 3}},
            ":6: price: 'till=3' is of no key that is varied",
            "service.stations.till.servers",
        ),
    ],
)
def test_what_only_its_furthest_points_show_is_said_too(tmp_path: Path, said: Any, at: str, why: str) -> None:
    name = written(tmp_path, **said, set={"populations.people.arrivals": "20000 / s"})
    (problem,) = map(str, experiment_problems(name))
    assert at in problem and why in problem
    if "sessions" in why:
        assert experiment_problems(name, limited=False) == []


class Unasked:
    """Nobody who simulates."""

    workers = 1

    def perform(self, tasks: Sequence[Task]) -> Generator[tuple[Task, list[LaunchOutcome]]]:
        raise AssertionError(f"{len(tasks)} tasks were to be simulated")
        yield


def test_a_point_that_is_too_large_is_refused_before_any_other_is_launched() -> None:
    point = Point(TILL)
    huge = changed_point(point, ["populations.people.arrivals=1000000 / s", "demand=1000"])
    launches = Launches(7, performer=Unasked())
    with pytest.raises(ScenarioError, match=r"demand=1000: .*arrivals.*a launch comes to about .*`--no-limits`"):
        launches.of_each([point, huge], 2)
    with pytest.raises(AssertionError, match="were to be simulated"):
        Launches(7, performer=Unasked(), limited=False).of_each([point, huge], 2)


@pytest.mark.parametrize("path", experiment_catalogue().values(), ids=lambda path: path.stem)
def test_every_experiment_of_the_catalogue_follows_the_schema(path: Path) -> None:
    SCHEMA.validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("said", "is_valid"),
    [
        ({}, True),
        ({"vary": ["demand=0.5..1.5"], "of": "quick", "demand": "150 %"}, True),
        ({"launches": 3}, False),
        ({"question": "sweeep"}, False),
        ({"confidence": "90 %"}, False),
        ({"question": "size", "confidence": "90 %", "price": {"demand": 3}}, True),
        ({"vary": 3}, False),
        ({"title": None}, False),
    ],
)
def test_the_schema_knows_the_keys_of_each_question(said: dict[str, Any], is_valid: bool) -> None:
    jsonschema.Draft202012Validator.check_schema(experiment_schema())
    assert SCHEMA.is_valid({**SWEEP, **said}) is is_valid
