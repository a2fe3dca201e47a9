"""A HAR file as its entries: what a browser recorded of each request and its answer (HTTP Archive 1.2)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from scenarios.text.files import UnusableFileError, whole

HAR_BYTES_MOST: Final = 300_000_000


class HarPair(msgspec.Struct):
    """A header, a cookie, something asked for."""

    name: str
    value: str | None = ""


class HarParameter(msgspec.Struct):
    """A field of a form."""

    name: str
    value: str | None = None
    fileName: str | None = None  # noqa: N815  # as the format has it
    contentType: str | None = None  # noqa: N815


class HarBody(msgspec.Struct):
    """What was sent."""

    mimeType: str | None = ""  # noqa: N815
    text: str | None = None
    params: list[HarParameter] | None = None

    @property
    def is_multipart(self) -> bool:
        """Whether it is a form with files."""
        return (self.mimeType or "").partition(";")[0].strip().lower() == "multipart/form-data"

    def take_apart(self) -> None:
        """A form with files that was recorded as text alone has its fields in `params` from then on."""
        if not self.is_multipart or self.params or not self.text:
            return
        kind = " ".join((self.mimeType or "").split())
        message = BytesParser(policy=HTTP).parsebytes(
            f"Content-Type: {kind}\r\n\r\n{self.text}".encode("utf-8", "replace")
        )
        self.params = [_field(part) for part in message.walk() if _name(part) is not None]
        self.text = None


class HarContent(msgspec.Struct):
    """What was answered."""

    mimeType: str | None = ""  # noqa: N815
    text: str | None = None
    encoding: str | None = None


class HarRequest(msgspec.Struct):
    """What was asked."""

    method: str
    url: str
    headers: list[HarPair] = []
    postData: HarBody | None = None  # noqa: N815


class HarResponse(msgspec.Struct):
    """The answer."""

    status: int
    headers: list[HarPair] = []
    content: HarContent = msgspec.field(default_factory=HarContent)


class HarEntry(msgspec.Struct, kw_only=True):
    """A request with its answer, and how many milliseconds it took."""

    startedDateTime: str  # noqa: N815
    time: float | None = 0.0
    pageref: str | None = None
    request: HarRequest
    response: HarResponse


class _Log(msgspec.Struct):
    entries: list[HarEntry]


class _Har(msgspec.Struct):
    log: _Log


@dataclass(frozen=True)
class RecordedExchange:
    """An entry with its moments in seconds since 1970, and its address."""

    entry: HarEntry
    start_s: float
    end_s: float
    url: SplitResult

    @property
    def host(self) -> str:
        """The address's host and port, without a user."""
        return self.url.netloc.rpartition("@")[2].lower()

    def sent_headers(self, name: str) -> list[str]:
        """Every value of a header that was sent."""
        return [one.value or "" for one in self.entry.request.headers if one.name.lower() == name]

    def answered_headers(self, name: str) -> list[str]:
        """Every value of a header that was answered; some recorders put several into one, in lines."""
        found = [one.value or "" for one in self.entry.response.headers if one.name.lower() == name]
        return [line for value in found for line in value.split("\n")]

    @property
    def answer(self) -> str:
        """The answer as text; empty where there is none, or none was kept."""
        content = self.entry.response.content
        if content.encoding != "base64":
            return content.text or ""
        try:
            return base64.b64decode(content.text or "", validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return ""

    @property
    def answer_json(self) -> Any:
        """The answer as JSON; None where it is none."""
        if "json" not in (self.entry.response.content.mimeType or ""):
            return None
        return decoded_json(self.answer)


def recorded_exchanges(path: Path) -> list[RecordedExchange]:
    """The entries of a HAR file in the order of their starts. Raises `UnusableFileError`."""
    text = whole(path, HAR_BYTES_MOST)
    try:
        entries = msgspec.json.decode(text, type=_Har, strict=False).log.entries
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnusableFileError(f"{path} is no HAR file: {error or 'it is nested too deeply'}") from None
    if not entries:
        raise UnusableFileError(f"{path} has no entries")
    found = [_exchange(path, number, entry) for number, entry in enumerate(entries, 1)]
    return sorted(found, key=lambda one: one.start_s)


def decoded_json(text: str) -> Any:
    """The value of a text; None where it is no JSON."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def _name(part: Message) -> str | None:
    name = part.get_param("name", header="content-disposition")
    return name if isinstance(name, str) else None


def _field(part: Message) -> HarParameter:
    content = part.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return HarParameter(_name(part) or "", text, part.get_filename(), part.get_content_type())


def _exchange(path: Path, number: int, entry: HarEntry) -> RecordedExchange:
    try:
        moment = datetime.fromisoformat(entry.startedDateTime)
        url = urlsplit(entry.request.url)
        _ = url.port
    except ValueError as error:
        raise UnusableFileError(f"{path}: entry {number} cannot be used: {str(error)[:60]}") from None
    if entry.request.postData is not None:
        entry.request.postData.take_apart()
    start_s = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return RecordedExchange(entry, start_s, start_s + max(0.0, entry.time or 0.0) / 1000, url)
