"""What a coordinator is to have done, and the run folder in which it is to be found afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from loadtests.control.finishing import finish
from loadtests.control.hooks import DueAction
from loadtests.control.messages import note
from loadtests.replay.worker import Assignment, shared_mark
from loadtests.safety.abort import AbortWatch
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import NOTHING_SAID, Consent
from recordings.generator_result import CoordinatorPart
from recordings.run_folder import RunFolder, write_json
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import duration_text


@dataclass(frozen=True)
class ReplayOrder:
    """The workers' assignment, and what the coordinator looks after itself.

    `actions` are what faults do on the target; `moment` writes a moment as the scenario does; `name` is how the
    scenario was called, `consent` what the command line permits. Unless it `is_reported` a run is left as the workers
    recorded it. `run_time_s` is Locust's `--run-time`: the replay ends then, if it is not over.
    """

    assignment: Assignment
    warm_up_s: float
    watch: AbortWatch
    actions: Sequence[DueAction]
    moment: Callable[[float], str]
    name: str = ""
    consent: Consent = NOTHING_SAID
    is_reported: bool = False
    run_time_s: float | None = None

    @property
    def folder(self) -> RunFolder:
        """Where the coordinator's own files go."""
        return RunFolder(Path(self.assignment.run_folder))

    @property
    def run_time_words(self) -> str:
        """That the replay was ended by its run time, for people."""
        return f"the run time of {duration_text(float(self.run_time_s or 0))} was over before the replay"

    def make_folder(self) -> None:
        """Make the run folder, and the mark by which workers know it.

        Raises `RefusedError` when another replay has used it, `OSError` when it cannot be made.
        """
        folder = self.folder
        if folder.is_used:
            raise RefusedError(f"{folder.path} holds a replay already; give another --run-folder, or none")
        folder.workers.mkdir(parents=True, exist_ok=True)
        if not folder.scenario.exists():
            folder.scenario.write_text(self.assignment.scenario, encoding="utf-8")
        shared_mark(folder, self.assignment.run).touch()

    def take_mark(self) -> None:
        """Every worker has made its folder: take the mark away."""
        shared_mark(self.folder, self.assignment.run).unlink(missing_ok=True)

    def unmake_folder(self) -> None:
        """The replay did not begin: leave no trace of it that would say that the folder was used."""
        self.take_mark()
        for worker in range(self.assignment.workers):
            ledger = self.folder.worker_ledger(worker)
            if ledger.exists() and not ledger.stat().st_size:
                ledger.unlink()
        with contextlib.suppress(OSError):
            self.folder.workers.rmdir()

    def leave(self, known: CoordinatorPart, began_epoch_s: float) -> int:
        """The replay is over: write what is known of its workers, and have the run finished if it `is_reported`.

        The run's exit status; 0 where nobody asked for a report. Raises `OSError` when that cannot be written.
        """
        write_json(self.folder.coordinator, msgspec.to_builtins(known))
        status = finish(self._words(began_epoch_s)) if self.is_reported else 0
        note(f"the run is in {self.folder.path}")
        return status

    def _words(self, began_epoch_s: float) -> list[str]:
        """What `rehearse.finishing` is to know of the run."""
        job = self.assignment
        words = [job.run_folder, "--scenario", self.name, "--host", job.host, "--began", f"{began_epoch_s:.0f}"]
        return [*words, "--seed", str(job.seed), "--replication", str(job.replication), *self.consent.words()]


def window_start_of(folder: RunFolder, scenario: Scenario) -> str:
    """What whoever started this has left in the run folder of what came before the window; nothing when nobody has.

    Raises `OSError` when it cannot be read.
    """
    if folder.window_start.exists():
        return folder.window_start.read_text(encoding="utf-8")
    if scenario.is_followed and scenario.replayed()[0][0] > scenario.period[0]:
        note(
            "practices and people begin the window as they would begin the period: what came before it only"
            " `rehearse run` and `rehearse load` carry over"
        )
    return ""
