"""`rehearse soak`: one long replay of a window again and again, and what drifts meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import yaml

from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import Consent
from readiness.drift.figures import means_of
from readiness.drift.judge import DriftLimit, DriftVerdict, drift_limit
from readiness.drift.page import soak_page
from readiness.drift.soak import SoakPlan, SoakSummary, judged_soak
from readiness.drift.wording import DRIFT_COLUMNS, cautions_of, drift_row, limit_sentences, soak_sentence
from readiness.exports.verdicts import objective_line
from recordings.evidence import Verdict
from recordings.run_folder import write_json, write_whole
from recordings.scrapes import Scrape, read_scrapes
from recordings.summary import Summary
from rehearse.children.processes import ProcessFailedError
from rehearse.ending.exit_status import ExitStatus
from rehearse.ending.failing import no_run_folder, tell_failure
from rehearse.live.publishing import Publishing
from rehearse.live.scraping import Scraper
from rehearse.running.rehearsal import Rehearsal
from rehearse.shown.interruption import interrupt_work
from rehearse.shown.showing import plain_table
from rehearse.shown.terminal import Terminal
from scenarios.behaviour.schedule import schedule
from scenarios.language.reading import frozen_text, read_text
from scenarios.language.scenario import Scenario
from scenarios.limits.checked import SESSIONS_MOST
from scenarios.quantities.units import duration_text
from scenarios.sources.changes import Changes
from scenarios.text.nearest import nearest

_SHOWN_MOST: Final = 40


@dataclass
class SoakRun:
    """A soak under way. `scraper` reads the target's metrics, if there is one; `skip_s` of the start are not judged."""

    rehearsal: Rehearsal
    url: str
    workers: int
    consent: Consent
    scraper: Scraper | None = None
    skip_s: float | None = None
    limits: list[DriftLimit] = field(default_factory=list)
    publishing: Publishing = field(default_factory=Publishing)
    status: ExitStatus = ExitStatus.NO_VERDICT
    soak: SoakSummary | None = None
    summary: Summary | None = None

    def perform(self, *, as_json: bool) -> None:
        """Replay to the end, or until somebody or something ends it, and judge it as far as it went.

        Raises `OSError` when what is left cannot be read or written, `ValueError` when it is damaged.
        """
        run, failed = self.rehearsal, ""
        ended: ExitStatus | None = None
        if self.scraper is not None:
            run.begins = self._begin_scraping
        try:
            with self.publishing.published(run.name, run.folder.path.name, run.terminal.note) as run.meter:
                run.replay(self.url, self.workers, self.consent, is_compared=False)
        except KeyboardInterrupt:
            ended, failed = ExitStatus.INTERRUPTED, "interrupted; what there is has been judged"
        except ProcessFailedError as error:
            ended, failed = ExitStatus.NO_VERDICT, str(error)
        except RefusedError as error:
            ended, failed = ExitStatus.BAD_CONFIGURATION, str(error)
        finally:
            if self.scraper is not None:
                self.scraper.close()
        if failed:
            tell_failure(run.terminal, ended or 0, failed, as_json=as_json and not run.has_something())
        self.status = ended or ExitStatus.NO_VERDICT
        if run.has_something():
            self.summary = run.finish(interrupted=ended is ExitStatus.INTERRUPTED)
            self.soak = self._judge()
            self.status = ended or soak_status(self.summary, self.soak)

    @property
    def scrapes(self) -> Path:
        """Where the target's metrics are written down."""
        return self.rehearsal.folder.path / "scrapes.jsonl"

    def _begin_scraping(self, at_epoch_s: float) -> None:
        assert self.scraper is not None
        self.scraper.begin(at_epoch_s, self.scrapes)

    def _judge(self) -> SoakSummary:
        run = self.rehearsal
        assert run.replayed is not None
        (start_s, end_s), _ = run.scenario.replayed()
        plan = SoakPlan(
            scenario=run.name,
            target=self.url,
            length_s=end_s - start_s,
            repetition_s=run.scenario.repetition_s() or end_s - start_s,
            skip_s=self.skip_s,
            limits=self.limits,
            warm_up_s=run.scenario.warm_up or 0.0,
        )
        replayed = run.replayed
        scrapes = read_scrapes(self.scrapes)
        soak = judged_soak(plan, replayed.measured, replayed.exchanges, scrapes, replayed.invalid_because)
        write_json(run.folder.path / "soak.json", msgspec.to_builtins(soak))
        write_whole(run.folder.path / "soak.html", soak_page(run.scenario.title, soak).encode())
        return soak


def soak_status(summary: Summary, soak: SoakSummary) -> ExitStatus:
    """Stopped when its own rule ended it; no verdict when it is invalid or could not be judged; missed when an
    objective or a limit is; and met when all that was asked for holds."""
    if summary.aborted is not None:
        return ExitStatus.STOPPED
    verdicts = {Verdict(one.verdict) for one in summary.objectives} | {one.verdict for one in soak.limits}
    could_judge = any(figure.verdict != DriftVerdict.TOO_FEW for figure in soak.figures)
    if soak.why_invalid or not could_judge:
        return ExitStatus.NO_VERDICT
    if Verdict.MISSED in verdicts:
        return ExitStatus.OBJECTIVES_MISSED
    return ExitStatus.NO_VERDICT if Verdict.NOT_ENOUGH_EVIDENCE in verdicts else ExitStatus.OBJECTIVES_MET


