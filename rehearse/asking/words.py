"""What each word of `rehearse compare` stands for: a run folder, a scenario, or one of a scenario's variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.comparing.options import OptionError
from recordings.run_folder import RunFolder
from scenarios.sources.catalogue import catalogue, find
from scenarios.sources.problems import ScenarioError
from scenarios.text.nearest import nearest


@dataclass(frozen=True)
class RunWord:
    """A folder that holds a finished run."""

    word: str
    folder: RunFolder


@dataclass(frozen=True)
class ScenarioWord:
    """A scenario by catalogue name or file, and one of its variants where the word names one."""

    word: str
    scenario: str
    variant: str | None = None

    @property
    def name(self) -> str:
        """How people are told of it."""
        stem = Path(self.scenario).stem
        return stem if self.variant is None else f"{stem}:{self.variant}"


Word = RunWord | ScenarioWord


def read_word(word: str) -> Word:
    """A name of the catalogue is that scenario, also where a folder is called so (`./name` is the folder); a folder is
    a run, anything else a scenario's file, or a scenario with `:VARIANT`. Raises `OptionError` for what is none of
    them."""
    path = Path(word)
    if word not in catalogue() and _is_folder(path):
        folder = RunFolder(path)
        if not folder.summary.exists():
            raise OptionError(f"{word} is not a finished run: the folder has no {folder.summary.name}")
        return RunWord(word, folder)
    if _is_scenario(word):
        return ScenarioWord(word, word)
    scenario, is_given, variant = word.rpartition(":")
    if is_given and _is_scenario(scenario):
        return ScenarioWord(word, scenario, variant.strip())
    known = [*catalogue(), *(str(run) for run in _runs_beside(path))]
    raise OptionError(
        f"{word} is not a finished run (there is no such folder), nor a scenario: allowed is a run folder, a scenario's"
        f" file or name (`rehearse list`), or SCENARIO:VARIANT{nearest(scenario or word, known)}"
    )


def read_words(words: Sequence[str]) -> list[Word]:
    """Several of them. Raises `OptionError`."""
    return [read_word(word) for word in words]


def all_runs(words: Sequence[Word]) -> list[Path] | None:
    """The folders, where all words are runs; else None."""
    folders = [word.folder.path for word in words if isinstance(word, RunWord)]
    return folders if len(folders) == len(words) else None


def _is_scenario(word: str) -> bool:
    try:
        find(word)
    except ScenarioError:
        return False
    return True


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no name of a folder
        return False


def _runs_beside(path: Path) -> list[Path]:
    """Run folders that may be meant by the name of one that is not there."""
    if not _is_folder(path.parent):
        return []
    try:
        return [each for each in path.parent.iterdir() if RunFolder(each).summary.exists()]
    except OSError:
        return []
