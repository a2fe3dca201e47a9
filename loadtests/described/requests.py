"""The request of a described operation, made ready once and filled in for each session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from loadtests.described.multipart import FormPart, boundary_of, multipart
from loadtests.described.texts import JsonTemplate, PairsTemplate, TextTemplate, as_text, in_path
from loadtests.described.values import NotMadeError, SessionValues
from loadtests.target.headers import header_line
from loadtests.target.refusal import TargetNotUsableError
from loadtests.target.wire import Wire
from scenarios.language.requests import NO_PARTS, HttpFile, HttpRequestSpecification, RequestParts
from scenarios.language.service import OperationSpecification
from scenarios.text.templates import ValueName, template

_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_TEXT_TYPE: Final = "text/plain; charset=utf-8"


class MadeRequest(NamedTuple):
    """A request as bytes, and the path that its cookies belong to."""

    message: bytes
    path: str


class RequestBody(NamedTuple):
    """A body and its media type; no media type where there is no body."""

    content: bytes = b""
    media_type: str = ""


class RequestTemplate:
    """One operation's request. Raises `TargetNotUsableError` when a file that it uploads cannot be read."""

    def __init__(self, http: HttpRequestSpecification, wire: Wire) -> None:
        self.method, self._wire = http.verb, wire
        self._posts = "POST" if http.method is None else http.method  # with a body that it is given
        parts = template(http.path)
        is_alone = len(parts) == 1 and isinstance(parts[0], ValueName)
        self._address: ValueName | None = parts[0] if is_alone else None  # type: ignore[assignment]
        self._path = TextTemplate(http.path, in_path)
        self._query = PairsTemplate(http.query) if http.query else None
        self._headers = [(name, TextTemplate(text)) for name, text in http.headers.items()]
        said = {name.lower() for name in http.headers}
        self._says_type, self._names_agent = "content-type" in said, "user-agent" in said
        self._body = _body_of(http)

    def made(self, values: SessionValues, said: bytes, key: int, parts: RequestParts = NO_PARTS) -> MadeRequest:
        """The request with this session's values; `said` are further header lines, `key` is the request's own, and
        `parts` stand in place of what the operation says.

        Raises `NotMadeError` when a value is missing or cannot stand where it is to stand.
        """
        try:
            return self._made(values, said, key, parts)
        except (ValueError, TypeError, RecursionError, OverflowError) as error:  # whatever a service or a file gave
            raise NotMadeError(f"a value cannot be sent: {type(error).__name__}") from None

    def _made(self, values: SessionValues, said: bytes, key: int, parts: RequestParts) -> MadeRequest:
        path, from_root = self._where(values) if parts.path is None else self._given_place(parts.path)
        query = _encoded(parts.query) if parts.query is not None else ""
        if self._query is not None and parts.query is None:
            query = self._query.filled(values)
        if query:
            path += ("&" if "?" in path else "?") + query
        place = self._wire.path_of(path, from_root=from_root)
        body = self._body.filled(values, key) if parts is NO_PARTS else self._given_body(parts, values, key)
        given = {name.lower() for name in parts.headers}
        lines = [_line(name, text.filled(values)) for name, text in self._headers if name.lower() not in given]
        lines += [_line(name, as_text(value)) for name, value in parts.headers.items()]
        if body.media_type and not self._says_type and "content-type" not in given:
            lines.append(b"Content-Type: " + body.media_type.encode() + b"\r\n")
        if cookies := values.jar.header(place):
            lines.append(_line("Cookie", cookies))
        headers = b"".join(lines) + said
        return MadeRequest(
            self._wire.message(
                parts.method or (self._posts if parts.has_body else self.method),
                path,
                headers,
                body.content,
                key,
                from_root=from_root,
                names_agent=self._names_agent or "user-agent" in given,
            ),
            place,
        )

    def _given_body(self, parts: RequestParts, values: SessionValues, key: int) -> RequestBody:
        if parts.json is not None:
            return RequestBody(parts.json, "application/json")
        if parts.form is not None:
            return RequestBody(_encoded(parts.form).encode(), _FORM_TYPE)
        if parts.body is not None:
            content = parts.body if isinstance(parts.body, bytes) else parts.body.encode("utf-8", "replace")
            return RequestBody(content, _TEXT_TYPE)
        return self._body.filled(values, key)

    def _where(self, values: SessionValues) -> tuple[str, bool]:
        """The path, and whether it begins at the root of the service and not below the target's base path."""
        if self._address is None:
            return self._path.filled(values), False
        return self._place(as_text(values.value(self._address)), self._address.name)

    def _given_place(self, path: str) -> tuple[str, bool]:
        bare = path.partition("#")[0]  # as a browser leaves out what an address says of a place in the page
        return (self._wire.quoted(bare), False) if path.startswith("/") else self._place(path)

    def _place(self, address: str, name: str = "the path") -> tuple[str, bool]:
        """Where a path or an address of the same service leads."""
        found = self._wire.place(address)
        if found is None:
            raise NotMadeError(f"{name} leads to another service")
        return found, True


