"""Brings the workers of a replay to one start and one end, through Locust's messages.

    coordinator                   worker agent
      prepare(assignment)  ──▶      makes ready, which may take seconds
              ◀──  ready            once it is
      begin(wall clock)    ──▶      starts at that moment
              ◀──  progress         each second
      cut                  ──▶      only when the run is ended early, with the rule that ended it
              ◀──  concluded        once its files are written

In Locust's distributed mode the master coordinates and each worker process has an agent (`worker_agent`); without it
one process is both, for a `LocalRunner` hands its own messages to itself. The coordinator alone watches the rules that
end a replay, and runs what faults do on the target. Shares are given by the coordinator: Locust numbers workers for
ever, so one that joined after another had left would have no share of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any, Final, cast

import gevent
import msgspec
from gevent.event import Event
from locust.env import Environment

from loadtests.control.hooks import DueAction, Hooks, logged_to
from loadtests.control.messages import note, say, say_to_program
from loadtests.control.progress import progress
from loadtests.control.request_meter import all_tallies
from loadtests.replay.clock import RealClock
from loadtests.replay.worker import Assignment
from loadtests.safety.abort import AbortWatch
from loadtests.safety.snapshot import Snapshot
from recordings.run_folder import RunFolder, write_json
from scenarios.protocol.exit_statuses import STOPPED_STATUS
from scenarios.protocol.process_messages import Refused, ReplayBegins, ReplayRequests

_CONCLUDE_WITHIN_S: Final = 60.0
_LATE_BY_S: Final = 20.0  # after the end, a worker that has not concluded is given up


@dataclass(frozen=True)
class ReplayOrder:
    """What a coordinator is to have done: the workers' assignment, and what it looks after itself.

    `actions` are what faults do on the target; `moment` writes a moment as the scenario does.
    """

    assignment: Assignment
    warm_up_s: float
    watch: AbortWatch
    actions: Sequence[DueAction]
    moment: Callable[[float], str]

    @property
    def folder(self) -> RunFolder:
        """Where the coordinator's own files go."""
        return RunFolder(Path(self.assignment.run_folder))


