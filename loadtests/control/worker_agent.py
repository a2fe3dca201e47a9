"""A worker's end of the conversation with the coordinator: see `coordinator` for what is said."""

from __future__ import annotations

import contextlib
import os
from socket import gethostname
from typing import Any, cast

import gevent
import msgspec
from locust.env import Environment
from locust.exception import RPCError
from locust.runners import WorkerRunner

from loadtests.control.attendance import ALIVE_EVERY_S, LOST_AFTER_S
from loadtests.control.clock_comparison import reading
from loadtests.control.handing_over import Handed
from loadtests.control.locust_statistics import LocustStatistics
from loadtests.control.messages import note
from loadtests.control.progress import p99
from loadtests.control.request_meter import RequestMeter
from loadtests.control.worker_links import PREFIX
from loadtests.replay.ended_requests import BETWEEN_S, TAKEN_AT_ONCE
from loadtests.replay.worker import Assignment, Worker
from loadtests.safety.refused import RefusedError
from loadtests.safety.snapshot import Snapshot
from recordings.run_folder import RunFolder
from scenarios.measured.python_files import JourneyFaultError
from scenarios.protocol.exit_statuses import REFUSED_STATUS


class WorkerAgent:
    """Performs what the coordinator assigns."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.runner = cast(Any, environment.runner)
        self.worker: Worker | None = None
        self._statistics, self._is_each_heard = LocustStatistics(environment), False
        self._meter = RequestMeter()
        self._is_distributed = isinstance(environment.runner, WorkerRunner)
        self._unheard_s = 0.0  # how long nothing was heard of the coordinator
        self._handed: Handed | None = None  # as long as the coordinator has not said that it has all of it
        for name in ("prepare", "clock", "begin", "ping", "cut", "taken"):
            listener = getattr(self, f"_on_{name}")
            self.runner.register_message(f"{PREFIX}{name}", listener)

    def conclude(self, why: str = "") -> None:
        """End what is under way; `why` is what ends it, if it is none of this worker's doing."""
        if self.worker is not None:
            self.worker.conclude(why)

    def leave(self) -> None:
        """This process ends: what nobody is known to have taken is told."""
        self.conclude()
        if self._handed is not None:
            note(f"the master did not say that it has what this worker recorded: it is in {self._handed.folder.path}")

    def _on_prepare(self, environment: Environment, msg: Any) -> None:
        self.conclude()
        try:
            assignment = msgspec.convert(msg.data, Assignment)
            self.worker = Worker(assignment, self._concluded, self._exceeded)
            self._meter = RequestMeter([name for _, name in self.worker.operations])
        except (RefusedError, JourneyFaultError) as refusal:
            self._tell("ready", {"problem": str(refusal), "status": REFUSED_STATUS})
            return
        except Exception as problem:  # whatever it is, the coordinator must not wait for ever
            text = f"{type(problem).__name__}: {problem}"
            self._tell("ready", {"problem": text, "status": 1})
            return
        recorded = self.worker.recorded
        about = {"machine": gethostname(), "pid": os.getpid()}
        self._tell("ready", {"span": list(recorded.span), "drain_s": recorded.drain_s, **about})

    def _on_clock(self, environment: Environment, msg: Any) -> None:
        self._tell("clock_read", reading(msg.data["number"]))

    def _on_begin(self, environment: Environment, msg: Any) -> None:
        if self.worker is not None:
            self._is_each_heard = self._statistics.hears_each
            self.worker.start(msg.data["at_s"], self._statistics.fire if self._is_each_heard else None)
            gevent.spawn(self._report, self.worker)
            if self._is_distributed:
                gevent.spawn(self._stay, self.worker)

    def _on_ping(self, environment: Environment, msg: Any) -> None:
        self._unheard_s = 0.0

    def _on_cut(self, environment: Environment, msg: Any) -> None:
        self.conclude(msg.data["rule"])

    def _on_taken(self, environment: Environment, msg: Any) -> None:
        if self._handed is not None and self._handed.confirm(msg.data):
            self._handed = None

    def _tell(self, what: str, data: Any = None) -> None:
        self.runner.send_message(f"{PREFIX}{what}", data)

    def _stay(self, worker: Worker) -> None:
        """Say four times a second that this worker is alive, and end when nobody is there to hear of it.

        Only time in which this process was awake counts.
        """
        self._unheard_s = 0.0
        while worker is self.worker:
            with contextlib.suppress(RPCError):
                self._tell("alive")
            gevent.sleep(ALIVE_EVERY_S)
            self._unheard_s += ALIVE_EVERY_S
            if self._unheard_s > LOST_AFTER_S:
                note(f"nothing was heard of the master for {LOST_AFTER_S:g} s: this worker ends")
                self.conclude("the master was lost")

    def _exceeded(self) -> None:
        """More was sent in this second than may be: the coordinator need not wait for it to be over."""
        if self.worker is not None:
            gevent.spawn(self._progress, self.worker)

    def _report(self, worker: Worker) -> None:
        while worker is self.worker:
            if self._count_some(worker):
                gevent.sleep(BETWEEN_S)
            else:
                self._progress(worker)
                gevent.sleep(1.0)

    def _count_some(self, worker: Worker) -> bool:
        """Count the first of the requests that have ended. Whether there were so many that there may be others."""
        ended = worker.take_ended()
        self._meter.count(ended)
        if not self._is_each_heard:
            self._statistics.count(worker.operations, ended)
        return len(ended.outcomes) == TAKEN_AT_ONCE

    def _progress(self, worker: Worker) -> None:
        while self._count_some(worker):
            pass
        counts = worker.counts
        lags_s, counts.recent_lags_s = counts.recent_lags_s, []
        snapshot = Snapshot(
            counts.sessions_started,
            worker.sessions_due,
            worker.sessions_open,
            counts.good,
            counts.failed,
            p99(lags_s),
            worker.sendings.latest(),
            worker.responses.timed,
            worker.responses.slow,
            worker.overdue(),
            self._meter.tallies(),
        )
        with contextlib.suppress(RPCError):  # a coordinator that is gone does not mind
            self._tell("progress", msgspec.to_builtins(snapshot))

    def _concluded(self) -> None:
        worker, self.worker = self.worker, None
        if worker is None:
            return
        self._progress(worker)
        with contextlib.suppress(RPCError):
            if worker.is_elsewhere and worker.folder is not None:
                self._hand_over(worker.folder, worker.assignment.worker)
            self._tell("concluded", {"is_early": worker.ended_early})

    def _hand_over(self, folder: RunFolder, number: int) -> None:
        """Send what was recorded to the coordinator. It stays here too until that says that it has it."""
        self._handed = Handed(folder, number)
        for piece in self._handed.pieces():
            self._tell("file", piece)
            gevent.sleep(0)
