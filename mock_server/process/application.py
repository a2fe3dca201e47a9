"""The service over HTTP: admit the caller, take the modelled time, have a handler work, answer.

`create_app` joins the three parts: the model that says how long an operation takes and
whether the service is able to do it at all, the store that keeps what was acknowledged, and the
synthetic directory. It returns a bare ASGI application: routing is a tree lookup and
nothing of a framework's request object is needed, which saves 14 µs of the 33 that a
Starlette route costs.

A client that goes away does not cancel its request: the ASGI server only stops delivering the
answer, and nothing here listens for the disconnect once the body has arrived. The modelled
work is done, the state is changed, as on a real server that works on for a browser long gone.
"""

import asyncio
import contextlib
import logging
import math
import os
import time
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from mock_server.contract.admission import admit, application_of
from mock_server.contract.idempotency import keyed
from mock_server.contract.negotiation import negotiate
from mock_server.contract.openapi_pages import published_pages
from mock_server.contract.operation import ApiOperation, Needs
from mock_server.contract.operations import OPERATIONS, OWN_ENDPOINTS, SECTIONS
from mock_server.contract.operators import Operators
from mock_server.contract.routes import Routes
from mock_server.control.live_figures import Live
from mock_server.control.status_page import StatusPage
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import UNAVAILABLE_FOR_S, Refusal, not_found
from mock_server.faults import response_faults
from mock_server.faults.response_faults import Instead, ResponseFault
from mock_server.handlers import inspection
from mock_server.handlers.context import HandlerContext
from mock_server.http import operation_outcome as outcomes
from mock_server.http.asgi import Receive, Scope, Send
from mock_server.http.calls import JSON, Headers, HttpRequest, HttpResponse
from mock_server.http.locks import Locks
from mock_server.http.protocol import connection_of
from mock_server.http.rate_limits import RateLimits
from mock_server.metrics.server_metrics import ServerMetrics
from mock_server.process.described_operations import described_rows
from mock_server.process.modelled_time import ModelledTime, ServiceModel
from mock_server.process.request_bodies import ClientGoneError, read_body
from mock_server.sessions.grants import TOKEN_LIFETIME_S, Grants
from mock_server.sessions.professional import Sessions
from mock_server.storage.diaries import Diaries
from mock_server.storage.store import Store
from scenarios.language.service import OperationSpecification
from scenarios.protocol.requests import correlation_id_in, is_modelled, operation_in, timeout_s_in
from scenarios.protocol.responses import echo_headers, retry_after

_LOG: Final = logging.getLogger(__name__)
_NOWHERE: Final = "none"  # in the metrics: requests to an address at which nothing is served
_GENERIC: Final = "/operations/{name}"
_BODY_METHODS: Final = frozenset({"POST", "PUT"})


