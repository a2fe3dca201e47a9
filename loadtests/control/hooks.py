"""What a fault does on a target that is not the mock: a command or an HTTP call when it begins, another when it ends.

One process runs them, however many send load: the coordinator. A fault that was begun is ended, whatever ends the
replay, and also when beginning it failed or took too long, for nobody knows how far that came. Commands are run without
a shell; neither they nor calls are run unless whoever started the replay said so, since a scenario may come from
anybody.
"""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit, urlunsplit

import gevent
import msgspec
from gevent import subprocess
from gevent.event import Event as Flag

from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import FoundHost, is_named, place
from recordings.events import Event, add_event_lines
from scenarios.behaviour.occurrences import Occurrence
from scenarios.language.faults import Action, TargetCall

Phase = Literal["begin", "end"]
_OUTPUT_MOST: Final = 200
_NEVER_S: Final = 3600.0  # a wait that is looked at again


class HookClock(Protocol):
    """Tells the scenario's time."""

    def now(self) -> float: ...


@dataclass(frozen=True)
class DueAction:
    """One action at its moment of the scenario."""

    at_s: float
    fault: str
    phase: Phase
    action: Action
    timeout_s: float


@dataclass(frozen=True)
class Done:
    """What one action did: what it was, without secrets, and what came of it. `status` is an exit status or HTTP's."""

    moment_s: float
    fault: str
    phase: Phase
    what: list[str] | str
    status: int | None
    seconds: float
    output: str
    problem: str = ""

    @property
    def is_well(self) -> bool:
        return not self.problem

    def event(self) -> Event:
        """What was done, as a run's summary has it."""
        what = self.what if isinstance(self.what, str) else " ".join(self.what)
        note = f"{what}: {self.problem or self.status}"
        return Event(self.moment_s, self.fault, "hook", self.phase, "hook", note=note)

    def line(self) -> dict[str, Any]:
        """The event with all that is known of it, for the run's file of events."""
        details = {name: getattr(self, name) for name in ("what", "status", "seconds", "output", "problem")}
        return msgspec.structs.asdict(self.event()) | details


Log = Callable[[Done], None]


def planned(occurrences: Iterable[Occurrence], start_s: float, end_s: float) -> list[DueAction]:
    """The actions of faults between two moments, in order. A fault that lasts already at the first begins with it."""
    found: list[DueAction] = []
    for one in occurrences:
        hook = one.fault.on_target
        if hook is None or one.end_s < start_s or one.start_s >= end_s:
            continue
        found.append(DueAction(max(one.start_s, start_s), one.name, "begin", hook.begin, hook.timeout))
        if hook.end is not None:
            found.append(DueAction(one.end_s, one.name, "end", hook.end, hook.timeout))
    return found


def check_calls(actions: Iterable[DueAction], hosts: Sequence[str]) -> None:
    """Raises `RefusedError` when a hook calls a host that is neither loopback nor in the allow list."""
    for due in actions:
        if due.action.call is not None:
            _may_call(due.fault, due.action.call.url, hosts)


def described(action: Action) -> list[str] | str:
    """What an action does, for a record: arguments, or method and URL without who asks and with which keys."""
    if action.command is not None:
        return list(action.command)
    assert action.call is not None
    parts = urlsplit(action.call.url)
    bare = (parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "…" if parts.query else "", "")
    return f"{action.call.method} {urlunsplit(bare)}"


def logged_to(path: Path, tell: Callable[[str], None]) -> Log:
    """A log that appends to a file of JSON lines, and tells what went wrong."""

    def log(done: Done) -> None:
        add_event_lines([done.line()], path)
        if not done.is_well:
            tell(f"hook of “{done.fault}” ({done.phase}): {done.problem}")

    return log


