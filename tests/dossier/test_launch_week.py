"""The dossier of the launch week by the catalogue's notes, in a sixteenth of England: everything that is asked there,
with fewer launches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from dossier.notes.catalogue import find_notes
from experiments.files.catalogue import ENDING, find_experiment
from tests.fixtures.dossier.rehearsed import asked

# a sixteenth of everybody, of the practices, and of the log-on's servers
SMALL: Final = {
    "demand": 1 / 16,
    "set": {
        "practices.number": 480,
        "service.stations.identity.servers": 3,
        "faults.sized for referrals.servers_lost.servers": 2,
    },
}


def written(place: Path, name: str, said: dict[str, Any]) -> None:
    (place / name).write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True))


def in_small(place: Path) -> Path:
    """The notes with their experiments beside them, in small."""
    notes = yaml.safe_load(find_notes("launch-week").read_text())
    wanted = notes["evidence"]
    wanted["runs"] = [{**wanted["runs"][0], **SMALL, "launches": 3}, {"scenario": "identity-outage", "launches": 3}]
    for name in wanted["questions"]:
        said = yaml.safe_load(find_experiment(name).read_text())
        written(place, f"{name}{ENDING}", {**said, **SMALL, "launches": 2})
    wanted["questions"] = [f"{name}{ENDING}" for name in wanted["questions"]]
    written(place, "week.yaml", notes)
    return place / "week.yaml"


@pytest.mark.long
def test_the_launch_weeks_dossier_answers_every_line(tmp_path: Path) -> None:
    folders = ["--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "dossier"), "--on", "2100-01-01"]
    ended = asked("dossier", "--notes", str(in_small(tmp_path)), *folders)
    assert ended.exit_code == 99, ended.output
    made = json.loads((tmp_path / "dossier" / "dossier.json").read_text())
    assert made["decision"] == "not ready"
    unanswered = [
        (line["name"], statement["words"])
        for line in made["lines"]
        for statement in line["statements"]
        if statement["kind"] in ("missing", "not modelled")
    ]
    assert unanswered == []
    (options,) = (line for line in made["lines"] if line["name"] == "options")
    assert len(options["table"]["rows"]) == 7, "nothing done, and six options"
