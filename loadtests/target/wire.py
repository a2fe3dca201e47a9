"""What all requests of a run to one target have in common, and how one looks as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote, urljoin, urlsplit

from loadtests.target.headers import TargetHeaders, session_key_apart
from scenarios.protocol.requests import key_line

_SAFE: Final = "/:?@!$&'()*+,;=%~-._[]"


def mapped_path(path: str, base_paths: Mapping[str, str]) -> str:
    """The path with another beginning, where one of these rules has its own; of several the longest is taken."""
    begin = max((one for one in base_paths if path.startswith(one)), key=len, default=None)
    return path if begin is None else base_paths[begin] + path[len(begin) :]


class WayToTarget(Protocol):
    """As much of the connections as a request's first lines depend on: what stands before each path, and the host."""

    @property
    def prefix(self) -> bytes: ...
    @property
    def authority(self) -> bytes: ...


class Wire:
    """Args: the way to the target, the run's own prefix of correlation ids, the target's address, the headers that go
    with each request, and which beginnings of e-RS paths are others there."""

    def __init__(
        self,
        way: WayToTarget,
        run: str,
        *,
        base_url: str = "",
        headers: TargetHeaders | None = None,
        base_paths: Mapping[str, str] | None = None,
    ) -> None:
        parts = urlsplit(base_url or f"http://{way.authority.decode()}")
        self.base_path = parts.path.rstrip("/")
        self.host, self.has_tls = parts.hostname or "", parts.scheme == "https"
        self._origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._prefix, self._root = way.prefix, way.prefix.removesuffix(self.base_path.encode())
        self._nameless = b" HTTP/1.1\r\nHost: " + way.authority + b"\r\n"
        self._key_line = key_line(run)
        self._headers = headers or TargetHeaders()
        self.beside = self._headers.beside  # the target's own header lines, but for those that a request says itself
        named = b"" if self._headers.names(b"user-agent") else b"User-Agent: launch-rehearsal\r\n"
        self._shared = self._nameless + named
        self._base_paths = base_paths or {}

    @property
    def url(self) -> str:
        """The target's address: below it lie all paths."""
        return f"{self._origin}{self.base_path}"

    def message(
        self,
        method: str,
        path: str,
        headers: bytes,
        body: bytes,
        key: int,
        *,
        from_root: bool = False,
        names_agent: bool = False,
    ) -> bytes:
        """A request as bytes; `headers` are whole lines. `from_root`: the path does not lie below the base path;
        `names_agent`: a User-Agent is among the headers."""
        prefix, shared = self._root if from_root else self._prefix, self._nameless if names_agent else self._shared
        start = method.encode() + b" " + prefix + path.encode() + shared + self._headers.beside(headers) + headers
        length = b"Content-Length: %d\r\n" % len(body) if body or method not in ("GET", "HEAD") else b""
        return start + self._key_line % key + length + b"\r\n" + body

    def template(self, method: str, path: str, headers: bytes, body: bytes) -> tuple[bytes, bytes]:
        """What is the same in every such request: the beginning, up to where more header lines may stand (the target's
        own, `beside` those of the request), and the rest, to be filled in with the key by `%`."""
        start = method.encode() + b" " + self._prefix + path.encode() + self._shared + headers
        rest = b"Content-Length: %d\r\n\r\n" % len(body) + body
        return start, self._key_line + rest.replace(b"%", b"%%")

    def ers_lines(self, said: bytes) -> bytes:
        """The header lines of an e-RS request as this target has them: where `Authorization` is for a gateway before
        it, the session's key has a header to itself."""
        return session_key_apart(said) if self._headers.has_authorization else said

    def mapped(self, path: str) -> str:
        """An e-RS path as this target has it."""
        return mapped_path(path, self._base_paths) if self._base_paths else path

    def path_of(self, path: str, *, from_root: bool) -> str:
        """The path as the service sees it, without what is asked for: where its cookies belong."""
        return ("" if from_root else self.base_path) + path.partition("?")[0]

    def place(self, address: str) -> str | None:
        """Path and query, from the root, of a path or a whole address as an answer gave it; None when it leads
        elsewhere."""
        try:
            parts = urlsplit(urljoin(f"{self.url}/", address.strip()))
        except ValueError:  # no address at all
            return None
        if f"{parts.scheme}://{parts.netloc}".lower() != self._origin.lower():
            return None
        path = self.quoted(parts.path or "/")
        return f"{path}?{self.quoted(parts.query)}" if parts.query else path

    def quoted(self, path: str) -> str:
        """A path, its query too, whose odd characters are percent-encoded, and what is encoded already is left."""
        return quote(path, safe=_SAFE)
