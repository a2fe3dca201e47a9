"""One worker's share of a replay: made ready, started at the common moment, ended, written down.

A worker needs to know what to replay, which share is its own, and when it begins; all else follows from
the scenario and the seed. Everything that takes long is done before the start or after the end. In between
the cyclic collector is kept from walking what was built at the start, and hardly ever runs. A worker writes where it
runs: into the run folder if it sees the coordinator's, else into one of its own, whose files it hands over.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from time import process_time

import gevent
import msgspec

from loadtests.described.feeds import feeds
from loadtests.described.reasons import Reasons
from loadtests.described.values import ValueSources
from loadtests.ers.ledger import Ledger
from loadtests.http.connections import Connections
from loadtests.log_on.staying import StayingLoggedOn
from loadtests.log_on.tokens import token_source
from loadtests.replay.bookings import noting_slots
from loadtests.replay.clock import RealClock
from loadtests.replay.counts import Counts
from loadtests.replay.ended_requests import BETWEEN_S, EndedRequests
from loadtests.replay.operations import operations
from loadtests.replay.own_process import allow_many_connections, go_first, spare_the_collector
from loadtests.replay.samples import RequestSample, write_samples
from loadtests.replay.saving import RecordingSaver
from loadtests.replay.users import OnResponse, ReplayedUsers
from loadtests.safety.abort import Responses
from loadtests.safety.targets import Terms, cleared
from loadtests.schedule.due_sessions import prepared_blocks
from loadtests.schedule.send_rate import Sendings
from loadtests.target.headers import TargetHeaders, secrets_of, target_headers
from loadtests.target.wire import Wire
from recordings.axes import form_of, replayed
from recordings.exchange_recorder import ExchangeRecorder
from recordings.generator_result import WorkerPart
from recordings.recorder import Recorder
from recordings.run_folder import RunFolder, write_json
from scenarios.behaviour.schedule import replayed_schedule
from scenarios.behaviour.steps import WORDS
from scenarios.language.reading import read_text
from scenarios.language.scenario import Scenario
from scenarios.practices.state import state_of
from scenarios.practices.turnout import turnout_of
from scenarios.protocol.failure_causes import FailureCause


class Assignment(msgspec.Struct):
    """What a worker has to do: the scenario's text, whose draws, against which host on which terms, and its share.

    `limits_s` are the response times that rules ask about.
    """

    scenario: str
    seed: int
    replication: int
    host: str
    run: str  # this run's own prefix of correlation ids
    worker: int = 0
    workers: int = 1
    run_folder: str = ""
    samples: bool = False
    terms: Terms = Terms()
    limits_s: list[float] = []
    window_start: str = ""  # what the launch carries over into the window, as `practices.state` writes it


class Worker:
    """Performs one share of one replay. `ended` is called at the end of it all, and `exceeded` in a second in which
    this worker alone sent more than the rate ceiling allows."""

    def __init__(self, assignment: Assignment, ended: Callable[[], None], exceeded: Callable[[], None]) -> None:
        """Make everything ready. Raises `RefusedError`, `ScenarioError`, `ValueError` or `OSError`."""
        self.assignment, self._ended = assignment, ended
        found = cleared(assignment.host, assignment.terms)
        self.sendings = Sendings(assignment.terms.rate_ceiling, exceeded)
        self.responses = Responses(assignment.limits_s)
        scenario = read_text(assignment.scenario)
        self.recorded = replayed(scenario)
        whole = replayed_schedule(scenario, assignment.seed, assignment.replication)
        self._schedule = whole.share(assignment.worker, assignment.workers)
        self.sessions_due = len(self._schedule)
        self.recorder = Recorder(form_of(scenario, self.recorded, WORDS))
        self._exchanges = ExchangeRecorder(self.recorder.form, list(FailureCause))
        self._connections = Connections(assignment.host, found, self.sendings)
        self.folder, self.is_elsewhere = _made_folder(assignment)
        self._saver = RecordingSaver(self.recorder, self._exchanges, self.folder, assignment.worker)
        ledger = self.folder.worker_ledger(assignment.worker) if self.folder else None
        self._ledger = Ledger(ledger, assignment.run)
        secrets = secrets_of(scenario.target)
        self._headers, self._reasons = target_headers(scenario.target, secrets), Reasons()
        wire = Wire(
            self._connections,
            assignment.run,
            base_url=assignment.host,
            headers=self._headers,
            base_paths=scenario.target.base_paths,
        )
        self._log_on = _logged_on(scenario, assignment.terms, self._headers)
        sources = ValueSources(wire.host, wire.has_tls, feeds(scenario, whole), secrets)
        self._plans, self._end_locust_users = self._schedule.plans, _nothing
        self._operations = operations(scenario, wire, self._ledger, sources, self._reasons)
        self._cookies_without_tls = sources.cookies_without_tls
        if any(plan.locust for plan in self._plans):
            self._have_locust_users(scenario, wire)
        self._operations = noting_slots(scenario, self._operations, self.recorder.slots)
        self._scenario, self._blocks = scenario, prepared_blocks(self._schedule)
        self._samples: list[RequestSample] | None = [] if assignment.samples else None
        before = state_of(assignment.window_start).people if assignment.window_start else None
        share = assignment.worker, assignment.workers
        self._turnout = turnout_of(scenario, (assignment.seed, assignment.replication), self.recorder, share, before)
        self._users: ReplayedUsers | None = None
        self._greenlets: list[gevent.Greenlet] = []
        self._is_over, self.ended_early = False, True
        allow_many_connections()
        go_first()

    def _have_locust_users(self, scenario: Scenario, wire: Wire) -> None:
        from loadtests.locust_users.performing import LocustUsers  # noqa: PLC0415  # Locust patches who imports it

        users = LocustUsers(scenario, self._plans, wire, self._reasons)
        self._plans, self._end_locust_users = users.plans, users.close
        self._operations = users.operations(scenario, self._operations)

    @property
    def counts(self) -> Counts:
        """What has been done so far."""
        return self._users.counts if self._users else Counts()

    @property
    def sessions_open(self) -> int:
        """How many sessions are under way."""
        return self._users.sessions_open if self._users else 0

    @property
    def operations(self) -> list[tuple[str, str]]:
        """Method and name of each operation of the scenario."""
        names = self._scenario.service.operations
        return [(operation.method, name) for operation, name in zip(self._operations, names, strict=True)]

    def take_ended(self) -> EndedRequests:
        """The requests that have ended since this was last asked for, at most `TAKEN_AT_ONCE` of them. `counts` and
        `responses` have them by this."""
        ended = self._users.take_ended() if self._users else EndedRequests.of(())
        self.responses.count(ended.outcomes, ended.took_s)
        return ended

    def overdue(self) -> list[int]:
        """How many requests in flight have waited for longer than each limit."""
        users = self._users
        if users is None or not self.assignment.limits_s:
            return self.responses.overdue([])
        return self.responses.overdue(users.ages_s())

    def start(self, steady_s: float, on_response: OnResponse | None = None) -> None:
        """Begin when this machine's steady clock shows `steady_s`, the same moment for every worker; `on_response` is
        called with each request that ends, where somebody wants to hear of each."""
        clock = RealClock(self.recorded.span[0], steady_s)
        self.sendings.began_s = clock.reading_at(self.recorded.span[0])
        self._users = users = ReplayedUsers(
            clock=clock,
            connections=self._connections,
            scenario=self._scenario,
            operations=self._operations,
            plans=self._plans,
            blocks=self._blocks,
            recorder=self.recorder,
            exchanges=self._exchanges,
            on_response=on_response,
            samples=self._samples,
            turnout=self._turnout,
            reasons=self._reasons,
        )
        spare_the_collector()
        self._cpu_s = process_time()
        jobs: list[Callable[..., None]] = [users.dispatch, self._sample, self._flush, self._saver.run]
        jobs += [self._wait_for_the_end]
        jobs += [self._log_on.stay] if self._log_on else []
        self._greenlets = [gevent.spawn(job) for job in jobs]

    def conclude(self, stopped_by: str = "") -> None:
        """End now, at the end or before it: record what is open and write every file. Once only.

        `stopped_by` is the rule that ends the replay, if one does.
        """
        if self._is_over:
            return
        self._is_over = True
        users = self._users
        if users is not None:
            cpu_s = process_time() - self._cpu_s
            end_s = min(users.clock.now_s, self.recorded.end_s)
            finished = end_s >= self.recorded.end_s
            self.ended_early = not (finished or stopped_by)
            gevent.killall([g for g in self._greenlets if g is not gevent.getcurrent()], block=False)
            self._end_locust_users()
            users.cut(max(end_s, self.recorded.span[0]))
            self._write(finished, cpu_s, stopped_by)
        self._ledger.close()
        self._connections.close()
        gc.unfreeze()
        self._ended()

    def _wait_for_the_end(self) -> None:
        assert self._users is not None
        self._users.clock.sleep_until(self.recorded.end_s)
        self.conclude()

    def _sample(self) -> None:
        """Note the gauges at even moments."""
        assert self._users is not None
        form, users, unknown = self.recorder.form, self._users, [0] * len(self.recorder.form.stations)
        for taken in range(form.samples):
            users.clock.sleep_until(form.start_s + taken * form.sample_s)
            self.recorder.sample(unknown, unknown, users.gauges(), users.practice_gauges())
            if taken % form.samples_per_window == 0:
                self._exchanges.cpu(users.clock.now_s, process_time())

    def _flush(self) -> None:
        """Write the ledger down, and turn what was recorded into counts, with pauses: no request may wait for it."""
        while True:
            gevent.sleep(1.0)
            self._ledger.flush()
            for _ in chain(self.recorder.flushing(), self._exchanges.flushing()):
                gevent.sleep(BETWEEN_S)

    def _write(self, finished: bool, cpu_s: float, stopped_by: str) -> None:
        job, counts, folder = self.assignment, self.counts, self.folder
        if folder is None:
            return
        part = WorkerPart(
            worker=job.worker,
            workers=job.workers,
            sessions_due=self.sessions_due,
            sessions_started=counts.sessions_started,
            requests_due=counts.requests_due,
            requests_sent=counts.requests_sent,
            cpu_s=round(cpu_s, 3),
            finished=finished,
            shortages=self._connections.shortages,
            stopped_by=stopped_by,
            own_faults=self._users.faults.count if self._users else 0,
            first_fault=self._users.faults.first if self._users else "",
            reasons=self._reasons.by_operation(),
            cookies_without_tls=sorted(self._cookies_without_tls),
        )
        self._saver.finish()
        write_json(folder.worker_generator(job.worker), msgspec.to_builtins(part))
        if self._samples is not None:
            write_samples(self._samples, self.recorder.form, self._exchanges.names, folder.worker_samples(job.worker))


def shared_mark(folder: RunFolder, run: str) -> Path:
    """The file by which a worker knows that it sees the very folder in which its coordinator writes."""
    return folder.workers / f"{run}.mark"


def _made_folder(job: Assignment) -> tuple[RunFolder | None, bool]:
    """Where a worker writes, made, and whether that is elsewhere than the coordinator's folder."""
    if not job.run_folder:
        return None, False
    folder = RunFolder(Path(job.run_folder))
    is_elsewhere = not shared_mark(folder, job.run).exists()
    if is_elsewhere:
        folder = RunFolder(Path(tempfile.mkdtemp(prefix=f"replay-{job.run}-")))
    folder.workers.mkdir(parents=True, exist_ok=True)
    return folder, is_elsewhere


def _logged_on(scenario: Scenario, terms: Terms, headers: TargetHeaders) -> StayingLoggedOn | None:
    """Logged on where the scenario says how. Raises `TargetNotUsableError` or `RefusedError`."""
    if scenario.target.log_on is None:
        return None
    staying = StayingLoggedOn(token_source(scenario.target.log_on, terms), headers, _tell, gevent.sleep)
    staying.begin()
    return staying


def _nothing() -> None:
    pass


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
