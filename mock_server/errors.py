"""Refusals: how a handler says no, in the terms of e-RS; `http.operation_outcome` makes the answer of it.

Source: e-RS FHIR API, NHS England, error tables of each operation. BAD_REQUEST, NOT_FOUND, VERSION_CONFLICT,
PRECONDITION_FAILED and UNSUPPORTED_MEDIA_TYPE are this server's own codes.
"""

from typing import Final

from scenarios.protocol.responses import SLOT_GONE, status_of

UNAVAILABLE_FOR_S: Final = 2  # a database that was lost is looked for at least so often

# What outcomes mean when a hospital's booking system had to be asked.
_AT_HOSPITAL: Final = {
    "left_queue": (504, "PAS_NOT_RESPONDING"),
    "error": (502, "PAS_RESPONDED_WITH_ERROR"),
}


_CODES: Final = {
    400: "BAD_REQUEST",
    401: "NO_ACCESS",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "VERSION_CONFLICT",
    423: "RESOURCE_LOCKED",
    429: "TOO_MANY_REQUESTS",
    502: "PAS_RESPONDED_WITH_ERROR",
    503: "SYSTEM_UNAVAILABLE",
    504: "PAS_NOT_RESPONDING",
}


class Refusal(Exception):  # noqa: N818 - the service is in order when it refuses
    """The service says no: a status, a code of the field, and what exactly was wrong."""

    def __init__(self, status: int, code: str, diagnostics: str = "") -> None:
        super().__init__(code, diagnostics)
        self.status = status
        self.code = code
        self.diagnostics = diagnostics


class ModelledRefusal(Refusal):
    """The model says no: the service is too busy, or failed. It names the scenario's outcome.

    `after_s` is when to come back; 0 where the model does not say.
    """

    def __init__(self, operation: str, outcome: str, after_s: float = 0.0) -> None:
        status = status_of(outcome)
        super().__init__(status, SLOT_GONE if outcome == "no_slot" else code_of(status), f"{operation}: {outcome}")
        self.outcome = outcome
        self.after_s = after_s


class HospitalRefusal(ModelledRefusal):
    """The hospital's system (PAS) did not answer in time, or failed."""

    def __init__(self, operation: str, outcome: str, after_s: float = 0.0) -> None:
        super().__init__(operation, outcome, after_s)
        self.status, self.code = _AT_HOSPITAL.get(outcome, (self.status, self.code))


class LimitedRefusal(Refusal):
    """The application sends more than it may."""

    def __init__(self, application: str, retry_after_s: int) -> None:
        super().__init__(429, "TOO_MANY_REQUESTS", f"application '{application[:60]}' is above its rate")
        self.retry_after_s = retry_after_s


class UnavailableRefusal(Refusal):
    """What is kept cannot be read or changed at present: the database is away, its disk is full."""

    def __init__(self, diagnostics: str) -> None:
        super().__init__(503, "SYSTEM_UNAVAILABLE", diagnostics)
        self.retry_after_s = UNAVAILABLE_FOR_S


def unprocessable(code: str, diagnostics: str) -> Refusal:
    """The request is well formed and its content cannot be accepted."""
    return Refusal(422, code, diagnostics)


def not_found(what: str) -> Refusal:
    """Nothing is known under this address."""
    return Refusal(404, "NOT_FOUND", what)


def no_access(diagnostics: str) -> Refusal:
    """Nobody is logged on, or no longer."""
    return Refusal(401, "NO_ACCESS", diagnostics)


def forbidden(diagnostics: str) -> Refusal:
    """The user is known and may not do this."""
    return Refusal(403, "FORBIDDEN", diagnostics)


def stale(held: int, sent: int) -> Refusal:
    """The caller wants to change a version that is no longer the current one."""
    return Refusal(409, "VERSION_CONFLICT", f"version {sent} was sent, the current version is {held}")


def code_of(status: int) -> str:
    """The code that goes with a status, where a fault says no more than that."""
    return _CODES.get(status, "INTERNAL_SERVER_ERROR")
