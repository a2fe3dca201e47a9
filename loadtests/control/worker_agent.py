"""A worker's end of the conversation with the coordinator: see `coordinator` for what is said."""

from __future__ import annotations

from typing import Any, cast

import gevent
import msgspec
from locust.env import Environment

from loadtests.control.locust_statistics import LocustStatistics
from loadtests.control.progress import p99
from loadtests.control.request_meter import RequestMeter
from loadtests.replay.operations import HttpOperation
from loadtests.replay.worker import Assignment, Worker
from loadtests.safety.refused import RefusedError
from loadtests.safety.snapshot import Snapshot
from scenarios.protocol.exit_statuses import REFUSED_STATUS


class WorkerAgent:
    """Performs what the coordinator assigns."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.runner = cast(Any, environment.runner)
        self.worker: Worker | None = None
        self._statistics = LocustStatistics(environment)
        self._meter = RequestMeter()
        for name in ("prepare", "begin", "cut"):
            listener = getattr(self, f"_on_{name}")
            self.runner.register_message(f"rehearsal_{name}", listener)

    def conclude(self, rule: str = "") -> None:
        """End what is under way; `rule` is the one that ends it, if one does."""
        if self.worker is not None:
            self.worker.conclude(rule)

    def _on_prepare(self, environment: Environment, msg: Any) -> None:
        self.conclude()
        self._meter = RequestMeter()
        try:
            assignment = msgspec.convert(msg.data, Assignment)
            self.worker = Worker(assignment, self._heard, self._concluded, self._exceeded)
        except RefusedError as refusal:
            self.runner.send_message("rehearsal_ready", {"problem": str(refusal), "status": REFUSED_STATUS})
            return
        except Exception as problem:  # whatever it is, the coordinator must not wait for ever
            text = f"{type(problem).__name__}: {problem}"
            self.runner.send_message("rehearsal_ready", {"problem": text, "status": 1})
            return
        recorded = self.worker.recorded
        self.runner.send_message("rehearsal_ready", {"span": list(recorded.span), "drain_s": recorded.drain_s})

    def _on_begin(self, environment: Environment, msg: Any) -> None:
        if self.worker is not None:
            self.worker.start(msg.data["at_s"])
            gevent.spawn(self._report, self.worker)

    def _on_cut(self, environment: Environment, msg: Any) -> None:
        self.conclude(msg.data["rule"])

    def _exceeded(self) -> None:
        """More was sent in this second than may be: the coordinator need not wait for it to be over."""
        if self.worker is not None:
            gevent.spawn(self._progress, self.worker)

    def _report(self, worker: Worker) -> None:
        while worker is self.worker:
            self._progress(worker)
            gevent.sleep(1.0)

    def _progress(self, worker: Worker) -> None:
        self._statistics.count()
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
        self.runner.send_message("rehearsal_progress", msgspec.to_builtins(snapshot))

    def _concluded(self) -> None:
        if self.worker is not None:
            self._progress(self.worker)
        self.worker = None
        self.runner.send_message("rehearsal_concluded")

    def _heard(self, operation: HttpOperation, name: str, outcome: int, took_s: float, size_bytes: int) -> None:
        """Live metrics hear of it, and Locust's own statistics: they feed its web page, not the recording."""
        self._meter.note(name, outcome, took_s)
        self._statistics.note(operation.method, name, outcome, took_s, size_bytes)