class Hooks:
    """Runs actions at their moments; `finish` ends every fault that was begun, at once."""

    def __init__(self, actions: Sequence[DueAction], clock: HookClock, log: Log, hosts: Sequence[str] = ()) -> None:
        self._clock, self._log, self._hosts = clock, log, hosts
        self._over = Flag()
        self._faults: dict[str, list[DueAction]] = {}
        for due in actions:
            self._faults.setdefault(due.fault, []).append(due)
        self._greenlets: list[gevent.Greenlet] = []
        self._on: set[str] = set()

    def start(self) -> None:
        """Each fault goes its own way: a slow action holds up no other fault's."""
        self._greenlets = [gevent.spawn(self._follow, actions) for actions in self._faults.values()]

    def finish(self) -> None:
        """Nothing begins any more; what was begun is ended, and has been when this returns."""
        self._over.set()
        gevent.joinall(self._greenlets)

    @property
    def has_faults_on(self) -> bool:
        """Whether a fault has begun whose end is still to come."""
        return bool(self._on)

    def _follow(self, actions: Sequence[DueAction]) -> None:
        """One fault's actions in order."""
        is_begun = False
        for due in actions:
            if not self._came(due.at_s) and not (is_begun and due.phase == "end"):
                return
            is_begun = due.phase == "begin"
            self._on.add(due.fault)
            done = self._perform(due)
            if due is actions[-1] or due.phase == "end":
                self._on.discard(due.fault)
            with contextlib.suppress(OSError):  # a full disk keeps no fault alive
                self._log(done)

    def _came(self, moment_s: float) -> bool:
        """Wait for a moment; False when the replay ends before it."""
        while not self._over.is_set() and (left_s := moment_s - self._clock.now()) > 0:
            self._over.wait(min(left_s, _NEVER_S))
        return not self._over.is_set()

    def _perform(self, due: DueAction) -> Done:
        action, began_s, moment_s = due.action, monotonic(), self._clock.now()
        try:
            if action.command is not None:
                status, output, problem = _run(action.command, due.timeout_s)
            else:
                assert action.call is not None
                found = _may_call(due.fault, action.call.url, self._hosts)
                status, output, problem = _ask(action.call, found, due.timeout_s)
        except Exception as error:  # whatever it is, the fault's end is still to come
            status, output, problem = None, "", f"{type(error).__name__}: {error}"
        took_s = round(monotonic() - began_s, 3)
        return Done(
            round(moment_s, 3), due.fault, due.phase, described(action), status, took_s, output[:_OUTPUT_MOST], problem
        )


def _run(command: Sequence[str], timeout_s: float) -> tuple[int | None, str, str]:
    """Exit status, output, problem. What it leaves running in the background keeps nobody waiting."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            status: int | None = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status = None
        output.seek(0)
        said = output.read(_OUTPUT_MOST * 4).decode("utf-8", "replace")
    if status is None:
        return None, said, f"not done within {timeout_s:g} s"
    return status, said, "" if status == 0 else f"ended with status {status}"


def _ask(call: TargetCall, found: FoundHost, timeout_s: float) -> tuple[int | None, str, str]:
    """HTTP status, beginning of the body, problem. Follows no redirect, uses no proxy."""
    import httpx  # noqa: PLC0415  # most replays call nobody, and it takes a tenth of a second

    from loadtests.http.direct import direct_client  # noqa: PLC0415

    try:
        with (
            gevent.Timeout(timeout_s, TimeoutError),
            direct_client(found, timeout_s) as http,
            http.stream(call.method, call.url, headers=dict(call.headers), content=call.body.encode()) as answer,
        ):
            said = next(answer.iter_text(_OUTPUT_MOST), "")
    except (TimeoutError, httpx.TimeoutException):
        return None, "", f"not done within {timeout_s:g} s"
    return answer.status_code, said, "" if answer.status_code < 400 else f"was answered {answer.status_code}"


def _may_call(fault: str, url: str, hosts: Sequence[str]) -> FoundHost:
    found = place(url)
    if not found.is_loopback and not is_named(found.name, hosts):
        raise RefusedError(
            f"faults.{fault}.on_target calls {found}, which is neither this machine nor in an allow list "
            f"(target.hosts, or --allow-host {found.name})"
        )
    return found
