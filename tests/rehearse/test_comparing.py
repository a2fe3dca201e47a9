"""`rehearse compare`: a slower release is told, an equal one is not, and runs that do not fit together are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from tests.fixtures.readiness.measured_folders import forecast_run, measured_run, shop

ALLOWED = ("--at-most", "10 %")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Four runs of a release, four of the same, four of one whose search takes half as long again."""
    folder = tmp_path_factory.mktemp("runs")
    return {
        name: [measured_run(folder / f"{name}-{seed}", seed, search=search) for seed in range(first, first + 4)]
        for name, first, search in (("old", 0, "200 ms"), ("same", 10, "200 ms"), ("slow", 20, "300 ms"))
    }


def compare(*words: Any) -> Result:
    return CliRunner().invoke(app, ["compare", *map(str, words)], env={"NO_COLOR": "1", "COLUMNS": "200"})


def told(*words: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(compare(*words, "--json").stdout)
    return found


def figure(comparison: dict[str, Any], name: str, measure: str) -> dict[str, Any]:
    (found,) = [each for each in comparison["figures"] if (each["name"], each["measure"]) == (name, measure)]
    return dict(found)


def test_a_slower_release_is_told_with_how_much_and_how_sure(runs: dict[str, list[Path]]) -> None:
    ended = compare(*runs["old"], "--with", *runs["slow"])
    assert ended.exit_code == int(ExitStatus.WORSE)
    assert ended.stdout.startswith("Slower: ") and "corrected p" in ended.stdout
    comparison = told(*runs["old"], "--with", *runs["slow"])
    p50 = figure(comparison, "search", "p50")
    assert p50["verdict"] == "worse" and p50["low"] < 0.5 < p50["high"]
    assert figure(comparison, "search is quick", "response p95")["verdict"] == "worse"
    assert figure(comparison, "buy", "p50")["verdict"] == "no difference seen"


def test_an_equal_release_is_no_slower_and_the_sentence_says_what_was_not_shown(runs: dict[str, list[Path]]) -> None:
    ended = compare(*runs["old"], "--with", *runs["same"])
    assert ended.exit_code == ExitStatus.OBJECTIVES_MET
    assert "No difference seen" in ended.stdout and "It may still be there: " in ended.stdout


def test_with_a_margin_an_equal_release_passes_by_evidence_and_not_for_want_of_it(runs: dict[str, list[Path]]) -> None:
    wide = compare(*runs["old"], "--with", *runs["same"], "--at-most", "60 %", "--only", "search", "--only", "buy")
    assert (wide.exit_code, wide.stdout.partition(":")[0]) == (0, "Not worse by more than 60 %")
    narrow = compare(*runs["old"][:2], "--with", *runs["same"][:2], "--at-most", "0.1 %")
    assert narrow.exit_code == ExitStatus.NO_VERDICT
    assert narrow.stdout.startswith("Not enough evidence: ")


def test_a_release_half_as_slow_again_is_beyond_a_margin_of_10_per_cent(runs: dict[str, list[Path]]) -> None:
    ended = compare(*runs["old"], "--with", *runs["slow"], *ALLOWED)
    assert ended.exit_code == ExitStatus.WORSE
    assert ended.stdout.startswith("Slower by more than 10 %: ")


def test_one_run_against_one_says_what_it_cannot_see_and_never_shows_a_margin(runs: dict[str, list[Path]]) -> None:
    slower = compare(runs["old"][0], runs["slow"][0])
    assert slower.exit_code == ExitStatus.WORSE
    assert "cannot see what two runs of the same release differ by" in slower.stdout.replace("\n", " ")
    equal = compare(runs["old"][0], runs["same"][0], "--at-most", "90 %", "--share-at-most", "50 %")
    assert equal.exit_code == ExitStatus.NO_VERDICT


def test_one_candidate_against_several_runs_borrows_their_spread(runs: dict[str, list[Path]]) -> None:
    comparison = told(*runs["old"], "--with", runs["slow"][0], "--only", "search")
    assert figure(comparison, "search", "p50")["runs"] == [4, 1]
    assert comparison["verdict"] == "worse"
    assert "is taken to spread as the other does" in comparison["caution"]


def test_groups_may_stand_before_or_after_other_options(runs: dict[str, list[Path]]) -> None:
    before = told("--only", "search", *runs["old"], "--with", *runs["slow"])
    assert told(*runs["old"], "--with", *runs["slow"], "--only", "search") == before
    assert before["runs"] == [[str(path) for path in runs[name]] for name in ("old", "slow")]


def test_the_same_runs_give_the_same_bytes(runs: dict[str, list[Path]]) -> None:
    words = (runs["old"][0], runs["slow"][0], "--json")
    assert compare(*words).stdout == compare(*words).stdout


def test_markdown_has_a_row_a_figure(runs: dict[str, list[Path]]) -> None:
    lines = compare(*runs["old"], "--with", *runs["slow"], "--as-markdown").stdout.splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert lines[0].startswith("### Slower: ")
    assert len(rows) == 2 + len(told(*runs["old"], "--with", *runs["slow"])["figures"])
    assert len({row.replace("\\|", "").count("|") for row in rows}) == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "Missing argument"),
        (("old",), 2, "give two runs, or two groups"),
        (("old", "old", "old"), 2, "give two runs, or two groups"),
        (("old", "old"), 104, "is given twice"),
        (("old", "nowhere"), 104, "is not a finished run"),
        (("old", "--with"), 2, "requires an argument"),
        (("old", "same", "--at-most", "five"), 2, "found 'five'"),
        (("old", "same", "--only", "serch"), 104, "did you mean 'search'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_compared_is_refused(
    runs: dict[str, list[Path]], words: tuple[str, ...], status: int, said: str
) -> None:
    ended = compare(*(runs[word][0] if word in runs else word for word in words))
    assert ended.exit_code == status
    assert said in " ".join((ended.stdout + ended.stderr).replace("│", " ").split()).replace("‘", "'")


