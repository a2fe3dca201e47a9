"""`rehearse dossier` as it is typed: files, exit status, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from dossier.evidence.answer import read_answer
from dossier.evidence.run import read_run
from dossier.form.dossier import dossier_schema
from rehearse.__main__ import main
from scenarios.sources.problems import ScenarioError
from tests.fixtures.dossier.rehearsed import Rehearsed, asked


def test_three_files_of_one_content(rehearsed: Rehearsed, tmp_path: Path) -> None:
    folders = ["--experiment", str(rehearsed.headroom), "--experiment", str(rehearsed.compared)]
    kept = ["--runs", str(rehearsed.folder / "runs"), "--on", "2100-01-01", "--processes", "1"]
    ended = asked(
        "dossier", str(rehearsed.launch), str(rehearsed.drill), *folders, "--notes", str(rehearsed.notes),
        "--out", str(tmp_path / "out"), *kept,
    )  # fmt: skip
    assert ended.exit_code == 98, "ready, if conditions are met"
    assert ended.stdout.startswith("Ready, if conditions 1 to 2 are met: Surgeries go live, 3 March")
    made = json.loads((tmp_path / "out" / "dossier.json").read_text())
    jsonschema.validate(made, dossier_schema())
    assert [line["name"] for line in made["lines"]] == [
        "decision", "evidence", "chance", "patients", "staff", "over", "breaking", "options", "assumptions", "untested",
        "failures", "conditions", "triggers", "sign-off",
    ]  # fmt: skip
    page, text = ((tmp_path / "out" / f"dossier.{ending}").read_text() for ending in ("html", "md"))
    assert (tmp_path / "out" / "stress-des.md").read_text().startswith("# STRESS-DES: Surgeries go live, 3 March")
    for words in ("£9,000", "6 weeks", "Letters print twice", "What happens at night", "C. Well"):
        assert words in page
        assert words in text


def test_the_status_is_that_of_the_decision(rehearsed: Rehearsed, tmp_path: Path) -> None:
    kept = ["--runs", str(rehearsed.folder / "runs"), "--out", str(tmp_path), "--processes", "1"]
    assert asked("dossier", str(rehearsed.launch), *kept).exit_code == 0
    assert asked("dossier", str(rehearsed.drill), *kept).exit_code == 99
    assert json.loads(asked("dossier", str(rehearsed.launch), *kept, "--json").stdout)["decision"] == "ready"


def test_what_changed_since_the_last_one_is_told(rehearsed: Rehearsed, tmp_path: Path) -> None:
    kept = ["--runs", str(rehearsed.folder / "runs"), "--processes", "1"]
    asked("dossier", str(rehearsed.launch), *kept, "--out", str(tmp_path / "last"))
    again = [*kept, "--out", str(tmp_path / "now"), "--since", str(tmp_path / "last")]
    ended = asked("dossier", str(rehearsed.drill), *again, "--json")
    (changes, *_) = json.loads(ended.stdout)["annex"]
    assert changes["name"] == "changes"
    assert changes["statements"][0]["words"] == "The decision was “{}”; it is “not ready”."


def test_without_a_place_it_is_a_new_folder_below_runs(rehearsed: Rehearsed) -> None:
    made = rehearsed.run("dossier", str(rehearsed.launch))
    assert (made / "dossier.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "nowhere: no run: summary.json cannot be read"),
        (["{launch}", "--experiment", "{launch}"], "no answer: answer.json cannot be read"),
        (["{launch}", "--since", "{launch}"], "dossier.json: cannot be read: No such file"),
        (["{launch}", "--since", "{launch}/summary.json"], "summary.json: no dossier.json of `rehearse dossier`"),
        (["{launch}", "--notes", "nowhere.yaml"], "nowhere.yaml: no such notes"),
    ],
)
def test_what_is_no_evidence_is_refused_in_one_message(
    rehearsed: Rehearsed, tmp_path: Path, words: list[str], said: str, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    given = [word.format(launch=rehearsed.launch) for word in words]
    monkeypatch.setattr("sys.argv", ["rehearse", "dossier", *given, "--out", str(tmp_path), "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 104
    assert said in json.loads(capfd.readouterr().out)["message"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.json", b"[]", "run.json: does not say what made a run (Expected `object`, got `array`)"),
        ("run.json", b'{"began_utc": 17}', "run.json: does not say what made a run (Expected `datetime"),
        ("run.json", b'{"x": ' + b"[" * 100_000, "run.json: does not say what made a run"),
        ("scenario.yaml", b"\xff", "scenario.yaml: 'utf-8' codec can't decode byte 0xff"),
    ],
)  # fmt: skip
def test_a_damaged_run_is_refused_with_its_file(
    rehearsed: Rehearsed, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    run = Path(shutil.copytree(rehearsed.launch, tmp_path / "run"))
    (run / name).write_bytes(content)
    with pytest.raises(ScenarioError, match=re.escape(f"{run}/{said}")):
        read_run(run, lambda _: pytest.fail("nothing is simulated"))


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (
            {"kind": "compare", "base": {"name": "as it is"}, "options": {}},
            "Expected `array`, got `object` - at `$.options`",
        ),
        ({"kind": "headroom", "looks": [17]}, "Expected `object`, got `int` - at `$.looks[0]`"),
        ({"kind": "sensitivity", "by": "much"}, "Expected `float`, got `str` - at `$.by`"),
        ({"kind": "sweep", "title": None}, "Expected `str`, got `null` - at `$.title`"),
    ],
)
def test_a_damaged_answer_is_refused_with_what_is_wrong_in_it(
    tmp_path: Path, said: dict[str, object], what: str
) -> None:
    (tmp_path / "answer.json").write_text(json.dumps({"format": 1, "title": "an answer", **said}))
    (tmp_path / "scenario.yaml").write_text("")
    with pytest.raises(ScenarioError, match=re.escape(f"answer.json: is damaged, or was changed ({what})")):
        read_answer(tmp_path)


def test_its_schema_is_printed() -> None:
    assert json.loads(asked("schema", "dossier").stdout) == dossier_schema()
