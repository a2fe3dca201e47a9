"""Who may end or change the running service by an address of its own: its operator.

The operator knows the control token, or sits at this machine and says so: the request comes from loopback, was sent to
a loopback name, and carries the `Origin` of a loopback page. A page of another site, which a browser on this machine
may have open, can send a POST here; it can neither set its own Origin nor know the token. A name of its own that
it lets point to this machine (DNS rebinding) is in its Origin and in its Host.
Source: Fetch standard, fetch.spec.whatwg.org, "Origin header"; OWASP, Cross-Site Request Forgery Prevention.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from mock_server.contract.operation import ApiOperation, Needs
from mock_server.errors import forbidden, no_access
from mock_server.http.addresses import is_loopback_host, is_loopback_origin, is_loopback_peer
from mock_server.http.calls import Headers


class Operators:
    """Lets the operator in. Without a token only a page of this machine is."""

    def __init__(self, token: str | None) -> None:
        self._token = None if token is None else token.encode()

    def admit(self, operation: ApiOperation, headers: Headers, scope: Mapping[str, Any]) -> None:
        """Raises `Refusal` where the operation is the operator's and somebody else asks for it."""
        if operation.needs is not Needs.OPERATOR:
            return
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"bearer" and self._knows(given.strip()):
            return
        origin = headers.get(b"origin")
        if origin is None:
            raise no_access("the control token is missing or wrong: send it as Authorization: Bearer TOKEN")
        if not (is_loopback_origin(origin) and is_loopback_host(headers.get(b"host", b"")) and _is_here(scope)):
            raise forbidden("this is for the operator: with the control token, or from a page of this machine")

    def _knows(self, given: bytes) -> bool:
        return self._token is not None and hmac.compare_digest(given, self._token)


def _is_here(scope: Mapping[str, Any]) -> bool:
    client = scope.get("client")
    return client is None or is_loopback_peer(client[0])
