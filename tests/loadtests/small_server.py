"""A server of a few lines, run in a process of its own: what it answers is named by the operation.

`python small_server.py [STATE.json]` prints its port. With a state file it also holds the
referrals named there, for the audit to read.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

HELD: dict[str, Any] = {}
SAID = {
    "good": (200, {}),
    "moved": (307, {"location": "/elsewhere"}),
    "busy": (503, {"x-rehearsal-outcome": "busy"}),
    "left_queue": (503, {"x-rehearsal-outcome": "left_queue"}),
    "unavailable": (503, {}),
    "too_many": (429, {}),
    "failing": (500, {}),
    "unprocessable": (422, {}),
    "full": (422, {"x-rehearsal-outcome": "no_slot"}),
}
IN_LINE = (
    202,
    {"x-rehearsal-outcome": "in_line", "x-rehearsal-after-ms": "150", "x-rehearsal-ticket": "17"},
)
SESSIONS_LOST = 5  # of `guarded`, so many requests find theirs lost


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers as the path says."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    last = scope["path"].rpartition("/")[2]
    said = dict(scope["headers"])
    if last == "hang" or (last == "even" and int(said[b"x-correlation-id"][-16:], 16) % 2):
        await asyncio.sleep(3600)
    if scope["path"].startswith(("/v1", "/referrals", "/mock")):
        status, headers, body = _referrals(scope["path"], last)
    else:
        (status, headers), body = _plain(last, said), {"said": last}
    await _answer(send, status, headers, body)


def _plain(last: str, said: dict[bytes, bytes]) -> tuple[int, dict[str, str]]:
    if last == "door" and said.get(b"x-rehearsal-ticket") != b"17":
        return IN_LINE
    if last == "guarded":
        HELD["lost"] = HELD.get("lost", 0) + 1
        return (401, {}) if HELD["lost"] <= SESSIONS_LOST else (200, {})
    if last == "told":
        everything = said.keys() >= {b"x-rehearsal-caller", b"x-rehearsal-timeout-ms"}
        return (200, {}) if everything else (500, {})
    return SAID.get(last, (200, {}))


def _referrals(path: str, last: str) -> tuple[int, dict[str, str], Any]:
    if path.startswith("/v1"):
        return 201, {}, {"id": "key", "user": {"permissions": []}}
    if path == "/mock/referrals":
        return 200, {}, {"referrals": HELD["listed"], "next": None}
    referral = HELD["referrals"].get(last)
    if referral is None:
        return 404, {}, {}
    return 200, {"etag": f'W/"{referral["version"]}"'}, {"id": last, "contained": referral["contained"]}


async def _answer(send: Any, status: int, headers: dict[str, str], body: Any) -> None:
    content = json.dumps(body).encode()
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    lines.append((b"content-length", b"%d" % len(content)))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": content})


if __name__ == "__main__":
    if len(sys.argv) > 1:
        HELD.update(json.loads(Path(sys.argv[1]).read_text()))
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listening.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listening])
