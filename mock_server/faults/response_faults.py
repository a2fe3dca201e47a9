"""How an answer is given when a fault has its hand in it: one function a response fault.

The model decides what becomes of a request and takes the time for it; a `ResponseFault` says how the client gets to
know: a word, and what belongs to it. There are three sorts.

    in place of the work     status, maintenance, conflict, locked, no-slot, in-line, reset:
                             nothing is done, and this is what the client gets
    to what is kept          stale, lost, doubled: the work is done on a store with that fault (`faulty_stores`)
    to the answer            wrong, cut, truncated: the work is done, and its answer suffers
    to its leaving           dribble: it takes its time, whatever it says; another response fault may be within it

A client that was reset knows nothing and nothing was done; one whose answer was cut knows nothing and everything
was done. Whoever audits must find both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, NamedTuple

import msgspec

from mock_server.contract.operation import ApiOperation
from mock_server.errors import Refusal, code_of, unprocessable
from mock_server.faults.faulty_stores import DoublingStore, LosingStore, StaleStore
from mock_server.handlers.context import HandlerContext
from mock_server.http import operation_outcome as outcomes
from mock_server.http.asgi import AsgiMessage, Receive, Send
from mock_server.http.calls import HTML, JSON, HttpRequest, HttpResponse, beside_slow
from mock_server.http.protocol import connection_of
from mock_server.model.modelled_service import Performed
from mock_server.storage.repositories import StateStore
from scenarios.protocol.responses import in_line_headers, outcome_headers, retry_after, status_of

ResponseFault = tuple[Any, ...]

NO_STATUS: Final = 0  # in the metrics: no answer was given
_CREATES: Final = frozenset({"A011", "A021", "A044"})  # what makes a UBRN
_PIECES_MAX: Final = 50
_PIECES_A_SECOND: Final = 10.0
NONSENSE: Final = b'{"unexpected":true}'
MAINTENANCE: Final = (
    b'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Service unavailable</title></head><body>'
    b"<h1>The service is not available</h1><p>It has been taken offline for maintenance. Please try again later.</p>"
    b"</body></html>"
)


class Instead(Exception):  # noqa: N818  # what it is: an answer in place of the work
    """The response fault allows no work: `answer` is what the client gets."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__(answer.status)
        self.answer = answer


class OnTheWire(NamedTuple):
    """An answer about to be sent, and the connection it is for."""

    response_fault: ResponseFault
    start: AsgiMessage
    body: AsgiMessage
    scope: Mapping[str, Any]
    receive: Receive
    send: Send


def instead_of_work(performed: Performed, path: str) -> HttpResponse | None:
    """The answer that the response fault gives in place of the operation's; None when the operation is done."""
    response_fault, within = performed.response_fault, beside_slow(performed.response_fault)
    make = _INSTEAD.get(within[0]) if within is not None else None
    if response_fault is None or within is None or make is None:
        return None
    answer = make(within, path)
    if performed.outcome != "good":
        answer = _with_headers(answer, outcome_headers(performed.outcome, performed.after_s))
    return with_response_fault(answer, response_fault)


async def work(
    response_fault: ResponseFault, operation: ApiOperation, context: HandlerContext, request: HttpRequest
) -> HttpResponse:
    """Do the operation on the store that the fault wants; its answer, or its refusal, is delivered as it says."""
    what = (beside_slow(response_fault) or response_fault)[0]
    faulty = _STORES.get(what)
    if faulty is not None and (what != "doubled" or operation.api in _CREATES):
        context = replace(context, store=faulty(context.store))
    try:
        answer = await operation.handler(context, request)
    except Refusal as refusal:
        answer = outcomes.answer(refusal, request.path)
    return with_response_fault(answer, response_fault)


def on_the_wire(response_fault: ResponseFault, scope: Mapping[str, Any], receive: Receive, send: Send) -> Send:
    """A `send` that takes an answer whole, and gives it to the client as the response fault wants."""
    within = beside_slow(response_fault)
    if within is not None and within != response_fault:  # its sending is slow, and so is all that is sent
        slow_send = on_the_wire(response_fault[:2], scope, receive, send)
        return on_the_wire(within, scope, receive, slow_send)
    deliver = _DELIVERIES.get(response_fault[0])
    if deliver is None:
        return send
    started: list[AsgiMessage] = []

    async def held(message: AsgiMessage) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
        else:
            await deliver(OnTheWire(response_fault, started[0], message, scope, receive, send))

    return held


def with_response_fault(answer: HttpResponse, response_fault: ResponseFault) -> HttpResponse:
    """The same answer, to be delivered so."""
    return msgspec.structs.replace(answer, response_fault=response_fault)


