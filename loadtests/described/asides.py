"""What else is to be said of an answer that was not good: where it would have led, or that nobody here can unpack it.

Never more than a first step of a path, for what follows may be somebody's name or key.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote, urlsplit

from loadtests.http.encodings import coding_left
from loadtests.http.replies import Reply
from loadtests.target.wire import Wire

_STEP_LONGEST: Final = 40


def aside(reply: Reply, wire: Wire) -> str:
    """In brackets, to stand behind a reason; nothing of an answer that is neither."""
    said = []
    if 300 <= reply.status < 400 and b"location" in reply.headers:
        said.append(f"a redirect to {_where(reply.headers[b'location'].decode('latin-1'), wire)}, not followed")
    if coding := coding_left(reply.headers.get(b"content-encoding", b"")):
        said.append(f"packed as {coding}, which is not unpacked here: ask for gzip, or for nothing")
    return f" ({'; '.join(said)})" if said else ""


def _where(location: str, wire: Wire) -> str:
    """The first step of the path there, or the other host."""
    place = wire.place(location)
    if place is None:
        try:
            return urlsplit(location).hostname or "no address"
        except ValueError:
            return "no address"
    first, more, _ = place.partition("?")[0][1:].partition("/")
    step = "…" if len(first) > _STEP_LONGEST or any(map(str.isdigit, first)) else unquote(first)
    return f"/{step}/…" if more else f"/{step}"
