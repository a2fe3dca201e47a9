"""docs/import.md is true: every command of it does what it says, and the scenarios pass `rehearse check`."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rehearse.cli import app
from scenarios.behaviour.schedule import schedule
from tests.fixtures.places import DOCS
from tests.fixtures.scenarios.imported import checked_import, importing
from tests.fixtures.scenarios.recordings_of_browsers import exchange, har_file

PAGE = (DOCS / "import.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^rehearse (import .*)$", PAGE, flags=re.MULTILINE)
LINE = '10.0.0.{0} - - [15/Jun/2026:08:{0:02d}:00 +0100] "GET /{1} HTTP/1.1" 200 5 "-" "a browser"\n'
DOCUMENT = """
openapi: 3.0.3
paths:
  /items: {get: {responses: {"200": {}}}}
  /basket: {post: {tags: [basket], responses: {"201": {}}}}
"""


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page's commands name, and the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(DOCUMENT)
    har_file(tmp_path, exchange(0, "GET", "https://shop.example/"), exchange(9, "GET", "https://shop.example/items"))
    (tmp_path / "access.log").write_text("".join(LINE.format(place, "items") for place in range(1, 30)))
    row = {"at": "2026-06-15T08:00:00Z", "method": "GET", "route": "/items", "status": 200, "ip": "10.0.0.1"}
    (tmp_path / "requests.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "starts.csv").write_text("at,who\n2026-06-15T08:00:00+01:00,a\n2026-06-15T08:20:00+01:00,b\n")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_page_writes_a_scenario_that_passes_the_check(command: str, inputs: Path) -> None:
    words = shlex.split(command)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, (result.output, result.exception)
    out = inputs / words[words.index("--out") + 1]
    assert checked_import(out).populations
    assert str(inputs) not in out.read_text()


def test_every_way_to_import_has_its_section_and_its_commands() -> None:
    assert {command.split()[1] for command in COMMANDS} == {"openapi", "har", "log", "arrivals"}


def test_arrivals_are_played_back_by_the_clock_of_the_file_or_compressed(inputs: Path) -> None:
    out = inputs / "day.yaml"
    assert importing("arrivals", "starts.csv", "--column", "at", "--out", out).exit_code == 0
    scenario = checked_import(out)
    assert [float(at) for at in schedule(scenario, 1).start_s] == [8 * 3600, 8 * 3600 + 1200]
    assert importing("arrivals", "starts.csv", "--column", "at", "--compress", "10", "--out", out).exit_code == 0
    compressed = checked_import(out)
    assert [float(at) for at in schedule(compressed, 1).start_s] == [0, 120]
    assert any("compressed in time: 10 times as fast" in words for words in compressed.assumptions)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("arrivals", "starts.csv"), "starts.csv has several columns; say which with `column`: one of at, who"),
        (("arrivals", "nowhere.csv"), "nowhere.csv cannot be read: No such file or directory"),
        (("log", "."), ". is no file but a folder"),
        (("har", "shop.har", "--site", "other.example"), "no request to other.example that can be sent again"),
        (("log", "access.log", "--out", "access.log"), "access.log: is the file that is imported; give another --out"),
        (("log", "access.log", "--out", "no/such/folder.yaml"), "cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_loses_nothing(words: tuple[str, ...], said: str, inputs: Path) -> None:
    before = (inputs / "access.log").read_bytes()
    assert said in str(importing(*words).exception)
    assert (inputs / "access.log").read_bytes() == before


@pytest.mark.parametrize("words", [("--field", "tim=at"), ("--field", "time"), ("--gap", "long"), ("--compress", "0")])
def test_a_wrong_option_is_wrong_usage(words: tuple[str, str], inputs: Path) -> None:
    assert importing("log", "access.log", *words).exit_code == 2
