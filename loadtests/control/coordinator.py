"""Brings the workers of a replay to one start and one end, through Locust's messages.

    coordinator                   worker agent
      prepare(assignment)  ──▶      makes ready, which may take seconds
              ◀──  ready            once it is
      clock(number)        ──▶      a dozen times
              ◀──  clock_read       what its clocks show
      begin(steady clock)  ──▶      starts when its own steady clock shows that
              ◀──  alive, progress  four times a second, and each second
      ping                 ──▶      five times a second
      cut                  ──▶      only when the run is ended early, with what ended it
              ◀──  file             in pieces, from another machine
              ◀──  concluded        once its files are written

In Locust's distributed mode the master coordinates and each worker process has an agent (`worker_agent`); without it
one process is both, for a `LocalRunner` hands its own messages to itself. The coordinator alone watches the rules that
end a replay, and runs what faults do on the target. Shares are given by the coordinator: Locust numbers workers for
ever, so one that joined after another had left would have no share of its own. A worker that is lost ends the replay at
once, for what is left of it is not the schedule any more.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, time
from typing import Any, Final, cast

import gevent
import msgspec
from gevent.event import Event
from locust.env import Environment

from loadtests.control.attendance import WATCH_EVERY_S
from loadtests.control.clock_comparison import ClockComparison
from loadtests.control.handing_over import take_piece
from loadtests.control.hooks import Hooks, logged_to
from loadtests.control.messages import note, say, say_to_program
from loadtests.control.order import ReplayOrder
from loadtests.control.progress import progress
from loadtests.control.request_meter import all_tallies
from loadtests.control.roll import Roll
from loadtests.control.watch import WorkerWatch
from loadtests.control.worker_links import PREFIX, WorkerLinks
from loadtests.replay.clock import ClockOffset, RealClock
from loadtests.safety.refused import RefusedError
from loadtests.safety.snapshot import Snapshot
from recordings.stop import Stop, StopKind, write_stop
from scenarios.protocol.exit_statuses import INTERRUPTED_STATUS, INVALID_STATUS, STOPPED_STATUS
from scenarios.protocol.process_messages import Refused, ReplayBegins, ReplayRequests

_CONCLUDE_WITHIN_S: Final = 60.0
_LATE_BY_S: Final = 20.0  # after the end, a worker that has not concluded is given up
_STOPPED_WITH_US_S: Final = 0.5  # Ctrl-C reaches every process of a terminal, and some sooner than others


class Coordinator:
    """Tells the workers what to do and waits for them. `finished` is called when all is over."""

    def __init__(self, environment: Environment, finished: Callable[[], None]) -> None:
        self._finished = finished
        self.exit_code = 0
        self.is_live = self.has_given_up = False
        self.stop_words = ""
        self.order: ReplayOrder | None = None
        self._links = WorkerLinks(environment.runner)
        self._hooks: Hooks | None = None
        self._clock: RealClock | None = None
        self._all_ready, self._all_concluded, self._left = Event(), Event(), Event()
        self._clocks = ClockComparison(self._links)
        self._roll = Roll([])
        self._watch = self._watched()
        self._snapshots: dict[str, Snapshot] = {}
        self._span, self._end_s = (0.0, 0.0), 0.0
        runner = cast(Any, environment.runner)
        for name in ("ready", "clock_read", "alive", "progress", "file", "concluded"):
            runner.register_message(f"{PREFIX}{name}", getattr(self, f"_on_{name}"))
        environment.events.worker_connect.add_listener(self._on_connect)  # type: ignore[no-untyped-call]

    def start(self, order: ReplayOrder) -> None:
        """Have a replay performed by all workers that are connected now.

        Raises `RefusedError` when the run folder is used, `OSError` when it cannot be made.
        """
        order.make_folder()
        workers = self._links.connected()
        self._roll = Roll(workers)
        self._watch = self._watched()
        self.order, self.is_live, self.exit_code, self.stop_words = order, True, 0, ""
        self._hooks, self._clock, self.has_given_up = None, None, False
        self._snapshots.clear()
        for event in (self._all_ready, self._all_concluded, self._left):
            event.clear()
        for number, worker in enumerate(workers):
            order.assignment.worker, order.assignment.workers = number, len(workers)
            self._links.tell("prepare", msgspec.to_builtins(order.assignment), worker)
        gevent.spawn(self._conduct)
        if order.run_time_s:
            gevent.spawn_later(order.run_time_s, lambda: self.end_run_time() if order is self.order else None)

    def give_up(self, problem: str, status: int = 1) -> None:
        """The replay cannot begin."""
        say(Refused(problem))
        if not self.is_live:
            self.order, self._clock, self._roll = None, None, Roll([])
        self.exit_code, self.is_live, self.has_given_up = status, True, True
        self._cut("the replay did not begin")
        self._all_ready.set()
        if self.order is not None and not self._links.is_local:
            gevent.sleep(WATCH_EVERY_S)  # workers close their files
        self._conclude()

    def stop(self, words: str, by: StopKind) -> None:
        """End the replay early: the workers conclude as they would at the end. The first who says so is who did it."""
        if not self.is_live or self.stop_words or self._all_concluded.is_set():
            return
        self.stop_words, self.exit_code = words, STOPPED_STATUS if by == "rule" else INTERRUPTED_STATUS
        self._all_ready.set()  # it may not have begun
        if self._clock is None or self.order is None:
            self._cut(words)
            return
        at_s = self._clock.now()
        stop = Stop(words, self.order.moment(max(at_s, self._span[0])), round(at_s, 3), by)
        note(f"stopped by its own rule: {stop.words}" if by == "rule" else stop.words)
        gevent.spawn(self._end_faults)
        try:
            write_stop(stop, self.order.folder.stopped)
        finally:
            self._cut(words)

    def end_run_time(self) -> None:
        """The run time that was given for the replay is over, and with it the replay."""
        if self.order is not None and self.order.run_time_s:
            self.stop(self.order.run_time_words, "rule")

    def wait(self, *, for_report: bool) -> None:
        """Wait until every worker has written its files, and for the report too."""
        if self.is_live and not self._all_concluded.is_set():
            self._all_concluded.wait(_CONCLUDE_WITHIN_S)
        self._end_faults()
        if for_report and self.order is not None:
            self._left.wait()

    @property
    def sent_to(self) -> str:
        """Where the replay goes that is under way, or whose report is being made; empty when there is none."""
        return self.order.assignment.host if self.order is not None and not self._left.is_set() else ""

    @property
    def has_faults_on(self) -> bool:
        """Whether a fault is on a target that ends when this process ends it, and only then."""
        return self._hooks is not None and self._hooks.has_faults_on

    def _conduct(self) -> None:
        gevent.spawn(self._watch.run)
        try:
            self._all_ready.wait()
            if self.is_live and not self.stop_words:
                self._begin(self._clocks.offsets(self._roll.workers, self._roll.note_clock))
                self._attend()
        except RefusedError as refusal:
            self.give_up(str(refusal))
        except Exception as fault:  # ours: nobody may wait for ever, and nobody may believe what was measured
            self.exit_code = INVALID_STATUS
            self._roll.problems.append(f"the coordinator failed: {type(fault).__name__}: {fault}")
            note(self._roll.problems[-1])
            self._cut("the coordinator failed")
        self._all_concluded.wait(_CONCLUDE_WITHIN_S)
        self._conclude()

    def _begin(self, offsets: dict[str, ClockOffset]) -> None:
        assert self.order is not None
        self.order.take_mark()
        steady_s, wall_s = perf_counter() + self.order.warm_up_s, time() + self.order.warm_up_s
        say(ReplayBegins(wall_s))
        self._roll.began_epoch_s = wall_s
        self._clock = RealClock(self._span[0], steady_s)
        log = logged_to(self.order.folder.events, note)
        self._hooks = Hooks(self.order.actions, self._clock, log, self.order.assignment.terms.hosts)
        self._hooks.start()
        for worker in self._roll.workers:
            self._links.tell("begin", {"at_s": steady_s + offsets[worker].steady_s}, worker)

    def _attend(self) -> None:
        """Once a second say how it gets on, and look whether it has to end."""
        assert self.order is not None and self._clock is not None
        while not self._all_concluded.wait(1.0):
            now_s = self._clock.now()
            if now_s > self._span[0]:
                self._say()
                if (rule := self.order.watch.look(now_s - self._span[0], list(self._snapshots.values()))) is not None:
                    self.stop(rule, "rule")
            if now_s > self._end_s + _LATE_BY_S:
                for worker in [*self._roll.waiting_for]:
                    self._lose(worker, "did not come to its end")
        self._say()

    def _watched(self) -> WorkerWatch:
        is_over = self._all_concluded.is_set
        return WorkerWatch(self._links, self._roll, self._lose, self._is_sending, lambda: is_over() or not self.is_live)

    def _is_sending(self) -> bool:
        clock = self._clock
        return clock is not None and not self.stop_words and self._span[0] < clock.now() < self._end_s

    def _lose(self, worker: str, how: str) -> None:
        """A worker is gone. What the others send is not the schedule any more: the replay ends."""
        if worker not in self._roll.waiting_for:
            return
        self._roll.lose(worker, f"{how}{self._when()}")
        name = self._roll.name(worker)
        if not self._links.is_local:
            self._links.let_go(worker, self._roll.pid(worker))
        if self._clock is None:
            self.give_up(f"{name} {how} before the start")
            return
        note(f"{name} {how}{self._when()}: the replay ends here, and is invalid")
        self.exit_code = INVALID_STATUS
        self._cut(f"{name} was lost")
        if not self._roll.waiting_for:
            self._all_concluded.set()

    def _when(self) -> str:
        return f", at {self.order.moment(self._clock.now())}" if self._clock is not None and self.order else ""

    def _cut(self, why: str) -> None:
        self.stop_words = self.stop_words or why
        for worker in [*self._roll.waiting_for]:
            self._links.tell("cut", {"rule": why}, worker)

    def _end_faults(self) -> None:
        if self._hooks is not None:
            self._hooks.finish()

    def _say(self) -> None:
        assert self._clock is not None
        (start_s, end_s), snapshots = self._span, list(self._snapshots.values())
        say(progress(snapshots, self._clock.now() - start_s, end_s - start_s))
        say_to_program(ReplayRequests(time(), all_tallies(part.requests for part in snapshots)))

    def _on_connect(self, client_id: str, **_: Any) -> None:
        if self.is_live and client_id not in self._roll.workers:
            self._roll.remark(f"a worker ({client_id}) came after the start{self._when()}: it is left out")

    def _on_ready(self, environment: Environment, msg: Any) -> None:
        if msg.data.get("problem"):
            self.give_up(msg.data["problem"], msg.data["status"])
        elif self._roll.ready(msg.node_id, msg.data):
            self._span = (msg.data["span"][0], msg.data["span"][1])
            self._end_s = self._span[1] + msg.data["drain_s"]
            self._all_ready.set()

    def _on_clock_read(self, environment: Environment, msg: Any) -> None:
        self._clocks.answered(msg.data)

    def _on_alive(self, environment: Environment, msg: Any) -> None:
        self._watch.heard(msg.node_id)

    def _on_progress(self, environment: Environment, msg: Any) -> None:
        self._snapshots[msg.node_id] = msgspec.convert(msg.data, Snapshot)
        if self.order and self._clock and (rule := self.order.watch.too_many(list(self._snapshots.values()))):
            self.stop(rule, "rule")

    def _on_file(self, environment: Environment, msg: Any) -> None:
        if self.order is not None and msg.node_id in self._roll.waiting_for:
            take_piece(self.order.folder, self._roll.number(msg.node_id), msg.data)

    def _on_concluded(self, environment: Environment, msg: Any) -> None:
        if msg.data["is_early"] and not self.stop_words:
            gevent.spawn_later(_STOPPED_WITH_US_S, self._ended_by_itself, msg.node_id)
        else:
            self._has_concluded(msg.node_id)

    def _ended_by_itself(self, worker: str) -> None:
        if not self.stop_words:
            self._lose(worker, "was stopped by itself")
        self._has_concluded(worker)

    def _has_concluded(self, worker: str) -> None:
        self._roll.waiting_for.discard(worker)
        if not self._roll.waiting_for:
            self._all_concluded.set()

    def _conclude(self) -> None:
        if self.is_live:
            self.is_live = False
            self._all_concluded.set()
            gevent.spawn(self._leave)

    def _leave(self) -> None:
        self._end_faults()
        try:
            if self.order is not None and self._clock is None:
                self.order.unmake_folder()
            elif self.order is not None:
                status = self.order.leave(self._roll.part(), self._roll.began_epoch_s)
                self.exit_code = self.exit_code or status
        finally:
            self._left.set()
            self._finished()
