"""Runs the server as a child, and brings it back after a crash that it announced.

A crash in a rehearsal is a real one: the server writes `crash.json` into its data folder and kills itself with
SIGKILL, so whatever had not reached the disk or a client is gone. The parent reads the file, starts the next child
at once, and tells it when to listen: what a start costs is part of the outage, and the outage lasts as long as the
scenario says. A child that ends in any other way ends the parent with the same status.

The child is a fork: it goes on in the caller's frame with everything that is set up, and its errors are reported
where the caller reports them. It has a session of its own, so that Ctrl-C reaches it once, through the parent; and it
dies with a parent that was killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple

import msgspec

from scenarios.protocol.parent import end_with_parent

CRASH: Final = "crash.json"
# what ends a server: the signal to its child for each. A terminal that is closed asks for the same as SIGTERM
_FORWARDED: Final = {
    signal.SIGINT: signal.SIGINT, signal.SIGTERM: signal.SIGTERM, signal.SIGHUP: signal.SIGTERM,
}  # fmt: skip


class _Crash(msgspec.Struct):
    """The contents of the file: whose crash it is, and how long it lasts."""

    pid: int
    restart_s: float


class Life(NamedTuple):
    """One life of the server. `opens_at_s` (on the monotonic clock) is 0 in the first."""

    opens_at_s: float = 0.0

    @property
    def is_first(self) -> bool:
        """Whether nothing has gone before it."""
        return self.opens_at_s == 0.0


def supervise(folder: Path, serve: Callable[[Life], None], note: Callable[[str], None]) -> int:
    """Run `serve` in a child for as long as it lasts, again after each announced crash; the last child's status.

    In the child this returns 0 when `serve` has returned.
    """
    opens_at_s, own = 0.0, os.getpid()
    while True:
        with _signals_to_child() as child:
            if child.fork():
                ended = child.wait()
        if child.pid == 0:
            end_with_parent(own)
            serve(Life(opens_at_s))
            return 0
        crash = _announced(folder, child.pid) if ended == -signal.SIGKILL else None
        if crash is None:
            return _status(ended, note)
        note(f"the server has crashed; it is back in {crash.restart_s:g} s")
        opens_at_s = monotonic() + crash.restart_s


def announce(folder: Path, restart_s: float) -> None:
    """Have the parent bring this process back after its death; on the disk when this returns."""
    write_durably(folder / CRASH, msgspec.json.encode(_Crash(os.getpid(), restart_s)))


def write_durably(path: Path, content: bytes) -> None:
    """The file with this content, on the disk."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.fsync(folder)
    finally:
        os.close(folder)


class _Child:
    """The process that was forked; in it, `pid` is 0."""

    pid = -1

    def fork(self) -> int:
        """As `os.fork`; no signal is lost or comes to the wrong handler meanwhile."""
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
        else:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        return self.pid

    def forward(self, number: int, _: Any) -> None:
        """Pass a signal on."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, _FORWARDED[signal.Signals(number)])

    def wait(self) -> int:
        """Until it has ended; minus the signal that killed it, or its exit status."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


@contextlib.contextmanager
def _signals_to_child() -> Iterator[_Child]:
    """In the parent signals go to the child; in the child they are handled as before. What is ignored (by `nohup`)
    stays ignored."""
    child = _Child()
    heeded = [number for number in _FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, child.forward) for number in heeded}
    try:
        yield child
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if child.pid == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)


def _announced(folder: Path, pid: int) -> _Crash | None:
    path = folder / CRASH
    try:
        crash = msgspec.json.decode(path.read_bytes(), type=_Crash)
    except (OSError, msgspec.MsgspecError):
        return None
    path.unlink()
    return crash if crash.pid == pid else None


def _status(ended: int, note: Callable[[str], None]) -> int:
    if ended >= 0:
        return ended
    note(f"the server has died of {signal.Signals(-ended).name}")
    return 128 - ended
