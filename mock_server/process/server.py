"""Runs the mock server: uvicorn with uvloop and httptools, one process, which owns the modelled capacity.

The process that is started holds the addresses and supervises; its child serves (`supervisor`). Beside the
mock itself the child runs the control API, on an address of its own and in the same loop.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import uvicorn
import uvloop

from mock_server.control.api import ControlApi
from mock_server.control.director import Director, Kept
from mock_server.control.live_figures import Ticker
from mock_server.control.scenario_time import ScenarioTime
from mock_server.control.status_page import StatusPage
from mock_server.domain.synthetic_directory import NATIONAL, SMALL, DirectorySettings, SyntheticDirectory
from mock_server.model.modelled_service import ModelledService
from mock_server.process.application import create_app
from mock_server.process.host import MockHost
from mock_server.process.http_server import HttpServer, http_config
from mock_server.process.listening_sockets import ListeningSocket
from mock_server.process.supervisor import CRASH, Life, supervise, write_durably
from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.sqlite_file import DataUnusableError
from mock_server.storage.store import Store
from recordings.server_result import ServerTiming
from scenarios.language.scenario import Scenario

_LAST_WORDS_S = 0.1  # between a power loss and the end of the process: its answer has to leave
_LET_GO_WITHIN_S = 1.0
_KILLED = 137
_OWNED_WITHIN_S = 1.0  # a server that was killed with its parent is gone by then
_KEPT, _TIMING = "timeline.json", "timing.json"


T = TypeVar("T")

DIRECTORIES: Final = {"national": NATIONAL, "small": SMALL}


@dataclass(frozen=True)
class Settings:
    """What to serve, and where.

    `size` is the synthetic directory's, one of `DIRECTORIES`. `database` is the address of a PostgreSQL database that
    is shared with other nodes; without it the state is kept in the folder `data`. One application may send
    `requests_per_s`; None limits nobody. Port 0 takes a free one. Who knows `control_token` may use the control API.
    """

    scenario: Scenario
    seed: int
    host: str
    port: int
    data: Path
    control_token: str
    control_host: str = "127.0.0.1"
    control_port: int = 0
    size: str = "national"
    database: str | None = None
    requests_per_s: float | None = None


class AddressTakenError(Exception):
    """An address that this server cannot have."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {error.strerror or error}")


def serve(settings: Settings, ready: Callable[[str, str], None], note: Callable[[str], None]) -> int:
    """Serve until interrupted; the exit status. `ready` gets the URLs of service and control API once they listen.

    Raises `AddressTakenError`, `FolderTakenError` and `DataUnusableError`.
    """
    listening_socket = _listening_socket(settings.host, settings.port)
    control = _listening_socket(settings.control_host, settings.control_port)
    # nodes that share a database may share the folder too
    folder = (
        settings.data
        if settings.database is None
        else settings.data / f"node-{listening_socket.url.rpartition(':')[2]}"
    )

    def live(life: Life) -> None:
        _allow_many_connections()
        directory = SyntheticDirectory(settings.seed, _settings(settings.scenario, settings.size))
        store = _store(settings.scenario, directory, settings.data, settings.database)
        folder.mkdir(parents=True, exist_ok=True)
        node = _Node(settings, folder, life, directory, store, listening_socket, control)
        uvloop.run(node.serve((lambda: ready(listening_socket.url, control.url)) if life.is_first else _say_nothing))

    return supervise(folder, live, note)


def _listening_socket(host: str, port: int) -> ListeningSocket:
    try:
        return ListeningSocket(host, port)
    except OSError as error:
        raise AddressTakenError(host, port, error) from None


def _say_nothing() -> None:
    pass


