"""The mock on a real port, in a thread of the test: the model is the test's, the connections are real."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
import uvloop
from mock_client import InstantModel

from mock_server.app import create_app
from mock_server.model import Performed
from mock_server.protocol import Connection
from mock_server.store import Store
from mock_server.world import World


class MannerlyModel(InstantModel):
    """Every answer is given as the test wants it."""

    says = Performed("good")

    async def perform(self, operation: str, request_key: int, *more: Any) -> Any:
        self.performed.append((operation, request_key))
        return self.says


@contextmanager
def live(model: InstantModel, store: Store, world: World) -> Iterator[str]:
    """Yields the URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(model, store, world),  # type: ignore[arg-type]
        http=Connection,
        ws="none",
        lifespan="off",
        log_level="error",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    async def serve() -> None:
        await server.serve(sockets=[listening])

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
