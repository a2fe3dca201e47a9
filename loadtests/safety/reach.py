"""Whether a target can be spoken to at all, looked at before anything is sent: what would fail every request is said
once, with what to do. The load's own connections go to the same addresses and check certificates in the same way.
"""

from __future__ import annotations

import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import FoundHost

_WITHIN_S: Final = 5.0
_TRUST: Final = "to trust an authority of your own, name its certificate file as target.authority, or in SSL_CERT_FILE"
_RENEW: Final = "have it renewed, and look at this machine's clock"
_OTHER_NAME: Final = "give --host a name that the certificate has"
_BY_VERIFY_CODE: Final = {9: _RENEW, 10: _RENEW, 62: _OTHER_NAME, 64: _OTHER_NAME}  # as OpenSSL numbers them


def check_reachable(url: str, found: FoundHost, tls: ssl.SSLContext | None = None) -> None:
    """Raises `RefusedError` when nobody listens at any address of the target, or its TLS cannot be used."""
    error: OSError | None = None
    for address in found.way:
        try:
            with socket.socket(address.family, socket.SOCK_STREAM) as probe:
                probe.settimeout(_WITHIN_S)
                probe.connect(address.where)
                _check_certificate(url, found, probe, tls)
                return
        except RefusedError:
            raise
        except OSError as problem:
            error = problem
    if error is not None:
        raise RefusedError(f"cannot reach {url}: {error.strerror or error}") from None
    raise RefusedError(f"cannot reach {url}: no address is known for {(found.proxy or found).name}")


def check_certificate(url: str, found: FoundHost, tls: ssl.SSLContext | None = None) -> None:
    """The same for TLS alone: that nobody listens may be what a load test is to record. Raises `RefusedError`."""
    if urlsplit(url).scheme != "https":
        return
    try:
        check_reachable(url, found, tls)
    except RefusedError as refusal:
        if isinstance(refusal.__context__, ssl.SSLError):
            raise


def _check_certificate(url: str, found: FoundHost, probe: socket.socket, tls: ssl.SSLContext | None) -> None:
    """A proxy has no certificate of the target's; one that lets through nobody says so itself."""
    if urlsplit(url).scheme != "https" or found.proxy is not None:
        return
    try:
        (tls or found.tls.context(ssl.create_default_context)).wrap_socket(probe, server_hostname=found.name).close()
    except ssl.SSLCertVerificationError as error:
        raise RefusedError(
            f"cannot trust {url}: {error.verify_message.rstrip('.')}. Every request would fail;"
            f" {_BY_VERIFY_CODE.get(error.verify_code, _TRUST)}. Nothing was sent."
        ) from error
    except ssl.SSLError as error:
        raise RefusedError(
            f"cannot speak TLS with {url}: {error.reason or error}. Is it http://? Nothing was sent."
        ) from error
