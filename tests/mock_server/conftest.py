"""A fresh service for each test: instant model, small world, empty data folder."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from mock_client import InstantModel

from mock_server.app import create_app
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


@asynccontextmanager
async def client_of(model: InstantModel, store: Store, world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(model, store, world))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://mock") as http:
        yield http
