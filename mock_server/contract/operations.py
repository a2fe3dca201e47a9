"""The table of operations: every address that the server answers, but for what only it can know.

Adding an operation of the contract is adding its row and its handler.
Source: e-RS FHIR API, NHS England; nhsconnect/digital-referrals (A001 to A003).
"""

from typing import Final

from mock_server.contract.operation import ApiOperation, Field, Needs
from mock_server.contract.provider_operations import ADVISING, REVIEWING
from mock_server.contract.referrer_operations import READING, REFERRING
from mock_server.fhir.requests import LogOn, RoleChoice
from mock_server.handlers import inspection, log_on, oauth2
from mock_server.http.calls import JSON

_SESSION: Final = "/v1/ProfessionalSession"

LOGGING_ON: Final = (
    ApiOperation(
        "A001",
        "POST",
        _SESSION,
        log_on.open_session,
        Needs.NOTHING,
        changes="a session begins",
        status=201,
        shape="ProfessionalSession",
        produces=JSON,
        body=LogOn,
        refuses=(400, 422),
    ),
    ApiOperation(
        "A002",
        "PUT",
        f"{_SESSION}/{{id}}",
        log_on.select_role,
        Needs.SESSION,
        changes="the session has a role",
        shape="ProfessionalSession",
        produces=JSON,
        body=RoleChoice,
        refuses=(400, 404, 422),
    ),
    ApiOperation(
        "A003",
        "DELETE",
        f"{_SESSION}/{{id}}",
        log_on.close_session,
        Needs.SESSION,
        changes="the session ends",
        status=204,
        produces=JSON,
        refuses=(404,),
    ),
    ApiOperation(
        "",
        "GET",
        "/oauth2/authorize",
        oauth2.authorise,
        Needs.NOTHING,
        changes="a code is given, for one use within a minute",
        status=302,
        produces=b"*/*",
        fields=(
            Field("response_type", "code"),
            Field("client_id", "the application"),
            Field("redirect_uri", "where the code is sent"),
            Field("login_hint", "the synthetic smartcard's token", required=False),
            Field("state", "sent back as it came", required=False),
        ),
        refuses=(400,),
    ),
    ApiOperation(
        "A001",
        "POST",
        "/oauth2/token",
        oauth2.issue_token,
        Needs.NOTHING,
        changes="a session begins, or goes on under a new token",
        shape="Token",
        produces=JSON,
        files=("application/x-www-form-urlencoded",),
        refuses=(400,),
    ),
)

SECTIONS: Final = {
    "Logging on": LOGGING_ON,
    "Reading": READING,
    "Referring": REFERRING,
    "Reviewing": REVIEWING,
    "Advice and guidance": ADVISING,
}
OPERATIONS: Final = tuple(row for rows in SECTIONS.values() for row in rows)
OWN_ENDPOINTS: Final = (
    ApiOperation("", "GET", "/mock/referrals", inspection.list_referrals, Needs.NOTHING, produces=JSON, refuses=(400,)),
    ApiOperation("", "GET", "/mock/organisations", inspection.list_organisations, Needs.NOTHING, produces=JSON),
    ApiOperation(
        "",
        "GET",
        "/mock/attachments/{id}",
        inspection.fetch_stored_file,
        Needs.NOTHING,
        produces=b"*/*",
        refuses=(404,),
    ),
    ApiOperation(
        "",
        "POST",
        "/mock/sessions/flush",
        inspection.flush_sessions,
        Needs.OPERATOR,
        changes="every session has ended",
        produces=JSON,
        refuses=(401, 403),
    ),
)
