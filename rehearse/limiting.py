"""`rehearse limit`: replays at one demand after another, until the highest at which objectives hold is known."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml

from loadtests.safety.refused import RefusedError
from readiness.limit.page import limit_page
from readiness.limit.search import LimitSearch, SearchBounds, Trial, TrialVerdict
from readiness.limit.trial import trial_of
from readiness.limit.wording import knee_sentence, limit_sentence, trial_row
from readiness.wording.warm_up import after_words
from recordings.run_folder import RunFolder, write_json, write_whole
from rehearse.children.processes import ProcessFailedError
from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import no_run_folder
from rehearse.running.made import engine_of_run
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.showing import plain_table
from rehearse.shown.terminal import Terminal
from scenarios.language.reading import frozen_text, read_text
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import multiple
from scenarios.sources.changes import Changes
from simulations.engines import EngineChoice

Steps = Callable[[Rehearsal], None]


@dataclass
class LimitRun:
    """A search under way. `check` raises `RefusedError` for a scenario that the terms do not permit, `steps` replay
    one; `target` says in words what is measured, `rest_s` is how long the service is left alone between trials,
    `engine` by which the twin of each replay is to be simulated.

    Raises `RefusedError` when no run folder can be made or the engine cannot do it, `ScenarioError` for a bad scenario.
    """

    name: str
    changes: Changes
    seed: int | None
    bounds: SearchBounds
    runs: Path
    check: Callable[[Scenario], None]
    steps: Steps
    target: str
    rest_s: float
    terminal: Terminal
    engine: EngineChoice = "auto"
    folder: RunFolder = field(init=False)
    search: LimitSearch = field(init=False)

    def __post_init__(self) -> None:
        self.text = frozen_text(self.name, changes=self.changes)
        self.scenario = read_text(self.text, self.name)
        engine_of_run(self.scenario, self.engine, launches=1)
        self.search = LimitSearch(self.bounds)
        try:
            self.folder = RunFolder.create(self.runs, f"{Path(self.name).stem}-limit")
            self.folder.scenario.write_text(self.text, encoding="utf-8")
        except OSError as error:
            raise RefusedError(f"{no_run_folder(self.runs, error)}. Nothing was sent.") from None

    def perform(self) -> ExitStatus:
        """Search to the end, or until somebody interrupts. What is known is written after each trial."""
        status: ExitStatus | None = None
        try:
            while (demand := self.search.next_demand()) is not None:
                if self.search.trials:
                    time.sleep(self.rest_s)
                self.search.tell(self._trial(demand))
                self.terminal.note("  ".join(filter(None, trial_row(self.search.trials[-1]))))
                self._write()
        except KeyboardInterrupt:
            self.terminal.note("interrupted; what there is has been written")
            status = ExitStatus.INTERRUPTED
        self._write()
        return status or self._status()

    @property
    def after_words(self) -> str:
        """What the figures of each trial leave out; nothing where the scenario states no warm-up."""
        return after_words(self.scenario.warm_up) if self.scenario.warm_up is not None else ""

    def found(self) -> dict[str, Any]:
        """The search as JSON has it."""
        return {
            "scenario": self.name,
            "target": self.target,
            "sentence": limit_sentence(self.search),
            "knee": knee_sentence(self.search.trials),
            "limit": self.search.limit,
            "is_confirmed": self.search.is_confirmed,
            "is_generators": self.search.is_generators,
            "broke_first": list(self.search.broke_first),
            "trials": [msgspec.to_builtins(trial) for trial in self.search.trials],
        }

    def _trial(self, demand: float) -> Trial:
        """One replay at this demand, with draws of its own, in a run folder of its own."""
        text = with_demand(self.text, demand)
        scenario = read_text(text, self.name)
        try:
            self.check(scenario)
        except RefusedError as error:
            return Trial(demand, TrialVerdict.CEILING, why=str(error))
        seed = (self.scenario.seed if self.seed is None else self.seed) + len(self.search.trials)
        rehearsal = Rehearsal.begin(
            self.name, text, seed, self.folder.path / "trials", self.terminal, self.engine, launches=1
        )
        if not self.search.trials:
            rehearsal.say_engine()
        try:
            self.steps(rehearsal)
        except ProcessFailedError as error:
            if not rehearsal.has_something():
                return Trial(demand, TrialVerdict.GENERATOR, why=str(error))
        during, _ = scenario.replayed()
        return trial_of(demand, rehearsal.finish(), during[1] - during[0] - (scenario.warm_up or 0))

    def _write(self) -> None:
        write_json(self.folder.path / "limit.json", self.found())
        measured_on = ", ".join(filter(None, [self.target, self.after_words]))
        write_whole(self.folder.path / "limit.html", limit_page(self.scenario.title, self.search, measured_on).encode())

    def _status(self) -> ExitStatus:
        """Met when a limit of the service was found and confirmed; no verdict when it is the generator's."""
        if self.search.limit is None:
            is_known = not self.search.is_generators
            return ExitStatus.OBJECTIVES_MISSED if is_known else ExitStatus.NO_VERDICT
        is_sure = self.search.is_confirmed and not self.search.is_generators
        return ExitStatus.OBJECTIVES_MET if is_sure else ExitStatus.NO_VERDICT


def show_limit(run: LimitRun, *, as_json: bool) -> None:
    """The limit for people, or as JSON."""
    if as_json:
        run.terminal.json(run.found())
        return
    run.terminal.print(limit_sentence(run.search))
    run.terminal.print(knee_sentence(run.search.trials))
    run.terminal.print(f"Tried on {run.target}.")
    if run.after_words:
        run.terminal.print(f"Figures are {run.after_words}.")
    table = plain_table("Demand", "Offered / s", "Good / s", "Verdict", "What did not hold")
    for trial in run.search.trials:
        table.add_row(*trial_row(trial))
    run.terminal.print(table)
    run.terminal.print(f"Page: {run.folder.path / 'limit.html'}")


def with_demand(text: str, demand: float) -> str:
    """A frozen scenario, so many times over."""
    data = yaml.safe_load(text)
    data["demand"] = multiple(data.get("demand", 1.0)) * demand
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
