"""Why no answer came: the words that the load test, its recordings and reports share.

An outcome is what it means to the person who waited; a cause is what happened on the wire.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class FailureCause(StrEnum):
    """What kept an answer from coming. Causes are told apart by what a tester would look at next."""

    REFUSED = "refused"  # nobody listens there, or no way leads there
    RESET = "reset"  # the connection was closed or broke before the answer was whole
    NAME = "name"  # the host's name has no address
    TLS = "tls"  # no encrypted connection came about: a certificate, a protocol version
    TIMEOUT_CONNECT = "timeout_connect"  # the client stopped waiting before it was connected, TLS and proxy included
    TIMEOUT_FIRST_BYTE = "timeout_first_byte"  # … when the request was sent and nothing had come back
    TIMEOUT_BODY = "timeout_body"  # … when a part of the answer was there
    PROTOCOL = "protocol"  # what came is no HTTP answer, or has no end
    NO_SOCKET = "no_socket"  # this machine ran out of sockets or ports


TIMEOUT_CAUSES: Final = frozenset(
    {FailureCause.TIMEOUT_CONNECT, FailureCause.TIMEOUT_FIRST_BYTE, FailureCause.TIMEOUT_BODY}
)
