"""Runs the mock server: uvicorn with uvloop and httptools, one process, which owns the modelled capacity."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import resource
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvicorn
import uvloop

from mock_server.app import create_app
from mock_server.model import ModelledService
from mock_server.past import Past
from mock_server.store import Store
from mock_server.world import NATIONAL, SMALL, World, WorldSettings
from scenarios.scenario import Scenario

_BACKLOG = 8192
_LAST_WORDS_S = 0.1  # between a power loss and the end of the process: its answer has to leave
_KILLED = 137


WORLDS: Final = {"national": NATIONAL, "small": SMALL}


def serve(
    scenario: Scenario,
    seed: int,
    host: str,
    port: int,
    data: Path,
    ready: Callable[[str], None],
    size: str = "national",
    database: str | None = None,
    requests_per_s: float | None = None,
) -> None:
    """Serve until interrupted. Port 0 takes a free one; `ready` is told the URL once it listens.

    `size` is the world's, one of `WORLDS`. `database` is the address of a PostgreSQL database that is shared with other
    nodes; without it the state is kept in the folder `data`. One application may send `requests_per_s`; None limits
    nobody.

    Raises `OSError` when the address cannot be taken.
    """
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    _allow_many_connections()
    url = f"http://{shown}:{listening.getsockname()[1]}"
    world = World(seed, _settings(scenario, size))
    store = _store(scenario, world, data, database)
    uvloop.run(_serve(scenario, world, store, listening, lambda: ready(url), requests_per_s))


async def _serve(
    scenario: Scenario,
    world: World,
    store: Store,
    listening: socket.socket,
    ready: Callable[[], None],
    requests_per_s: float | None,
) -> None:
    loop = asyncio.get_running_loop()
    model = ModelledService(scenario, loop)

    def power_off() -> None:
        loop.call_later(_LAST_WORDS_S, os._exit, _KILLED)

    app = create_app(model, store, world, requests_per_s=requests_per_s, power_off=power_off)
    app.watch.begin(loop)
    try:
        server = _Server(_config(app), ready)
        gc.collect()
        gc.freeze()  # what start-up built stays; walking it again and again would only cost pauses
        gc.set_threshold(50_000, 20, 50)
        await server.serve(sockets=[listening])
    finally:
        app.watch.end()
        model.close()
        store.close()


def _settings(scenario: Scenario, size: str) -> WorldSettings:
    slots = scenario.service.slots
    return replace(
        WORLDS[size],
        slots_per_service=slots.at_start,
        release_every_s=slots.every,
        share_without_slots=slots.without,
    )


def _store(scenario: Scenario, world: World, data: Path, database: str | None) -> Store:
    past = Past(world) if world.settings.past_referrals else None
    promise = scenario.service.durability
    if database is None:
        own(data)
        return Store(data, promise, past)
    from mock_server.postgres_database import PostgresDatabase  # noqa: PLC0415  # needs an extra

    return Store(PostgresDatabase(database, promise, past), promise, past)


def own(folder: Path) -> None:
    """Take a data folder for this process, until it ends in whatever way. Raises `FolderTakenError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    except OSError as error:
        raise FolderTakenError(f"{folder} cannot keep referrals: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise FolderTakenError(f"{folder} is in use by another server; give this one a folder with --data") from None


class FolderTakenError(Exception):
    """A data folder that this process cannot have."""


class _Server(uvicorn.Server):
    """Uvicorn, which says when it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=600,  # a user thinks for minutes; their connection is theirs
        timeout_graceful_shutdown=2,
    )


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else max(soft, 65536), hard)
    )