# in place of the work


def _status(response_fault: ResponseFault, path: str) -> HttpResponse:
    status = int(response_fault[1])
    return outcomes.answer(Refusal(status, code_of(status), "a fault of the rehearsal"), path)


def _maintenance(response_fault: ResponseFault, path: str) -> HttpResponse:
    return HttpResponse(503, MAINTENANCE, HTML, retry_after(outcomes.RETRY_AFTER_S))


def _conflict(response_fault: ResponseFault, path: str) -> HttpResponse:
    return outcomes.answer(Refusal(409, "VERSION_CONFLICT", "somebody else has just changed it"), path)


def _locked(response_fault: ResponseFault, path: str) -> HttpResponse:
    return outcomes.answer(Refusal(423, "RESOURCE_LOCKED", "somebody else is changing it"), path)


def _no_slot(response_fault: ResponseFault, path: str) -> HttpResponse:
    return outcomes.answer(unprocessable("SLOT_NOT_AVAILABLE", "no slot is free"), path)


def _in_line(response_fault: ResponseFault, path: str) -> HttpResponse:
    _, place, after_s, ticket = response_fault
    body = msgspec.json.encode({"place": place, "wait_s": after_s})
    return HttpResponse(status_of("in_line"), body, JSON, in_line_headers(after_s, ticket))


def _nothing(response_fault: ResponseFault, path: str) -> HttpResponse:
    return HttpResponse(NO_STATUS)


# the delivery


async def _reset(answer: OnTheWire) -> None:
    connection = connection_of(answer.scope)
    if connection is None:
        raise ConnectionResetError
    connection.reset()
    await _until_gone(answer.receive)


async def _wrong(answer: OnTheWire) -> None:
    await answer.send(_of_length(answer.start, len(NONSENSE)) | {"status": 200})
    await answer.send({"type": "http.response.body", "body": NONSENSE})


async def _cut(answer: OnTheWire) -> None:
    body = answer.body.get("body", b"")
    half = body[: len(body) // 2]
    connection = connection_of(answer.scope)
    if half and connection is not None and answer.scope["method"] != "HEAD":
        await answer.send(answer.start)
        await answer.send({"type": "http.response.body", "body": half, "more_body": True})
        await connection.flush()
    await _reset(answer)


async def _truncated(answer: OnTheWire) -> None:
    body = answer.body.get("body", b"")
    half = body[: (len(body) + 1) // 2]
    await answer.send(_of_length(answer.start, len(half)))
    await answer.send({"type": "http.response.body", "body": half})


async def _dribble(answer: OnTheWire) -> None:
    seconds, body = float(answer.response_fault[1]), answer.body.get("body", b"")
    if not body:  # headers alone would be the whole answer
        await asyncio.sleep(seconds)
    await answer.send(answer.start)
    pieces = max(1, min(len(body), round(seconds * _PIECES_A_SECOND), _PIECES_MAX))
    cuts = [len(body) * n // pieces for n in range(pieces + 1)]
    for start, end in pairwise(cuts):
        if body:
            await asyncio.sleep(seconds / pieces)
        more = end < len(body) or answer.body.get("more_body", False)
        await answer.send({"type": "http.response.body", "body": body[start:end], "more_body": more})


def _of_length(start: AsgiMessage, length: int) -> dict[str, Any]:
    headers = [(name, b"%d" % length if name == b"content-length" else value) for name, value in start["headers"]]
    return {**start, "headers": headers}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _with_headers(answer: HttpResponse, more: tuple[tuple[bytes, bytes], ...]) -> HttpResponse:
    own = dict(answer.headers)
    return msgspec.structs.replace(answer, headers=tuple((dict(more) | own).items()))


_INSTEAD: Final[dict[str, Callable[[ResponseFault, str], HttpResponse]]] = {
    "status": _status,
    "maintenance": _maintenance,
    "conflict": _conflict,
    "locked": _locked,
    "no-slot": _no_slot,
    "in-line": _in_line,
    "reset": _nothing,
}
_STORES: Final[dict[str, Callable[[StateStore], StateStore]]] = {
    "stale": StaleStore,
    "lost": LosingStore,
    "doubled": DoublingStore,
}
_DELIVERIES: Final[dict[str, Callable[[OnTheWire], Awaitable[None]]]] = {
    "reset": _reset,
    "wrong": _wrong,
    "cut": _cut,
    "truncated": _truncated,
    "dribble": _dribble,
}
RESPONSE_FAULTS: Final = frozenset({*_INSTEAD, *_STORES, *_DELIVERIES})
