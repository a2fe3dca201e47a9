"""A control server without a service behind it: it speaks the control API, notes what it is asked, and lives faster.

Each tick is a second of its clock. A test can have it refuse, fall silent, die and come back.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mock_server.game_day import page_answer

TOKEN = "open-sesame"
KEPT_S = 600
STATIONS = {"app": 2000, "identity": 16, "database": 60, "hospital-systems": 40}
OPERATIONS = ["log-on", "choose-role", "search-services", "create-referral", "slots", "book"]
_AIMED = {
    "operations": {"type": "list of names", "description": "of these operations; none is all", "default": None,
                   "required": False, "choices": OPERATIONS},
    "share": {"type": "share", "description": "how many of those requests", "default": "100 %", "required": False},
}  # fmt: skip
_STATION = {
    "type": "name",
    "description": "which station",
    "default": None,
    "required": True,
    "choices": list(STATIONS),
}
_FACTOR = {"type": "number", "description": "work takes so many times as long", "default": 1, "required": False}
_TAKES = {"type": "duration", "description": "", "default": None, "required": True}
_LOCK = {"type": "text", "description": "", "default": "optimistic", "choices": ["optimistic", "pessimistic"]}
KINDS: dict[str, Any] = {
    "servers_lost": ("Some of a station's servers are gone; work under way is finished first.", {"station": _STATION}),
    "slowdown": (
        "Work takes longer: a slow identity provider, hospital system or database, or a slow everything.",
        {"station": {**_STATION, "required": False}, "factor": _FACTOR, **_AIMED},
    ),
    "pause": ("Everything, or one station, stands still: a collector, a lock.", {}),
    "contended_record": ("Many want to change one record.", {"lock": _LOCK, **_AIMED}),
    "hang": ("Calls to a station never come back while the fault lasts.", {"station": _STATION, **_AIMED}),
    "dependency_down": ("A station is not there: who calls it fails at once.", {"station": _STATION, **_AIMED}),
    "error_answers": ("The service answers with an error code.", {**_AIMED}),
    "slow_answers": ("Answers dribble out so slowly that the last byte comes later.", {"takes": _TAKES, **_AIMED}),
    "connections_refused": ("Nobody listens: open connections break, new ones are refused.", {}),
    "crash": ("The process dies with everything under way, and comes back at the fault's end.", {}),
    "session_loss": ("All log-on sessions are lost at once: everyone must log on again.", {}),
    "read_only": ("Changes are refused, reads go on.", {}),
    "offline": ("The service is taken offline completely, with a maintenance page.", {}),
    "no_slots": ("There are no appointment slots.", {}),
}


class FakeControl:
    """The state of a service that is not there. `asked` holds (method, path, body) of everything but the reads."""

    def __init__(self, began_s: int = 0) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.at_s = began_s
        self.active: dict[str, dict[str, Any]] = {}
        self.coming: list[dict[str, Any]] = []
        self.log: list[dict[str, Any]] = []
        self.message = ""
        self.is_silent = False
        self.samples: list[dict[str, Any]] = []
        self.kinds = {kind: {"about": about, "parameters": told} for kind, (about, told) in KINDS.items()}

    @property
    def now(self) -> str:
        seconds = 8 * 3600 + self.at_s
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def tick(self) -> None:
        """A second later."""
        self.at_s += 1
        for planned in [each for each in self.coming if each["begins_s"] <= self.at_s]:
            self.coming.remove(planned)
            self.begin(planned["name"], planned["kind"], planned["what"], 60, "scenario")
        for name in [name for name, each in self.active.items() if each["ends_s"] <= self.at_s]:
            self.end(name, "its time is over")
        self.samples = [*self.samples, self.sample()][-KEPT_S:]

    def begin(self, name: str, kind: str, what: str, lasts_s: float, by: str = "hand") -> None:
        self.active[name] = {
            "name": name,
            "kind": kind,
            "at": self.now,
            "what": what,
            "ends_s": self.at_s + lasts_s,
        }
        self.log.append({"at": self.now, "name": name, "kind": kind, "event": "began", "by": by, "hits": 0})

    def end(self, name: str, by: str = "hand") -> None:
        kind = self.active.pop(name)["kind"]
        self.log.append({"at": self.now, "name": name, "kind": kind, "event": "ended", "by": by, "hits": 1234})

    def sample(self) -> dict[str, Any]:
        """A log-on storm around 08:08; faults make it worse."""
        storm = math.exp(-(((self.at_s - 480) / 130) ** 2))
        offered = (40 + 190 * storm) * (
            0.94 + 0.12 * (math.sin(self.at_s * 12.9898) * 43758.5 % 1)
        )  # uneven, as people are
        worse = min(0.95, 0.3 * len(self.active))
        full = max(0.0, storm - 0.62) * 1.6
        if "offline" in {each["kind"] for each in self.active.values()}:
            worse, full = 1.0, 0.0
        timeout, busy = offered * full * 0.7, offered * worse
        good = max(0.0, offered - timeout - busy)
        waiting = {"app": 0, "identity": 1900 * full + 300 * worse, "database": 4 * storm, "hospital-systems": 0}
        loads = {"app": 0.03 + full, "identity": 0.4 + storm, "database": 0.15 + 0.3 * storm, "hospital-systems": 0.22}
        return {
            "at_s": self.at_s,
            "now": self.now,
            "offered": round(offered, 1),
            "good": round(good, 1),
            "failed": {"timeout": round(timeout, 1), "busy": round(busy, 1)},
            "response_ms": {"p50": 90 + 14000 * full + 900 * worse, "p95": 700 + 29000 * full + 5000 * worse},
            "stations": {
                name: {
                    "servers": servers,
                    "busy": round(min(1.0, loads[name]) * servers),
                    "waiting": round(waiting[name]),
                }
                for name, servers in STATIONS.items()
            },
            "log_ons": round(9000 / (1 + math.exp(-(self.at_s - 480) / 110))),
            "active": self.actives(),
            "log_tail": self.log[-5:],
        }

    def actives(self) -> list[dict[str, Any]]:
        return [{**each, "ends_in_s": each["ends_s"] - self.at_s} for each in self.active.values()]

    def state(self) -> dict[str, Any]:
        coming = [{**each, "starts_in_s": each["begins_s"] - self.at_s} for each in self.coming]
        return {
            "now": self.now,
            "scenario": "The launch morning of the e-Referral Service, Monday 15 June 2015",
            "stations": {name: {"servers": servers, "busy": 0, "waiting": 0} for name, servers in STATIONS.items()},
            "log_ons": 12,
            "timeline": {"past": [], "active": self.actives(), "coming": coming},
            "log": self.log,
            "status_message": self.message,
            "offline": any(each["kind"] == "offline" for each in self.active.values()),
        }

    # what the control API answers

    async def answer(self, request: Request) -> Response:
        page = page_answer(request.url.path)
        if page is not None:
            headers = {name.decode(): value.decode() for name, value in page.headers}
            return Response(page.body, headers={**headers, "content-type": page.content_type.decode()})
        given = request.query_params.get("token") or request.headers.get("authorization", "").removeprefix("Bearer ")
        if given != TOKEN:
            return JSONResponse({"problems": ["no such token"]}, 401)
        if request.method == "GET":
            return self.read(request)
        body = json.loads(await request.body() or b"null")
        self.asked.append((request.method, request.url.path, body))
        return self.change(request, body)

    def read(self, request: Request) -> Response:
        what = request.path_params["what"]
        if what == "events":
            return StreamingResponse(self.events(), media_type="text/event-stream")
        return JSONResponse({"state": self.state(), "kinds": {"kinds": self.kinds}}[what])

    async def events(self) -> AsyncIterator[str]:
        known = 0
        while True:
            if not self.is_silent:
                fresh = [each for each in self.samples if each["at_s"] > known]
                known = self.at_s
                for each in fresh:
                    yield f"data: {json.dumps(each)}\n\n"
            await asyncio.sleep(0.02)

    def change(self, request: Request, body: Any) -> Response:
        what = request.path_params["what"]
        if request.method == "DELETE":
            self.end(what.removeprefix("faults/"))
            return JSONResponse({})
        if what == "faults":
            return self.start(body)
        if what == "offline":
            self.begin("taken offline", "offline", "", float(body["lasts"].removesuffix(" s")))
        if what == "online":
            self.end("taken offline")
        if what == "status":
            self.message = body["message"]
        return JSONResponse({})

    def start(self, order: dict[str, Any]) -> Response:
        ((kind, told),) = order["fault"].items()
        if isinstance(told.get("factor"), str):
            return JSONResponse({"problems": [f"{kind}.factor: {told['factor']} is not a number, such as 5"]}, 400)
        number, _, unit = order["lasts"].partition(" ")
        if unit != "s" or not number.isdigit():
            return JSONResponse({"problems": [f"lasts: {order['lasts']} is no duration, such as 60 s"]}, 400)
        name = order.get("name", kind.replace("_", " "))
        self.begin(name, kind, ", ".join(f"{key} {value}" for key, value in told.items()), float(number))
        return JSONResponse({"name": name, "ends_at": "later"}, 201)


class FakeServer:
    """A fake on a port of its own, which it keeps when it dies and comes back."""

    def __init__(self, control: FakeControl, tick_s: float) -> None:
        self.control, self.tick_s = control, tick_s
        self.socket = _bound(0)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        async def answer(request: Request) -> Response:
            return await self.control.answer(request)

        verbs = ["GET", "POST", "DELETE"]
        app = Starlette(routes=[Route("/control/{what:path}", answer, methods=verbs), Route("/{path:path}", answer)])
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=0)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self.thread.start()

    async def _run(self) -> None:
        living = asyncio.create_task(self._live())
        await self.server.serve(sockets=[self.socket])
        living.cancel()

    async def _live(self) -> None:
        while True:
            self.control.tick()
            await asyncio.sleep(self.tick_s)

    def die(self) -> None:
        """Nobody listens any more, and open connections are gone."""
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()

    def come_back(self, control: FakeControl) -> None:
        """On the same port, with what it now knows."""
        self.control = control
        self.socket = _bound(self.port)
        self.start()


@contextmanager
def fake_server(control: FakeControl, tick_s: float = 0.2) -> Iterator[FakeServer]:
    """A fake that listens until the test is over."""
    server = FakeServer(control, tick_s)
    try:
        yield server
    finally:
        server.die()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound
