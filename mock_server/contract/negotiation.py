"""What the caller can read and what the caller sends: `Accept` and `Content-Type`.

Lists of media types repeat from call to call, so what is made of one is remembered.
Source: RFC 9110, sections 8.3 and 12.5.1; e-RS FHIR API, NHS England (406 and 415).
"""

from functools import lru_cache
from typing import Final

from mock_server.contract.operation import ApiOperation
from mock_server.errors import Refusal
from mock_server.http.calls import FHIR_JSON, Headers

_ANYTHING: Final = b"*/*"
_JSON_TYPES: Final = frozenset({b"application/fhir+json", b"application/json"})


def negotiate(operation: ApiOperation, headers: Headers) -> None:
    """Refuse a caller who cannot read the answer (406), or who sends what cannot be read (415)."""
    accepted = headers.get(b"accept")
    if accepted is not None and not _accepts(accepted, operation.produces):
        raise Refusal(406, "NOT_ACCEPTABLE", f"the answer is {operation.produces.decode()}")
    sent = headers.get(b"content-type")
    if operation.body is not None and sent is not None and not _is_json(sent):
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "the body is application/fhir+json")


@lru_cache(maxsize=1024)
def _accepts(accepted: bytes, produced: bytes) -> bool:
    ranges = {part.split(b";")[0].strip().lower() for part in accepted.split(b",") if not _is_excluded(part)}
    if produced == _ANYTHING or _ANYTHING in ranges:
        return True
    group = produced.split(b"/")[0] + b"/*"
    return bool(ranges & ({produced, group} | (_JSON_TYPES if produced == FHIR_JSON else set())))


def _is_excluded(part: bytes) -> bool:
    weights = [p.strip().lower() for p in part.split(b";")[1:]]
    return any(w in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000") for w in weights)


@lru_cache(maxsize=1024)
def _is_json(sent: bytes) -> bool:
    return sent.split(b";")[0].strip().lower() in _JSON_TYPES