class MockService:
    """The ASGI application."""

    def __init__(
        self,
        model: ServiceModel,
        context: HandlerContext,
        store: Store,
        power_off: Callable[[], None] | None,
        limits: RateLimits | None,
        status: StatusPage,
        operators: Operators,
        described: Mapping[str, OperationSpecification],
    ) -> None:
        self._model = model
        self.context = context
        self._store = store
        self._power_off = power_off
        self._limits = limits
        self._operators = operators
        self._locks = Locks()
        self.watch = ServerMetrics(model, store)
        self.live = Live()
        self.status = status
        self._started_s = time.monotonic()
        self._time = ModelledTime(model)
        self._request_prefix = f"{uuid.uuid4()}-"
        self._requests = 0
        own = (
            ApiOperation("", "GET", "/health", self._health, Needs.NOTHING, produces=JSON, refuses=(503,)),
            ApiOperation("", "GET", "/metrics", self.watch.show, Needs.NOTHING, produces=b"text/plain"),
            ApiOperation("", "GET", "/status", status.show, Needs.NOTHING, produces=b"*/*", refuses=(503,)),
            ApiOperation(
                "",
                "POST",
                "/mock/power-loss",
                self._lose_power,
                Needs.OPERATOR,
                produces=JSON,
                refuses=(401, 403, 404),
            ),
            ApiOperation(
                "",
                "POST",
                _GENERIC,
                self._generic,
                Needs.NOTHING,
                produces=JSON,
                refuses=(500, 503),
            ),
        )
        pages = published_pages({**SECTIONS, "The server's own": (*OWN_ENDPOINTS, *own)})
        self._described = described_rows(described, self._time)
        rows = self._described.values()
        self._watched = frozenset({_GENERIC, *(row.api for row in OPERATIONS if row.api), *(row.path for row in rows)})
        self._routes = Routes((*rows, *OPERATIONS, *OWN_ENDPOINTS, *own, *pages))  # what comes later stands

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            with contextlib.suppress(asyncio.CancelledError):  # the server stops, and has closed the connection
                await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            raise RuntimeError(f"this server speaks HTTP only, not {scope['type']}")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        path: str = scope["path"]
        name, came = _NOWHERE, None
        try:
            named = self._described.get(operation_in(headers))
            operation, values = self._routes.find(scope["method"], path) if named is None else (named, ())
            name = operation.api or operation.path
            if name in self._watched and is_modelled(headers):
                came = self.live.came(connection_of(scope), timeout_s_in(headers))
            answer = await self._answer(operation, values, scope, headers, receive)
        except Refusal as refusal:
            answer = outcomes.answer(refusal, path)
        except Instead as instead:
            answer = instead.answer
        except ClientGoneError:
            return
        except Exception as error:
            answer = outcomes.answer(self._failure(error, scope["method"], path), path)
        self.watch.answers.count(name, answer.status)
        if came is not None:
            came.answered(answer)
        if answer.response_fault is not None:
            send = response_faults.on_the_wire(answer.response_fault, scope, receive, send)
        await self._send(answer, headers, send)

    def _failure(self, error: Exception, method: str, path: str) -> Refusal:
        """What an error is answered with. A line in the log where only the database cannot, else all of it."""
        unavailable = self._store.refusal_of(error)
        if unavailable is None:
            _LOG.error("%s %s failed", method, path, exc_info=error)
            return Refusal(500, "INTERNAL_SERVER_ERROR", type(error).__name__)
        if self._store.trouble is None:  # else it has been said
            _LOG.warning("%s %s failed: %s", method, path, unavailable.diagnostics)
        return unavailable

    async def _answer(
        self, operation: ApiOperation, values: tuple[str, ...], scope: Scope, headers: Headers, receive: Receive
    ) -> HttpResponse:
        path: str = scope["path"]
        if self._limits is not None and operation.api:
            self._limits.count(application_of(self.context.sessions, headers))
        self._operators.admit(operation, headers, scope)
        try:
            caller = admit(operation, self.context.sessions, headers)
            negotiate(operation, headers)
        except Refusal as refusal:
            raise self._time.refused(refusal, operation, headers, path) from None
        body = await read_body(receive, headers) if scope["method"] in _BODY_METHODS else b""
        correlation_id = (correlation_id_in(headers) or b"").decode("latin-1")
        request = HttpRequest(
            path, values, scope["query_string"], headers, body, caller, correlation_id, connection_of(scope)
        )
        context = keyed(self.context, operation.api, request)
        ubrn = operation.locks(self.context, request)
        if ubrn is None:
            response_fault = await self._time.take(operation, request)
            return await _work(response_fault, operation, context, request)
        return await self._change(operation, context, request, ubrn)

    async def _change(
        self, operation: ApiOperation, context: HandlerContext, request: HttpRequest, ubrn: int
    ) -> HttpResponse:
        """Work under the request's lock; who does not get it at once tries again after the modelled time."""
        locked = self._locks.try_to_take(ubrn)
        try:
            response_fault = await self._time.take(operation, request)
            if not locked:
                self._locks.take(ubrn)
                locked = True
            return await _work(response_fault, operation, context, request)
        finally:
            if locked:
                self._locks.release(ubrn)

    async def _health(self, context: HandlerContext, request: HttpRequest) -> HttpResponse:
        """GET /health: alive, and where requests wait; 503 and the reason when the database is away."""
        trouble = self._store.trouble
        uptime_s = round(time.monotonic() - self._started_s, 3)
        body = {
            "status": "up" if trouble is None else "down",
            **({} if trouble is None else {"reason": trouble}),
            "pid": os.getpid(),
            "uptime_s": uptime_s,
            "stations": self._model.state(),
            "sessions": len(context.sessions),
            "store": self._store.state(),
        }
        answer = inspection.as_json(body)
        return answer if trouble is None else HttpResponse(503, answer.body, JSON, retry_after(UNAVAILABLE_FOR_S))

    async def _lose_power(self, context: HandlerContext, request: HttpRequest) -> HttpResponse:
        """POST /mock/power-loss: loses what is not durable, says how much, and ends the process."""
        if self._power_off is None:
            raise not_found("this server's power cannot fail")
        lost = self._store.cut()
        self._power_off()
        return inspection.as_json(lost)

    async def _generic(self, context: HandlerContext, request: HttpRequest) -> HttpResponse:
        """POST /operations/{name}: an operation of the scenario that has no API here."""
        name = request.path_values[0]
        response_fault = await self._time.take_by_name(name, request)
        answer = inspection.as_json({"operation": name, "outcome": "good"})
        return answer if response_fault is None else response_faults.with_response_fault(answer, response_fault)

    async def _send(self, answer: HttpResponse, headers: Headers, send: Send) -> None:
        self._requests += 1
        out = [
            (b"content-length", b"%d" % len(answer.body)),
            (b"x-request-id", f"{self._request_prefix}{self._requests}".encode()),
            *answer.headers,
        ]
        if answer.body:
            out.append((b"content-type", answer.content_type))
        out += echo_headers(correlation_id_in(headers))
        await send({"type": "http.response.start", "status": answer.status, "headers": out})
        await send({"type": "http.response.body", "body": answer.body})


