"""What all requests of a run to one target have in common, and how one looks as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote, urljoin, urlsplit

from loadtests.target.headers import TargetHeaders
from scenarios.protocol.requests import key_line

_SAFE: Final = "/:?@!$&'()*+,;=%~-._[]"


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
        self._base_path = parts.path.rstrip("/")
        self.host, self.has_tls = parts.hostname or "", parts.scheme == "https"
        self._origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._prefix, self._root = way.prefix, way.prefix.removesuffix(self._base_path.encode())
        self._shared = b" HTTP/1.1\r\nHost: " + way.authority + b"\r\nUser-Agent: launch-rehearsal\r\n"
        self._key_line = key_line(run)
        self._headers = headers or TargetHeaders()
        # the longest first, so that the most exact rule is taken
        self._base_paths = sorted((base_paths or {}).items(), key=lambda rule: -len(rule[0]))

    def message(
        self, method: str, path: str, headers: bytes, body: bytes, key: int, *, from_root: bool = False
    ) -> bytes:
        """A request as bytes; `headers` are whole lines. `from_root`: the path does not lie below the base path."""
        prefix = self._root if from_root else self._prefix
        start = method.encode() + b" " + prefix + path.encode() + self._shared + self._headers.beside(headers) + headers
        length = b"Content-Length: %d\r\n" % len(body) if body or method not in ("GET", "HEAD") else b""
        return start + self._key_line % key + length + b"\r\n" + body

    def mapped(self, path: str) -> str:
        """An e-RS path as this target has it."""
        for begin, instead in self._base_paths:
            if path.startswith(begin):
                return instead + path[len(begin) :]
        return path

    def path_of(self, path: str, *, from_root: bool) -> str:
        """The path as the service sees it, without what is asked for: where its cookies belong."""
        return ("" if from_root else self._base_path) + path.partition("?")[0]

    def place(self, address: str) -> str | None:
        """Path and query, from the root, of a path or a whole address as an answer gave it; None when it leads
        elsewhere."""
        whole = urljoin(f"{self._origin}{self._base_path}/", address.strip())
        parts = urlsplit(whole)
        if f"{parts.scheme}://{parts.netloc}".lower() != self._origin.lower():
            return None
        path = quote(parts.path or "/", safe=_SAFE)
        return f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path
