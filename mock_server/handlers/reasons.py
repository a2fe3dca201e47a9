"""Why appointments and referrals are cancelled: the codes of A004, and who may use which.

Synthetic codes in the style of the e-RS reference data: each says whether it rejects or cancels,
who may give it, and whether a comment has to be written.
Source: e-RS FHIR API, NHS England, A004 (shape), A014, A034, A036 (use).
"""

from typing import Any, Final

import msgspec

from mock_server.domain.referral import Decision
from mock_server.errors import unprocessable
from mock_server.fhir.parts import STU3
from mock_server.fhir.requests import Coding, needed
from mock_server.sessions.professional import PROVIDER_CLINICIAN, REFERRING_CLINICIAN, REFERRING_CLINICIAN_ADMIN

APPOINTMENT_REASONS_URL: Final = "/referrals/FHIR/STU3/CodeSystem/APPOINTMENT-CANCELLATION-REASON"
REFERRAL_REASONS_URL: Final = "/referrals/FHIR/STU3/CodeSystem/REFERRAL-CANCELLATION-REASON"


class Reason(msgspec.Struct, frozen=True):
    """One code of the reference data."""

    code: str
    usage: str
    business_function: str
    comment_is_mandatory: bool = False


APPOINTMENT_REASONS: Final = (
    Reason("PATIENT_UNABLE_TO_ATTEND", "CANCEL", REFERRING_CLINICIAN),
    Reason("BOOKED_IN_ERROR", "CANCEL", REFERRING_CLINICIAN_ADMIN),
    Reason("CLINIC_CANCELLED", "CANCEL", PROVIDER_CLINICIAN),
    Reason("INAPPROPRIATE_SERVICE", "REJECT", PROVIDER_CLINICIAN),
    Reason("INSUFFICIENT_INFORMATION", "REJECT", PROVIDER_CLINICIAN, comment_is_mandatory=True),
)
REFERRAL_REASONS: Final = (
    Reason("NO_LONGER_REQUIRED", "CANCEL_REFERRAL", REFERRING_CLINICIAN),
    Reason("RAISED_IN_ERROR", "CANCEL_REFERRAL", REFERRING_CLINICIAN_ADMIN, comment_is_mandatory=True),
    Reason("PATIENT_DECEASED", "CANCEL_REFERRAL", PROVIDER_CLINICIAN),
)


def decide(coding: Coding | None, comments: str | None, reasons: tuple[Reason, ...], usage: str, url: str) -> Decision:
    """A decision out of a code and a comment, or what is wrong with them.

    Raises `Refusal` when the code is not one of them.
    """
    code = needed(coding.code if coding else None, "the reason's code")
    reason = next((r for r in reasons if r.code == code and r.usage == usage), None)
    if reason is None:
        legal = ", ".join(r.code for r in reasons if r.usage == usage)
        raise unprocessable("INVALID_CODE", f"the reason is one of {legal}")
    if reason.comment_is_mandatory:
        needed(comments, "comments, which this reason asks for,")
    return Decision(url, code, comments or None)


def properties(reason: Reason) -> list[dict[str, Any]]:
    """A reason's properties as A004 shows them."""
    usages = "eRS-ReferralRequestCancellationReasonUsage-1"
    name = "referrerUsage"
    if reason.usage != "CANCEL_REFERRAL":
        usages, name = "eRS-AppointmentCancellationReasonUsage-1", "usage"
    return [
        {"code": name, "valueCoding": {"system": f"{STU3}/CodeSystem/{usages}", "code": reason.usage}},
        {
            "code": "businessFunction",
            "valueCoding": {
                "system": f"{STU3}/CodeSystem/eRS-BusinessFunction-1",
                "code": reason.business_function,
            },
        },
        {"code": "commentIsMandatory", "valueBoolean": reason.comment_is_mandatory},
    ]
