"""The rows of what providers do, and of advice and guidance between both.

Source: e-RS FHIR API, NHS England (paths, roles, statuses).
"""

from typing import Final

from mock_server.contract.operation import CHANGES, STU3_PATH, ApiOperation, Field, request_in_path
from mock_server.fhir.requests import Parameters
from mock_server.handlers import advising, conversations, deciding, reviewing
from mock_server.http.calls import PDF
from mock_server.sessions.professional import AT_PRACTICES, AT_PROVIDERS, PROVIDERS, REFERRERS

_REFERRAL: Final = f"{STU3_PATH}/ReferralRequest"
_ONE: Final = f"{_REFERRAL}/{{ubrn}}"
_ADVICE: Final = f"{STU3_PATH}/CommunicationRequest"
_IF_MATCH: Final = Field("If-Match", 'the version to change, such as W/"2"', "header")

REVIEWING: Final = (
    ApiOperation(
        "A008",
        "POST",
        f"{_REFERRAL}/$ers.fetchworklist",
        reviewing.retrieve_worklist,
        roles=AT_PRACTICES | AT_PROVIDERS,
        shape="List",
        body=Parameters,
        refuses=(400, 415, 422),
    ),
    ApiOperation(
        "A007",
        "POST",
        f"{_ONE}/$ers.generateCRI",
        reviewing.summarise_clinical_information,
        produces=PDF,
        refuses=(404, 422),
    ),
    ApiOperation(
        "A029",
        "GET",
        f"{STU3_PATH}/Task",
        reviewing.list_available_actions,
        shape="Bundle",
        fields=(
            Field("focus", "ReferralRequest/{ubrn}/_history/{version}"),
            Field("intent", "proposal"),
            Field("status", "ready"),
        ),
        refuses=(400,),
    ),
    ApiOperation(
        "A013",
        "POST",
        f"{_ONE}/$ers.acceptReferral",
        reviewing.accept_referral,
        roles=PROVIDERS,
        changes="accepted, off the review list",
        shape="ReferralRequest",
        fields=(_IF_MATCH,),
        refuses=(404, 409, 412, 422, 423),
        locks=request_in_path,
    ),
    ApiOperation(
        "A014",
        "POST",
        f"{_ONE}/$ers.rejectReferral",
        deciding.reject_referral,
        roles=PROVIDERS,
        changes="back to the referrer, the slot is free, `REJECTED`",
        shape="ReferralRequest",
        body=Parameters,
        fields=(_IF_MATCH,),
        refuses=(*CHANGES, 504),
        locks=request_in_path,
        asks_hospital=frozenset({None}),
    ),
    ApiOperation(
        "A022",
        "POST",
        f"{_ONE}/$ers.cancelAppointmentActionLater",
        deciding.redirect_referral,
        roles=PROVIDERS,
        changes="redirected: the slot is free, `APPT_CANCELLED_BY_PROVIDER`",
        shape="ReferralRequest",
        body=Parameters,
        fields=(_IF_MATCH,),
        refuses=CHANGES,
        locks=request_in_path,
    ),
    ApiOperation(
        "A028",
        "POST",
        f"{_ONE}/$ers.recordReviewOutcome",
        deciding.record_triage_outcome,
        roles=PROVIDERS,
        changes="`TRIAGE_RESPONSE` (advice for the referrer) or `TRIAGED_PROVIDER_TO_ACTION` (accepted)",
        shape="ReferralRequest",
        body=Parameters,
        fields=(_IF_MATCH,),
        refuses=CHANGES,
        locks=request_in_path,
    ),
)

ADVISING: Final = (
    ApiOperation(
        "A044",
        "POST",
        f"{_ADVICE}/$ers.createAdviceAndGuidance",
        advising.ask_for_advice,
        roles=REFERRERS,
        changes="a request for advice, version 1, `PROVIDER_RESPONSE_REQUIRED`",
        shape="Parameters",
        body=Parameters,
        refuses=(400, 415, 422),
    ),
    ApiOperation(
        "A023",
        "POST",
        f"{_ADVICE}/$ers.fetchworklist",
        advising.retrieve_advice_worklist,
        roles=AT_PROVIDERS,
        shape="List",
        body=Parameters,
        refuses=(400, 415, 422),
    ),
    ApiOperation(
        "A024",
        "GET",
        f"{_ADVICE}/{{ubrn}}",
        advising.retrieve_advice,
        shape="CommunicationRequest",
        refuses=(404, 422),
    ),
    ApiOperation(
        "A024",
        "GET",
        f"{_ADVICE}/{{ubrn}}/_history/{{version}}",
        advising.retrieve_advice_version,
        shape="CommunicationRequest",
        refuses=(404, 422),
    ),
    ApiOperation(
        "A025",
        "GET",
        f"{STU3_PATH}/Communication",
        conversations.retrieve_conversation,
        shape="Bundle",
        fields=(
            Field("based-on", "CommunicationRequest/{ubrn}/_history/{version}"),
            Field("_include", "what else to send along; may be repeated", required=False),
        ),
        refuses=(400, 404),
    ),
    ApiOperation(
        "A043",
        "POST",
        f"{_ADVICE}/{{ubrn}}/$ers.generateCRI",
        advising.print_advice,
        produces=PDF,
        refuses=(404, 422),
    ),
    ApiOperation(
        "A026",
        "POST",
        f"{_ADVICE}/{{ubrn}}/$ers.sendCommunicationToRequester",
        advising.send_response,
        roles=PROVIDERS,
        changes="`REFERRER_TO_REVIEW_RESPONSE` or `REFERRER_TO_SUBMIT_FURTHER_INFORMATION`, off the provider's list",
        shape="Parameters",
        body=Parameters,
        fields=(_IF_MATCH,),
        refuses=(400, 404, 409, 415, 422, 423),
        locks=request_in_path,
    ),
    ApiOperation(
        "A027",
        "POST",
        f"{_REFERRAL}/$ers.createFromCommunicationRequestActionLater",
        advising.convert_to_referral,
        roles=PROVIDERS,
        changes="`ADVICE_CONVERTED`, and a referral of the same UBRN, `TRIAGED_PROVIDER_TO_ACTION`",
        status=201,
        shape="ReferralRequest",
        body=Parameters,
        refuses=(400, 404, 409, 415, 422, 423),
        locks=advising.request_of,
    ),
)
