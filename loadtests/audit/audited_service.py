"""The service as an audit asks it: patient, at a bounded rate, and logged on as whoever may read.

A service that is still busy with what the run left behind is asked again, until nothing at all has been answered for as
long as the audit is patient. Whatever it answers, an exchange ends within `AuditBounds`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from loadtests.audit.bounds import READ_BYTES_MAX, AuditBounds, UnreadError
from loadtests.ers.answered_values import is_key
from loadtests.ers.bodies import LogOnAnswer
from loadtests.ers.session import FUNCTIONS
from loadtests.http.direct import PLAIN
from loadtests.target.headers import TargetHeaders, header_line
from loadtests.target.wire import Wire
from scenarios.protocol.requests import APART

_SESSION: Final = "/v1/ProfessionalSession"
_TRY_AGAIN: Final = frozenset({429, 502, 503, 504})

Reader = tuple[str, str]  # role and organisation


class AuditAnswer(NamedTuple):
    """A whole answer."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class LoggedOn(NamedTuple):
    """What a reader's requests carry, and why they carry no key, if they do not."""

    headers: dict[str, str]
    trouble: str


class AuditedTarget(NamedTuple):
    """What the target's scenario says of each request: its own header lines, and where e-RS paths are others there."""

    headers: TargetHeaders | None = None
    base_paths: Mapping[str, str] | None = None


class _Way(NamedTuple):
    prefix: bytes
    authority: bytes


class AuditedService:
    """Asks one service, over one transport, with what a target wants of every request."""

    def __init__(
        self,
        base: str,
        transport: httpx.AsyncBaseTransport,
        bounds: AuditBounds,
        per_s: float | None,
        target: AuditedTarget | None = None,
    ) -> None:
        parts = urlsplit(base)
        self.authority = parts.netloc.rpartition("@")[2]
        self.prefix = parts.path.rstrip("/")
        self._base = f"{parts.scheme}://{self.authority}{self.prefix}"
        target = target or AuditedTarget()
        way = _Way(self.prefix.encode(), self.authority.encode())
        self._wire = Wire(way, "audit", base_url=base, headers=target.headers, base_paths=target.base_paths)
        self._plain = {**PLAIN, **APART}
        if target.headers and target.headers.names(b"user-agent"):
            del self._plain["User-Agent"]
        self._transport, self._bounds = transport, bounds
        self._apart_s, self._next_s = 1 / per_s if per_s else 0.0, 0.0
        self._sessions: dict[Reader, asyncio.Task[LoggedOn]] = {}

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> AuditAnswer:
        """The answer, whatever it says. Raises `UnreadError` when there is none to be had."""
        while True:
            await self._turn()
            try:
                async with asyncio.timeout(self._bounds.left_s()):
                    answer = await self._exchange(method, path, {**self._plain, **(headers or {})}, body)
            except (httpx.TransportError, OSError) as error:  # a time-out is an OSError, too
                self._bounds.failed("an answer without an end" if isinstance(error, TimeoutError) else _words(error))
                await asyncio.sleep(min(0.5, self._bounds.left_s()))
                continue
            if answer.status not in _TRY_AGAIN:
                self._bounds.heard()
                return answer
            self._bounds.failed(f"answered {answer.status}")
            await asyncio.sleep(min(1.0, self._bounds.left_s()))

    async def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> AuditAnswer:
        try:
            request = httpx.Request(
                method, self._base + self._wire.mapped(path), headers=self._lines(headers), content=body
            )
        except (httpx.InvalidURL, ValueError):
            raise UnreadError("its id cannot be asked for") from None
        self._bounds.requests -= 1
        response = await self._transport.handle_async_request(request)
        found = bytearray()
        try:
            async for part in response.aiter_raw():
                found += part
                self._bounds.bytes -= len(part)
                if len(found) > READ_BYTES_MAX:
                    raise UnreadError(f"an answer was longer than {READ_BYTES_MAX // 1024**2} MiB")
                if self._bounds.bytes <= 0:
                    raise UnreadError("the audit's bytes were used up")
        finally:
            await response.aclose()
        if response.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
            raise UnreadError("an answer was packed, unasked")
        return AuditAnswer(response.status_code, response.headers, bytes(found))

    def _lines(self, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        """The header lines of a request, those of the target among them, as name and value."""
        said = self._wire.ers_lines(b"".join(header_line(name, value) for name, value in headers.items()))
        lines = (said + self._wire.beside(said)).split(b"\r\n")
        return [(name, value) for name, _, value in (line.partition(b": ") for line in lines if line)]

    async def _turn(self) -> None:
        """Wait until the next request may be sent."""
        now_s = monotonic()
        at_s = max(now_s, self._next_s)
        self._next_s = at_s + self._apart_s
        if at_s > now_s:
            await asyncio.sleep(at_s - now_s)

    async def logged_on(self, reader: Reader) -> LoggedOn:
        """What a reader's requests carry; each logs on once."""
        if reader not in self._sessions:
            self._sessions[reader] = asyncio.create_task(self._log_on(*reader))
        return await self._sessions[reader]

    async def _log_on(self, role: str, organisation: str) -> LoggedOn:
        token = f"{role}-{organisation}-audit"
        kind = {"Content-Type": "application/json"}
        try:
            answer = await self.ask("POST", _SESSION, kind, msgspec.json.encode({"token": token}))
            key = _key(answer)
            headers = {"Authorization": f"Bearer {key}", "HTTP_X_SESSION_KEY": key}
            permission = {"businessFunction": FUNCTIONS[role], "orgIdentifier": organisation}
            body = msgspec.json.encode({"id": key, "token": token, "permission": permission})
            await self.ask("PUT", f"{_SESSION}/{quote(key, safe='')}", headers | kind, body)
        except UnreadError as trouble:
            return LoggedOn({}, str(trouble))
        named = {"NHSD-End-User-Organisation-ODS": organisation, "NHSD-eRS-Business-Function": FUNCTIONS[role]}
        return LoggedOn(headers | named, "")


def unread(answer: AuditAnswer) -> UnreadError:
    """Why an answer with this status tells nothing."""
    moved = ", which is not followed" if 300 <= answer.status < 400 else ""
    return UnreadError(f"answered {answer.status}{moved}")


def _key(answer: AuditAnswer) -> str:
    if not answer.is_good:
        raise unread(answer)
    try:
        key = msgspec.json.decode(answer.body, type=LogOnAnswer).id
    except (ValueError, RecursionError):
        key = ""
    if not is_key(key):
        raise UnreadError("an answer to a log-on has no session key")
    return key


def _words(error: Exception) -> str:
    """What became of a connection, without a word of the other side."""
    return {
        "ConnectError": "no connection",
        "ReadError": "a broken connection",
        "RemoteProtocolError": "an answer that is no HTTP, or was cut off",
    }.get(type(error).__name__, "no answer")
