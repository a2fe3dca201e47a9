"""Header lines that go with every request to a target: its own headers, and the log-on's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.secrets import secret_text
from scenarios.language.safety import Target
from scenarios.text.templates import ValueName, template

_BEARER: Final = b"Authorization: Bearer "
_SESSION_KEY: Final = b"HTTP_X_SESSION_KEY: "


class TargetHeaders:
    """The lines by lower-case name. `authorization` is what the log-on gives, anew whenever its token does."""

    def __init__(self, lines: Mapping[bytes, bytes] | None = None) -> None:
        self._lines = dict(lines or {})
        self.authorization = b""

    @property
    def has_authorization(self) -> bool:
        """Whether `Authorization` is the target's own."""
        return bool(self.authorization) or b"authorization" in self._lines

    @property
    def names_agent(self) -> bool:
        """Whether a User-Agent is among the target's own."""
        return b"user-agent" in self._lines

    def beside(self, said: bytes) -> bytes:
        """The lines that are not among those that a request says itself."""
        if not self._lines and not self.authorization:
            return b""
        own = b"\r\n" + said.lower()
        lines = [line for name, line in self._lines.items() if b"\r\n" + name + b":" not in own]
        if self.authorization and b"\r\nauthorization:" not in own and b"authorization" not in self._lines:
            lines.append(self.authorization)
        return b"".join(lines)


def session_key_apart(said: bytes) -> bytes:
    """The lines of an e-RS request with the session's key in its own header, for `Authorization` is somebody else's."""
    begin, found, rest = said.partition(_BEARER)
    if not found:
        return said
    return begin + (rest.partition(b"\r\n")[2] if _SESSION_KEY in said else _SESSION_KEY + rest)


def secrets_of(target: Target) -> dict[str, str]:
    """The target's secrets by name. Raises `TargetNotUsableError` when one is not there."""
    return {name: secret_text(reference) for name, reference in target.secrets.items()}


def target_headers(target: Target, secrets: Mapping[str, str]) -> TargetHeaders:
    """The headers of a target, its secrets filled in. Raises `TargetNotUsableError`."""
    lines = {}
    for name, text in target.headers.items():
        parts = (secrets[part.field] if isinstance(part, ValueName) else part for part in template(text))
        lines[name.lower().encode()] = header_line(name, "".join(parts))
    return TargetHeaders(lines)


def header_line(name: str, value: str) -> bytes:
    """A whole line. Raises `TargetNotUsableError`, which does not say the value, when it cannot stand in one."""
    try:
        encoded = value.encode("latin-1")
    except UnicodeEncodeError:
        encoded = b"\n"
    if any(byte < 0x20 or byte == 0x7F for byte in encoded):
        raise TargetNotUsableError(f"what {name} is to say has characters that no header may have")
    return name.encode() + b": " + encoded + b"\r\n"
