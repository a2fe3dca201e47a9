"""The lines of the worklists, in the form that e-RS gives each list.

A provider's line says what to review and by when the patient comes, a referrer's what is still
to be done. On the review list patients are contained resources that the lines refer to; on
every other list they are named by NHS number. A letter is due when the first reminder would go out.
Source: e-RS FHIR API, NHS England, A008.
"""

import datetime as dt
from functools import cache, lru_cache
from typing import Any, Final

import msgspec

from mock_server.domain.referral import (
    AWAITING_BOOKING,
    ENDED_ELSEWHERE,
    FOR_REVIEW,
    LETTERS_OUTSTANDING,
    RETURNED,
    SLOT_ISSUES,
    TRIAGE_RESPONSE,
    Appointment,
    Referral,
)
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.domain.ubrn import format_ubrn
from mock_server.fhir.parts import (
    NHS_NUMBER,
    SERVICE_ID,
    SPECIALTY,
    STU3,
    USER_ID,
    coding,
    concept,
    extension,
    identifier,
    priority,
    profile,
    ready,
)

Lines = list[Any]

_FORMS: Final = {
    FOR_REVIEW: "ReferralsforReview",
    SLOT_ISSUES: "AppointmentSlotIssues",
    AWAITING_BOOKING: "AwaitingBooking",
    LETTERS_OUTSTANDING: "LettersOutstanding",
    RETURNED: "RejectedTriageResponse",
    ENDED_ELSEWHERE: "AssessmentReturnedCancelledDna",
}
_LINES: Final = {name: extension(f"{form}-WorkListItem")["url"] for name, form in _FORMS.items()}


def worklist_entry(referral: Referral, list_name: str, directory: SyntheticDirectory) -> dict[str, Any]:
    """One line of a worklist."""
    details = [
        _priority(referral.priority),
        *_details(referral, list_name, directory),
    ]
    return {
        "item": {"reference": f"ReferralRequest/{format_ubrn(referral.ubrn)}"},
        "extension": [{"url": _LINES[list_name], "extension": details}],
    }


@cache
def _priority(code: str) -> msgspec.Raw:
    return ready({"url": "priority", "valueCodeableConcept": priority(code)})


def contained_patient(number: str) -> dict[str, Any]:
    """The patient whom lines of the review list refer to."""
    return {
        "id": f"Patient-{number}",
        "meta": profile("eRS-Patient-1"),
        "resourceType": "Patient",
        "identifier": [{"system": NHS_NUMBER, "value": number}],
    }


def _details(referral: Referral, list_name: str, directory: SyntheticDirectory) -> Lines:
    appointment = referral.appointment
    if appointment is not None and list_name == FOR_REVIEW:
        return [*_for_review(referral, appointment), *_for_provider(referral, appointment, directory)]
    if appointment is not None and list_name == SLOT_ISSUES:
        return [*_slot_issue(referral, appointment), *_for_provider(referral, appointment, directory)]
    return [
        *_for_referrer(referral),
        *(_letter_due(referral) if list_name == LETTERS_OUTSTANDING else _state(referral)),
    ]


def _for_provider(referral: Referral, appointment: Appointment, directory: SyntheticDirectory) -> Lines:
    name = directory.services[appointment.service].name
    return [
        {"url": "specialty", "valueCodeableConcept": concept(SPECIALTY, referral.specialty)},
        {"url": "eReferralPathwayStart", "valueDateTime": referral.created},
        {"url": "clinicalInfoPrinted", "valueBoolean": False},
        {
            "url": "service",
            "valueReference": {**identifier(SERVICE_ID, appointment.service), "display": name},
        },
    ]


def _for_review(referral: Referral, appointment: Appointment) -> Lines:
    kind = "APPOINTMENT" if appointment.start is not None else "TRIAGE_DEFERRAL"
    starts: Lines = [{"url": "appointmentStart", "valueDateTime": appointment.start}] if appointment.start else []
    status = concept(f"{STU3}/CodeSystem/eRS-RequestContextStatus-1", "NEVER_REVIEWED")
    return [
        {"url": "patient", "valueReference": {"reference": f"#Patient-{referral.patient}"}},
        {"url": "requestContextStatus", "valueCodeableConcept": status},
        {
            "url": "referralType",
            "valueCodeableConcept": concept(f"{STU3}/CodeSystem/eRS-ReferralType-1", kind),
        },
        *starts,
        {"url": "referralRequestVersion", "valueInteger": referral.version},
    ]


def _slot_issue(referral: Referral, appointment: Appointment) -> Lines:
    reason = {"system": f"{STU3}/CodeSystem/eRS-ReviewReason-1", "code": appointment.reason}
    return [
        _patient(referral),
        {"url": "ubrnReceived", "valueDateTime": appointment.created},
        {"url": "reason", "valueCodeableConcept": {"coding": [reason]}},
    ]


def _for_referrer(referral: Referral) -> Lines:
    return [
        _patient(referral),
        {"url": "referralCreated", "valueDateTime": referral.created},
        {"url": "clinicalContext", "valueString": f"{referral.specialty}: {referral.clinic_type}"},
        {"url": "referrer", "valueReference": identifier(USER_ID, referral.clinician)},
    ]


def _letter_due(referral: Referral) -> Lines:
    return [{"url": "letterDue", "valueDate": _days_after(referral.created[:10], referral.reminder_days)}]


@lru_cache(maxsize=4096)
def _days_after(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(days=days)).isoformat()


def _state(referral: Referral) -> Lines:
    return [{"url": "referralLastUpdated", "valueDateTime": referral.updated}, _status(referral.state)]


@cache
def _status(code: str) -> msgspec.Raw:
    state = coding(f"{STU3}/CodeSystem/eRS-ReferralState-1", code)
    # The lists write their states in sentence case (but one), and shorten some codes otherwise than referrals do.
    if code != TRIAGE_RESPONSE:
        state["display"] = state["display"].capitalize()
    state["code"] = state["code"].replace("APPT_", "APP_")
    return ready({"url": "status", "valueCodeableConcept": {"coding": [state]}})


def _patient(referral: Referral) -> dict[str, Any]:
    return {"url": "patient", "valueReference": identifier(NHS_NUMBER, referral.patient)}
