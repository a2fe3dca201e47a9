"""The body of a request, read whole and within bounds."""

from __future__ import annotations

from mock_server.errors import Refusal
from mock_server.handlers.attachments import FILE_BYTES_MAX
from mock_server.http.asgi import Receive
from mock_server.http.calls import Headers
from scenarios.protocol.headers import whole_number


class ClientGoneError(Exception):
    """The client left before its request had arrived: there is nothing to do."""


async def read_body(receive: Receive, headers: Headers) -> bytes:
    """The whole body; no operation takes more than a file of the greatest size.

    Raises `ClientGoneError` when its sender goes first, and `Refusal` when it is too large.
    """
    if (whole_number(headers.get(b"content-length")) or 0) > FILE_BYTES_MAX:  # not even waited for
        raise _too_large()
    chunks: list[bytes] = []
    size_bytes = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGoneError
        chunks.append(message.get("body", b""))
        size_bytes += len(chunks[-1])
        if size_bytes > FILE_BYTES_MAX:
            raise _too_large()
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large() -> Refusal:
    return Refusal(413, "FILE_SIZE_ERROR", f"a body has at most {FILE_BYTES_MAX} bytes")
