"""Who may begin an operation: the session key, then the role and the organisation.

The key comes in the header of 2015 (`HTTP_X_SESSION_KEY`, or `X-Session-Key`, of which that
is the CGI spelling) or as an OAuth2 bearer token. Role and organisation come from the
current contract's headers when they are sent, else from what A002 chose.
"""

from mock_server.contract.operation import ApiOperation, Needs
from mock_server.errors import forbidden, no_access
from mock_server.http.calls import Headers, Principal
from mock_server.sessions.professional import ProfessionalSession, Sessions

_KEY_HEADERS = (b"http_x_session_key", b"x-session-key")
_APPLICATION_HEADER = b"x-application"
_ROLE_HEADER = b"nhsd-ers-business-function"
_APPLICATION_CHARACTERS = 200  # its name is remembered
_ORGANISATION_HEADER = b"nhsd-end-user-organisation-ods"


def admit(operation: ApiOperation, sessions: Sessions, headers: Headers) -> Principal | None:
    """Who calls. Raises `Refusal`: 401 without a session, 403 in a wrong role."""
    if operation.needs in (Needs.NOTHING, Needs.OPERATOR):
        return None
    session = _session(sessions, headers)
    if operation.needs is Needs.SESSION:
        return Principal(session, "", "")
    caller = _acting(session, headers)
    if caller.role not in operation.roles:
        raise forbidden(f"{operation.api} is not open to {caller.role}")
    return caller


def application_of(sessions: Sessions, headers: Headers) -> str:
    """Which application sends this: who its header says, else the one that the token was given to."""
    named = headers.get(_APPLICATION_HEADER)
    if named is not None:
        return named[:_APPLICATION_CHARACTERS].decode("latin-1")
    key = _key(headers)
    session = sessions.find(key.decode("latin-1")) if key is not None else None
    return session.application if session is not None else ""


def _session(sessions: Sessions, headers: Headers) -> ProfessionalSession:
    key = _key(headers)
    if key is None:
        raise no_access("no session key was sent")
    session = sessions.find(key.decode("latin-1"))
    if session is None:
        raise no_access("the session is unknown or has ended: log on again")
    return session


def _key(headers: Headers) -> bytes | None:
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() == b"bearer" and token:
        return token.strip()
    return next((headers[name] for name in _KEY_HEADERS if name in headers), None)


def _acting(session: ProfessionalSession, headers: Headers) -> Principal:
    chosen = session.permission
    sent_role, sent_organisation = headers.get(_ROLE_HEADER), headers.get(_ORGANISATION_HEADER)
    if chosen is not None and sent_role is None and sent_organisation is None:
        return Principal(session, chosen.business_function, chosen.org_identifier)
    if sent_role is None or sent_organisation is None:
        raise forbidden("choose a role with A002, or send business function and organisation together")
    role, organisation = sent_role.decode("latin-1"), sent_organisation.decode("latin-1")
    if not session.user.may_act_as(role, organisation):
        raise forbidden(f"the user is no {role[:60]} at {organisation[:20]}")
    return Principal(session, role, organisation)