def check_uploads(operations: Mapping[str, OperationSpecification]) -> None:
    """Raises `TargetNotUsableError` when a file that an operation uploads cannot be read."""
    for operation in operations.values():
        for file in (operation.http.file or []) if operation.http else []:
            _content_of(file)


def _encoded(pairs: Mapping[str, Any]) -> str:
    """What a function gave, with values spelt as a scenario's are: `true`, not `True`."""
    several = {name: given if isinstance(given, list | tuple) else [given] for name, given in pairs.items()}
    said = [(name, one if isinstance(one, bytes) else as_text(one)) for name, given in several.items() for one in given]
    return urlencode(said)


def _line(name: str, value: str) -> bytes:
    try:
        return header_line(name, value)
    except TargetNotUsableError as error:
        raise NotMadeError(str(error)) from None


class _NoBody:
    def filled(self, values: SessionValues, key: int) -> RequestBody:
        return RequestBody()


class _JsonBody:
    def __init__(self, found: Any) -> None:
        self._json = JsonTemplate(found)

    def filled(self, values: SessionValues, key: int) -> RequestBody:
        return RequestBody(self._json.filled(values), "application/json")


class _TextBody:
    def __init__(self, text: str) -> None:
        self._text = TextTemplate(text)

    def filled(self, values: SessionValues, key: int) -> RequestBody:
        return RequestBody(self._text.filled(values).encode("utf-8", "replace"), _TEXT_TYPE)


class _FormBody:
    def __init__(self, form: dict[str, Any]) -> None:
        self._pairs = PairsTemplate(form)

    def filled(self, values: SessionValues, key: int) -> RequestBody:
        return RequestBody(self._pairs.filled(values).encode(), _FORM_TYPE)


class _MultipartBody:
    def __init__(self, form: dict[str, Any], files: list[HttpFile]) -> None:
        self._fields = [
            (name, TextTemplate(one))
            for name, given in form.items()
            for one in (given if isinstance(given, list) else [given])
        ]
        self._files = [(file, TextTemplate(file.name), _content_of(file)) for file in files]

    def filled(self, values: SessionValues, key: int) -> RequestBody:
        parts = [FormPart(name, text.filled(values).encode("utf-8", "replace")) for name, text in self._fields]
        for file, name, content in self._files:
            given = content if isinstance(content, bytes) else content.filled(values).encode("utf-8", "replace")
            parts.append(FormPart(file.field, given, name.filled(values), file.type))
        boundary = boundary_of(key)
        return RequestBody(multipart(parts, boundary), f"multipart/form-data; boundary={boundary}")


def _content_of(file: HttpFile) -> bytes | TextTemplate:
    if file.path is None:
        return TextTemplate(file.content or "")
    try:
        return Path(file.path).read_bytes()
    except OSError as error:
        raise TargetNotUsableError(f"the file {file.path} cannot be read: {error.strerror}") from None


def _body_of(http: HttpRequestSpecification) -> _NoBody | _JsonBody | _TextBody | _FormBody | _MultipartBody:
    if http.has_json:
        return _JsonBody(http.json_body)
    if http.body is not None:
        return _TextBody(http.body)
    if http.file:
        return _MultipartBody(http.form or {}, http.file)
    return _FormBody(http.form) if http.form is not None else _NoBody()
