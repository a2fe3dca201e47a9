"""One session that a Locust user performs: its code in a greenlet of its own, and what it asks for as steps.

The code stops at each request, wait and judged answer, and whoever let it go on (an answer, or the end of a pause, both
in gevent's loop) is given back the loop at once. Code that waits for anything else is left alone (`Elsewhere`) until it
comes to its next step.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Final

import gevent
from gevent.pool import Group
from locust.exception import ResponseError, StopTest, StopUser
from requests import PreparedRequest, Response

from loadtests.http.replies import Reply
from loadtests.locust_users.adapter import ENCODINGS, JudgedEvent, SessionAdapter, body_bytes, said_headers
from loadtests.locust_users.asked import AnswerVerdict, AskedRequest
from loadtests.locust_users.matching import OperationMatching, UnmatchedError
from loadtests.locust_users.user_classes import PERFORMED_BY, UserClass, UserGreenlet, released
from loadtests.target.wire import Wire
from scenarios.behaviour.draws import mix
from scenarios.behaviour.journeys import Plan
from scenarios.behaviour.steps import Call, Elsewhere, LetBe, Pause, Session, Site
from scenarios.language.outcomes import FINISHED, GOOD, IN_LINE
from scenarios.measured.python_files import JourneyFaultError, failed_in

_JUDGED, _ENDED = "judged", "ended"  # where the code may stop besides
_REDIRECTED: Final = frozenset({301, 302, 303, 307, 308, 401})  # answers after which `requests` may send another


@dataclass
class LocustPopulation:
    """What the users of one population have in common. `is_over`: the run has ended, and nothing more is sent."""

    plan: Plan
    users: UserClass
    wire: Wire
    matching: OperationMatching
    tasks: float  # of each session; infinite for as many as it likes
    group: Group
    is_over: bool = False

    def fault(self, words: str) -> JourneyFaultError:
        """Something wrong in the code, with where that stands."""
        return JourneyFaultError(f"populations.{self.plan.population}: {words}")


class LocustSession:
    """A session; `steps` is what the runner performs. Args: its population, and its own key, which seeds `random`.

    `asking` is the request that is to be written now.
    """

    def __init__(self, people: LocustPopulation, key: int) -> None:
        self._people, self._key = people, key
        self._greenlet: UserGreenlet | None = None
        self._user: Any = None
        self._next: Any = None  # the step that the code has come to and nobody has performed
        self._at: Any = None  # where it stands; nothing while it runs, or waits on its own
        self._heard: Callable[[], None] | None = None  # who wants to know of its next step
        self._fault: JourneyFaultError | None = None
        self._seen, self._stretches, self._tasks_done = Counter[str](), 0, 0
        self._last: AskedRequest | None = None
        self._awaited: AskedRequest | None = None  # whose verdict somebody waits for
        self.asking: AskedRequest | None = None

    # what the runner asks for

    def steps(self) -> Session:
        """The session's steps. Raises `JourneyFaultError` for whatever its code raises."""
        self._begin()
        while True:
            if self._people.is_over:
                yield Pause(inf)  # past the end of the run
            step, self._next = self._next, None
            if step is _ENDED:
                break
            if step is None:
                yield Elsewhere(self._hear)
            elif isinstance(step, Pause):
                yield step
                self._go_on(step)
            elif isinstance(step, AskedRequest):
                yield from self._made(step)
            else:
                self._go_on(step)
        if self._fault is not None:
            raise self._fault
        return FINISHED

    def _made(self, asked: AskedRequest) -> Session:
        site, self.asking = asked.site, asked
        visit = self._seen[site.operation]
        self._seen[site.operation] += 1
        answer: Any = yield Call(site, visit, 0)
        if answer[0] != GOOD:
            yield LetBe(site, answer[1] if answer[0] == IN_LINE else None)
        elif site.achieved is not None:
            yield site.achieved
        asked.outcome, self.asking = answer[0], None
        if asked.reply is None:
            self._go_on(asked)
        return FINISHED

    def answered(self, reply: Reply) -> AnswerVerdict:
        """Give the code the answer to its request, and let it go on until it has judged it; what it said of it."""
        asked = self._awaited = self.asking
        assert asked is not None
        asked.reply = reply
        self._go_on(asked)
        self._awaited = None
        return _noted(asked.response)

    def _hear(self, heard: Callable[[], None]) -> None:
        if self._next is None:
            self._heard = heard
        else:
            heard()

    def _begin(self) -> None:
        if not self._people.is_over:
            self._greenlet = greenlet = UserGreenlet(self._perform)
            self._people.group.add(greenlet)
            self._at = greenlet
            self._go_on(greenlet)

    def _go_on(self, at: Any) -> None:
        """Let the code go on from where it stands, if it still stands there."""
        if self._at is not at or self._greenlet is None or self._people.is_over:
            return
        self._at = None
        self._stretches += 1
        random.seed(mix(self._key, self._stretches))
        self._greenlet.switch()

    # what the code does, in its greenlet

    def _perform(self) -> None:
        users = self._people.users
        try:
            user: Any = users.kind(users.environment)
            self._user = user
            setattr(user, PERFORMED_BY, self)
            user._greenlet, user._group = self._greenlet, self._people.group
            client = user.client
            client.request_event = JudgedEvent(self, client.request_event)
            client.headers["Accept-Encoding"] = ENCODINGS
            for scheme in ("http://", "https://"):
                client.mount(scheme, SessionAdapter(self))
            user.run()
        except (StopUser, StopTest, gevent.GreenletExit):
            pass
        except BaseException as error:  # whatever its code makes of itself
            if self._fault is None:
                self._fault = self._people.fault(failed_in(users.file, error))
                self._fault.__cause__ = error
        finally:
            if self._user is not None:
                released(self._user)
            self._user = self._greenlet = self._last = None
            self._come_to(_ENDED)

    def _stop_at(self, step: Any) -> None:
        """Have a step performed. Ends the code by `GreenletExit` when the run is over."""
        if self._people.is_over or self._fault is not None:
            raise gevent.GreenletExit
        self._at = step
        self._come_to(step)
        try:
            gevent.get_hub().switch()
        finally:
            self._at = None

    def _come_to(self, step: Any) -> None:
        self._next = step
        heard, self._heard = self._heard, None
        if heard is not None:
            heard()

    def _end_by(self, words: str) -> gevent.GreenletExit:
        """What ends the code where something is wrong with what it asks for: with the line that asks."""
        file, frame = self._people.users.file, sys._getframe()
        while frame.f_back is not None and frame.f_code.co_filename != file:
            frame = frame.f_back
        line = f", line {frame.f_lineno}" if frame.f_code.co_filename == file else ""
        self._fault = self._fault or self._people.fault(f"{file}{line}: {words}")
        return gevent.GreenletExit()

    # what its tasks ask for

    def wait(self, seconds: float) -> None:
        """Pause between two tasks. Raises `StopUser` after the last."""
        self.begin_task()
        self._stop_at(Pause(max(0.0, float(seconds))))

    def begin_task(self) -> None:
        """Raises `StopUser` after the last task."""
        if self._tasks_done >= self._people.tasks:
            raise StopUser

    def end_task(self) -> None:
        """One task more is done."""
        self._tasks_done += 1

    # what its client asks for

    def asked(self, request: PreparedRequest, timeout_s: float | None) -> AskedRequest:
        """What a request is of. Raises `GreenletExit` where it is nothing that the scenario knows."""
        wire, url, method = self._people.wire, str(request.url), str(request.method)
        place = wire.place(url)
        if place is None:
            raise self._end_by(f"{method} {url.partition('?')[0]} leads to another service")
        site = self._site(method, place.removeprefix(wire.base_path))
        if timeout_s is not None:
            site = replace(site, timeout_s=timeout_s, drawn_timeout=None)
        return AskedRequest(site, method, place, said_headers(request.headers), body_bytes(request.body))

    def send(self, asked: AskedRequest) -> None:
        """Wait until it is known what came of a request."""
        self._last = asked
        self._stop_at(asked)

    def judged(self, response: Any, exception: BaseException | None) -> None:
        """The code has done with an answer. Raises `GreenletExit` when it says of one what it did not say in
        time."""
        said: AnswerVerdict = getattr(response, "_manual_result", None)
        if said is None and isinstance(exception, ResponseError):
            said = exception
        awaited = self._awaited
        if awaited is not None and awaited.response is response:
            _note(response, said)
            self._stop_at(_JUDGED)
        elif said is not None and said is not getattr(response, "_said", said):
            raise self._end_by(
                "success() or failure() came after the next request or wait of its block, when its answer was recorded"
            )

    def _site(self, method: str, path: str) -> Site:
        """The place of a request in the journey. One that follows a redirection is of the operation of its path, or
        else of the one that led to it."""
        people, last = self._people, self._last
        sites, name = people.plan.sites, getattr(self._user.client, "explicit_name", None)
        if last is not None and last.reply is not None and _led_on(last):
            return sites.get(people.matching.by_path(method, path) or "", last.site)
        try:
            return sites[people.matching.operation(method, path, name)]
        except UnmatchedError as error:
            raise self._end_by(str(error)) from None


def _led_on(last: AskedRequest) -> bool:
    """Whether `requests` is still at the request whose last answer was this: it was sent on, or asked who it is."""
    return last.reply is not None and last.reply.status in _REDIRECTED and not hasattr(last.response, "request_meta")


def _noted(response: Response | None) -> AnswerVerdict:
    """What was said of an answer so far, which is from now on what was said."""
    if response is None:
        return None
    if not hasattr(response, "_said"):
        _note(response, getattr(response, "_manual_result", None))
    said: AnswerVerdict = vars(response)["_said"]
    return said


def _note(response: Any, said: AnswerVerdict) -> None:
    response._said = said
