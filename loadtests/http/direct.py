"""HTTP for what a rehearsal asks beside the load itself: the control API, hooks and the audit.

It goes where `loadtests.safety.targets` looked and nowhere else. The name of a host is looked up once and its address
kept; no redirect is followed, no cookie kept, and nothing in the environment is heeded that would send a request
elsewhere or add credentials to it (`HTTP_PROXY` and its like, `~/.netrc`). A proxy is used only where the target's own
settings name one, and never on the way to this machine. Certificates are checked as the load's own connections do.
"""

from __future__ import annotations

from typing import Final

import httpx

from loadtests.safety.targets import FoundHost

PLAIN: Final = {"Accept-Encoding": "identity", "User-Agent": "launch-rehearsal"}  # nothing that unpacks to more


class DirectTransport(httpx.BaseTransport):
    """Sends each request to the one address of a host."""

    def __init__(self, found: FoundHost) -> None:
        self._found = found
        self._wire = httpx.HTTPTransport(verify=found.tls.context(), trust_env=False, proxy=found.proxy_url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request. Raises `httpx.TransportError` when there is none."""
        return self._wire.handle_request(_pinned(request, self._found))

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()


class AsyncDirectTransport(httpx.AsyncBaseTransport):
    """The same for several requests at a time, over at most so many connections."""

    def __init__(self, found: FoundHost, connections: int) -> None:
        self._found = found
        self._wire = httpx.AsyncHTTPTransport(
            verify=found.tls.context(),
            trust_env=False,
            proxy=found.proxy_url,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request. Raises `httpx.TransportError` when there is none."""
        return await self._wire.handle_async_request(_pinned(request, self._found))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()


def direct_client(found: FoundHost, timeout_s: float) -> httpx.Client:
    """A client for one host, to be closed by whoever asked for it."""
    return httpx.Client(transport=DirectTransport(found), trust_env=False, timeout=timeout_s, headers=PLAIN)


def _pinned(request: httpx.Request, found: FoundHost) -> httpx.Request:
    """The request on its way to the address that was looked up; what it says of its host stays. A proxy looks names up
    itself. Raises `httpx.ConnectError` when there is no address."""
    if found.proxy is not None:
        return request
    if not found.addresses:
        raise httpx.ConnectError(f"no address is known for {found.name}", request=request)
    request.extensions = {**request.extensions, "sni_hostname": found.name}
    request.url = request.url.copy_with(host=found.addresses[0].ip)
    return request
