"""The two processes that a rehearsal starts: the mock server and the load test.

Each runs in a process of its own, as it would on a machine of its own: the load test patches its sockets for gevent,
the server runs uvloop, and neither may take the other's processor time unseen. Both end with this one, however it ends.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import NOTHING_SAID, Consent
from recordings.run_folder import RunFolder
from rehearse.children.control import ControlClient
from scenarios.protocol.exit_statuses import INVALID_STATUS, REFUSED_STATUS, STOPPED_STATUS
from scenarios.protocol.parent import naming_parent
from scenarios.protocol.process_messages import (
    Listening,
    ProcessMessage,
    Refused,
    ReplayBegins,
    asking_for_json,
    message_in,
    message_text,
)

_STOP_WITHIN_S = 15.0
_LAST_LINES = 21  # that are shown when it fails
_CONCLUDE_WITHIN_S = 90.0  # the load test writes its files, and ends faults on the target


class ProcessFailedError(Exception):
    """A process of the run ended when it should not have, or never got ready."""


@contextmanager
def served(run: RunFolder, seed: int) -> Iterator[tuple[str, ControlClient]]:
    """The mock server of the run's scenario on a free loopback port: yields its URL and its control API, and stops it
    at the end.

    What it writes to standard error is kept in the run folder. Raises `ProcessFailedError` when it does not start.
    """
    command = [sys.executable, "-m", "rehearse", "serve", str(run.scenario)]
    command += ["--port", "0", "--seed", str(seed), "--data", str(run.path / "server")]
    command += ["--rate-limit", "off"]  # the load test is many applications under no name
    token = secrets.token_urlsafe(16)
    environment = naming_parent(asking_for_json({**os.environ, "REHEARSE_CONTROL_TOKEN": token}))
    with (
        (run.path / "server.log").open("wb") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True, env=environment
        ) as process,
    ):
        try:
            at = _listening(process, run.path / "server.log")
            yield at.url, ControlClient(at.control_url, token)
        finally:
            _stop(process, _STOP_WITHIN_S)


def replay(
    run: RunFolder,
    seed: int,
    host: str,
    workers: int,
    hear: Callable[[ProcessMessage], None],
    consent: Consent = NOTHING_SAID,
    began: Callable[[float], None] = lambda _: None,
    *,
    samples: bool = False,
) -> None:
    """Run the load test against `host` and pass on what it says.

    `began` gets, during the warm-up, the reading of the wall clock at which the replay begins. When this process is
    interrupted or fails, the load test is asked to end; what it has recorded by then is written, and faults that it has
    begun on the target are ended. Raises `RefusedError` when load may not be sent there, `ProcessFailedError` when it
    ends with a failure of its own; a replay that its own rule has stopped has left `stopped.json`.
    """
    command = [sys.executable, "-m", "loadtests", "--scenario", str(run.scenario), "--seed", str(seed)]
    command += ["--host", host, "--run-folder", str(run.path), "--workers", str(workers), "--no-report"]
    command += [*(["--samples"] if samples else []), *consent.words()]
    said: deque[str] = deque(maxlen=_LAST_LINES)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,  # a person has been asked already
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=naming_parent(asking_for_json(os.environ)),
    ) as process:
        assert process.stderr is not None
        try:
            _listen(process.stderr, said, hear, began)
            status = process.wait()
        finally:
            _stop(process, _CONCLUDE_WITHIN_S)
            _listen(process.stderr, said, hear, lambda _: None)  # a fault that could not be ended is heard of
    if status == REFUSED_STATUS:
        raise RefusedError("\n".join(said))
    if status not in (0, STOPPED_STATUS, INVALID_STATUS):  # why it is invalid is in its files
        raise ProcessFailedError("the load test failed:\n" + "\n".join(said))


def _listen(
    lines: Iterable[str], said: deque[str], hear: Callable[[ProcessMessage], None], began: Callable[[float], None]
) -> None:
    """Pass on the messages in a process's lines; `said` gets the last lines, or why it refused, as text."""
    for line in lines:
        message = message_in(line)
        if isinstance(message, Refused):
            said.clear()
        said.append(line.rstrip() if message is None else message_text(message))
        if isinstance(message, ReplayBegins):
            began(message.at_epoch_s)
        elif message is not None:
            hear(message)


def _listening(process: subprocess.Popen[str], log: Path) -> Listening:
    """Where service and control API are."""
    assert process.stdout is not None
    at = message_in(process.stdout.readline())
    if not isinstance(at, Listening):
        process.wait(timeout=_STOP_WITHIN_S)
        raise ProcessFailedError("the mock server did not start:\n" + log.read_text(errors="replace")[-2000:])
    # whatever else it says must not fill the pipe
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return at


def _stop(process: subprocess.Popen[str], within_s: float) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def begin_there(control: ControlClient, scenario_s: float, slots: dict[str, Any] | None, at_epoch_s: float) -> None:
    """Begin the scenario on a mock server: the wall clock shows `at_epoch_s` when it is `scenario_s` there, with so
    many `slots` left. Raises `ProcessFailedError` when that cannot be asked."""
    try:
        control.begin(at_epoch_s, scenario_s, slots)
    except httpx.HTTPError as error:
        raise ProcessFailedError(f"the scenario could not be begun on the mock server: {error}") from None
