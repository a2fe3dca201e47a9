"""What goes in and what comes out: one request to the service, and its answer.

A request is read from ASGI once and handed to its operation in the field's terms: who is
calling (the session), in which role, for which organisation. Both values are msgspec
structs because one of each is made for every request.
"""

import urllib.parse
from typing import Any, Final

import msgspec

from mock_server.http.protocol import ClientConnection
from mock_server.sessions.professional import ProfessionalSession

FHIR_JSON: Final = b"application/fhir+json"
JSON: Final = b"application/json"
PDF: Final = b"application/pdf"
HTML: Final = b"text/html;charset=utf-8"

Headers = dict[bytes, bytes]


class HttpResponse(msgspec.Struct, frozen=True):
    """A status, a body, the headers that belong to this answer alone, and the response fault that delivers it."""

    status: int
    body: bytes = b""
    content_type: bytes = FHIR_JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    response_fault: tuple[Any, ...] | None = None


class Principal(msgspec.Struct, frozen=True):
    """Who calls: a logged-on user, acting in one role for one organisation."""

    session: ProfessionalSession
    role: str
    organisation: str


class HttpRequest(msgspec.Struct, frozen=True):
    """One request to one operation, authenticated and fully received, and the connection that it came by."""

    path: str
    path_values: tuple[str, ...]
    query: bytes
    headers: Headers
    body: bytes
    caller: Principal | None
    correlation_id: str
    connection: ClientConnection | None = None

    @property
    def on_behalf(self) -> Principal:
        """The caller, for operations that nobody reaches without a session."""
        assert self.caller is not None, "the operation's row admits callers without a session"
        return self.caller

    def header(self, name: bytes) -> str | None:
        """A header's value; names are lower case, as ASGI delivers them."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1").strip()

    def search(self) -> dict[str, str]:
        """The query string as FHIR search parameters, the last value of each."""
        return dict(urllib.parse.parse_qsl(self.query.decode("latin-1")))

    def every(self, name: str) -> list[str]:
        """All values of a search parameter that may be repeated."""
        pairs = urllib.parse.parse_qsl(self.query.decode("latin-1"), keep_blank_values=True)
        return [value for held, value in pairs if held == name]


def fhir(body: object, status: int = 200, version: int | None = None) -> HttpResponse:
    """A FHIR resource as an answer, with its version as a weak ETag when it has one."""
    return HttpResponse(status, msgspec.json.encode(body), headers=() if version is None else etag(version))


def etag(version: int) -> tuple[tuple[bytes, bytes], ...]:
    """The header that carries a resource's version."""
    return ((b"etag", b'W/"%d"' % version),)


def file(body: bytes, content_type: bytes, name: str) -> HttpResponse:
    """A file to be saved under a name."""
    quoted = urllib.parse.quote(name).encode()
    return HttpResponse(200, body, content_type, ((b"content-disposition", b"attachment; filename=" + quoted),))


def beside_slow(response_fault: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """How an answer looks besides being slow; None where there is nothing else to it."""
    if response_fault is None or response_fault[0] != "dribble":
        return response_fault
    return response_fault[2] if len(response_fault) > 2 else None
