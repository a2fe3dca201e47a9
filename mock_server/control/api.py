"""The control API: a rehearsal directed by hand, over HTTP on a port of its own.

Everything but the page itself needs the token, as `Authorization: Bearer TOKEN`. Only the stream of events may be
given it in its address, because a browser's EventSource sends no headers. Answers are JSON; what is wrong with a
request is said as `{"problems": ["…"]}`. No other site's page can use it: there is no CORS, and a form of another
site cannot send the token.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mock_server.control.director import LASTS_S_MAX, ByHand, Director, FaultOrder
from mock_server.control.fault_kinds import fault_kinds
from mock_server.control.game_day import page_answer
from recordings.server_result import ServerTiming
from scenarios.language.scenario import Scenario
from scenarios.quantities.units import UnitError, duration
from scenarios.sources.problems import ScenarioError

BODY_BYTES_MAX: Final = 64 * 1024
_TIMELINE_BYTES_MAX: Final = 4 * 1024**2  # with the slots of many specialties
_OFFLINE_LASTS: Final = "15 min"
_LAST_WORDS_S: Final = 0.1
_MESSAGE_CHARACTERS_MAX: Final = 500
_PAGES: Final = {True: "stands", False: "fails", "stands": "stands", "fails": "fails"}

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]


class ServerTime(Protocol):
    """How the server keeps its time."""

    def begin_anew(self) -> None:
        """Forget what was before."""

    def taken(self) -> ServerTiming:
        """What was noted until now."""


class Problems(Exception):  # noqa: N818  # what it is
    """The request cannot be used: a status, and why."""

    def __init__(self, status: int, *problems: str) -> None:
        super().__init__(status, *problems)
        self.status, self.problems = status, list(problems)


class ControlApi:
    """The endpoints; `app` is the ASGI application."""

    def __init__(self, director: Director, scenario: Scenario, token: str, time: ServerTime | None = None) -> None:
        self._time = time
        self._director, self._token = director, token.encode()
        self._kinds = fault_kinds(scenario)
        routes = [
            Route("/control/state", self._guarded(self._state)),
            Route("/control/kinds", self._guarded(self._all_kinds)),
            Route("/control/log", self._guarded(self._log)),
            Route("/control/timing", self._guarded(self._timing)),
            Route("/control/events", self._guarded(self._events)),
            Route("/control/faults", self._guarded(self._start), methods=["POST"]),
            Route("/control/faults/{name}", self._guarded(self._stop), methods=["DELETE"]),
            Route("/control/offline", self._guarded(self._offline), methods=["POST"]),
            Route("/control/online", self._guarded(self._online), methods=["POST"]),
            Route("/control/status", self._guarded(self._post), methods=["POST"]),
            Route("/control/timeline", self._guarded(self._timeline), methods=["POST"]),
            Route("/{path:path}", _page),
        ]
        self.app = Starlette(routes=routes, exception_handlers={Problems: _problems, HTTPException: _failed})

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if not token and request.url.path == "/control/events":
                scheme, token = "bearer", request.query_params.get("token", "")
            if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token):
                raise Problems(401, "the control token is missing or wrong")
            return await endpoint(request)

        return guarded

    async def _state(self, request: Request) -> Response:
        return _json(self._director.state())

    async def _all_kinds(self, request: Request) -> Response:
        return _json({"kinds": self._kinds})

    async def _log(self, request: Request) -> Response:
        state = self._director.state()
        return _json({"now_s": state["now_s"], "log": self._director.log(), "acting": self._director.acting()})

    async def _timing(self, request: Request) -> Response:
        if self._time is None:
            raise Problems(404, "this server does not note how it keeps its time")
        return _json(self._time.taken())

    async def _events(self, request: Request) -> Response:
        headers = {"cache-control": "no-store"}
        return StreamingResponse(self._samples(), media_type="text/event-stream", headers=headers)

    async def _samples(self) -> AsyncIterator[bytes]:
        async for samples in self._director.follow():
            yield b"".join(b"data: " + bytes(sample) + b"\n\n" for sample in samples)

    async def _start(self, request: Request) -> Response:
        sent = await _body(request, {"name", "fault", "lasts"})
        name, fault = sent.get("name"), sent.get("fault")
        if not isinstance(fault, dict):
            raise Problems(400, 'fault: give one kind, such as {"slowdown": {"station": "identity", "factor": 5}}')
        if name is not None and not isinstance(name, str):
            raise Problems(400, "name: is text")
        lasts_s = _lasts(sent.get("lasts"))
        order = _attempt(lambda: self._director.order(name, fault, lasts_s))
        answer = _json(_ends(order.held), 201)
        if order.fault.kind == "crash":  # whoever asked is to hear of it first
            answer.background = BackgroundTask(self._crash, order)
        else:
            self._director.start(order)
        return answer

    async def _crash(self, order: FaultOrder) -> None:
        await asyncio.sleep(_LAST_WORDS_S)
        self._director.start(order)

    async def _stop(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            self._director.stop(name)
        except KeyError:
            raise Problems(404, f"no fault called {name!r} is on") from None
        return _json({"name": name})

    async def _offline(self, request: Request) -> Response:
        sent = await _body(request, {"lasts", "status_page"})
        page = sent.get("status_page", "stands")
        if page not in _PAGES:
            raise Problems(400, f"status_page: found {page!r}; allowed is one of stands, fails")
        lasts_s = _lasts(sent.get("lasts", _OFFLINE_LASTS))
        return _json(_ends(_attempt(lambda: self._director.offline(lasts_s, _PAGES[page]))), 201)

    async def _online(self, request: Request) -> Response:
        self._director.online()
        return _json({"offline": False})

    async def _post(self, request: Request) -> Response:
        message = (await _body(request, {"message"})).get("message")
        if not isinstance(message, str) or len(message) > _MESSAGE_CHARACTERS_MAX:
            raise Problems(400, f"message: is text of at most {_MESSAGE_CHARACTERS_MAX} characters")
        self._director.post(message)
        return _json({"status_message": message})

    async def _timeline(self, request: Request) -> Response:
        sent = await _body(request, {"at_epoch_s", "scenario_s", "slots"}, _TIMELINE_BYTES_MAX)
        at, moment, slots = sent.get("at_epoch_s"), sent.get("scenario_s"), sent.get("slots")
        if not _is_number(at) or not _is_number(moment):
            raise Problems(400, "at_epoch_s, scenario_s: are numbers of seconds")
        if slots is not None and not isinstance(slots, dict):
            raise Problems(400, "slots: is the state of the appointment slots, as in window-start.json")
        try:
            self._director.begin(float(at), float(moment), slots)  # type: ignore[arg-type]
        except ValueError as error:
            raise Problems(400, f"slots: {error}") from None
        if self._time is not None:
            self._time.begin_anew()
        return _json({"at_epoch_s": at, "scenario_s": moment})


async def _body(request: Request, allowed: set[str], bytes_max: int = BODY_BYTES_MAX) -> Mapping[str, Any]:
    """The JSON object that was sent; none is an empty one. Raises `Problems`."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > bytes_max:
            raise Problems(413, f"a body has at most {bytes_max} bytes")
    try:
        sent = msgspec.json.decode(held or b"{}")  # strictly: no NaN, and no half of a character
    except (ValueError, RecursionError):
        raise Problems(400, "the body is not JSON") from None
    if not isinstance(sent, dict):
        raise Problems(400, "the body is a JSON object")
    if unknown := sorted(sent.keys() - allowed):
        raise Problems(400, *(f"{key}: no such key; allowed is one of {', '.join(sorted(allowed))}" for key in unknown))
    return sent


