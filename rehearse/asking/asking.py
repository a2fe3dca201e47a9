"""An experiment from the command line: its launches asked for, its answer shown and written, and its exit status."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.text import Text

from experiments.answers.answer import Answer
from experiments.answers.markdown import answer_markdown
from experiments.answers.writing import ASKED, as_data, write_answer
from experiments.comparing.options import OptionError
from experiments.launches.clustering import Cluster, ClusterError
from experiments.launches.kept import KeptOutcomes
from experiments.launches.launches import Launches, Progress
from experiments.launches.performing import Performer, Processes
from experiments.launches.point import Point
from experiments.varying.varied import VaryError
from recordings.run_folder import RunFolder, write_json
from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import no_run_folder, tell_failure
from rehearse.running.made import about_making
from rehearse.shown.interruption import interrupt_work
from rehearse.shown.showing import plain_table
from rehearse.shown.terminal import ProgressStep, Terminal
from scenarios.behaviour.standstill import StandstillError
from scenarios.measured.python_files import JourneyFaultError
from scenarios.sources.problems import ScenarioError
from scenarios.text.phrases import several, several_are
from simulations.engines import EngineChoice, EngineError

KEPT: Final = ".launches"  # below the folder of runs
_STATUS: Final = {
    "met": ExitStatus.OBJECTIVES_MET,
    "missed": ExitStatus.OBJECTIVES_MISSED,
    "worse": ExitStatus.WORSE,
    "answered": ExitStatus.OBJECTIVES_MET,
}
_STYLES: Final = {"met": "bold green", "missed": "bold red", "worse": "bold red", "answered": "bold"}
_REFUSALS: Final = (VaryError, OptionError, EngineError, ClusterError, StandstillError, JourneyFaultError)
Question = Callable[[Launches, Point], Answer]


class InquiryError(ValueError):
    """A question that cannot be answered, and why."""


@dataclass(frozen=True)
class Inquiry:
    """A question about a scenario: how that is called, its frozen text, what kind of question, and how its launches are
    simulated. `seed` is another than the scenario's; with `afresh` no outcome that is kept is used; `cluster` is the
    address of a scheduler of machines that simulate; what is larger than a launch may be is refused where it is
    `limited`. `as_json` prints the answer for programs, `as_markdown` for a pull request. `title` is what the answer is
    called, where that is not the scenario's; `keeps` is what else is written into the answer's folder: texts by the
    names of their files."""

    name: str
    text: str
    kind: str
    runs: Path
    seed: int | None = None
    processes: int | None = None
    engine: EngineChoice = "auto"
    cluster: str | None = None
    afresh: bool = False
    limited: bool = True
    as_json: bool = False
    title: str | None = None
    keeps: Mapping[str, str] = field(default_factory=dict)
    as_markdown: bool = False

    def ask(self, question: Question) -> ExitStatus:
        """Ask it, show the answer and write it. Raises `ScenarioError` for a bad scenario."""
        terminal = Terminal()
        interrupt_work()
        try:
            answer, folder = self.answered(question, terminal)
        except KeyboardInterrupt:
            return ExitStatus.INTERRUPTED
        except InquiryError as error:
            tell_failure(terminal, ExitStatus.BAD_CONFIGURATION, str(error), as_json=self.as_json)
            return ExitStatus.BAD_CONFIGURATION
        if self.as_json:
            terminal.json(as_data(answer))
        elif self.as_markdown:
            terminal.print(Text(answer_markdown(answer).rstrip()))
        else:
            show_answer(terminal, answer)
            terminal.print(f"Page: {folder / 'answer.html'}")
        return _STATUS.get(answer.status, ExitStatus.NO_VERDICT)

    def answered(self, question: Question, terminal: Terminal) -> tuple[Answer, Path]:
        """The answer, and the new folder that it stands in.

        Raises `InquiryError` where it cannot be had, `ScenarioError` for a bad scenario, and `KeyboardInterrupt` once
        it is said what is kept.
        """
        point = Point(self.text, self.name)
        seed = point.scenario.seed if self.seed is None else self.seed
        try:
            kept = KeptOutcomes(None if self.afresh else self.runs / KEPT)
            folder = RunFolder.create(self.runs, f"{Path(self.name).stem}-{self.kind}").path
            for name, text in {"scenario.yaml": self.text, **self.keeps}.items():
                (folder / name).write_text(text, encoding="utf-8")
            write_json(folder / ASKED, about_making(datetime.now(UTC), seed))
        except OSError as error:
            raise InquiryError(no_run_folder(self.runs, error)) from None
        began_s = time.monotonic()
        try:
            launches = Launches(seed, kept, self._performer(), self.engine, limited=self.limited)
            with terminal.step(f"{self.kind} of {self.name}", 1) as step:
                launches.heard = lambda progress: _hear(step, progress, launches, began_s)
                answer = question(launches, point)
                answer = answer if self.title is None else replace(answer, title=self.title)
        except KeyboardInterrupt:
            terminal.note(f"interrupted; {self._left(launches)}")
            raise
        except (ScenarioError, *_REFUSALS) as error:
            shutil.rmtree(folder, ignore_errors=True)  # it holds no answer, and never will
            if isinstance(error, ScenarioError):
                raise
            raise InquiryError(str(error)) from None
        terminal.note(f"{several(launches.simulated, 'launch')} simulated, {launches.looked_up:,} looked up")
        write_answer(answer, folder)
        return answer, folder

    def _left(self, launches: Launches) -> str:
        """What an interrupted question leaves for the next time."""
        if self.afresh:
            return "with --afresh nothing is kept: the same command begins anew"
        if not launches.simulated:
            return f"no further launch was finished: the same command goes on with what is in {self.runs / KEPT}"
        kept = several_are(launches.simulated, "launch")
        return f"{kept} kept in {self.runs / KEPT}: the same command goes on from there"

    def _performer(self) -> Performer:
        return Processes(self.processes) if self.cluster is None else Cluster(self.cluster)


def show_answer(terminal: Terminal, answer: Answer) -> None:
    """An answer for people: its sentences, and its tables."""
    first, *more = answer.sentences
    terminal.print(Text(first, style=_STYLES.get(answer.status, "bold yellow")))
    for sentence in (*more, *answer.cautions, answer.basis):
        terminal.print(Text(sentence))
    for table in answer.tables:
        terminal.print(Text(f"\n{table.title}", style="bold"))
        seen = table.for_people(on_terminal=True)
        shown = plain_table(*(column.title for column in seen.columns))
        for row in seen.rows:
            shown.add_row(*(Text(cell.text) for cell in row))
        if seen.rows:
            terminal.print(shown)
        if hidden := len(table.rows) - len(seen.rows):
            terminal.print(Text(f"{several(hidden, 'row')} more on the page, and in {table.name}.csv"))


def _hear(step: ProgressStep, progress: Progress, launches: Launches, began_s: float) -> None:
    step.total = launches.simulated + progress.wanted - progress.done
    took_s = time.monotonic() - began_s
    left_s = took_s / launches.simulated * (progress.wanted - progress.done) if launches.simulated else 0.0
    left = f", {left_s:.0f} s left of this round" if progress.done and left_s >= 1 else ""
    step.at(launches.simulated, f"launch {progress.done} of {progress.wanted} of {progress.name}{left}")
