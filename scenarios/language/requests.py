"""What an operation says of its request over HTTP, of a good answer, and of what is taken from one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, get_args

import msgspec
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from scenarios.quantities.fields import Part, PositiveDuration, Short
from scenarios.quantities.units import UnitError
from scenarios.text.nearest import nearest
from scenarios.text.templates import template, values_in

_STATUS_FORM: Final = "a status such as 201, a class such as 2xx, or a list of them"
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# what the load test writes itself; twice would be two requests in one
_OWN_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "cookie"})
VALUE_NAME: Final = r"^[A-Za-z_][A-Za-z0-9_-]*$"
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _text(found: Any) -> Any:
    """A plain value as the text that is sent."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, int | float) else found


def _one_or_several(found: Any) -> Any:
    if not isinstance(found, str | bool | int | float) and not (
        isinstance(found, list) and all(isinstance(one, str | bool | int | float) for one in found)
    ):
        raise UnitError(found, "text, a number, or a list of them")
    return found


def _template(found: str) -> str:
    template(found)
    return found


def _templates(found: Any) -> Any:
    """Every text within must be a template. Raises `TemplateError`."""
    for _ in values_in(found):
        pass
    return found


def _path(found: str) -> str:
    parts = template(found)
    is_value_alone = len(parts) == 1 and not isinstance(parts[0], str)
    if not found.startswith("/") and not is_value_alone:
        raise UnitError(found, "a path such as /basket/{sku}, or a value alone such as {place}")
    if "?" in found or "#" in found or re.search(r"[\x00-\x20\x7f]", found):
        raise UnitError(found, "a path without spaces, ? and #; what is asked for goes under `query`")
    return found


def _header_name(name: Any) -> None:
    if not (isinstance(name, str) and _TOKEN.fullmatch(name)):
        raise UnitError(name, "the name of a header, such as X-CSRF-Token")
    if name.lower() in _OWN_HEADERS:
        raise ValueError(f"{name} is written by the load test itself")


def _received_header(name: str) -> str:
    """What an answer's header may be called."""
    if not _TOKEN.fullmatch(name):
        raise UnitError(name, "the name of a header, such as Content-Type")
    return name


def _header_names(found: dict[str, str]) -> dict[str, str]:
    for name, value in found.items():
        _header_name(name)
        if re.search(r"[\r\n\x00]", value) or not value.isascii():
            raise ValueError(f"the value of {name} has characters that no header may have")
    return found


def _regex(found: str) -> str:
    try:
        re.compile(found)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnitError(found, f"a regular expression ({error})") from None
    return found


def _json_path(found: str) -> str:
    from jsonpath import JSONPathError, compile  # noqa: A004, PLC0415  # 0.2 s that most scenarios can do without

    try:
        if not found.startswith("$"):
            raise UnitError(found, "a JSONPath, which begins with $, such as $.items[0].id")
        compile(found)
    except (JSONPathError, RecursionError, OverflowError) as error:
        reason = str(error).partition("\n")[0]
        raise UnitError(found, f"a JSONPath such as $.items[0].id ({reason})") from None
    return found


def _json_paths(found: dict[str, Any]) -> dict[str, Any]:
    for path in found:
        _json_path(path)
    return found


def _statuses(found: Any) -> Any:
    wanted = found if isinstance(found, list) else [found]
    for one in wanted:
        is_number = isinstance(one, int) and not isinstance(one, bool) and 200 <= one <= 599
        if not is_number and not (isinstance(one, str) and re.fullmatch(r"[2-5]xx", one)):
            raise UnitError(one, _STATUS_FORM)
    return wanted


def _one_or_more_files(found: Any) -> Any:
    return [found] if isinstance(found, dict) else found


TemplateText = Annotated[str, BeforeValidator(_text), AfterValidator(_template)]
TextOrTexts = Annotated[
    str | list[TemplateText], BeforeValidator(_text), BeforeValidator(_one_or_several), AfterValidator(_templates)
]
ReceivedHeader = Annotated[str, AfterValidator(_received_header)]
RequestHeaders = Annotated[dict[str, TemplateText], AfterValidator(_header_names)]
Regex = Annotated[str, AfterValidator(_regex)]
JsonPath = Annotated[str, AfterValidator(_json_path)]
ValueKey = Annotated[str, Field(pattern=VALUE_NAME, max_length=60)]


class HttpFile(Part):
    """A file that is uploaded, as a browser sends it from a form."""

    field: str = Field(default="file", description="the form's name for it")
    name: TemplateText = Field(description="the file's name, as the service is told it")
    content: TemplateText | None = Field(default=None, description="what is in it")
    path: str | None = Field(default=None, description="a file on this machine, which is sent as it is")
    type: str = Field(default="application/octet-stream", pattern=r"^[ -~]+$", description="its media type")

    @model_validator(mode="after")
    def _one(self) -> HttpFile:
        if (self.content is None) == (self.path is None):
            raise ValueError("give exactly one of content and path")
        return self


