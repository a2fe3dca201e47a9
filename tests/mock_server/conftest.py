"""A fresh service for each test: instant model, small world, empty data folder."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mock_server.domain.synthetic_directory import DirectorySettings, SyntheticDirectory
from mock_server.storage.store import Store
from tests.fixtures.mock_server.held_client import client_of
from tests.fixtures.mock_server.mock_client import InstantModel

Story = Callable[[httpx.AsyncClient], Awaitable[None]]


@pytest.fixture(scope="session")
def directory() -> SyntheticDirectory:
    return SyntheticDirectory(
        7, DirectorySettings(services=80, providers=6, practices=5, names=20, first_day=dt.date(2030, 1, 7))
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
def tell(model: InstantModel, store: Store, directory: SyntheticDirectory) -> Callable[[Story], None]:
    """Runs a story against the service, over HTTP without a network."""

    def run(story: Story) -> None:
        async def told() -> None:
            async with client_of(model, store, directory) as http:
                await story(http)

        asyncio.run(told())

    return run
