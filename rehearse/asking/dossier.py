"""`rehearse dossier`: evidence read, its launches simulated or looked up, the dossier written and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import msgspec
from rich.text import Text

from dossier.describing import described_run
from dossier.form.dossier import Dossier
from dossier.making import make_dossier
from dossier.notes.reading import read_notes
from dossier.page.audience import Audience
from dossier.reading import read_evidence
from dossier.writing import write_dossier
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches
from experiments.launches.performing import Processes
from recordings.run_folder import DamagedFileError, RunFolder
from rehearse.asking.asking import KEPT, InquiryError
from rehearse.asking.evidence import EvidenceMaker, HinderedError
from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import no_run_folder, tell_failure
from rehearse.shown.interruption import interrupt_work
from rehearse.shown.terminal import Terminal
from scenarios.sources.problems import Problem, ScenarioError
from simulations.engines import EngineChoice, EngineError

_NO_EVIDENCE: Final = (
    "is missing, and no RUN is given: a dossier is made of finished runs, or of what notes ask for, such as"
    " `evidence: {runs: [launch-morning], questions: []}`"
)
_STATUS: Final = {
    "ready": ExitStatus.OBJECTIVES_MET,
    "ready if": ExitStatus.NO_VERDICT,
    "not enough evidence": ExitStatus.NO_VERDICT,
    "not ready": ExitStatus.OBJECTIVES_MISSED,
}


@dataclass(frozen=True)
class DossierForm:
    """Where a dossier is written (a new folder below `runs` when None), for whom, whether as PDF, too, and whether JSON
    or words are told."""

    folder: Path | None = None
    audience: Audience = "everybody"
    as_pdf: bool = False
    as_json: bool = False


@dataclass(frozen=True)
class AskedDossier:
    """Which dossier: of which runs, answers and notes, in which form, of which day, how launches are simulated, and
    since which dossier its changes are told (none when None). Without runs that evidence is made which the notes ask
    for."""

    runs: Sequence[Path]
    answers: Sequence[Path]
    notes: Path | None
    form: DossierForm
    today: date
    kept: Path
    processes: int | None = None
    engine: EngineChoice = "auto"
    since: Path | None = None

    def make(self) -> ExitStatus:
        """Make and write it. Raises `ScenarioError` for evidence or notes that cannot be used."""
        terminal = Terminal()
        interrupt_work()
        try:
            runs, answers = self._evidence(terminal)
            evidence = read_evidence(runs, answers, self.notes, self.today, self._launches, self.since)
            dossier = make_dossier(evidence)
            folder = self.form.folder or RunFolder.create(self.kept, "dossier").path
            description = described_run(evidence.launch)
            write_dossier(dossier, description, folder, self.form.audience, as_pdf=self.form.as_pdf)
        except KeyboardInterrupt:
            terminal.note("interrupted; the launches that were simulated are kept")
            return ExitStatus.INTERRUPTED
        except HinderedError as error:
            return error.status
        except (EngineError, DamagedFileError, InquiryError) as error:
            return self._failed(terminal, str(error))
        except OSError as error:
            return self._failed(terminal, no_run_folder(self.form.folder or self.kept, error))
        if self.form.as_json:
            terminal.json(msgspec.to_builtins(dossier))
        else:
            _show(terminal, dossier)
            terminal.print(f"Page: {folder / 'dossier.html'}")
        return _STATUS[dossier.decision]

    def _evidence(self, terminal: Terminal) -> tuple[Sequence[Path], Sequence[Path]]:
        """The folders of the runs and of the answers. Raises what `EvidenceMaker` does."""
        if self.runs:
            return self.runs, self.answers
        notes = read_notes(self.notes)
        if notes.notes.evidence is None:
            raise ScenarioError([Problem(str(self.notes or "dossier"), None, "evidence", _NO_EVIDENCE)])
        maker = EvidenceMaker(self.kept, terminal, self.processes, self.engine)
        runs, answers = maker.planned(notes)
        return [maker.make(run) for run in runs], [*(maker.make(answer) for answer in answers), *self.answers]

    def _launches(self, seed: int) -> Launches:
        return Launches(seed, KeptOutcomes(self.kept / KEPT), Processes(self.processes), self.engine)

    def _failed(self, terminal: Terminal, message: str) -> ExitStatus:
        tell_failure(terminal, ExitStatus.BAD_CONFIGURATION, message, as_json=self.form.as_json)
        return ExitStatus.BAD_CONFIGURATION


def _show(terminal: Terminal, dossier: Dossier) -> None:
    """The decision, and of each other line what is missing."""
    first, *others = dossier.lines
    for place, statement in enumerate(first.statements):
        terminal.print(Text(statement.text, style="" if place else "bold"))
    for line in others:
        for statement in line.statements:
            if statement.kind == "missing":
                terminal.print(Text(f"{line.title}: {statement.text} {statement.command}"))
