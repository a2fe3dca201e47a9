"""What a client may put on the wire before it is heard, and how long it may take.

A server that holds whatever comes can be filled by one client, and one that waits for the rest of a request can be
filled by many. Each limit has the answer that HTTP has for it.
Source: RFC 9110, sections 15.5.9 (408), 15.5.14 (413) and 15.5.15 (414); RFC 6585, section 5 (431).
"""

from __future__ import annotations

import resource
from dataclasses import dataclass
from typing import Final

_DESCRIPTORS_KEPT: Final = 256  # for files, the database, the control API
_CONNECTIONS_MOST: Final = 65_536


@dataclass(frozen=True)
class WireLimits:
    """The limits of one server.

    `target_bytes` is what stands between method and version in the request line (else 414). `header_bytes` are at most
    `headers` header fields, each a line (431). `sent_bytes` is all that is sent for one request, with what chunked
    coding adds: a client that sends more is cut off. A request is whole within `whole_within_s` of its first byte
    (408), and a refused client is listened to for `linger_s`, so that it may read why. More `connections` get 503;
    0 are as many as the process has descriptors for.
    """

    target_bytes: int = 8 * 1024
    header_bytes: int = 32 * 1024
    headers: int = 100
    sent_bytes: int = 10 * 1024 * 1024
    whole_within_s: float = 30.0
    linger_s: float = 1.0
    connections: int = 0


def connections_allowed(limits: WireLimits) -> int:
    """How many connections there may be at once: one for which there is no descriptor would hear nothing at all."""
    if limits.connections:
        return limits.connections
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(_CONNECTIONS_MOST, max(1, soft - _DESCRIPTORS_KEPT)) if soft > 0 else _CONNECTIONS_MOST
