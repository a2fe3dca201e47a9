"""A file of another kind than the command reads is called by its kind, once, and not by each of its keys."""

from __future__ import annotations

import pytest

from dossier.notes.catalogue import find_notes
from experiments.files.catalogue import find_experiment
from rehearse.cli import main
from scenarios.sources.catalogue import find

FILES = {
    "a scenario": find("login-storm"),
    "an experiment": find_experiment("launch-week-headroom"),
    "a dossier's notes": find_notes("launch-week"),
}
COMMANDS = {
    "a scenario": [["simulate"], ["check"], ["show"], ["sweep", "--vary", "demand=1, 2"]],
    "an experiment": [["experiment"]],
    "a dossier's notes": [["dossier", "--notes"]],
}
READ_BY = {
    "a scenario": "rehearse simulate",
    "an experiment": "rehearse experiment",
    "a dossier's notes": "rehearse dossier --notes",
}
OTHERS = [(wanted, given) for wanted in FILES for given in FILES if wanted != given]


@pytest.mark.parametrize(("wanted", "given"), OTHERS)
def test_the_command_that_reads_it_is_named(
    wanted: str, given: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    for words in COMMANDS[wanted]:
        if (words, given) == (["check"], "an experiment"):
            continue  # checks both
        monkeypatch.setattr("sys.argv", ["rehearse", *words, str(FILES[given])])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 104
        (line,) = "".join(capfd.readouterr()).splitlines()
        assert line.endswith(f"is a key of {given}, not of {wanted}; `{READ_BY[given]} {FILES[given]}` reads it")
        assert line.startswith(f"{FILES[given]}:")