class Coordinator:
    """Tells the workers what to do and waits for them. `finished` is called when all have concluded."""

    def __init__(self, environment: Environment, finished: Callable[[], None]) -> None:
        self.environment, self._finished = environment, finished
        self.runner = cast(Any, environment.runner)
        self.exit_code = 0
        self.is_live = False
        self._order: ReplayOrder | None = None
        self._hooks: Hooks | None = None
        self._clock: RealClock | None = None
        self._is_stopped = False
        self._workers: list[str] = []
        self._waiting_for: set[str] = set()
        self._snapshots: dict[str, Snapshot] = {}
        self._all_concluded = Event()
        for name in ("ready", "progress", "concluded"):
            self.runner.register_message(f"rehearsal_{name}", getattr(self, f"_on_{name}"))

    def start(self, order: ReplayOrder) -> None:
        """Have a replay performed by all workers that are connected now."""
        self._workers = workers = self._connected()
        self._order, self.is_live, self._waiting_for = order, True, set(workers)
        self._hooks, self._clock, self._is_stopped, self.exit_code = None, None, False, 0
        self._snapshots.clear()
        self._all_concluded.clear()
        for number, worker in enumerate(workers):
            order.assignment.worker, order.assignment.workers = number, len(workers)
            data = msgspec.to_builtins(order.assignment)
            self.runner.send_message("rehearsal_prepare", data, worker)

    def give_up(self, problem: str, status: int = 1) -> None:
        """The replay cannot begin."""
        say(Refused(problem))
        self.exit_code, self.is_live = status, True
        self._conclude()

    def conclude(self) -> None:
        """End a replay that is under way: end its faults, and wait until every worker has written its files."""
        if self.is_live and not self._all_concluded.is_set():
            gevent.spawn(self._end_faults)
            self.runner.send_message("rehearsal_cut", {"rule": ""})
            self._all_concluded.wait(_CONCLUDE_WITHIN_S)
        self._end_faults()

    @property
    def has_faults_on(self) -> bool:
        """Whether a fault is on a target that ends when this process ends it, and only then."""
        return self._hooks is not None and self._hooks.has_faults_on

    def _connected(self) -> list[str]:
        clients = getattr(self.runner, "clients", None)
        return ["local"] if clients is None else sorted(client.id for client in clients.ready)

    def _on_ready(self, environment: Environment, msg: Any) -> None:
        if msg.data.get("problem"):
            self.give_up(msg.data["problem"], msg.data["status"])
            return
        self._waiting_for.discard(msg.node_id)
        if not self._waiting_for and self.is_live:
            gevent.spawn(self._begin, tuple(msg.data["span"]), msg.data["drain_s"])

    def _begin(self, span: tuple[float, float], drain_s: float) -> None:
        assert self._order is not None
        self._waiting_for = set(self._workers)
        at_s = time() + self._order.warm_up_s
        say(ReplayBegins(at_s))
        self._clock = RealClock.at_wall_time(span[0], at_s)
        self._start_faults(self._order, self._clock)
        for worker in self._workers:
            self.runner.send_message("rehearsal_begin", {"at_s": at_s}, worker)
        self._attend(span, span[1] + drain_s + _LATE_BY_S)
        self._say(span)
        self._conclude()

    def _attend(self, span: tuple[float, float], until_s: float) -> None:
        """Once a second say how it gets on, and look whether it has to end."""
        assert self._order is not None and self._clock is not None
        while self.is_live and (now_s := self._clock.now()) < until_s:
            if now_s > span[0]:
                self._say(span)
                self._stop(self._order.watch.look(now_s - span[0], list(self._snapshots.values())))
            self._all_concluded.wait(1.0)
            if self._is_stopped:
                self._all_concluded.wait(_CONCLUDE_WITHIN_S)
                return

    def _stop(self, rule: str | None) -> None:
        """End the replay by a rule, if one says so; the workers conclude as they would at the end."""
        if rule is None or self._is_stopped or not self.is_live:
            return
        assert self._order is not None and self._clock is not None
        self._is_stopped, self.exit_code = True, STOPPED_STATUS
        at_s = self._clock.now()
        moment = self._order.moment(at_s)
        note(f"stopped by its own rule: {rule}, at {moment}")
        if self._order.assignment.run_folder:
            write_json(self._order.folder.stopped, {"rule": rule, "moment": moment, "moment_s": round(at_s, 3)})
        self.runner.send_message("rehearsal_cut", {"rule": rule})

    def _start_faults(self, order: ReplayOrder, clock: RealClock) -> None:
        log = logged_to(order.folder.events, note)
        self._hooks = Hooks(order.actions, clock, log, order.assignment.terms.hosts)
        self._hooks.start()

    def _end_faults(self) -> None:
        if self._hooks is not None:
            self._hooks.finish()

    def _say(self, span: tuple[float, float]) -> None:
        assert self._clock is not None
        snapshots = list(self._snapshots.values())
        say(progress(snapshots, self._clock.now() - span[0], span[1] - span[0]))
        say_to_program(ReplayRequests(time(), all_tallies(part.requests for part in snapshots)))

    def _on_progress(self, environment: Environment, msg: Any) -> None:
        self._snapshots[msg.node_id] = msgspec.convert(msg.data, Snapshot)
        if self._order is not None and self._clock is not None:
            self._stop(self._order.watch.too_many(list(self._snapshots.values())))

    def _on_concluded(self, environment: Environment, msg: Any) -> None:
        self._waiting_for.discard(msg.node_id)
        if not self._waiting_for:
            self._conclude()

    def _conclude(self) -> None:
        if self.is_live:
            self.is_live = False
            self._all_concluded.set()
            gevent.spawn(self._leave)

    def _leave(self) -> None:
        self._end_faults()
        self._finished()
