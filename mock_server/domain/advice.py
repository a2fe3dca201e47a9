"""A request for advice and guidance: a conversation between a referrer and a service, with versions.

    PROVIDER_RESPONSE_REQUIRED --advise--> REFERRER_TO_REVIEW_RESPONSE
                               --ask-----> REFERRER_TO_SUBMIT_FURTHER_INFORMATION
                               --convert-> ADVICE_CONVERTED (a referral with the same UBRN)

The provider may convert only what the referrer authorised to be converted. No I/O: the writer calls
these functions. Source: e-RS FHIR API, NHS England, A023 to A027, A044.
"""

from typing import Final

import msgspec

from mock_server.domain.referral import Attachment
from mock_server.errors import unprocessable

RESPONSE_REQUIRED: Final = "PROVIDER_RESPONSE_REQUIRED"
CONVERTED: Final = "ADVICE_CONVERTED"
STATUS_AFTER: Final = {
    "RETURN_TO_REFERRER_WITH_ADVICE": "REFERRER_TO_REVIEW_RESPONSE",
    "REQUIRE_FURTHER_INFORMATION": "REFERRER_TO_SUBMIT_FURTHER_INFORMATION",
}
RECOMMENDATIONS: Final = (
    "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",
    "ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED",
    "REFERRAL_RECOMMENDED",
    "OTHER",
)
AUTHORISATIONS: Final = ("AUTHORISED_TO_CONVERT", "NOT_AUTHORISED_TO_CONVERT")
WORKLIST: Final = "ADVICE_AND_GUIDANCE_REQUESTS"
REQUESTER: Final = "REQUESTER"
RESPONDER: Final = "RESPONDER"


class Message(msgspec.Struct, frozen=True):
    """What one side wrote."""

    id: str
    sent_by: str
    text: str
    sent: str
    user: str
    organisation: str
    role: str
    files: tuple[Attachment, ...] = ()


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a request for advice."""

    ubrn: int
    version: int
    patient: str
    clinician: str
    practice: str
    priority: str
    specialty: str
    clinic_type: str
    service: str
    provider: str
    authorisation: str
    created: str
    updated: str
    messages: tuple[Message, ...]
    correlation_id: str
    status: str = RESPONSE_REQUIRED

    @property
    def organisations(self) -> tuple[str, str]:
        """Who takes part."""
        return (self.practice, self.provider)

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The files of the whole conversation."""
        return tuple(file for message in self.messages for file in message.files)


def respond(advice: Advice, message: Message, outcome: str, priority: str | None) -> Advice:
    """A026: the provider advises, or asks for more. Raises `Refusal` when no response is due or a
    file's name is taken."""
    _check_open(advice)
    return _next(advice, message, STATUS_AFTER[outcome], priority)


def convert(advice: Advice, message: Message, priority: str | None) -> Advice:
    """A027: the provider makes a referral of it. Raises `Refusal` when no response is due, the referrer has not
    authorised it, or a file's name is taken."""
    _check_open(advice)
    if advice.authorisation != AUTHORISATIONS[0]:
        raise unprocessable("INVALID_STATE", "the referrer has not authorised a conversion")
    return _next(advice, message, CONVERTED, priority)


def _check_open(advice: Advice) -> None:
    if advice.status != RESPONSE_REQUIRED:
        raise unprocessable("INVALID_REQUEST_STATE", f"no response is due: {advice.status}")


def _next(advice: Advice, message: Message, status: str, priority: str | None) -> Advice:
    held = {file.name for file in advice.files}
    if any(file.name in held for file in message.files):
        raise unprocessable("DUPLICATE_FILENAME", "the conversation has a file of this name")
    return msgspec.structs.replace(
        advice,
        version=advice.version + 1,
        updated=message.sent,
        messages=(*advice.messages, message),
        status=status,
        priority=priority or advice.priority,
    )
