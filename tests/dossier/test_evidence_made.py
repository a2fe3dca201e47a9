"""A dossier whose notes say of what it is to be made: runs are run, questions asked, and nothing is made twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from dossier.notes.catalogue import notes_catalogue
from dossier.notes.reading import read_notes
from experiments.files.catalogue import experiment_catalogue
from rehearse.asking.evidence import EvidenceMaker
from rehearse.shown.terminal import Terminal
from scenarios.sources.catalogue import catalogue
from tests.fixtures.dossier.rehearsed import DRILL, SURGERY, asked

NOTES = """\
launch_on: 2026-03-03
evidence:
  runs:
    - {scenario: surgery, launches: 4, set: {service.stations.desk.servers: 5}}
    - {scenario: drill, launches: 4}
  questions: options.experiment.yaml
"""
OPTIONS = """\
title: What there is to choose from
scenario: surgery.yaml
set: {service.stations.desk.servers: 5}
question: compare
variants: a larger desk
scenarios: drill
launches: 4
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    files = {"surgery.yaml": SURGERY, "drill.yaml": DRILL, "notes.yaml": NOTES, "options.experiment.yaml": OPTIONS}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def made(place: Path, *words: str) -> Result:
    """The dossier of these notes, in the folder `dossier`."""
    folders = ["--runs", str(place / "runs"), "--out", str(place / "dossier")]
    return asked("dossier", "--notes", str(place / "notes.yaml"), "--processes", "1", *folders, *words)


def dossier_in(place: Path) -> dict[str, Any]:
    return dict(json.loads((place / "dossier" / "dossier.json").read_text()))


def test_everything_that_the_notes_ask_for_is_made_in_one_command(place: Path) -> None:
    ended = made(place)
    assert ended.exit_code == 98, "ready if somebody accepts the failure"
    found = dossier_in(place)
    assert [(each["kind"], each["title"]) for each in found["sources"]] == [
        ("run", "Surgeries go live, 3 March"),
        ("run", "Half of the desk is lost"),
        ("compare", "What there is to choose from"),
    ]
    (options,) = (line for line in found["lines"] if line["name"] == "options")
    names = [row[0]["figures"][0]["text"] for row in options["table"]["rows"]]
    assert names == ["as it is", "a larger desk", "drill"], "the comparison is about the launch as the notes change it"
    (scenario,) = (place / "runs").glob("*-surgery/scenario.yaml")
    assert "servers: 5" in scenario.read_text()


def test_nothing_is_made_twice_and_what_is_lost_is_made_again(place: Path) -> None:
    made(place)
    first = (place / "dossier" / "dossier.json").read_bytes()
    again = made(place)
    assert "forecast of" not in again.stderr
    assert again.stderr.count("is there already") == 3
    assert (place / "dossier" / "dossier.json").read_bytes() == first
    (drill,) = (place / "runs").glob("*-drill")
    for file in drill.iterdir():
        file.unlink()
    third = made(place)
    assert third.stderr.count("is there already") == 2
    assert "forecast of 4 launches" in third.stderr


def test_for_a_program_standard_output_holds_one_value_and_nothing_else(place: Path) -> None:
    assert json.loads(made(place, "--json").stdout) == dossier_in(place)


def test_an_answer_keeps_the_scenarios_that_were_its_options(place: Path) -> None:
    made(place)
    (answer,) = (place / "runs").glob("*-compare")
    again = asked("experiment", str(answer / "options.experiment.yaml"), "--runs", str(place / "runs"))
    (second,) = set((place / "runs").glob("*-compare*")) - {answer}
    assert "0 launches simulated" in again.stderr
    assert (second / "answer.json").read_bytes() == (answer / "answer.json").read_bytes()
    assert json.loads((second / "asked.json").read_text()).keys() >= {"began_utc", "seed", "versions"}


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("scenario: drill", "scenario: dril", "notes.yaml:5: evidence.runs.1.scenario: no such scenario"),
        ("desk.servers", "desc.servers", "notes.yaml:4: evidence.runs.0.set.service.stations.desc.servers: "),
        ("launches: 4}", "launches: 1}", "notes.yaml:5: evidence.runs.1.launches: "),
        ("options.exp", "option.exp", "notes.yaml:6: evidence.questions.0: no such experiment"),
        ("runs:", "run:", "notes.yaml:3: evidence.run: no such key"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is(place: Path, was: str, instead: str, said: str) -> None:
    (place / "notes.yaml").write_text(instead.join(NOTES.rsplit(was, 1)))
    ended = made(place)
    assert said in str(ended.exception)
    assert not (place / "runs").exists()


def test_without_runs_the_notes_have_to_say_of_what_it_is_made(place: Path) -> None:
    (place / "notes.yaml").write_text("launch_on: 2026-03-03\n")
    assert "notes.yaml: evidence: is missing, and no RUN is given" in str(made(place).exception)


def test_runs_that_are_given_count_instead(place: Path) -> None:
    asked("simulate", str(place / "surgery.yaml"), "-n", "2", "--runs", str(place / "runs"))
    (run,) = (place / "runs").glob("*-surgery")
    made(place, str(run))
    assert [each["title"] for each in dossier_in(place)["sources"]] == ["Surgeries go live, 3 March"]
    assert not list((place / "runs").glob("*-drill"))


@pytest.mark.parametrize("name", notes_catalogue())
def test_whatever_the_catalogue_plans_can_be_made(name: str, tmp_path: Path) -> None:
    runs, answers = EvidenceMaker(tmp_path / "runs", Terminal()).planned(read_notes(Path(name)))
    assert all(planned.name in catalogue() for planned in runs)
    assert all(planned.name in experiment_catalogue() for planned in answers)
    assert len({planned.content for planned in (*runs, *answers)}) == len(runs) + len(answers)
