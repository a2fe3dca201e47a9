"""Brings the workers of a replay to one start and one end, through Locust's messages.

    conductor                     worker
      prepare(assignment)  ──▶      makes ready, which may take seconds
              ◀──  ready            once it is
      begin(wall clock)    ──▶      starts at that moment
              ◀──  progress         each second
      cut                  ──▶      only when the run is ended early
              ◀──  concluded        once its files are written

In Locust's distributed mode the master conducts and each worker process plays; without it one process is
both, for a `LocalRunner` hands its own messages to itself. Shares are given by the conductor: Locust
numbers workers for ever, so one that joined after another had left would have no share of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import time
from typing import Any, Final, cast

import gevent
import msgspec
from gevent.event import Event
from locust.env import Environment

from loadtests.operations import Operation
from loadtests.progress import Snapshot, line, p99
from loadtests.worker import Assignment, Worker
from scenarios.outcomes import OUTCOMES

_CONCLUDE_WITHIN_S: Final = 60.0
_LATE_BY_S: Final = 20.0  # after the end, a worker that has not concluded is given up
_FAILURES: Final = [None if outcome == "good" else Exception(outcome) for outcome in OUTCOMES]


class Conductor:
    """Tells the workers what to do and waits for them. `finished` is called when all have concluded."""

    def __init__(self, environment: Environment, finished: Callable[[], None]) -> None:
        self.environment, self._finished = environment, finished
        self.runner = cast(Any, environment.runner)
        self.exit_code = 0
        self.is_live = False
        self._players: list[str] = []
        self._waiting_for: set[str] = set()
        self._snapshots: dict[str, Snapshot] = {}
        self._warm_up_s = 0.0
        self._all_concluded = Event()
        for name in ("ready", "progress", "concluded"):
            self.runner.register_message(f"rehearsal_{name}", getattr(self, f"_on_{name}"))

    def start(self, assignment: Assignment, warm_up_s: float) -> None:
        """Have a replay performed by all workers that are connected now."""
        self._players = workers = self._connected()
        self._warm_up_s, self.is_live, self._waiting_for = warm_up_s, True, set(workers)
        self._snapshots.clear()
        self._all_concluded.clear()
        for number, worker in enumerate(workers):
            assignment.worker, assignment.workers = number, len(workers)
            data = msgspec.to_builtins(assignment)
            self.runner.send_message("rehearsal_prepare", data, worker)

    def give_up(self, problem: str) -> None:
        """The replay cannot begin."""
        print(problem, file=sys.stderr, flush=True)
        self.exit_code, self.is_live = 1, True
        self._conclude()

    def conclude(self) -> None:
        """End a replay that is under way, and wait until every worker has written its files."""
        if self.is_live and not self._all_concluded.is_set():
            self.runner.send_message("rehearsal_cut")
            self._all_concluded.wait(_CONCLUDE_WITHIN_S)

    def _connected(self) -> list[str]:
        clients = getattr(self.runner, "clients", None)
        return ["local"] if clients is None else sorted(client.id for client in clients.ready)

    def _on_ready(self, environment: Environment, msg: Any) -> None:
        if msg.data.get("problem"):
            self.give_up(msg.data["problem"])
            return
        self._waiting_for.discard(msg.node_id)
        if not self._waiting_for and self.is_live:
            gevent.spawn(self._begin, tuple(msg.data["span"]), msg.data["drain_s"])

    def _begin(self, span: tuple[float, float], drain_s: float) -> None:
        self._waiting_for = set(self._players)
        at_s = time() + self._warm_up_s
        for worker in self._players:
            self.runner.send_message("rehearsal_begin", {"at_s": at_s}, worker)
        span_s = span[1] - span[0]
        while self.is_live and (elapsed_s := time() - at_s) < span_s + drain_s + _LATE_BY_S:
            if elapsed_s > 0:
                self._say(elapsed_s, span_s)
            self._all_concluded.wait(1.0)
        self._say(time() - at_s, span_s)
        self._conclude()

    def _say(self, elapsed_s: float, span_s: float) -> None:
        print(line(list(self._snapshots.values()), elapsed_s, span_s), file=sys.stderr, flush=True)

    def _on_progress(self, environment: Environment, msg: Any) -> None:
        self._snapshots[msg.node_id] = msgspec.convert(msg.data, Snapshot)

    def _on_concluded(self, environment: Environment, msg: Any) -> None:
        self._waiting_for.discard(msg.node_id)
        if not self._waiting_for:
            self._conclude()

    def _conclude(self) -> None:
        if self.is_live:
            self.is_live = False
            self._all_concluded.set()
            gevent.spawn(self._finished)


class Player:
    """A worker's end of the conversation: performs what the conductor assigns."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.runner = cast(Any, environment.runner)
        self.worker: Worker | None = None
        for name in ("prepare", "begin", "cut"):
            listener = getattr(self, f"_on_{name}")
            self.runner.register_message(f"rehearsal_{name}", listener)

    def conclude(self) -> None:
        """End what is under way."""
        if self.worker is not None:
            self.worker.conclude()

    def _on_prepare(self, environment: Environment, msg: Any) -> None:
        self.conclude()
        try:
            self.worker = Worker(msgspec.convert(msg.data, Assignment), self._told, self._concluded)
        except Exception as problem:  # whatever it is, the conductor must not wait for ever
            text = f"{type(problem).__name__}: {problem}"
            self.runner.send_message("rehearsal_ready", {"problem": text})
            return
        stretch = self.worker.stretch
        self.runner.send_message("rehearsal_ready", {"span": list(stretch.span), "drain_s": stretch.drain_s})

    def _on_begin(self, environment: Environment, msg: Any) -> None:
        if self.worker is not None:
            self.worker.start(msg.data["at_s"])
            gevent.spawn(self._report, self.worker)

    def _on_cut(self, environment: Environment, msg: Any) -> None:
        self.conclude()

    def _report(self, worker: Worker) -> None:
        while worker is self.worker:
            self._progress(worker)
            gevent.sleep(1.0)

    def _progress(self, worker: Worker) -> None:
        counts = worker.counts
        lags_s, counts.recent_lags_s = counts.recent_lags_s, []
        snapshot = Snapshot(
            counts.sessions_started,
            worker.sessions_due,
            worker.sessions_open,
            counts.good,
            counts.failed,
            p99(lags_s),
        )
        self.runner.send_message("rehearsal_progress", msgspec.to_builtins(snapshot))

    def _concluded(self) -> None:
        if self.worker is not None:
            self._progress(self.worker)
        self.worker = None
        self.runner.send_message("rehearsal_concluded")

    def _told(self, operation: Operation, name: str, outcome: int, took_s: float, size_bytes: int) -> None:
        """Locust's own statistics hear of it too: they feed its web page, not the recording."""
        self.environment.events.request.fire(  # type: ignore[no-untyped-call]
            request_type=operation.method,
            name=name,
            response_time=took_s * 1000,
            response_length=size_bytes,
            exception=_FAILURES[outcome],
            context={},
        )
