"""One operation of an OpenAPI document as an operation of a scenario: its request, and what a good answer is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from scenarios.imported.names import Names
from scenarios.imported.openapi_documents import PATH_SAFE, OpenApiDocument, items, mapping
from scenarios.imported.sample_values import NO_SAMPLE, Samples, own_example, type_of

_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")
_UNSENT_HEADERS: Final = frozenset({
    "accept", "content-type", "authorization", "host", "content-length", "transfer-encoding", "connection", "cookie"
})  # fmt: skip
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_BETWEEN: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}
_SWAGGER_BETWEEN: Final = {"ssv": " ", "tsv": "\t", "pipes": "|"}
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_OF_ITSELF: Final = {"json": "application/json", "body": "text/plain"}  # what the load test says of such a body


@dataclass
class DescribedRequests:
    """Makes the operations of a document; `secrets` are those that its security schemes ask for, `cookies` what
    operations need and no request says, for a session has those that answers gave it, `unmade` the media types of
    bodies of which nothing could be made."""

    document: OpenApiDocument
    secrets: dict[str, str] = field(default_factory=dict)
    cookies: set[str] = field(default_factory=set)
    unmade: set[str] = field(default_factory=set)
    _names: Names = field(default_factory=Names)
    _secret_of: dict[str, str] = field(default_factory=dict)

    def specification(
        self, path: str, method: str, shared: dict[str, Any], operation: dict[str, Any]
    ) -> dict[str, Any]:
        """`http` and `expect` of an operation."""
        parameters = self._parameters(shared, operation)
        located = {
            where: [one for one in parameters if one.get("in") == where] for where in ("path", "query", "header")
        }
        self.cookies.update(
            str(one["name"]) for one in parameters if one.get("in") == "cookie" and one.get("required") is True
        )
        headers, query = self._credentials(operation)
        for one in filter(self._is_sent, located["query"]):
            query |= self._asked_for(one)
        headers |= {
            str(one["name"]): self._text(one)
            for one in located["header"]
            if self._is_sent(one) and _is_header(str(one["name"]), self._text(one))
        }  # fmt: skip
        base, body = self.document.base_path(operation, shared), self._body(operation, parameters)
        headers |= body.pop("headers", {})
        http = {
            "method": method,
            "path": base + self._path(path, located["path"]),
            **({"query": query} if query else {}),
            **({"headers": headers} if headers else {}),
            **body,
        }
        return {"http": http, "expect": {"status": self._status(operation)}}

    def _parameters(self, shared: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
        """Those of the path and of the operation, which may replace them."""
        both = [*items(shared.get("parameters")), *items(operation.get("parameters"))]
        named = (one for one in map(self.document.resolved, both) if one.get("name") and isinstance(one["name"], str))
        return list({(one["name"], str(one.get("in"))): one for one in named}.values())

    def _is_sent(self, parameter: dict[str, Any]) -> bool:
        """A parameter that is needed, or of which the document has an example."""
        has_example = any(key in parameter for key in ("example", "examples", "x-example"))
        return parameter.get("required") is True or has_example

    def _sample(self, parameter: dict[str, Any]) -> Any:
        example = own_example(self.document, parameter)
        schema = parameter if self.document.is_swagger else parameter.get("schema", {})
        if not schema and mapping(parameter.get("content")):
            schema = mapping(next(iter(parameter["content"].values()))).get("schema", {})
        if example is not NO_SAMPLE:
            return example
        found = self.document.resolved(schema)
        if own_example(self.document, found) is NO_SAMPLE and type_of(found) == "integer" and "minimum" not in found:
            return "{faker.random_int}"
        return Samples(self.document).value(schema, str(parameter.get("name", "")))

    def _text(self, parameter: dict[str, Any]) -> Any:
        """A parameter's value as text, or as several."""
        value = self._sample(parameter)
        if not isinstance(value, list):
            return _as_text(value)
        texts, between = [_as_text(one) for one in value], self._between(parameter)
        return texts if between is None else between.join(texts)

    def _asked_for(self, parameter: dict[str, Any]) -> dict[str, Any]:
        """A parameter of the query by its name; one that is an object by the names of what it holds, as its style
        says."""
        name, value = str(parameter["name"]), self._sample(parameter)
        if not isinstance(value, dict) or self.document.is_swagger:
            return {name: self._text(parameter)}
        texts = {str(key): _as_text(one) for key, one in value.items()}
        if parameter.get("style") == "deepObject":
            return {f"{name}[{key}]": one for key, one in texts.items()}
        if self._between(parameter) is None:
            return texts
        return {name: ",".join(text for pair in texts.items() for text in pair)}

    def _between(self, parameter: dict[str, Any]) -> str | None:
        """What stands between the items of a list that is one text; None where each is sent by itself. Source: OpenAPI
        3.1.1, 4.8.12.2, and 2.0, `collectionFormat`."""
        if self.document.is_swagger:
            how = str(parameter.get("collectionFormat", "csv"))
            return None if how == "multi" else _SWAGGER_BETWEEN.get(how, ",")
        style = str(parameter.get("style", "form"))
        if parameter.get("in") == "query" and parameter.get("explode", style == "form") is True:
            return None
        return _BETWEEN.get(style, ",")

    def _path(self, path: str, parameters: list[dict[str, Any]]) -> str:
        by_name = {str(one["name"]): one for one in parameters}

        def filled(found: re.Match[str]) -> str:
            value = self._sample(by_name.get(found[1], {"name": found[1], "schema": {"type": "string"}}))
            text = _as_text(value[0] if isinstance(value, list) and value else value)
            if text == "text":
                return "{faker.word}"
            return text if text.startswith("{faker.") else quote(text.replace("{{", "{").replace("}}", "}"), safe="")

        parts, reached = [], 0
        for one in _PARAMETER.finditer(path):
            parts += [quote(path[reached : one.start()], safe=PATH_SAFE), filled(one)]
            reached = one.end()
        return "".join((*parts, quote(path[reached:], safe=PATH_SAFE)))

    def _credentials(self, operation: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Headers and query by which the first allowed way of logging on is shown."""
        ways = items(operation.get("security", self.document.content.get("security")))
        named = list(mapping(ways[0])) if ways else []
        schemes = mapping(self.document.content.get("securityDefinitions")) or mapping(
            mapping(self.document.content.get("components")).get("securitySchemes")
        )
        headers: dict[str, Any] = {}
        query: dict[str, Any] = {}
        for name in map(str, named):
            scheme = self.document.resolved(schemes.get(name))
            kind, where = scheme.get("type"), scheme.get("in")
            if kind == "apiKey" and where in ("header", "query") and scheme.get("name"):
                key = str(scheme["name"])
                if where == "query" or (
                    _TOKEN.fullmatch(key) and key.lower() not in _UNSENT_HEADERS - {"authorization"}
                ):
                    (headers if where == "header" else query)[key] = self._secret(name)
            elif kind in ("http", "basic", "oauth2", "openIdConnect"):
                basic = kind == "basic" or str(scheme.get("scheme", "")).lower() == "basic"
                headers["Authorization"] = f"{'Basic' if basic else 'Bearer'} {self._secret(name)}"
        return headers, query

    def _secret(self, scheme: str) -> str:
        if scheme not in self._secret_of:
            called = self._secret_of[scheme] = self._names.value(scheme)
            self.secrets[called] = called.upper()
        return f"{{secret.{self._secret_of[scheme]}}}"

    def _body(self, operation: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
        if self.document.is_swagger:
            return self._swagger_body(operation, parameters)
        content = mapping(self.document.resolved(operation.get("requestBody")).get("content"))
        kinds = {str(kind).partition(";")[0].strip().lower(): mapping(media) for kind, media in content.items()}
        chosen = next((kind for wanted in ("json", _FORM, _MULTIPART, "") for kind in kinds if wanted in kind), None)
        if chosen is None:
            return {}
        media = kinds[chosen]
        value = own_example(self.document, media)
        value = Samples(self.document).value(media.get("schema", {})) if value is NO_SAMPLE else value
        if chosen == _MULTIPART:
            return _multipart(mapping(value), set(self._binary(media.get("schema"))))
        return self._sent_as(chosen, value)

    def _swagger_body(self, operation: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
        fields = [one for one in parameters if one.get("in") == "formData"]
        if fields:
            files = {str(one["name"]) for one in fields if one.get("type") == "file"}
            return _multipart(
                {str(one["name"]): "" if str(one["name"]) in files else self._text(one) for one in fields}, files
            )
        body = next((one for one in parameters if one.get("in") == "body"), None)
        if body is None:
            return {}
        kinds = [str(one) for one in items(operation.get("consumes", self.document.content.get("consumes")))]
        kind = next((one for one in kinds if "json" in one), kinds[0] if kinds else "application/json")
        return self._sent_as(kind.lower(), Samples(self.document).value(body.get("schema", {})))

    def _sent_as(self, kind: str, value: Any) -> dict[str, Any]:
        """A body of that media type, which a header names where the load test would say another."""
        if value is NO_SAMPLE:
            return {}
        if kind == _FORM:
            return {"form": {str(name): _as_text(one) for name, one in mapping(value).items()}}
        is_parted = isinstance(value, dict | list)
        if is_parted and "json" not in kind and "*" not in kind:  # XML, say
            self.unmade.add(kind)
            return {}
        way = "json" if is_parted or "json" in kind else "body"
        said = {} if "*" in kind or kind == _OF_ITSELF[way] else {"headers": {"Content-Type": kind}}
        return {way: value if way == "json" else _as_text(value), **said}

    def _binary(self, schema: Any) -> Iterator[str]:
        """The names of a form's fields that are files."""
        for name, inner in mapping(self.document.resolved(schema).get("properties")).items():
            found = self.document.resolved(inner)
            found = self.document.resolved(found.get("items")) if type_of(found) == "array" else found
            if found.get("format") == "binary" or "contentMediaType" in found:
                yield str(name)

    def _status(self, operation: dict[str, Any]) -> Any:
        """The statuses that the document has for a good answer."""
        given = [str(one).lower() for one in mapping(operation.get("responses"))]
        for first in "23":
            found = [one for one in given if re.fullmatch(rf"{first}(?:[0-9]{{2}}|xx)", one)]
            if found:
                statuses = [one if one.endswith("xx") else int(one) for one in found]
                return statuses[0] if len(statuses) == 1 else statuses
        return "2xx"


def _is_header(name: str, value: Any) -> bool:
    """Whether a header can be sent, and is not written by the load test itself."""
    is_sound = isinstance(value, str) and value.isascii() and value.isprintable()
    return is_sound and _TOKEN.fullmatch(name) is not None and name.lower() not in _UNSENT_HEADERS


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is NO_SAMPLE or value is None or isinstance(value, dict | list) else str(value)


def _multipart(fields: dict[str, Any], files: set[str]) -> dict[str, Any]:
    form = {
        str(name): [_as_text(one) for one in value] if isinstance(value, list) else _as_text(value)
        for name, value in fields.items()
        if name not in files
    }
    uploads = [
        {"field": name, "name": "sample.txt", "content": "sample", "type": "text/plain"} for name in sorted(files)
    ]
    return ({"form": form} if form else {}) | ({"file": uploads} if uploads else {})
