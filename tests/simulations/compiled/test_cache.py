"""The folder of machine code: one for each text, made by one process, and gone when nobody uses it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulations.compiled import warm
from simulations.compiled.machine import cache
from tests.fixtures.places import ROOT

DAY_S = 24 * 3600.0
# says that it is there, then whether anything is to be made
SECOND = """
from simulations.compiled.machine import cache
print(cache.folder(), flush=True)
with cache.completing() as is_due:
    print(is_due)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for machine code that is nobody else's."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache.folder.cache_clear()
    yield tmp_path / "launch-rehearsal"
    cache.folder.cache_clear()


def test_one_process_makes_it_and_the_others_wait(home: Path) -> None:
    assert cache.why_not_kept() is None
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with cache.completing() as is_due:
        assert is_due
        second = subprocess.Popen([sys.executable, "-c", SECOND], stdout=subprocess.PIPE, text=True, env=environment)
        assert second.stdout is not None
        assert second.stdout.readline().strip() == str(cache.folder())
    said, _ = second.communicate(timeout=60)
    assert said.strip() == "False", "had it not waited, it would have found that nothing was there"
    assert cache.is_complete()


@pytest.mark.usefixtures("home")
def test_what_was_not_made_to_its_end_is_made_anew() -> None:
    assert cache.why_not_kept() is None
    with pytest.raises(KeyboardInterrupt), cache.completing():
        raise KeyboardInterrupt
    assert not cache.is_complete()


def test_what_nobody_has_used_for_a_month_goes(home: Path) -> None:
    now_s = time.time()
    for name, days in (("compiled-old", 31), ("compiled-lately", 29), ("something-else", 400)):
        (home / name).mkdir(parents=True)
        os.utime(home / name, (now_s - days * DAY_S, now_s - days * DAY_S))
    cache.folder().mkdir()
    cache.use()
    assert {path.name for path in home.iterdir()} == {"compiled-lately", "something-else", cache.folder().name}


def test_its_name_follows_from_all_that_is_written_into_machine_code() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in cache.compiled_texts()}
    assert {"simulations/compiled/kernel.py", "simulations/compiled/machine/layouts.py"} <= names
    assert {"scenarios/numerics/elementary.py", "scenarios/language/outcomes.py"} <= names, "functions and numbers"
    assert "simulations/compiled/launch.py" not in names, "plain Python: whoever changes it need not wait"


def test_a_place_that_cannot_be_written_is_told(home: Path) -> None:
    home.touch()
    assert str(cache.why_not_kept()).startswith("its machine code cannot be kept (")


def test_warming_says_what_it_did(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: list[str] = []
    monkeypatch.setattr(warm, "simulate_shop", lambda: made.append("once"))
    monkeypatch.setattr(warm, "find_spec", lambda _: object())
    warm.main()
    warm.main()
    said = capsys.readouterr().out.splitlines()
    for line, begins in zip(said, ("made in", "ready after", "there already"), strict=True):
        assert line.startswith(f"the compiled engine: machine code is {begins}")
    assert made == ["once"] and str(home) in said[-1]
    monkeypatch.setattr(warm, "find_spec", lambda _: None)
    warm.main()
    assert "Numba is not installed" in capsys.readouterr().out
