"""A fresh service for each test: instant model, small world, empty data folder."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from documents import Document, published_contract
from mock_client import InstantModel

from mock_server.app import MockService, create_app
from mock_server.store import Store
from mock_server.world import World, WorldSettings

Story = Callable[[httpx.AsyncClient], Awaitable[None]]


@pytest.fixture(scope="session")
def world() -> World:
    return World(
        7, WorldSettings(services=80, providers=6, practices=5, names=20, first_day=dt.date(2030, 1, 7))
    )


@pytest.fixture
def model() -> InstantModel:
    return InstantModel()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def tell(model: InstantModel, store: Store, world: World) -> Callable[[Story], None]:
    """Runs a story against the service, over HTTP without a network."""

    def run(story: Story) -> None:
        async def told() -> None:
            async with client_of(model, store, world) as http:
                await story(http)

        asyncio.run(told())

    return run


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