@dataclass(frozen=True)
class _Node:
    """One life of the server."""

    settings: Settings
    folder: Path
    life: Life
    directory: SyntheticDirectory
    store: Store
    listening_socket: ListeningSocket
    control: ListeningSocket

    async def serve(self, ready: Callable[[], None]) -> None:
        """Until a signal comes."""
        loop, settings, status = asyncio.get_running_loop(), self.settings, StatusPage()
        host = MockHost(self.folder, status)
        model = ModelledService(settings.scenario, loop, settings.seed, host)

        def power_off() -> None:
            loop.call_later(_LAST_WORDS_S, os._exit, _KILLED)

        app = create_app(
            model,
            self.store,
            self.directory,
            requests_per_s=settings.requests_per_s,
            power_off=power_off,
            status=status,
            control_token=settings.control_token,
            described=settings.scenario.service.operations,
        )
        server = HttpServer(app, self.listening_socket, ready)
        moment = ScenarioTime(settings.scenario)
        director = Director(settings.scenario, model, app.live, status, lambda: len(app.context.sessions), moment)
        server.let_go = lambda: model.act(model.timeline.stop_all)
        host.context, host.listener = app.context, server

        def remember() -> None:
            write_durably(self.folder / _KEPT, msgspec.json.encode(director.kept()))
            write_durably(self.folder / _TIMING, msgspec.json.encode(model.timekeeping.taken()))

        def tick() -> None:
            director.tick()
            model.timekeeping.tick()

        host.remember = remember
        app.watch.begin(loop)
        try:
            gc.collect()
            gc.freeze()  # what start-up built stays; walking it again and again would only cost pauses
            gc.set_threshold(50_000, 20, 50)
            await self._resume(director, model)
            control = ControlApi(director, settings.scenario, settings.control_token, model.timekeeping)
            async with _watched(tick, control, self.control):
                server.take_signals()
                await server.serve(sockets=[self.listening_socket.open()])
        finally:
            app.watch.end()
            model.close()
            self.store.close()

    async def _resume(self, director: Director, model: ModelledService) -> None:
        """After a crash: wait until the outage is over, and take up what was kept."""
        kept, crash, timing = self.folder / _KEPT, self.folder / CRASH, self.folder / _TIMING
        if self.life.is_first:
            for left in (kept, crash, timing):
                _remove(left)
            return
        model.service.caches.flush()
        await asyncio.sleep(max(0.0, self.life.opens_at_s - time.monotonic()))
        director.resume(_read(kept, Kept))
        model.timekeeping.resume(_read(timing, ServerTiming))


def _remove(path: Path) -> None:
    """Take away what an earlier run left. Raises `DataUnusableError` when it is something else."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DataUnusableError(path, f"cannot be replaced ({error.strerror})") from None


def _read(path: Path, form: type[T]) -> T:
    """What the life before this one left. Raises `DataUnusableError` when it is not that."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except (OSError, msgspec.MsgspecError) as error:
        raise DataUnusableError(path, f"is damaged ({error})") from None


def _settings(scenario: Scenario, size: str) -> DirectorySettings:
    slots = scenario.service.slots
    return replace(
        DIRECTORIES[size],
        slots_per_service=slots.at_start,
        release_every_s=slots.every,
        share_without_slots=slots.without,
    )


def _store(scenario: Scenario, directory: SyntheticDirectory, data: Path, database: str | None) -> Store:
    archive = ArchivedReferrals(directory) if directory.settings.archived_referrals else None
    promise = scenario.service.durability
    if database is None:
        own(data)
        return Store(data, promise, archive)
    from mock_server.storage.postgresql import PostgresDatabase  # noqa: PLC0415  # needs an extra

    return Store(PostgresDatabase(database, promise, archive), promise, archive)


def own(folder: Path) -> None:
    """Take a data folder for this process, until it ends in whatever way. Raises `FolderTakenError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    except OSError as error:
        raise FolderTakenError(f"{folder} cannot keep referrals: {error.strerror}") from None
    give_up_s = time.monotonic() + _OWNED_WITHIN_S
    while not _locked(lock):
        if time.monotonic() >= give_up_s:
            raise FolderTakenError(f"{folder} is in use by another server; give this one a folder with --data")
        time.sleep(0.02)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class FolderTakenError(Exception):
    """A data folder that this process cannot have."""


@asynccontextmanager
async def _watched(
    tick: Callable[[], None], control: ControlApi, listening_socket: ListeningSocket
) -> AsyncIterator[None]:
    """The control API, on uvicorn's protocol without its server, which would want the signals too; and its seconds."""
    config = http_config(control.app)
    config.load()
    state, loop = uvicorn.server.ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: config.http_protocol_class(config, state, {}, loop),  # type: ignore[call-arg]
        sock=listening_socket.open(),
    )
    ticker = Ticker(loop, tick)
    try:
        yield
    finally:
        ticker.close()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        if state.tasks:  # who follows the events hears of it and ends
            await asyncio.wait(state.tasks, timeout=_LET_GO_WITHIN_S)


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else max(soft, 65536), hard))
