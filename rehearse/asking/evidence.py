"""The evidence that a dossier's notes ask for, made where it is not there yet: runs, and answers of experiments.

What was made is found again by content, in `.evidence` below the folder of runs: an interrupted dossier goes on, and
nothing is made twice for two dossiers. Another version of what makes launches makes everything anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final

from dossier.notes.reading import PlacedNotes
from dossier.notes.wanted import WantedRun
from experiments.files.asked_scenario import PlacedAsking
from experiments.files.catalogue import find_experiment
from experiments.files.reading import PlacedExperiment, read_experiment
from experiments.launches.kept import version
from recordings.run_folder import RunFolder, write_whole
from recordings.summary import Summary
from rehearse.asking.asking import Inquiry
from rehearse.asking.by_values import asking_experiment
from rehearse.ending.exit_status import ExitStatus
from rehearse.running.performing import done
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.terminal import Terminal
from scenarios.language.reading import frozen_text
from scenarios.limits.checked import read_checked
from scenarios.quantities.fields import Place
from scenarios.sources.problems import Problem, ScenarioError, dotted
from scenarios.sources.source import Source
from simulations.engines import EngineChoice

MADE: Final = ".evidence"  # below the folder of runs


class HinderedError(Exception):
    """What hindered a run has been told; `status` is that of what hindered it."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__(status.name)
        self.status = status


@dataclass(frozen=True)
class Planned:
    """A run or an answer: what it is called, a digest of all that it comes from, and what makes its folder."""

    name: str
    content: str
    make: Callable[[], Path]


@dataclass(frozen=True)
class EvidenceMaker:
    """Makes evidence below the folder of `runs`."""

    runs: Path
    terminal: Terminal
    processes: int | None = None
    engine: EngineChoice = "auto"

    def planned(self, notes: PlacedNotes) -> tuple[list[Planned], list[Planned]]:
        """The runs and the answers that the notes ask for, in their order. Raises `ScenarioError` for what cannot be
        made."""
        return list(self._runs(notes)), list(self._questions(notes))

    def make(self, planned: Planned) -> Path:
        """The folder of what is planned, made if it is not there.

        Raises `InquiryError`, `HinderedError` or `KeyboardInterrupt` for what is not made, and `OSError` where nothing
        can be written.
        """
        pointer = self.runs / MADE / planned.content
        if pointer.is_file():
            folder = self.runs / pointer.read_text(encoding="utf-8")
            if RunFolder(folder).summary.exists() or (folder / "answer.json").exists():
                self.terminal.note(f"{planned.name} is there already: {folder}")
                return folder
        folder = planned.make()
        pointer.parent.mkdir(parents=True, exist_ok=True)
        write_whole(pointer, folder.name.encode())
        return folder

    def _runs(self, notes: PlacedNotes) -> Iterator[Planned]:
        wanted, source = notes.notes.evidence, notes.source
        assert wanted is not None
        assert source is not None
        for number, run in enumerate(wanted.runs):
            asking = PlacedAsking(source, run, ("evidence", "runs", number))
            name, changes = asking.scenario, asking.changes
            asking.reading(partial(read_checked, name, changes, simulated=True))
            text = frozen_text(name, changes=changes, for_mock=run.replayed)
            content = _digest(text, str(run.seed), str(run.launches), str(run.replayed))
            yield Planned(Path(name).stem, content, partial(self._run, name, text, run))

    def _run(self, name: str, text: str, wanted: WantedRun) -> Path:
        rehearsal = Rehearsal.begin(name, text, wanted.seed, self.runs, self.terminal, self.engine, wanted.launches)

        def steps(run: Rehearsal) -> None:
            run.forecast(wanted.launches, self.processes)
            if wanted.replayed:
                run.serve_and_replay(1)

        status = done(rehearsal, steps, as_json=False)
        if rehearsal.has_something():
            self._tell(rehearsal.finish(interrupted=status is ExitStatus.INTERRUPTED))
        if status is ExitStatus.INTERRUPTED:
            raise KeyboardInterrupt
        if status is not None:
            raise HinderedError(status)
        return rehearsal.folder.path

    def _tell(self, summary: Summary) -> None:
        self.terminal.note(f"{summary.title}: {summary.sentence}")

    def _questions(self, notes: PlacedNotes) -> Iterator[Planned]:
        wanted, source = notes.notes.evidence, notes.source
        assert wanted is not None
        assert source is not None
        for number, name in enumerate(wanted.questions):
            placed = read_experiment(_experiment_file(name, source, ("evidence", "questions", number)))
            yield self._question(placed)

    def _question(self, placed: PlacedExperiment) -> Planned:
        scenario, changes = placed.scenario, placed.changes
        placed.reading(partial(read_checked, scenario, changes, simulated=True))
        text, kind = frozen_text(scenario, changes=changes), placed.says.question
        asked = Inquiry(scenario, text, kind, self.runs, placed.says.seed, self.processes, self.engine)
        inquiry, question = asking_experiment(asked, placed)

        def ask() -> Path:
            answer, folder = inquiry.answered(question, self.terminal)
            self.terminal.note(f"{answer.title}: {answer.sentences[0]}")
            return folder

        return Planned(placed.name, _digest(text, *inquiry.keeps.values()), ask)


def _digest(*texts: str) -> str:
    digest = blake2b(digest_size=16)
    for text in (version(), *texts):
        digest.update(f"{len(text)} {text}".encode())
    return digest.hexdigest()


def _experiment_file(name: str, source: Source, place: Place) -> str:
    """The file of an experiment that notes name. Raises `ScenarioError`, told in the notes."""
    try:
        return str(find_experiment(name, beside=Path(source.file).parent))
    except ScenarioError as error:
        raise ScenarioError([Problem(*source.where(place), dotted(place), error.problems[0].message)]) from None
