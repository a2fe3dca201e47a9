"""A form with files, as a browser sends it (RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class FormPart(NamedTuple):
    """One field of a form; a file has a name and a media type."""

    field: str
    content: bytes
    file_name: str = ""
    media_type: str = ""


def boundary_of(key: int) -> str:
    """What stands between the parts of the request with this key."""
    return f"rehearsal-{key:016x}-{key * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF:016x}"


def multipart(parts: Iterable[FormPart], boundary: str) -> bytes:
    """The body."""
    line = b"--" + boundary.encode() + b"\r\n"
    said = []
    for part in parts:
        head = f'Content-Disposition: form-data; name="{_quoted(part.field)}"'
        if part.file_name:
            head += f'; filename="{_quoted(part.file_name)}"\r\nContent-Type: {part.media_type}'
        said.append(line + head.encode() + b"\r\n\r\n" + part.content + b"\r\n")
    return b"".join(said) + b"--" + boundary.encode() + b"--\r\n"


def _quoted(text: str) -> str:
    """As browsers write a name: a quotation mark or an end of line would end it."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
