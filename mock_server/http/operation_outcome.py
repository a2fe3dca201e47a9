"""Refusals, and the OperationOutcome that tells a client about one.

Two families of the contract say the same things in two vocabularies: STU3 paths use the
e-RS error codes, R4 paths the NHS Digital ones. A handler raises a `Refusal` in e-RS terms
and the family of the path decides how it reads. The contract leaves the bodies of 400, 404,
409, 412 and 415 open on STU3 paths; here they carry an OperationOutcome too, so that a load
test can tell one from another (BAD_REQUEST, NOT_FOUND, VERSION_CONFLICT, PRECONDITION_FAILED,
UNSUPPORTED_MEDIA_TYPE are this server's own codes).
Source: e-RS FHIR API, NHS England, error tables of each operation.
"""

import datetime as dt
from typing import Final

import msgspec

from mock_server.errors import LimitedRefusal, ModelledRefusal, Refusal, UnavailableRefusal
from mock_server.http.calls import HttpResponse
from scenarios.protocol.responses import outcome_headers, retry_after

RETRY_AFTER_S: Final = 5
# What the contract answers in plain words on STU3 paths.
IN_WORDS: Final = frozenset({406, 415})

_STU3_PROFILE: Final = "https://fhir.nhs.uk/STU3/StructureDefinition/eRS-OperationOutcome-1"
_R4_PROFILE: Final = "https://fhir.nhs.uk/StructureDefinition/NHSDigital-OperationOutcome"
_STU3_CODES: Final = "https://fhir.nhs.uk/STU3/CodeSystem/eRS-APIErrorCode-1"
_R4_CODES: Final = "https://fhir.nhs.uk/CodeSystem/http-error-codes"
_R4_ACCESS_CODES: Final = "https://fhir.nhs.uk/CodeSystem/NHSD-API-ErrorOrWarningCode"

_ISSUE_TYPES: Final = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "required",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    423: "lock-error",
    429: "throttled",
    500: "exception",
    502: "exception",
    503: "transient",
    504: "timeout",
}
_R4_TERMS: Final = {
    400: "REC_BAD_REQUEST",
    401: "ACCESS_DENIED",
    403: "REC_FORBIDDEN",
    404: "REC_NOT_FOUND",
    406: "REC_NOT_ACCEPTABLE",
    429: "REC_TOO_MANY_REQUESTS",
    500: "REC_SERVER_ERROR",
    503: "REC_UNAVAILABLE",
}


def answer(refusal: Refusal, path: str) -> HttpResponse:
    """The refusal as an OperationOutcome in the vocabulary of the path's family."""
    if refusal.status in IN_WORDS and "/FHIR/R4/" not in path:
        # Who does not speak FHIR would not read an outcome.
        return HttpResponse(refusal.status, refusal.diagnostics.encode(), b"text/plain;charset=utf-8")
    describe = _r4_outcome if "/FHIR/R4/" in path else _stu3_outcome
    return HttpResponse(refusal.status, msgspec.json.encode(describe(refusal)), headers=_headers(refusal))


def _headers(refusal: Refusal) -> tuple[tuple[bytes, bytes], ...]:
    if isinstance(refusal, LimitedRefusal | UnavailableRefusal):
        return retry_after(refusal.retry_after_s)
    if not isinstance(refusal, ModelledRefusal):
        return ()
    held = outcome_headers(refusal.outcome, refusal.after_s)
    if refusal.status != 503 or refusal.after_s:
        return held
    return (*held, *retry_after(RETRY_AFTER_S))


def _stu3_outcome(refusal: Refusal) -> dict[str, object]:
    return _outcome({"profile": [_STU3_PROFILE]}, _issue(refusal, _STU3_CODES, refusal.code))


def _r4_outcome(refusal: Refusal) -> dict[str, object]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    system = _R4_ACCESS_CODES if refusal.status == 401 else _R4_CODES
    issue = _issue(refusal, system, _R4_TERMS.get(refusal.status, refusal.code))
    return _outcome({"lastUpdated": now, "profile": [_R4_PROFILE]}, issue)


def _outcome(meta: dict[str, object], issue: dict[str, object]) -> dict[str, object]:
    return {"resourceType": "OperationOutcome", "meta": meta, "issue": [issue]}


def _issue(refusal: Refusal, system: str, code: str) -> dict[str, object]:
    display = code.replace("_", " ").capitalize()
    issue: dict[str, object] = {
        "severity": "error",
        "code": _ISSUE_TYPES.get(refusal.status, "processing"),
        "details": {"coding": [{"system": system, "code": code, "display": display}]},
    }
    if refusal.diagnostics:
        issue["diagnostics"] = refusal.diagnostics
    return issue
