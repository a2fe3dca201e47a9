"""What an error of a socket, or of TLS, means to whoever wanted an answer."""

from __future__ import annotations

import errno
import os
import ssl
from typing import Final

from scenarios.protocol.failure_causes import FailureCause

_SHORTAGES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})
_NOT_THERE: Final = frozenset({
    errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EAFNOSUPPORT,
    errno.EACCES, errno.EPERM,
})  # fmt: skip


def cause_of(code: int | None, otherwise: FailureCause) -> FailureCause:
    """The cause that an error's number stands for; `otherwise` for those that have no cause of their own."""
    if code in _SHORTAGES:
        return FailureCause.NO_SOCKET
    if code in _NOT_THERE:
        return FailureCause.REFUSED
    if code == errno.ETIMEDOUT and otherwise is FailureCause.REFUSED:
        return FailureCause.TIMEOUT_CONNECT
    return otherwise


def reason(code: int | None) -> str:
    """The machine's words for it."""
    return os.strerror(code) if code else ""


def tls_reason(error: ssl.SSLError) -> str:
    """The same for TLS: what was wrong with a certificate, else OpenSSL's name of the error."""
    return getattr(error, "verify_message", "") or error.reason or str(error)
