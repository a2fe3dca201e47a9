"""The wheel, installed into a new environment outside the checkout: everything is in it, and it works from any folder.

The environment borrows the dependencies of the one that runs the tests (a `.pth` file), so that nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from recordings.run_folder import RunFolder
from scenarios.sources.catalogue import catalogue
from tests.fixtures.places import ROOT

PACKAGES = ("scenarios", "recordings", "simulations", "mock_server", "loadtests", "readiness", "rehearse")
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE")
NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens, so that every request is refused at once
TINY = """
title: Ten visits
period: 0 s to 1 s
drain: 500 ms
service:
  stations: {counter: {servers: 4}}
  operations:
    serve: {steps: [{use: counter, time: 20 ms}]}
journeys:
  visit: {steps: [{call: serve, achieves: served}]}
populations:
  customers: {arrivals: {rate: 10 / s}, journey: visit}
objectives:
  nearly everyone is served: {measure: good share, of: serve, at_least: 50 %}
"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and a folder to work in that is none of ours."""

    python: Path
    folder: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment; asserts nothing."""
        kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
        # machine code cannot be kept: making it for this one installation would take minutes, so SimPy simulates
        environment: Mapping[str, str] = kept | {"NUMBA_CACHE_DIR": os.devnull}
        command = [str(self.python.with_name(words[0])), *words[1:]]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )


def pip(*words: str) -> None:
    """Have the pip of this environment do something that needs no network. Raises `CalledProcessError`."""
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, because building writes beside the sources."""
    source, to = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    quiet = ("--disable-pip-version-check", "--no-index", "--no-deps")
    pip("wheel", *quiet, "--no-build-isolation", "--wheel-dir", str(to), str(source))
    (built,) = to.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    home, folder = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin/python"
    pip("--python", str(python), "install", "--disable-pip-version-check", "--no-index", "--no-deps", str(wheel))
    (site_packages,) = home.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(f"{Path(np.__file__).parents[1]}\n", encoding="utf-8")
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return Installed(python, folder)


def test_every_file_of_the_packages_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    """Catalogue, templates, the game-day page's files and py.typed with them."""
    with ZipFile(wheel) as opened:
        inside = {name for name in opened.namelist() if ".dist-info/" not in name}
    sources = {path for package in PACKAGES for path in (ROOT / package).rglob("*.*") if path.is_file()}
    wanted = {path.relative_to(ROOT).as_posix() for path in sources if path.suffix != ".pyc"}
    assert inside == wanted
    assert {f"{package}/py.typed" for package in PACKAGES} <= inside


def test_it_works_from_any_folder(installed: Installed) -> None:
    """One story, so that the environment is made once however the tests are spread over processes."""
    listed = installed.run("rehearse", "list")
    assert listed.returncode == 0, listed.stderr
    assert all(name in listed.stdout for name in catalogue())

    simulated = installed.run("rehearse", "simulate", "tiny.yaml", "--replications", "5", "--processes", "1")
    assert simulated.returncode == 0, simulated.stdout + simulated.stderr
    (report,) = installed.folder.glob("runs/*tiny/report.html")
    assert "nearly everyone is served" in report.read_text(encoding="utf-8")

    where = installed.run("python", "-m", "loadtests", "--where")
    locustfile = Path(where.stdout.strip())
    assert where.returncode == 0 and locustfile.is_relative_to(installed.python.parents[1])
    words = ["--headless", "--only-summary", "--scenario", "tiny.yaml", "--host", NOBODY, "--warm-up", "500ms"]
    replay = installed.run("python", "-m", "locust", "-f", str(locustfile), *words, "--run-folder", "sent")
    assert replay.returncode in (98, 99), replay.stderr  # nobody answers; a busy machine is late with that, too
    assert RunFolder(installed.folder / "sent").worker_recording(0).exists()
    assert RunFolder(installed.folder / "sent").report.exists()