def create_app(
    model: ServiceModel,
    store: Store,
    directory: SyntheticDirectory,
    session_lifetime_s: float = 8 * 3600.0,
    session_idle_s: float = math.inf,
    token_lifetime_s: float = TOKEN_LIFETIME_S,
    requests_per_s: float | None = None,
    power_off: Callable[[], None] | None = None,
    status: StatusPage | None = None,
    control_token: str | None = None,
    described: Mapping[str, OperationSpecification] = MappingProxyType({}),
) -> MockService:
    """The mock service as an ASGI application; the caller opens and closes the store.

    `requests_per_s` is what one application may send; None limits nobody. `power_off` ends the process soon after it is
    called, without tidying up. `status` is what `/status` shows. Who knows `control_token` is an operator. `described`
    are the scenario's operations, of which those that say their request are served at its path.
    """
    sessions = Sessions(directory, session_lifetime_s, idle_s=session_idle_s)
    context = HandlerContext(store, directory, sessions, Diaries(store, directory), Grants(token_lifetime_s))
    limits = None if requests_per_s is None else RateLimits(requests_per_s)
    return MockService(
        model, context, store, power_off, limits, status or StatusPage(), Operators(control_token), described
    )


async def _work(
    response_fault: ResponseFault | None, operation: ApiOperation, context: HandlerContext, request: HttpRequest
) -> HttpResponse:
    """Do the operation, under whatever fault the model has found for it."""
    if response_fault is None:
        return await operation.handler(context, request)
    return await response_faults.work(response_fault, operation, context, request)


async def _live(receive: Receive, send: Send) -> None:
    """The server's start and stop; there is nothing to do, the store is the caller's."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
