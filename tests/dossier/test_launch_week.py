"""The dossier of the launch week by the catalogue's notes, in a sixteenth of England: everything that is asked there,
with fewer launches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from dossier.notes.catalogue import find_notes
from dossier.page import pdf
from experiments.files.catalogue import ENDING, find_experiment
from tests.fixtures.dossier.printed import headings_of
from tests.fixtures.dossier.rehearsed import asked

# a sixteenth of everybody, of the practices, and of the log-on's servers
SMALL: Final[dict[str, Any]] = {
    "demand": 1 / 16,
    "set": {
        "practices.number": 480,
        "service.stations.identity.servers": 3,
        "faults.log-on sized for referrals.servers_lost.servers": 2,
    },
}


def written(place: Path, name: str, said: dict[str, Any]) -> None:
    (place / name).write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True))


def in_small(place: Path) -> Path:
    """The notes with their experiments beside them, in small."""
    notes = yaml.safe_load(find_notes("launch-week").read_text())
    wanted = notes["evidence"]
    drills = [{"scenario": name, "launches": 3} for name in wanted["runs"][1:]]
    wanted["runs"] = [{**wanted["runs"][0], **SMALL, "launches": 3}, *drills]
    for name in wanted["questions"]:
        said = yaml.safe_load(find_experiment(name).read_text())
        written(place, f"{name}{ENDING}", {**said, **SMALL, "set": small_settings(said.get("set", {})), "launches": 2})
    wanted["questions"] = [f"{name}{ENDING}" for name in wanted["questions"]]
    written(place, "week.yaml", notes)
    return place / "week.yaml"


def small_settings(own: dict[str, Any]) -> dict[str, Any]:
    """What is set in small, but for what an experiment leaves out."""
    left_out = [key for key, value in own.items() if value is None]
    return own | {key: value for key, value in SMALL["set"].items() if not key.startswith(tuple(left_out))}


@pytest.mark.long
def test_the_launch_weeks_dossier_answers_every_line(tmp_path: Path) -> None:
    folders = ["--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "dossier"), "--on", "2100-01-01"]
    ended = asked("dossier", "--notes", str(in_small(tmp_path)), *folders)
    assert ended.exit_code == 99, ended.output
    made = json.loads((tmp_path / "dossier" / "dossier.json").read_text())
    assert made["decision"] == "not ready"
    lines = {line["name"]: line for line in made["lines"]}
    unanswered = [
        (name, each["kind"], each["words"])
        for name, line in lines.items()
        for each in line["statements"]
        if each["kind"] in ("missing", "not modelled")
    ]
    assert unanswered == [], "when letters are re-keyed is said beside when they come"
    rows = lines["options"]["table"]["rows"]
    assert len(rows) == 8, "nothing done, and seven options"
    assert not {"not counted", "not stated"} & {cell["words"] for row in rows for cell in row}
    assert rows[2][0]["figures"][0]["text"] == "three times the log-on servers if no outage follows"
    holds_up_to = lines["options"]["table"]["columns"].index("holds up to")
    assert not [row for row in (rows[0], rows[2]) if row[holds_up_to]["words"] == "not asked"], "how much both bear"
    page = (tmp_path / "dossier" / "dossier.html").read_text()
    assert len(page.encode()) < 1_000_000
    if pdf.can_print():
        headings = [*headings_of(pdf.on_paper(page).make_bookmark_tree())]
        assert headings[13] == ("14 Sign-off", 0)
        assert headings[14][1] == 1, "what stands behind begins on the second sheet: page 1 is one"
    is_whole = replay_counts(tmp_path / "runs")
    evidence = [each["words"] for each in lines["evidence"]["statements"]]
    assert any("which shows that the test works" in words for words in evidence) == is_whole
    assert any("That does not count" in words for words in evidence) == (not is_whole)


def replay_counts(runs: Path) -> bool:
    """Whether requests were sent and answered in time: not always on a machine that has other things to do."""
    (summary,) = runs.glob("*-ers-launch-week/summary.json")
    measured = json.loads(summary.read_text())["measured"]
    return bool(measured["generator"]["valid"] and measured["server"]["valid"])
