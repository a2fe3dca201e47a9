"""What is decided about a referral, and what ends it: the next version, or a refusal.

The provider accepts, rejects, redirects (cancels the appointment and takes over), records the
outcome of a triage; the referrer cancels an appointment; either side cancels the referral, which is
the end. Whoever cancels an appointment gives its slot back; the writer sees to that.
Source: e-RS FHIR API, NHS England, A013, A014, A022, A028, A034, A036.
"""

from typing import Final

import msgspec

from mock_server.domain.referral import (
    AWAITING_TRIAGE,
    BOOKED,
    CANCELLED,
    CANCELLED_BY_PATIENT,
    CANCELLED_BY_PROVIDER,
    DEFERRED,
    REJECTED,
    TRIAGE_RESPONSE,
    TRIAGED,
    Appointment,
    Attachment,
    Decision,
    Referral,
    check_file_names,
    check_open,
    next_version,
)
from mock_server.errors import unprocessable

RETURN_WITH_ADVICE: Final = "RETURN_TO_REFERRER_WITH_ADVICE"
ACCEPT_AND_BOOK_LATER: Final = "ACCEPT_REFER_BOOK_LATER"
TRIAGE_STATES: Final = {RETURN_WITH_ADVICE: TRIAGE_RESPONSE, ACCEPT_AND_BOOK_LATER: TRIAGED}


def accept(referral: Referral, now: str) -> Referral:
    """A013: the provider has reviewed the booked referral and takes it."""
    check_to_be_reviewed(referral)
    return next_version(referral, now, accepted=now)


def reject(referral: Referral, decision: Decision, now: str) -> Referral:
    """A014: back to the referrer, with the reason."""
    check_to_be_reviewed(referral)
    cancelled = cancel(referral.appointment, decision.code)
    return next_version(referral, now, state=REJECTED, appointment=cancelled, decision=decision)


def redirect(
    referral: Referral, decision: Decision, priority: str | None, files: tuple[Attachment, ...], now: str
) -> Referral:
    """A022: the appointment is cancelled, the provider's own staff find the right service."""
    check_to_be_reviewed(referral)
    return next_version(
        referral,
        now,
        state=CANCELLED_BY_PROVIDER,
        appointment=cancel(referral.appointment, decision.code),
        decision=decision,
        priority=priority or referral.priority,
        provider_files=_with(referral, files),
    )


def record_triage(
    referral: Referral, decision: Decision, priority: str | None, files: tuple[Attachment, ...], now: str
) -> Referral:
    """A028: advice for the referrer, or accepted and booked by the provider later. Raises `Refusal` when nothing is to
    be triaged."""
    if referral.state not in (AWAITING_TRIAGE, DEFERRED):
        raise unprocessable("INVALID_REQUEST_STATE", f"nothing is to be triaged: {referral.state}")
    return next_version(
        referral,
        now,
        state=TRIAGE_STATES[decision.code],
        decision=decision,
        priority=priority or referral.priority,
        provider_files=_with(referral, files),
        accepted=now if decision.code == ACCEPT_AND_BOOK_LATER else None,
    )


def cancel_appointment(referral: Referral, decision: Decision, now: str) -> Referral:
    """A034: the patient cannot come; the referrer may book again. Raises `Refusal` when nothing is booked."""
    if referral.state != BOOKED:
        raise unprocessable("INVALID_REQUEST_STATE", f"no appointment is booked: {referral.state}")
    cancelled = cancel(referral.appointment, decision.code)
    return next_version(
        referral, now, state=CANCELLED_BY_PATIENT, appointment=cancelled, decision=decision, accepted=None
    )


def end(referral: Referral, decision: Decision, organisation: str, now: str) -> Referral:
    """A036: the referral and its appointment are cancelled, for good. Raises `Refusal` when it has ended already."""
    check_open(referral)
    return next_version(
        referral,
        now,
        state=CANCELLED,
        appointment=cancel(referral.appointment, decision.code),
        decision=decision,
        ended_by=None if organisation == referral.practice else organisation,
    )


def check_to_be_reviewed(referral: Referral) -> None:
    """Refuse what is not booked, or reviewed already."""
    if referral.state != BOOKED or referral.accepted is not None:
        found = "accepted already" if referral.state == BOOKED else referral.state
        raise unprocessable("INVALID_REQUEST_STATE", f"only booked referrals are reviewed, this one is {found}")


def cancel(appointment: Appointment | None, reason: str) -> Appointment | None:
    """The appointment's last version; none where there is none, and cancelled once only."""
    if appointment is None or appointment.cancelled_for is not None:
        return appointment
    return msgspec.structs.replace(appointment, version=appointment.version + 1, cancelled_for=reason)


def _with(referral: Referral, files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    together = (*referral.provider_files, *files)
    check_file_names(together)
    return together
