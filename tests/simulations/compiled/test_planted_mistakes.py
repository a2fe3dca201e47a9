"""The comparison of both engines is no mere ceremony: each of these mistakes, planted in a copy of one, shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.places import ROOT
from tests.simulations.compiled.search import NONE_FOUND

EXAMPLES = 200
COPIED = ("scenarios", "recordings", "readiness", "simulations", "tests/simulations/compiled")
FOLLOWED = ("practices", "fallback")
SERVICE, COMPILED, BEHAVIOUR = "simulations/service", "simulations/compiled", "scenarios/behaviour"


@dataclass(frozen=True)
class Mistake:
    """What it means, and what stands in a file in place of what is right."""

    means: str
    file: str
    right: str
    wrong: str
    features: tuple[str, ...] = ()  # of the scenarios in which it may show

    def __str__(self) -> str:
        return self.means


_FAILS = """    request.outcome, request.dead = outcome, 1
    failed = instruction_at(launch, request.counter - 1)
    for holding in range(failed.held, failed.held + failed.number):"""
REFERENCE_MISTAKES = [
    Mistake(
        "who came last is served first",
        f"{SERVICE}/queues.py",
        "return self.popitem(last=False)[0]",
        "return self.popitem(last=True)[0]",
    ),
    Mistake(
        "one more waits in a queue than may",
        f"{SERVICE}/request_walk.py",
        "if len(station.waiting) >= station.queue:",
        "if len(station.waiting) > station.queue:",
    ),
    Mistake(
        "a wait is measured from when the request was due, not from when it came to the station",
        f"{SERVICE}/request_walk.py",
        "request.waiting_since_s = self.env.now_s",
        "request.waiting_since_s = request.due_s",
    ),
    Mistake(
        "who waits to try again is counted twice",
        f"{BEHAVIOUR}/runner.py",
        "self.counts.waiting_to_retry += step.retrying",
        "self.counts.waiting_to_retry += 2 * step.retrying",
    ),
    Mistake(
        "patience is compared before the pause is added",
        f"{BEHAVIOUR}/persistence.py",
        "return self.waited_s + pause_s > ",
        "return self.waited_s > ",
    ),
]
COMPILED_MISTAKES = [
    Mistake(
        "a time-out comes before an answer of the same moment",
        f"{COMPILED}/users/deadlines.py",
        "put(launch, line.armed_s, True, DEADLINE, place, 0)",
        "put(launch, line.armed_s, False, DEADLINE, place, 0)",
    ),
    Mistake(
        "a request that fails keeps the innermost server that it holds",
        f"{COMPILED}/service/waiting.py",
        _FAILS,
        _FAILS.replace("range(failed.held,", "range(failed.held + 1,"),
    ),
    Mistake(
        "work is drawn with the salt of another piece",
        f"{COMPILED}/service/walk.py",
        "mix(request.key, instruction.piece)",
        "mix(request.key, instruction.piece + instruction.piece)",
    ),
    Mistake(
        "a sample is taken after all else that happens at its moment",
        f"{COMPILED}/kernel.py",
        "max(0.0, next_s - launch.now_s), False, SAMPLE, 0, 0)",
        "max(0.0, next_s - launch.now_s), True, SAMPLE, 0, 0)",
    ),
    Mistake(
        "patience is over when just so much time has passed, not when more has",
        f"{COMPILED}/users/persistence.py",
        "return effort.waited_s + seconds > drawn(",
        "return effort.waited_s + seconds >= drawn(",
    ),
    Mistake(
        "of what a practice holds it takes up the youngest first",
        f"{COMPILED}/practices/backlogs.py",
        "return arose_s < other_s",
        "return arose_s > other_s",
        FOLLOWED,
    ),
    Mistake(
        "a practice whose try has failed does not leave off for a while",
        f"{COMPILED}/practices/backlogs.py",
        "workplace.not_before_s = now_s + launch.rest_s",
        "workplace.not_before_s = now_s",
        FOLLOWED,
    ),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that a comparison of the engines runs."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests", "tests/simulations"):
        (folder / name / "__init__.py").touch()
    return folder


@contextmanager
def planted(mistake: Mistake, folder: Path) -> Iterator[None]:
    """While the mistake stands in the copy."""
    file = folder / mistake.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mistake.right) == 1, f"{mistake.file} has not once: {mistake.right}"
    file.write_text(text.replace(mistake.right, mistake.wrong), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


def searched(folder: Path, features: tuple[str, ...] = ()) -> str:
    """What a search in the copy says, among scenarios that have these features; its machine code is kept beside it."""
    own = {"PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "tests.simulations.compiled.search", str(EXAMPLES), *features]
    done = subprocess.run(command, cwd=folder, env=os.environ | own, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout, done.stderr
    return done.stdout.strip()


def test_each_mistake_can_be_planted() -> None:
    every = [*REFERENCE_MISTAKES, *COMPILED_MISTAKES]
    assert [str(one) for one in every if (ROOT / one.file).read_text(encoding="utf-8").count(one.right) != 1] == []


@pytest.mark.long
@pytest.mark.exhaustive
@pytest.mark.parametrize("features", [(), FOLLOWED], ids=["plain", "followed"])
def test_nothing_shows_where_no_mistake_is_planted(features: tuple[str, ...], copy: Path) -> None:
    assert searched(copy, features) == NONE_FOUND


@pytest.mark.long
@pytest.mark.exhaustive
@pytest.mark.parametrize("mistake", [*REFERENCE_MISTAKES, *COMPILED_MISTAKES], ids=str)
def test_a_planted_mistake_shows(mistake: Mistake, copy: Path) -> None:
    with planted(mistake, copy):
        assert " by the reference, " in searched(copy, mistake.features)
