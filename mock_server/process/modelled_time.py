"""The time that a request takes: which of the scenario's operations it is, and what the model makes of it.

The model says how long an operation takes and whether the service is able to do it at all. An operation that the
scenario does not model takes no time, and neither does a request that asks not to be modelled.
"""

from __future__ import annotations

import difflib
from typing import Any, Protocol

from mock_server.contract.operation import ApiOperation
from mock_server.contract.operations import OPERATIONS
from mock_server.errors import HospitalRefusal, ModelledRefusal, Refusal, not_found
from mock_server.faults import response_faults
from mock_server.faults.response_faults import Instead, ResponseFault
from mock_server.http import operation_outcome as outcomes
from mock_server.http.calls import Headers, HttpRequest, beside_slow
from mock_server.http.protocol import ClientConnection
from mock_server.model.modelled_service import Performed
from mock_server.model.request_keys import RequestKeys
from scenarios.protocol.requests import is_modelled


class ServiceModel(Protocol):
    """How long the service takes; the same model the forecast runs, in real time."""

    def operation_for(self, api: str, action: str | None = None) -> str | None:
        """The scenario's operation for an API code (A016: and its action); None when it models none."""

    def knows(self, operation: str) -> bool:
        """Whether the scenario has an operation of this name."""

    def names(self) -> list[str]:
        """The scenario's operations."""

    async def perform(
        self, operation: str, request_key: int, headers: Headers, connection: ClientConnection | None
    ) -> Performed:
        """Take the time; what came of it."""

    def slowness(self, operation: str, request_key: int, headers: Headers) -> ResponseFault | None:
        """How the answer to a request leaves that is refused before it asks for its time; None: as it should."""

    def state(self) -> dict[str, Any]:
        """The stations: servers, busy, waiting."""


class ModelledTime:
    """Has requests wait as long as the model says."""

    def __init__(self, model: ServiceModel) -> None:
        self._model, self._keys = model, RequestKeys()
        self._names = {
            (row.api, action): model.operation_for(row.api, action)
            for row in OPERATIONS
            if row.api
            for action in (None, *row.actions)
        }

    async def take(self, operation: ApiOperation, request: HttpRequest) -> ResponseFault | None:
        """Wait as long as this operation takes, if the scenario models it; how to answer then.

        Raises `Refusal` when it failed, or `Instead` with the answer that a fault puts in its place.
        """
        action = operation.action_of(request.body) if operation.actions else None
        name = self._names.get((operation.api, action))
        if name is None or not is_modelled(request.headers):
            return None
        refusal = HospitalRefusal if action in operation.asks_hospital else ModelledRefusal
        return await self._perform(name, request, refusal)

    async def take_by_name(self, name: str, request: HttpRequest) -> ResponseFault | None:
        """The same for one of the scenario's operations that has no API here. Raises `Refusal` for an unknown name."""
        if not self._model.knows(name):
            near = ", ".join(difflib.get_close_matches(name[:80], self._model.names(), n=3, cutoff=0.3)) or "none"
            raise not_found(f"the scenario has no operation {name[:80]}; nearest: {near}")
        return await self._perform(name, request, ModelledRefusal)

    def refused(self, refusal: Refusal, operation: ApiOperation, headers: Headers, path: str) -> Exception:
        """What to raise for a request that is refused before the model hears of it, as when nobody is logged on: the
        refusal, or the answer that says so, where that takes its time to leave."""
        name = self._names.get((operation.api, None))
        if name is None or not is_modelled(headers):
            return refusal
        response_fault = self._model.slowness(name, self._keys.key_of(headers), headers)
        return refusal if response_fault is None else _slowly(refusal, response_fault, path)

    async def _perform(self, name: str, request: HttpRequest, refusal: type[ModelledRefusal]) -> ResponseFault | None:
        performed = await self._model.perform(
            name, self._keys.key_of(request.headers), request.headers, request.connection
        )
        if performed.response_fault is not None:
            answer = response_faults.instead_of_work(performed, request.path)
            if answer is not None:
                raise Instead(answer)
        if beside_slow(performed.response_fault) is None and performed.outcome != "good":
            refused = refusal(name, performed.outcome, performed.after_s)
            raise (
                refused
                if performed.response_fault is None
                else _slowly(refused, performed.response_fault, request.path)
            )
        return performed.response_fault


def _slowly(refused: Refusal, response_fault: ResponseFault, path: str) -> Instead:
    return Instead(response_faults.with_response_fault(outcomes.answer(refused, path), response_fault))
