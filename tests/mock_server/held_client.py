"""An HTTP client of the mock in process; every answer it gets is held to the documents."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import httpx
from documents import Document, published_contract
from mock_client import InstantModel

from mock_server.app import MockService, create_app
from mock_server.store import Store
from mock_server.world import World


class HeldToDocuments(httpx.AsyncBaseTransport):
    """Passes requests on, and fails a test whose answer is not what the documents say."""

    own: Document | None = None
    contract = published_contract()
    seen: ClassVar[set[tuple[str, str, int]]] = set()

    def __init__(self, app: MockService) -> None:
        self._transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        answer.request = request
        await answer.aread()
        await self._check(answer)
        return answer

    async def _check(self, answer: httpx.Response) -> None:
        if HeldToDocuments.own is None:
            described = await self._transport.handle_async_request(httpx.Request("GET", "http://mock/openapi.json"))
            HeldToDocuments.own = Document(json.loads(await described.aread()), unlisted=frozenset({405}))
        operation = HeldToDocuments.own.check(answer)
        if operation is not None:
            self.seen.add((operation.method, operation.path, answer.status_code))
        assert "x-request-id" in answer.headers
        if self.contract is not None:
            self.contract.check(answer)


@asynccontextmanager
async def client_of(
    model: InstantModel, store: Store, world: World, **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    transport = HeldToDocuments(create_app(model, store, world, **settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://mock") as http:
        yield http