def not_met(summary: Summary) -> list[str]:
    """A sentence about each objective of the scenario that is not met, for the exit status goes by them, too."""
    return [
        f"“{one.name}” is {objective_line(one, summary)}"
        for one in summary.objectives
        if Verdict(one.verdict) is not Verdict.MET
    ]


def show_soak(run: SoakRun, *, as_json: bool) -> None:
    """What drifted for people, or as JSON."""
    soak, terminal = run.soak, run.rehearsal.terminal
    if soak is None or run.summary is None:
        return
    if as_json:
        terminal.json(msgspec.to_builtins(soak))
        return
    for sentence in (soak_sentence(soak), *cautions_of(soak), *limit_sentences(soak.limits), *not_met(run.summary)):
        terminal.print(sentence)
    shown = [figure for figure in soak.figures if figure.is_shown]
    if shown:
        table = plain_table(*DRIFT_COLUMNS)
        for figure in shown[:_SHOWN_MOST]:
            table.add_row(*drift_row(figure))
        terminal.print(table)
    terminal.print(f"Page: {run.rehearsal.folder.path / 'soak.html'}, with all {len(soak.figures)} figures")


def with_repetitions(text: str, scenario: Scenario, length_s: float) -> str:
    """A frozen scenario whose replay window is repeated for so long. Its twin would take as long as it does, and what
    it does to the service happens when it is written, once."""
    data = yaml.safe_load(text)
    during = data["replay"]["during"] if scenario.replay else data["period"]
    drain = scenario.replayed()[1]
    data["replay"] = {"during": during, "drain": f"{drain} s", "repeated_for": f"{length_s} s"}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def check_limits(limits: Iterable[DriftLimit], scenario: Scenario, first: Scrape | None) -> None:
    """Raises `RefusedError` when a limit is for a figure that a soak of this scenario has not."""
    known = known_figures(scenario, first)
    for limit in limits:
        if limit.figure not in known:
            hint = nearest(limit.figure, known) or "."
            raise RefusedError(f"--drift-max {limit.figure}: there is no such figure{hint} Nothing was sent.")


def known_figures(scenario: Scenario, first: Scrape | None) -> list[str]:
    """The names of what may drift, with those of the target's metrics as they were when they were read first."""
    names = ["p50", "p95", "p99", "failed share", "good answers", "requests offered"]
    names += ["sessions open", "waiting to retry", "requests open", "lag p99", "processor share"]
    operations = list(scenario.service.operations)
    if len(operations) > 1:
        names += [f"{name} of {one}" for one in operations for name in ("p50", "p95", "p99", "failed share")]
    if first is not None:
        names += [*first.gauges, *(f"rate of {name}" for name in first.counters), *means_of(first.counters)]
    return names


def begin_soak(
    name: str,
    changes: Changes,
    length_s: float,
    url: str,
    ready: Callable[[str, Scenario], Consent],
    *,
    metrics: str | None,
    limits: Sequence[str],
    seed: int | None,
    skip_s: float | None,
    workers: int,
    runs: Path,
    limited: bool,
) -> SoakRun:
    """A soak that may begin, its run folder made. `ready` says on what terms, or raises.

    Raises `RefusedError` when it may not begin, before anything is sent or made, `ScenarioError` for a bad scenario.
    """
    terminal = Terminal()
    if length_s <= 0:
        raise RefusedError("--for is a time that passes, such as 8 h. Nothing was sent.")
    once = frozen_text(name, changes=changes)
    text = with_repetitions(once, read_text(once, name), length_s)
    scenario = read_text(text, name)
    if skip_s is not None and skip_s >= length_s:
        raise RefusedError(f"--skip leaves nothing of the {duration_text(length_s)} to be judged. Nothing was sent.")
    if limited:
        _check_size(scenario, length_s)
    consent = ready(url, scenario)
    tls = consent.terms(scenario).tls
    scraper = Scraper(metrics, tls, length_s, terminal.note) if metrics else None
    wanted = [drift_limit(limit) for limit in limits]
    try:
        check_limits(wanted, scenario, scraper.first if scraper else None)
        interrupt_work()
        rehearsal = Rehearsal.begin(name, text, seed, runs, terminal, launches=1)
    except BaseException as error:
        if scraper is not None:
            scraper.close()
        if isinstance(error, OSError):
            raise RefusedError(f"{no_run_folder(runs, error)}. Nothing was sent.") from None
        raise
    return SoakRun(rehearsal, url, workers, consent, scraper, skip_s, wanted)


def _check_size(scenario: Scenario, length_s: float) -> None:
    """Every worker holds the whole schedule: 32 bytes a session, and twice as many while it is drawn. How many are in
    the window, which may be a part of the period, one launch says."""
    (start_s, _), _ = scenario.replayed()
    repetition_s = scenario.repetition_s() or length_s
    once = len(schedule(scenario, scenario.seed).between(start_s, start_s + repetition_s))
    sessions = once * length_s / repetition_s
    if sessions > SESSIONS_MOST:
        raise RefusedError(
            f"a soak of {duration_text(length_s)} comes to about {sessions:,.0f} sessions; allowed are"
            f" {SESSIONS_MOST:,}; `--no-limits` lifts this. Nothing was sent."
        )
