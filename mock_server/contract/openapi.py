"""The server's own OpenAPI 3.1 document, made from the table of operations.

Paths, roles, statuses and search parameters come from the rows, request bodies from the msgspec structs
that decode them, answers from `shapes`, summaries from the handlers. It describes this server; it
is not the document that NHS England publishes. Source: OpenAPI Specification 3.1.0.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from mock_server.contract.operation import EVERYWHERE, ApiOperation, Needs
from mock_server.fhir.shapes import SHAPES
from mock_server.http.calls import FHIR_JSON, JSON
from mock_server.http.operation_outcome import IN_WORDS
from scenarios.protocol.headers import CORRELATION_ID

Sections = Mapping[str, Iterable[ApiOperation]]

_REFERENCE: Final = "#/components/schemas/{name}"
_VERSIONED: Final = frozenset({"ReferralRequest", "Appointment", "CommunicationRequest", "HealthcareService"})
_BODY_METHODS: Final = frozenset({"POST", "PUT"})
_REASONS: Final = {
    200: "done",
    201: "made",
    204: "done, nothing to say",
    302: "back to the application",
    307: "where the file is",
    400: "a parameter or the body is not what it should be",
    401: "nobody is logged on, or no longer",
    403: "not in this role",
    404: "there is no such thing",
    405: "not with this method",
    406: "the caller cannot read the answer",
    409: "not the current version",
    412: "If-Match is missing",
    413: "too large",
    415: "not in this media type",
    422: "well formed, and against a rule",
    423: "somebody else is changing it",
    429: "the application is above its rate",
    500: "failed, as the model says",
    502: "the hospital's system failed",
    503: "too busy, as the model says",
    504: "the hospital's system did not answer",
}


def openapi_document(sections: Sections) -> dict[str, Any]:
    """The whole document."""
    rows = [row for held in sections.values() for row in held]
    bodies = sorted({row.body for row in rows if row.body is not None}, key=lambda kind: kind.__name__)
    _, structs = msgspec.json.schema_components(bodies, ref_template=_REFERENCE)
    # A struct that decodes bodies and a shape of answers may have one name: FHIR's.
    sent = {f"{name}Sent": _renamed(schema) for name, schema in structs.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Launch Rehearsal: mock e-referral service",
            "version": "1",
            "description": "A synthetic stand-in for the NHS e-Referral Service. All data are synthetic.",
        },
        "tags": [{"name": name} for name in sections],
        "paths": _paths(sections),
        "components": {
            "schemas": {**SHAPES, **sent},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "header", "name": "X-Session-Key"},
            },
        },
    }


def _paths(sections: Sections) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for name, rows in sections.items():
        for row in rows:
            paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, name)
    return paths


def _operation(row: ApiOperation, section: str) -> dict[str, Any]:
    held: dict[str, Any] = {
        "operationId": _operation_id(row),
        "tags": [section],
        "summary": row.summary,
        "description": _description(row),
        "parameters": [*_path_parameters(row), *_own_parameters(row), *_common_parameters(row)],
        "responses": {str(status): _answer(row, status) for status in statuses(row)},
    }
    if row.needs is not Needs.NOTHING:
        held["security"] = [{"token": []}] if row.needs is Needs.OPERATOR else [{"token": []}, {"session": []}]
    if row.body is not None or row.files:
        held["requestBody"] = {"required": True, "content": _request_content(row)}
    return held


def statuses(row: ApiOperation) -> list[int]:
    """All that this operation may be answered with."""
    found = {row.status, *row.refuses}
    if row.api:
        found |= {*EVERYWHERE} if row.needs is not Needs.NOTHING else {*EVERYWHERE} - {401, 403}
    if "{" in row.path:
        found.add(404)
    if row.method in _BODY_METHODS:
        found.add(413)
    return sorted(found | {406})


def _description(row: ApiOperation) -> str:
    change = f"Changes: {row.changes}." if row.changes else "Changes nothing."
    if row.needs is Needs.NOTHING:
        return f"{change} Open to anybody."
    if row.needs is Needs.OPERATOR:
        return f"{change} Open to whoever has the control token, or asks from a page of this machine."
    if row.needs is Needs.SESSION:
        return f"{change} Open to whoever has a session."
    return f"{change} Open to {', '.join(sorted(row.roles))}."


def _operation_id(row: ApiOperation) -> str:
    version = "-version" if row.path.endswith("/{version}") else ""
    name = row.handler.__name__.strip("_").replace("_", "-")
    return f"{row.api.lower() or 'own'}-{name}{version}"


def _path_parameters(row: ApiOperation) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", row.path)
    schema = {"type": "string", "minLength": 1}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in names]


def _own_parameters(row: ApiOperation) -> list[dict[str, Any]]:
    return [
        {
            "name": f.name,
            "in": f.where,
            "required": f.required,
            "description": f.about,
            "schema": {"type": "string"},
        }
        for f in row.fields
    ]


def _common_parameters(row: ApiOperation) -> list[dict[str, Any]]:
    names = [CORRELATION_ID.decode(), "X-Application"] if row.api else []
    if row.needs is Needs.ROLE:
        names += ["NHSD-eRS-Business-Function", "NHSD-End-User-Organisation-ODS"]
    return [{"name": n, "in": "header", "required": False, "schema": {"type": "string"}} for n in names]


def _request_content(row: ApiOperation) -> dict[str, Any]:
    if row.body is None:
        kind = {"type": "object"} if "form" in row.files[0] else {"type": "string", "format": "binary"}
        return {media: {"schema": kind} for media in row.files}
    schema = {"$ref": _REFERENCE.format(name=f"{row.body.__name__}Sent")}
    return {row.produces.decode() if row.produces == JSON else FHIR_JSON.decode(): {"schema": schema}}


def _answer(row: ApiOperation, status: int) -> dict[str, Any]:
    headers = {"X-Request-ID": {"required": True, "schema": {"type": "string"}}}
    if status == row.status and row.shape in _VERSIONED:
        headers["ETag"] = {"required": True, "schema": {"type": "string", "pattern": '^W/"[0-9]+"$'}}
    if status in (302, 307):
        headers["Location"] = {"required": True, "schema": {"type": "string"}}
    if status == 503:
        headers["Retry-After"] = {"required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
    answer: dict[str, Any] = {"description": _REASONS[status], "headers": headers}
    content = _answer_content(row, status)
    return answer | ({"content": content} if content else {})


def _answer_content(row: ApiOperation, status: int) -> dict[str, Any]:
    if row.method == "HEAD" or status in (204, 302, 307) or (status == 201 and not row.shape):
        return {}
    if status == row.status or row.path == "/health":
        schema = {"$ref": _REFERENCE.format(name=row.shape)} if row.shape else {}
        return {row.produces.decode(): {"schema": schema}}
    if status in IN_WORDS and "/FHIR/R4/" not in row.path:
        return {"text/plain;charset=utf-8": {"schema": {"type": "string"}}}
    if row.path.startswith("/oauth2/token") and status == 400:
        return {JSON.decode(): {"schema": {"$ref": _REFERENCE.format(name="TokenRefusal")}}}
    return {FHIR_JSON.decode(): {"schema": {"$ref": _REFERENCE.format(name="OperationOutcome")}}}


def _renamed(schema: Any) -> Any:
    """The schema with its references to structs, which are called ...Sent."""
    if isinstance(schema, dict):
        return {key: f"{held}Sent" if key == "$ref" else _renamed(held) for key, held in schema.items()}
    return [_renamed(held) for held in schema] if isinstance(schema, list) else schema
