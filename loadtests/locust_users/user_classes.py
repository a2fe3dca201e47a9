"""A Locust user's class, loaded from its file, and what of Locust must know of the sessions here.

Locust's own runner is not asked: a session of the schedule is one instance of the class. Its waits between tasks are
the session's pauses, and its tasks are counted; both are asked of the base class `TaskSet`, whose own methods stay for
all other users.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from logging import LogRecord, getLogger
from pathlib import Path
from typing import Any, Final, Protocol

import gevent
import locust
from locust.env import Environment
from locust.event import Events
from locust.user.task import TaskSet

from scenarios.language.data import LocustCode
from scenarios.measured.python_files import JourneyFaultError, loaded

PERFORMED_BY: Final = "performed_by"  # the attribute of a user that has its session


class TaskCounting(Protocol):
    """The session of a Locust user."""

    def wait(self, seconds: float) -> None:
        """Pause between two tasks. Raises Locust's `StopUser` where there is to be no further task."""

    def begin_task(self) -> None:
        """Raises Locust's `StopUser` where there is to be no further task."""

    def end_task(self) -> None:
        """One task more is done."""


class UserGreenlet(gevent.Greenlet):  # type: ignore[misc]
    """Where the code of one Locust user runs."""


@dataclass(frozen=True)
class UserClass:
    """The class and the environment of its users, with the listeners that its file added; `file` is where it stands."""

    kind: type[locust.HttpUser]
    environment: Environment
    file: str


def user_class(code: LocustCode, host: str) -> UserClass:
    """The class of a journey, its users to ask `host`. Raises `JourneyFaultError` when the file fails or the class is
    no `HttpUser`."""
    events, standing = _events_of(code.file), locust.events
    locust.events = events  # what the file listens to is not this load test
    try:
        kind = loaded(Path(code.file), code.user, code.checksum)
    finally:
        locust.events = standing
    if not (isinstance(kind, type) and issubclass(kind, locust.HttpUser)):
        raise JourneyFaultError(f"{code.file}: {code.user} is no HttpUser, and only these can perform a session")
    kind.host = host
    _adopt_task_sets()
    environment = Environment(user_classes=[kind], events=events, host=host, catch_exceptions=False)
    return UserClass(kind, environment, code.file)


@cache
def _events_of(file: str) -> Events:
    """What a file's listeners are added to: a file is run once, however many of its classes are used."""
    return Events()  # type: ignore[no-untyped-call]


@cache
def _adopt_task_sets() -> None:
    """Have the sessions here hear of their users' waits and tasks, and no log of what ends them."""
    inside: Any = TaskSet
    sleep, execute = inside._sleep, inside.execute_next_task

    def sleep_or_pause(task_set: TaskSet, seconds: float) -> None:
        session = _session_of(task_set)
        if session is None:
            sleep(task_set, seconds)
        else:
            session.wait(seconds)

    def execute_and_count(task_set: TaskSet) -> None:
        session, waiting = _session_of(task_set), task_set._task_queue
        if session is None or not waiting or hasattr(waiting[0], "tasks"):  # a nested set is no task of its own
            execute(task_set)
            return
        session.begin_task()
        try:
            execute(task_set)
        finally:
            session.end_task()

    inside._sleep, inside.execute_next_task = sleep_or_pause, execute_and_count
    getLogger("locust.user.users").addFilter(_is_of_others)


def _session_of(task_set: TaskSet) -> TaskCounting | None:
    found: TaskCounting | None = getattr(task_set.user, PERFORMED_BY, None)
    return found


def _is_of_others(record: LogRecord) -> bool:
    """Locust logs each user's end by an exception; here the first is shown, and all are counted."""
    return not isinstance(gevent.getcurrent(), UserGreenlet)


def released(user: Any) -> None:
    """Take a user that has ended apart: nobody collects cycles during a load test."""
    client = getattr(user, "client", None)
    if client is not None:
        client.adapters.clear()
        client.user = client.request_event = None
    vars(user).clear()
