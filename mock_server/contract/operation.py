"""One row of the table of operations: what, where, by whom, who does the work, and what it answers.

`Needs` is what a caller must have before the operation begins: nothing, a session, a session and a
role out of `roles`, or what makes an operator (`operators`). Where one API code stands for two kinds of work, `actions`
names them and `action_of` tells from the body which one is asked for. `locks` names the request (referral or request
for advice) that a change is about. A row without an API code is the server's own and takes no modelled time. The
OpenAPI document and its pages are made from the same rows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import FHIR_JSON, HttpRequest, HttpResponse
from mock_server.sessions.professional import EVERY_ROLE

Handler = Callable[[HandlerContext, HttpRequest], Awaitable[HttpResponse]]

STU3_PATH: Final = "/referrals/FHIR/STU3"
R4: Final = "/referrals/FHIR/R4"
# What every operation of the contract may be answered with.
EVERYWHERE: Final = (401, 403, 406, 429, 500, 503)
CHANGES: Final = (400, 404, 409, 412, 415, 422, 423)


def _has_no_actions(body: bytes) -> None:
    return None


def _locks_nothing(context: HandlerContext, request: HttpRequest) -> None:
    return None


def request_in_path(context: HandlerContext, request: HttpRequest) -> int | None:
    """The UBRN in the path; None when it is none."""
    ubrn = request.path_values[0]
    return int(ubrn) if len(ubrn) == 12 and ubrn.isascii() and ubrn.isdigit() else None


class Needs(Enum):
    """What a caller must have."""

    NOTHING = auto()
    SESSION = auto()
    ROLE = auto()
    OPERATOR = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A search parameter or a header of one operation's own."""

    name: str
    about: str
    where: str = "query"
    required: bool = True


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One row of the table."""

    api: str
    method: str
    path: str
    handler: Handler
    needs: Needs = Needs.ROLE
    roles: frozenset[str] = EVERY_ROLE
    actions: tuple[str, ...] = ()
    action_of: Callable[[bytes], str | None] = _has_no_actions
    changes: str = ""
    status: int = 200
    shape: str = ""
    produces: bytes = FHIR_JSON
    body: type | None = None
    files: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    refuses: tuple[int, ...] = ()
    locks: Callable[[HandlerContext, HttpRequest], int | None] = _locks_nothing
    asks_hospital: frozenset[str | None] = frozenset()

    @property
    def summary(self) -> str:
        """What the handler says of itself."""
        return " ".join((self.handler.__doc__ or "").split())

    @property
    def is_contract(self) -> bool:
        """Whether the published contract has this operation."""
        return self.path.startswith("/referrals/")
