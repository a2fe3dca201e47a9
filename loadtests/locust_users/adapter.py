"""Under a Locust user's client in place of its connections: requests go to the session, answers come back from it.

All above it is `requests`' own: cookies, redirects, authentication, uploads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.message import Message
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, Final, Protocol

from locust.event import EventHook
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoAnswerOfService
from requests.exceptions import ReadTimeout
from requests.utils import default_user_agent

from loadtests.http.replies import Reply
from loadtests.locust_users.asked import AskedRequest
from scenarios.language.outcomes import OUTCOMES, TIMEOUT

ENCODINGS: Final = "gzip, deflate"  # which the connections can read
# what the connections say themselves
_OUR_HEADERS: Final = frozenset({"host", "content-length", "connection", "transfer-encoding"})
_LIBRARY: Final = default_user_agent()


class AskingSession(Protocol):
    """The session of a Locust user, as its client sees it."""

    def asked(self, request: PreparedRequest, timeout_s: float | None) -> AskedRequest:
        """What a request is of. Ends the session where it is nothing that the scenario knows."""

    def send(self, asked: AskedRequest) -> None:
        """Wait until it is known what came of a request."""

    def judged(self, response: Any, exception: BaseException | None) -> None:
        """The user's code has done with an answer."""


class SessionAdapter(HTTPAdapter):
    """What a client's requests go through. Arg: the session."""

    def __init__(self, session: AskingSession) -> None:
        self._session = session
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """There are no connections of its own."""

    def close(self) -> None:
        """There is nothing to close."""

    def send(self, request: PreparedRequest, *args: Any, **about: Any) -> Response:
        """The answer. Raises what `requests` raises where there is none."""
        asked = self._session.asked(request, whole_timeout_s(about.get("timeout")))
        self._session.send(asked)
        if asked.reply is None:
            why = f"{asked.method} {asked.place}: {OUTCOMES[asked.outcome]}" if asked.outcome is not None else ""
            raise (ReadTimeout if asked.outcome == TIMEOUT else NoAnswerOfService)(why, request=request)
        asked.response = response = self._response(request, asked.reply)
        return response

    def _response(self, request: PreparedRequest, reply: Reply) -> Response:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reply.headers.items()}
        cookies = Message()
        for cookie in reply.cookies:
            cookies["Set-Cookie"] = cookie.decode("latin-1")
        if reply.cookies:
            headers["set-cookie"] = ", ".join(cookies.get_all("Set-Cookie", []))
        raw = SimpleNamespace(
            status=reply.status,
            reason=_reason(reply.status),
            headers=headers,
            _original_response=SimpleNamespace(msg=cookies),
            close=_nothing,
            release_conn=_nothing,
        )
        response: Response = self.build_response(request, raw)
        response._content, response._content_consumed = reply.body, True
        return response


class JudgedEvent:
    """In place of the event that a client fires with each request: its session hears it, and then who listens."""

    def __init__(self, session: AskingSession, event: EventHook) -> None:
        self._session, self._event = session, event

    def fire(self, **about: Any) -> None:
        """The user's code has done with a request."""
        self._session.judged(about.get("response"), about.get("exception"))
        self._event.fire(**about)  # type: ignore[no-untyped-call]
        kept = getattr(about.get("response"), "request_meta", {})
        for name in ("response", "exception"):  # a response that knows itself; nobody collects cycles here
            kept.pop(name, None)


def whole_timeout_s(timeout: Any) -> float | None:
    """What `timeout=` says, for the whole of a request; of a pair (to connect, to read) the sum."""
    if isinstance(timeout, tuple):
        given = [one for one in timeout if one is not None]
        return float(sum(given)) if given else None
    return None if timeout is None else float(timeout)


def said_headers(headers: Mapping[str, str | bytes]) -> list[tuple[str, str]]:
    """The headers that a request says itself, but for those of the connection and what `requests` calls itself."""
    return [
        (name, text)
        for name, value in headers.items()
        if name.lower() not in _OUR_HEADERS
        and (text := value if isinstance(value, str) else value.decode("latin-1")) != _LIBRARY
    ]


def body_bytes(body: Any) -> bytes:
    """A request's body, whole: text, bytes, a file, or pieces."""
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    pieces: Iterable[str | bytes] = body
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _nothing() -> None:
    pass