def test_a_forecast_is_refused_with_a_sentence(runs: dict[str, list[Path]], tmp_path: Path) -> None:
    ended = compare(runs["old"][0], forecast_run(tmp_path / "forecast"))
    assert ended.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "is a forecast without a replay" in ended.stderr


def test_another_seed_is_the_same_scenario_and_another_limit_is_not(
    runs: dict[str, list[Path]], tmp_path: Path
) -> None:
    seeded = measured_run(tmp_path / "seeded", 3, text=f"seed: 99\n{shop()}")
    assert compare(runs["old"][0], seeded).exit_code in (ExitStatus.OBJECTIVES_MET, ExitStatus.WORSE)
    other = measured_run(tmp_path / "other", 3, text=shop(limit="9 s"))
    refused = compare(runs["old"][0], other, "--json")
    assert refused.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "objectives.search is quick.at_most" in json.loads(refused.stdout)["message"]
    taken = told(runs["old"][0], other, "--different-scenarios")
    assert "is of another scenario" in taken["caution"]


@pytest.mark.parametrize("trouble", [{"valid": False}, {"interrupted": True}, {"aborted": "a rule, at 3 s"}], ids=str)
def test_a_run_that_does_not_count_is_refused_unless_it_is_asked_for(
    runs: dict[str, list[Path]], tmp_path: Path, trouble: dict[str, Any]
) -> None:
    bad = measured_run(tmp_path / "bad", 5, **trouble)
    assert compare(*runs["old"], "--with", bad).exit_code == ExitStatus.BAD_CONFIGURATION
    assert "does not count" in told(*runs["old"], "--with", bad, "--invalid-runs")["caution"]


def test_a_damaged_run_is_named(runs: dict[str, list[Path]], tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(runs["same"][0], tmp_path / "damaged"))
    (damaged / "measured.npz").write_bytes(b"rubbish")
    ended = compare(runs["old"][0], damaged)
    assert ended.exit_code == ExitStatus.BAD_CONFIGURATION
    assert "measured.npz" in ended.stderr
    (damaged / "summary.json").write_text("{}")
    assert "summary.json" in compare(*runs["old"], "--with", damaged).stderr
