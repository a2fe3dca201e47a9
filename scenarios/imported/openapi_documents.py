"""An OpenAPI document (3.0, 3.1, or Swagger 2.0; YAML or JSON) as plain data, with its references followed.

Sources: OpenAPI Specification 3.1.0; Swagger 2.0; RFC 6901 for what a reference points at; YAML 1.2.2, 10.2, for
what is a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import quote, unquote, urlsplit

import msgspec
import yaml

from scenarios.text.files import UnusableFileError, whole

OPENAPI_BYTES_MOST: Final = 30_000_000
_LINKS_MOST: Final = 50
_DEEPEST: Final = 200
PATH_SAFE: Final = "/%:@!$&'()*+,;=~-._"  # what a path may have as it is
VERBS: Final = ("get", "head", "post", "put", "patch", "delete", "options")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # one of two, whichever there is
    """YAML whose plain values are those of JSON, as OpenAPI asks for: `NO` and `on` are words, 12:30 and dates are
    text, and so is 01234."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for _tag, _form, _firsts in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
    ("merge", r"<<", ["<"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_form})\Z"), _firsts)


@dataclass
class OpenApiDocument:
    """A document; `elsewhere` counts references that lead out of it or nowhere."""

    content: dict[str, Any]
    elsewhere: set[str] = field(default_factory=set)

    @property
    def is_swagger(self) -> bool:
        """Whether it is of version 2.0, which has its bodies among the parameters."""
        return "swagger" in self.content

    def resolved(self, value: Any) -> dict[str, Any]:
        """What a value is once its references are followed; empty where that is no mapping."""
        here = value
        for _ in range(_LINKS_MOST):
            if not isinstance(here, dict) or not isinstance(here.get("$ref"), str):
                return here if isinstance(here, dict) else {}
            here = self._at(here["$ref"])
        return {}

    def _at(self, reference: str) -> Any:
        here: Any = self.content if reference.startswith("#") else None
        for part in unquote(reference[1:]).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(here, list) and key.isdecimal() and int(key) < len(here):
                here = here[int(key)]
            else:
                here = here.get(key) if isinstance(here, dict) else None
        if here is None:
            self.elsewhere.add(reference)
        return here

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
        """Path, method, what the path says for all of its operations, and the operation, in the document's order."""
        for path, item in mapping(self.content.get("paths")).items():
            shared = self.resolved(item)
            for method, operation in shared.items():
                if str(method).lower() in VERBS and isinstance(operation, dict) and str(path).startswith("/"):
                    yield str(path), str(method).upper(), shared, operation

    def servers(self, *named_by: dict[str, Any]) -> list[str]:
        """The addresses that the document names, their variables at their defaults; those of an operation or of its
        path go before the document's."""
        if self.is_swagger:
            host, base = str(self.content.get("host", "")), str(self.content.get("basePath", ""))
            schemes = [one for one in items(self.content.get("schemes")) if isinstance(one, str)] or ["https"]
            return [f"{scheme}://{host}{base}" for scheme in schemes] if host else [base] if base else []
        found = []
        for server in next(filter(None, (items(one.get("servers")) for one in (*named_by, self.content))), []):
            url = str(mapping(server).get("url", ""))
            for name, variable in mapping(mapping(server).get("variables")).items():
                url = url.replace(f"{{{name}}}", str(mapping(variable).get("default", "")))
            found.append(url)
        return [url for url in found if url]

    def base_path(self, *named_by: dict[str, Any]) -> str:
        """The path at which the first server has the service, as it is sent; empty where it is the root."""
        servers = self.servers(*named_by)
        try:
            path = urlsplit(servers[0]).path.rstrip("/") if servers else ""
        except ValueError:
            return ""
        return quote(path, safe=PATH_SAFE) if path.startswith("/") and "{" not in path else ""


def read_document(path: Path) -> OpenApiDocument:
    """The document of a file. Raises `UnusableFileError`."""
    text = whole(path, OPENAPI_BYTES_MOST)
    try:
        content = _parsed(text)
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UnusableFileError(f"{path}{line} is neither YAML nor JSON: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or "it is nested too deeply"
        raise UnusableFileError(f"{path} is neither YAML nor JSON: {reason}") from None
    found = mapping(content)
    version = str(found.get("openapi") or found.get("swagger") or "")
    if not version:
        raise UnusableFileError(f"{path} is no OpenAPI document: it has neither `openapi` nor `swagger`")
    if not version.startswith(("3.", "2.")):
        raise UnusableFileError(f"{path} is of OpenAPI {version[:20]}; allowed are 3.0, 3.1 and Swagger 2.0")
    return OpenApiDocument(found)


def _parsed(text: bytes) -> Any:
    """JSON is YAML, and read as what it is where it is one. Raises `ValueError` and YAML's own errors."""
    if text.lstrip()[:1] == b"{":
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            pass  # YAML has braces, too, and says in which line something is wrong
    depth = 0
    for event in yaml.parse(text, _Loader):  # the library's composer calls itself without looking how deep it is
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(f"it is nested more than {_DEEPEST} levels deep")
    return yaml.load(text, _Loader)


def mapping(value: Any) -> dict[Any, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
