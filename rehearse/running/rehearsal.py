"""One rehearsal, step by step: forecast, serve, replay, audit, compare, report.

Each step leaves its result in the run folder before the next begins, and `finish` makes the most of whatever there is,
so that an interrupted run still has a summary and a report.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from loadtests.audit.audit import audit
from loadtests.safety.targets import NOTHING_SAID, Consent, Terms
from readiness.judging.server_lag import judge_server
from readiness.launch_figures import figures_of_launch
from readiness.report.page import report_page
from readiness.summarise import MOCK, Forecasts, Replayed, summarise
from readiness.wording.redirects import unfollowed
from recordings.audit_result import AuditResult
from recordings.axes import form_of, replayed
from recordings.events import Event, add_events, read_events
from recordings.files import write_recording
from recordings.launch_curves import together_curves, write_curves
from recordings.recording import Recording
from recordings.run_folder import RunFolder, read_json, write_json, write_whole
from recordings.server_result import ServerResult
from recordings.summary import ReplayTarget, Summary, to_json
from rehearse.children.control import ControlClient
from rehearse.children.processes import ProcessFailedError, begin_there, replay, served
from rehearse.live.active_faults import active_faults
from rehearse.running.made import about_run, engine_of_run
from rehearse.running.merging import merged_replay
from rehearse.shown.messages import Meter, show_message
from rehearse.shown.replay_view import ReplayView
from rehearse.shown.terminal import Terminal
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.practices.state import WindowStart, state_of, state_text
from simulations.engines import ChosenEngine, EngineChoice, engine_of
from simulations.forecast import forecast_seen
from simulations.launch import carried_over, simulate_replay

_REASONS_SHOWN = 10


@dataclass
class Rehearsal:
    """A run under way. `name` is how the scenario was called, `text` its frozen form, `choice` by which engine it is to
    be simulated (`RefusedError` where that cannot be); `engine` does so, None where there is nothing to simulate.
    `launches` is how many will be, as many as the scenario says when None."""

    name: str
    text: str
    seed: int
    folder: RunFolder
    terminal: Terminal
    choice: EngineChoice = "auto"
    launches: int | None = None
    scenario: Scenario = field(init=False)
    engine: ChosenEngine | None = field(init=False)
    forecasts: Forecasts | None = None
    replayed: Replayed | None = None
    meter: Meter = lambda _: None  # who publishes live metrics replaces it
    begins: Callable[[float], None] = lambda _: None  # hears what the wall clock shows when the replay begins
    is_interrupted: bool = False  # before it was taken over

    def __post_init__(self) -> None:
        self.scenario = read_text(self.text, self.name)
        self.engine = engine_of_run(self.scenario, self.choice, self.launches)

    @classmethod
    def begin(
        cls,
        name: str,
        text: str,
        seed: int | None,
        runs: Path,
        terminal: Terminal,
        choice: EngineChoice = "auto",
        launches: int | None = None,
    ) -> Rehearsal:
        """A new run folder with the frozen scenario and what made it."""
        folder = RunFolder.create(runs, Path(name).stem)
        folder.scenario.write_text(text, encoding="utf-8")
        scenario = read_text(text, name)
        seed = scenario.seed if seed is None else seed
        rehearsal = cls(Path(name).stem, text, seed, folder, terminal, choice, launches)
        rehearsal.say_about(datetime.now(UTC))
        return rehearsal

    def say_about(self, began: datetime, replication: int = 0) -> None:
        """Write down what made this run, and when it began. Raises `OSError` when that cannot be done."""
        write_json(self.folder.about, about_run(self.folder, self.name, began, self.seed, replication, self.engine))

    def say_engine(self) -> None:
        """Which engine simulates, in one line."""
        if self.engine is not None:
            self.terminal.note(self.engine.words)

    def forecast(self, replications: int | None, processes: int | None) -> None:
        """Simulate independent launches of the whole period."""
        wanted = replications or self.scenario.replications
        self.forecasts = Forecasts(self.scenario, wanted)
        assert self.engine is not None, "nobody is asked for a forecast of what cannot be simulated"
        requests, engine = 0, self.engine.name
        try:
            with (
                self.terminal.step(f"forecast of {wanted} launches", wanted) as step,
                contextlib.closing(
                    forecast_seen(figures_of_launch, self.text, self.seed, wanted, processes, engine)
                ) as launches,
            ):
                for number, (launch, figures) in enumerate(launches, 1):
                    self.forecasts.add(launch, figures)
                    requests += int(launch.response.counts.sum())
                    step.at(number, f"launch {number} of {wanted}, {requests:,} requests")
        finally:
            if self.forecasts.total is not None:
                write_recording(self.forecasts.total, self.folder.forecast)
            if (curves := together_curves(self.forecasts.curves)) is not None:
                write_curves(curves, self.folder.launches)

    def serve_and_replay(self, workers: int, consent: Consent = NOTHING_SAID, *, samples: bool = False) -> None:
        """Replay against a mock server that is started for it and stopped after the audit."""
        with served(self.folder, self.seed) as (url, control):
            self.terminal.note(f"mock server at {url}")
            self.terminal.note(f"game day at {control.page()}")
            self.replay(url, workers, consent, control, samples=samples, target=MOCK)

    def replay(
        self,
        url: str,
        workers: int,
        consent: Consent = NOTHING_SAID,
        control: ControlClient | None = None,
        *,
        samples: bool = False,
        target: ReplayTarget | None = None,
        is_compared: bool = True,
    ) -> None:
        """Send the window's sessions to `url`, audit what was acknowledged, and simulate the same sessions; unless it
        `is_compared` they are only sent.

        `control` is the control API of a mock server: there the scenario's faults take their course with the replay.
        `target` is what the report says was measured; without it the service is named by its `url`.

        Raises `ProcessFailedError`, `RefusedError` or `KeyboardInterrupt` once what there is has been taken.
        """
        target = target or ReplayTarget("named target", url)
        during, drain_s = self.scenario.replayed()
        seconds = during[1] - during[0] + drain_s
        self._carry_over()
        twin = self.twin() if is_compared else None
        self.folder.workers.mkdir(exist_ok=True)
        interrupted: BaseException | None = None
        with (
            self.terminal.step("replay over HTTP", seconds) as step,
            active_faults(control.active if control and step.is_drawn else None) as faults,
        ):
            try:
                hear = partial(show_message, self.terminal, step, ReplayView(faults), self.meter)
                began = self.begins if control is None else self._beginning(control, during[0])
                replay(self.folder, self.seed, url, workers, hear, consent, began, samples=samples)
            except (KeyboardInterrupt, ProcessFailedError) as error:
                interrupted = error
        self.take(twin, workers, target, control)
        if interrupted is not None:
            raise interrupted
        if is_compared:
            self.read_back(url, consent)

    def _carry_over(self) -> None:
        """Simulate the launch up to the replay's window, and keep what it carries over into it."""
        if self.engine is not None:
            state = carried_over(self.scenario, self.seed, engine=self.engine.name)
            if state is not None:
                write_whole(self.folder.window_start, state_text(state).encode())

    def _window_start(self) -> WindowStart | None:
        """What was carried over, if anything was."""
        kept = self.folder.window_start
        return state_of(kept.read_text(encoding="utf-8")) if kept.exists() else None

    def _beginning(self, control: ControlClient, scenario_s: float) -> Callable[[float], None]:
        """Begins the scenario on a mock server, with the slots that are left then, when the replay begins."""
        before = self._window_start()
        return partial(begin_there, control, scenario_s, before.slots if before else None)

    def twin(self, replication: int = 0) -> Recording | None:
        """Simulate the very sessions that a replay sends; None where the scenario does not say what its operations do.

        Raises `OSError` when the recording cannot be written.
        """
        if self.engine is None:
            return None
        twin = simulate_replay(self.scenario, self.seed, replication, self._window_start(), self.engine.name)
        write_recording(twin, self.folder.twin)
        return twin

    def take(
        self, twin: Recording | None, workers: int, target: ReplayTarget, control: ControlClient | None = None
    ) -> None:
        """Take what `workers` have left in the run folder, and what a mock server says of it.

        Raises `OSError` when a file cannot be read or written, `ValueError` when a recording is damaged.
        """
        form = form_of(self.scenario, replayed(self.scenario), WORDS)
        self.replayed = merged_replay(self.folder, form, twin, workers, target)
        self._say_reasons(self.replayed.reasons)
        for sentence in unfollowed(self.scenario.service.operations, self.replayed.exchanges):
            self.terminal.note(sentence)
        self.replayed = replace(self.replayed, server=self._server(control))
        self.replayed = replace(self.replayed, events=self._events(control))

    def _say_reasons(self, reasons: dict[str, dict[str, int]]) -> None:
        """The most frequent reasons for which requests were not good."""
        most = [(count, operation, why) for operation, counts in reasons.items() for why, count in counts.items()]
        for count, operation, why in sorted(most, reverse=True)[:_REASONS_SHOWN]:
            self.terminal.note(f"not good: {operation}, {count:,} × {why}")

    def read_back(self, url: str, consent: Consent) -> None:
        """Audit what was acknowledged. It comes last, so that an interrupted audit does not lose the replay.

        Where a scenario says all of its requests there is no audit: what they wrote only the service knows.
        """
        assert self.replayed is not None
        if all(operation.http is not None for operation in self.scenario.service.operations.values()):
            return
        self.replayed = replace(self.replayed, audit=self._audit(url, consent.terms(self.scenario)))

    def has_something(self) -> bool:
        """Whether there is anything to report: a forecast launch, or a replay."""
        return self.replayed is not None or (self.forecasts is not None and self.forecasts.total is not None)

    def finish(self, *, interrupted: bool = False) -> Summary:
        """Write summary and report from whatever there is."""
        forecasts = self.forecasts if self.forecasts and self.forecasts.total else None
        by = engine_of(self.scenario) if forecasts or (self.replayed and self.replayed.twin) else None
        run = (self.name, self.scenario, self.seed, forecasts, self.replayed)
        summary = summarise(*run, interrupted=interrupted, simulated_by=by)
        write_whole(self.folder.summary, to_json(summary))
        self._report(summary)
        return summary

    def _audit(self, url: str, terms: Terms) -> AuditResult | None:
        """None when the ledgers cannot be read, which says so."""
        with self.terminal.step("audit", 1):
            ledgers = sorted(self.folder.workers.glob("ledger-*.jsonl"))
            try:
                return audit(url, ledgers, self.folder.audit, terms, self.scenario.target).result
            except (OSError, ValueError) as error:
                self.terminal.note(f"the audit could not be made: {error}")
                return None

    def _server(self, control: ControlClient | None) -> ServerResult | None:
        """How the mock kept its time; None when the target is none of ours, or is gone."""
        try:
            timing = control.timing() if control else None
        except httpx.HTTPError as error:
            self.terminal.note(f"how the server kept its time could not be read: {error}")
            return None
        return judge_server(timing) if timing else None

    def _events(self, control: ControlClient | None) -> list[Event]:
        """What was done to the service, by hooks and on the mock, whose faults end here."""
        try:
            hooked = read_events(self.folder.events)
        except ValueError as error:  # a load test that was killed may have left half a line
            self.terminal.note(f"{self.folder.events} is damaged: {error}")
            hooked = []
        if control is None:
            return hooked
        control.end_all()
        try:
            logged = control.events()
        except httpx.HTTPError as error:
            self.terminal.note(f"the server's log could not be read: {error}")
            return hooked
        add_events(logged, self.folder.events)
        return sorted([*hooked, *logged], key=lambda event: event.at_s)

    def _report(self, summary: Summary) -> None:
        page = report_page(
            summary,
            self.scenario,
            self.forecasts.total if self.forecasts else None,
            self.replayed.twin if self.replayed else None,
            self.replayed.measured if self.replayed else None,
            read_json(self.folder.about),
            self.replayed.exchanges if self.replayed else None,
            together_curves(self.forecasts.curves) if self.forecasts else None,
        )
        write_whole(self.folder.report, page.encode())
