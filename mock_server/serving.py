"""Runs the mock server: uvicorn with uvloop and httptools, one process, which owns the modelled capacity."""

from __future__ import annotations

import asyncio
import gc
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
import uvloop

from mock_server.app import create_app
from mock_server.model import ModelledService
from mock_server.store import Store
from mock_server.world import World
from scenarios.scenario import Scenario

_BACKLOG = 8192


def serve(
    scenario: Scenario,
    seed: int,
    host: str,
    port: int,
    data: Path,
    ready: Callable[[str], None],
    requests_per_s: float | None = None,
) -> None:
    """Serve until interrupted. Port 0 takes a free one; `ready` is told the URL once connections are accepted.

    One application may send `requests_per_s`; None limits nobody. Raises `OSError` when the address cannot be taken.
    """
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    _allow_many_connections()
    url = f"http://{shown}:{listening.getsockname()[1]}"
    uvloop.run(_serve(scenario, seed, data, listening, lambda: ready(url), requests_per_s))


async def _serve(
    scenario: Scenario,
    seed: int,
    data: Path,
    listening: socket.socket,
    ready: Callable[[], None],
    requests_per_s: float | None,
) -> None:
    model = ModelledService(scenario, asyncio.get_running_loop())
    data.mkdir(parents=True, exist_ok=True)
    store = Store(data)
    try:
        server = _Server(_config(create_app(model, store, World(seed), requests_per_s=requests_per_s)), ready)
        gc.collect()
        gc.freeze()  # what start-up built stays; walking it again and again would only cost pauses
        gc.set_threshold(50_000, 20, 50)
        await server.serve(sockets=[listening])
    finally:
        model.close()
        store.close()


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
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else max(soft, 65536), hard))