class HttpRequestSpecification(Part):
    """The request of an operation. Texts may have values in braces."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    method: Method | None = Field(default=None, description="GET, or POST with a body, where it is not given")
    path: Annotated[str, AfterValidator(_path)] = Field(
        description="below the target's address; a value alone is a path or an address of the same service"
    )
    query: dict[str, TextOrTexts] = Field(default_factory=dict, description="what follows the ? of the address")
    headers: RequestHeaders = Field(default_factory=dict)
    json_body: Annotated[Any, AfterValidator(_templates)] = Field(
        default=None, alias="json", description="a body of JSON; `{name}` alone keeps its type"
    )
    body: TemplateText | None = Field(default=None, description="a body of text")
    form: dict[str, TextOrTexts] | None = Field(default=None, description="a body as of an HTML form")
    file: Annotated[list[HttpFile], BeforeValidator(_one_or_more_files), Field(min_length=1)] | None = Field(
        default=None, description="files to upload, together with `form`"
    )

    @model_validator(mode="after")
    def _one_body(self) -> HttpRequestSpecification:
        given = [name for name, is_given in self._bodies() if is_given]
        if len(given) > 1:
            raise ValueError(f"give at most one of json, body and form (with file); found {given}")
        return self

    def _bodies(self) -> tuple[tuple[str, bool], ...]:
        is_form = self.form is not None or self.file is not None
        return ("json", self.has_json), ("body", self.body is not None), ("form", is_form)

    @property
    def has_json(self) -> bool:
        """Whether a body of JSON was given, if only null."""
        return "json_body" in self.model_fields_set

    @property
    def verb(self) -> str:
        """The method that is sent."""
        return self.method or ("POST" if any(is_given for _, is_given in self._bodies()) else "GET")

    def values(self) -> Iterator[tuple[str, str]]:
        """The key under which a value stands, and its full name."""
        for key in ("path", "query", "headers", "body", "form"):
            yield from ((key, value.name) for value in values_in(getattr(self, key)))
        yield from (("json", value.name) for value in values_in(self.json_body))
        for file in self.file or []:
            yield from (("file", value.name) for value in values_in([file.name, file.content]))


class Expectation(Part):
    """What a good answer is. Without `status` any of 200 to 399 is good."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    status: Annotated[
        list[int | str],
        BeforeValidator(_statuses),
        Short({"type": ["integer", "string"], "description": _STATUS_FORM}),
    ] = Field(default=["2xx", "3xx"], min_length=1)
    json_values: Annotated[dict[str, Any], AfterValidator(_json_paths), AfterValidator(_templates)] = Field(
        default_factory=dict, alias="json", description="by JSONPath, what the first match must be"
    )
    header: dict[ReceivedHeader, TemplateText] = Field(
        default_factory=dict, description="by name, what it must contain; capitals make no difference"
    )
    body: Regex | None = Field(default=None, description="a regular expression that must be found in the body")
    within: PositiveDuration | None = Field(
        default=None, description="a good answer that comes later counts as `late`; from when it was due"
    )

    def values(self) -> Iterator[tuple[str, str]]:
        """The key under which a value stands, and its full name."""
        yield from (("json", value.name) for value in values_in(self.json_values))
        yield from (("header", value.name) for value in values_in(self.header))


class Extraction(Part):
    """What is taken from a good answer and named, for later steps of the session: exactly one of these."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    regex: Regex | None = Field(default=None, description="its first group, or all of it where it has none")
    json_path: JsonPath | None = Field(default=None, alias="json", description="a JSONPath's first match")
    header: ReceivedHeader | None = Field(default=None, description="a header's value")
    cookie: str | None = Field(default=None, description="a cookie's value, as the session's jar has it then")
    optional: bool = Field(default=False, description="an answer without it is as good")

    @model_validator(mode="after")
    def _one(self) -> Extraction:
        ways = {"regex": self.regex, "json": self.json_path, "header": self.header, "cookie": self.cookie}
        given = [name for name, value in ways.items() if value is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(ways)}; found {given or 'none'}")
        return self


@dataclass(frozen=True)
class RequestParts:
    """What a function gives of a request, in place of what its operation says; None leaves that as it is. `json` is
    written out, for the request may be tried again when what it was given as is another's."""

    method: str | None = None
    path: str | None = None
    query: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    json: bytes | None = None
    form: Mapping[str, Any] | None = None
    body: str | bytes | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> RequestParts:
        """From parts by name. Raises `ValueError` or `TypeError` for what cannot be part of a request."""
        if unknown := next((name for name in given if name not in cls.__dataclass_fields__), ""):
            known = list(cls.__dataclass_fields__)
            raise TypeError(f"{unknown!r} is no part of a request, only {', '.join(known)}{nearest(unknown, known)}")
        parts = {name: value for name, value in given.items() if value is not None}
        bodies = [name for name in ("json", "form", "body") if name in parts]
        if len(bodies) > 1:
            raise ValueError(f"give at most one of json, form and body; found {bodies}")
        for name, value in parts.items():
            kind = _PART_KINDS.get(name, object)
            if not isinstance(value, kind):
                raise TypeError(f"`{name}` is {_KIND_NAMES[kind]}; found {type(value).__name__}")
        if (method := parts.get("method", "GET")) not in get_args(Method):
            raise ValueError(f"{method!r} is no method; allowed is one of {', '.join(get_args(Method))}")
        for name in parts.get("headers", ()):
            _header_name(name)
        if "json" in parts:
            parts["json"] = msgspec.json.encode(parts["json"])
        return cls(**parts)

    @property
    def has_body(self) -> bool:
        """Whether a body is among them."""
        return any(one is not None for one in (self.json, self.form, self.body))


NO_PARTS: Final = RequestParts()
_PART_KINDS: Final[Mapping[str, Any]] = {
    "method": str, "path": str, "query": Mapping, "headers": Mapping, "form": Mapping, "body": str | bytes,
}  # fmt: skip
_KIND_NAMES: Final = {str: "text", Mapping: "a mapping of names to values", str | bytes: "text or bytes"}
