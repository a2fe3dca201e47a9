"""Every command and catalogue scenario is documented, links lead somewhere, and README's test command is CI's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from rehearse.cli import app
from rehearse.ending.exit_status import ExitStatus
from scenarios.language.reading import read, read_text
from scenarios.sources.catalogue import catalogue
from tests.fixtures.places import ROOT

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_in_its_page(command: str) -> None:
    assert f"`rehearse {command}" in text("README.md")
    assert f"`rehearse {command}" in text("docs/command-line.md")


def test_every_option_is_documented() -> None:
    page = text("docs/command-line.md")
    group = typer.main.get_group(app).commands.values()
    commands = [one for command in group for one in (command, *getattr(command, "commands", {}).values())]
    options = {
        name for command in commands for option in command.params for name in option.opts if name.startswith("--")
    }
    assert len(options) > 20
    assert sorted(option for option in options - {"--help"} if f"`{option}`" not in page) == []


@pytest.mark.parametrize("scenario", catalogue())
def test_every_catalogue_scenario_has_its_paragraph_and_says_what_it_is(scenario: str) -> None:
    assert f"\n## {scenario}\n" in text("docs/catalogue.md")
    told = read(scenario)
    assert told.about.strip()
    assert told.objectives


@pytest.mark.parametrize("status", ExitStatus)
def test_every_exit_status_is_documented(status: ExitStatus) -> None:
    assert f"\n| {int(status)} |" in text("docs/command-line.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} points at {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_pages_name_exist(page: Path) -> None:
    ours = "scenarios|recordings|simulations|mock_server|loadtests|readiness|experiments|dossier|rehearse"
    packages = f"{ours}|tests|benchmarks"
    named = re.findall(rf"(?<![\w/.-])((?:{packages})/[\w/-]+\.(?:py|yaml))", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readmes_scenario_works() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", text("README.md"), flags=re.DOTALL)
    assert read_text(block).objectives


def test_the_scenarios_of_the_page_of_the_load_test_are_some() -> None:
    safety, hooks = re.findall(r"```yaml\n(.*?)```", text("docs/load-test.md"), flags=re.DOTALL)
    assert len(read_text(safety).abort) == 2
    assert read_text(hooks).faults["the disk is slow"].on_target is not None


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in text("README.md")
    assert "\nmake test\n" in text(".ci/run")


def test_every_make_target_has_its_line_of_help() -> None:
    targets = re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE)
    helped = re.findall(r"^([a-z-]+):.*## ", text("Makefile"), flags=re.MULTILINE)
    assert set(targets) == set(helped)
    assert len(helped) >= 8
