"""`--set`, `--demand` and `--variant`, as whoever rehearses meets them: what a command says, and what its run keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner, Result

from experiments.comparing.differing import differing_keys
from loadtests import __main__ as load_test
from loadtests.schedule.changed import changes_of
from readiness.exports.junit import junit
from readiness.exports.markdown import markdown
from readiness.report.made import command_again
from readiness.summary_files import read_summary
from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.language.changing import Changes
from scenarios.language.reading import read_text
from scenarios.sources.problems import ScenarioError
from tests.fixtures.readiness.pages import Page
from tests.fixtures.scenarios.small_scenarios import SHOP, written
from tests.fixtures.typed import typed

VARIANTS = """\
variants:
  more tills: {about: Five <b>tills</b> in all, set: {service.stations.till.servers: 5}}
"""
CHANGED = "Changed from shop: service.stations.till.servers: 3 instead of 2 (--set); demand: 2 instead of 1 (--set)."


def within(*words: str) -> Result:
    return CliRunner().invoke(app, words, prog_name="rehearse", env={"NO_COLOR": "1", "COLUMNS": "160"})


@pytest.fixture
def shop(tmp_path: Path) -> str:
    return written(tmp_path, "shop.yaml", SHOP + VARIANTS)


def run_of(folder: Path) -> Path:
    (run,) = (folder / "runs").iterdir()
    return run


@pytest.mark.parametrize("command", ["show", "check", "simulate", "serve", "load", "limit", "soak", "run"])
def test_every_command_that_takes_a_scenario_takes_changes_and_refuses_wrong_ones(command: str, shop: str) -> None:
    needed = {"load": ["--host", "http://127.0.0.1:9"], "soak": ["--host", "http://127.0.0.1:9", "--for", "1 h"]}
    words = [command, shop, *needed.get(command, []), "--set", "service.stations.till.servrs=3", "--demand", "2"]
    told = within(*words)
    said = told.stdout if command == "check" else str(told.exception)
    assert (
        "--set service.stations.till.servrs: no such key; allowed is one of servers, queue, max_wait; did you" in said
    )
    assert command == "check" or isinstance(told.exception, ScenarioError)
    assert list(Path(shop).parent.iterdir()) == [Path(shop)], "nothing was begun"


def test_a_forecast_of_a_changed_scenario_says_so_wherever_it_is_read(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = within("simulate", shop, "--set", "service.stations.till.servers=3", "--demand", "2", "-n", "2")
    assert CHANGED in told.stdout
    run = run_of(tmp_path)
    summary = read_summary(run / "summary.json")
    first, second = summary.changed
    assert (first, second) == (
        "service.stations.till.servers: 3 instead of 2 (--set)",
        "demand: 2 instead of 1 (--set)",
    )
    kept = yaml.safe_load((run / "scenario.yaml").read_text())
    assert (kept["demand"], kept["service"]["stations"]["till"]["servers"]) == (2, 3)
    assert "variants" not in kept and kept["changed"] == summary.changed
    page = (run / "report.html").read_text()
    assert Page(page).one("p", class_="changes").text == CHANGED
    assert command_again(summary).startswith("rehearse simulate scenario.yaml "), "the scenario as it was run"
    assert "Changed from shop: service.stations.till.servers: 3 instead of 2 (--set)" in markdown(summary)
    assert 'name="changed"' in junit(summary)
    assert CHANGED in within("report", str(run)).stdout


def test_a_changed_scenario_is_forecast_as_one_that_was_written_so(shop: str, tmp_path: Path) -> None:
    by_hand = written(
        tmp_path, "by hand.yaml", SHOP.replace("till: {servers: 2}", "till: {servers: 5}") + "demand: 2\n"
    )
    folders = [tmp_path / "one", tmp_path / "two"]
    within("simulate", shop, "--variant", "more tills", "--demand", "200 %", "-n", "2", "--runs", str(folders[0]))
    within("simulate", by_hand, "-n", "2", "--runs", str(folders[1]))
    one, two = (read_summary(next(folder.iterdir()) / "summary.json") for folder in folders)
    assert one.forecast == two.forecast and one.forecast is not None
    assert one.changed[0] == "variant more tills: Five <b>tills</b> in all"


def test_a_report_shows_what_a_variant_says_as_text_and_not_as_markup(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    odd = 'title="\\e[31mred\\u202e"'
    told = within("simulate", shop, "--variant", "more tills", "--set", odd, "-n", "2")
    assert "\x1b" not in told.stdout and "\\x1b[31mred\\u202e instead of A shop" in told.stdout
    page = (run_of(tmp_path) / "report.html").read_text()
    assert "Five &lt;b&gt;tills&lt;/b&gt; in all" in page and "<b>tills" not in page


def test_show_lists_variants_with_what_each_changes_and_check_each_that_is_wrong(shop: str, tmp_path: Path) -> None:
    assert "service.stations.till.servers: 5 instead of 2" in within("show", shop).stdout
    assert json.loads(within("show", shop, "--json").stdout)["variants"]["more tills"]["about"]
    chosen = within("show", shop, "--variant", "more tills").stdout
    assert "Changed: service.stations.till.servers: 5 instead of 2 (variant more tills)" in chosen
    wrong = written(tmp_path, "wrong.yaml", SHOP + VARIANTS.replace("servers: 5", "severs: 5"))
    told = within("check", wrong)
    assert told.exit_code == ExitStatus.BAD_CONFIGURATION
    assert f"{wrong}:27: service.stations.till.severs: no such key" in told.stdout
    (problem,) = json.loads(within("check", wrong, "--json").stdout)
    assert (problem["line"], problem["severity"]) == (27, "problem")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--demand", "0"], "Invalid value for '--demand': found '0'; allowed is how many times over"),
        (["--demand", "1,5"], "for decimals write a point"),
        (["--demand", "2", "--set", "demand=3"], "--demand and --set demand say the same; give one of them"),
    ],
)
def test_no_demand_is_wrong_usage(words: list[str], said: str, shop: str) -> None:
    told = within("check", shop, *words)
    assert told.exit_code == ExitStatus.USAGE
    assert said in " ".join(told.output.replace("│", " ").split())


def test_a_program_gets_the_setting_in_place_of_a_file(shop: str) -> None:
    told = typed("simulate", shop, "--set", "demand=x", "--json")
    assert told.returncode == ExitStatus.BAD_CONFIGURATION
    error = json.loads(told.stdout)
    assert (error["file"], error["line"], error["key"]) == ("--set demand", None, "demand")
    assert error["message"].startswith("--set demand: found 'x'; allowed is how many times over")


def test_a_load_tests_own_entry_hands_changes_on_to_locust() -> None:
    words = ["--set", "service.stations.till.servers=3", "--demand", "150 %", "--variant", "more tills"]
    options = load_test.chosen_options(["--host", "http://127.0.0.1:1", *words])
    became = load_test.command(load_test.LOCUSTFILE, options)
    assert options.changes == Changes("more tills", ("service.stations.till.servers=3", "demand=150 %"))
    assert became[became.index("--variant") + 1] == "more tills"
    assert [word for word in became if word.startswith("--set")] == [
        "--set=service.stations.till.servers=3",
        "--set=demand=150 %",
    ]


def test_without_a_word_nothing_is_changed() -> None:
    options = load_test.chosen_options(["--host", "http://127.0.0.1:1"])
    assert changes_of(options) == Changes()


def test_how_a_scenario_came_to_be_what_it_is_does_not_keep_runs_from_being_compared() -> None:
    one, other = read_text(SHOP + "changed: [a]\n"), read_text(SHOP + VARIANTS)
    assert differing_keys(one, other) == []
    assert differing_keys(one, read_text(SHOP + "demand: 2\n")) == ["demand"]


def test_each_command_names_its_needed_arguments_first() -> None:
    """What is put in place of `changes` must not come before an argument that is needed."""
    for command in typer.main.get_group(app).commands.values():
        needed = [parameter.required for parameter in command.params if parameter.param_type_name == "argument"]
        assert needed == sorted(needed, reverse=True)