def _lasts(found: Any) -> float:
    if found is None:
        raise Problems(400, "lasts: is missing: a fault that is set by hand has an end, such as 60 s")
    try:
        lasts_s = duration(found)
    except UnitError as error:
        raise Problems(400, f"lasts: {error}") from None
    if not 0 < lasts_s <= LASTS_S_MAX:
        raise Problems(400, f"lasts: found {found!r}; allowed is more than 0 and at most 24 h")
    return lasts_s


def _ends(held: ByHand) -> dict[str, Any]:
    return {"name": held.name, "ends_epoch_s": round(held.ends_epoch_s, 3)}


def _attempt(attempt: Callable[[], T]) -> T:
    try:
        return attempt()
    except ScenarioError as error:
        problems = (
            f"{problem.key}: {problem.message}" if problem.key else problem.message for problem in error.problems
        )
        raise Problems(400, *problems) from None
    except ValueError as error:
        raise Problems(409, str(error)) from None


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e12


async def _page(request: Request) -> Response:
    answer = page_answer(request.url.path) if request.method in ("GET", "HEAD") else None
    if answer is None:
        raise Problems(404, "nothing is served at this address")
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    return Response(answer.body, answer.status, headers, answer.content_type.decode())


async def _problems(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problems)
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
    return JSONResponse({"problems": error.problems}, error.status, headers)


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"problems": [error.detail]}, error.status_code, error.headers)


def _json(body: object, status: int = 200) -> Response:
    headers = {"cache-control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")
