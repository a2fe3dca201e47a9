"""The scenario's operations that say their request, served at their method and path with the modelled service time.

A request that a function of a journey sends elsewhere names its operation, and is served as that.

The mock knows nothing of what such a service would say. It answers with the status that is expected (the first of
several), an object that names the operation, and the outcome as a header: the load test takes that for what came of it,
and makes up what it was to extract.
"""

from collections.abc import Mapping
from typing import Final

from mock_server.contract.operation import ApiOperation, Needs
from mock_server.faults import response_faults
from mock_server.handlers import inspection
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HttpRequest, HttpResponse
from mock_server.process.modelled_time import ModelledTime
from scenarios.language.service import OperationSpecification
from scenarios.protocol.responses import outcome_headers
from scenarios.text.templates import ValueName, template

MADE_UP_PLACE: Final = "/none"  # where a load test goes that was to be sent on by an answer of the mock


def described_rows(operations: Mapping[str, OperationSpecification], time: ModelledTime) -> dict[str, ApiOperation]:
    """A row for each operation that says its request, by name; a segment of its path with a value in it may be
    anything."""
    return {
        name: ApiOperation(
            "", one.http.verb, _path(one.http.path), _Answer(name, one, time), Needs.NOTHING, produces=b"*/*"
        )
        for name, one in operations.items()
        if one.http is not None
    }


class _Answer:
    """What answers one operation."""

    def __init__(self, name: str, operation: OperationSpecification, time: ModelledTime) -> None:
        self._name, self._time, self._status = name, time, _status(operation)

    async def __call__(self, context: HandlerContext, request: HttpRequest) -> HttpResponse:
        response_fault = await self._time.take_by_name(self._name, request)
        body = inspection.as_json({"operation": self._name, "outcome": "good"}, self._status)
        answer = HttpResponse(body.status, body.body, body.content_type, outcome_headers("good"))
        return answer if response_fault is None else response_faults.with_response_fault(answer, response_fault)


def _path(path: str) -> str:
    if not path.startswith("/"):
        return MADE_UP_PLACE
    return "/".join("{value}" if _has_value(segment) else segment for segment in path.split("/"))


def _has_value(segment: str) -> bool:
    return any(isinstance(part, ValueName) for part in template(segment))


def _status(operation: OperationSpecification) -> int:
    first = operation.expect.status[0] if operation.expect else 200
    return first if isinstance(first, int) else int(first[0]) * 100
