"""What clients send, decoded: FHIR parameters, appointments, sessions.

Decoding is tolerant where real clients differ (unknown fields are ignored, a single object
may stand where FHIR wants a list) and strict about types: a body that is no JSON is a bad
request, one of another structure cannot be processed. Only the fields that some operation reads are named.
"""

import re
from typing import Final, TypeVar

import msgspec

from mock_server.errors import Refusal, unprocessable

T = TypeVar("T")
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Coding(msgspec.Struct, frozen=True):
    """A code of some system."""

    code: str | None = None
    system: str | None = None


class Concept(msgspec.Struct, frozen=True):
    """A code as a FHIR concept."""

    coding: list[Coding] | Coding | None = None


class Identifier(msgspec.Struct, frozen=True):
    """A business identifier."""

    value: str | None = None
    system: str | None = None


class Reference(msgspec.Struct, frozen=True):
    """A reference by address or by business identifier."""

    reference: str | None = None
    identifier: Identifier | None = None


class Parameter(msgspec.Struct, frozen=True, rename="camel"):
    """A named parameter with a value of one of FHIR's types."""

    name: str
    value_identifier: Identifier | None = None
    value_coding: Coding | None = None
    value_codeable_concept: Concept | None = None
    value_unsigned_int: int | None = None
    value_string: str | None = None
    value_reference: Reference | None = None
    # Left undecoded: which resource it is depends on the parameter's name.
    resource: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)


class Parameters(msgspec.Struct, frozen=True, rename="camel"):
    """The body of most operations."""

    parameter: list[Parameter] | Parameter | None = None

    def find(self, name: str) -> Parameter | None:
        """The parameter with this name."""
        held = self.parameter
        for parameter in held if isinstance(held, list) else many(held):
            if parameter.name == name:
                return parameter
        return None

    def need(self, name: str) -> Parameter:
        """The parameter with this name. Raises `Refusal` when it is missing."""
        found = self.find(name)
        if found is None:
            raise unprocessable("MISSING_VALUE", f"parameter {name} is missing")
        return found

    def resource(self, name: str) -> msgspec.Raw:
        """A needed parameter's resource, still to be decoded. Raises `Refusal` when it is missing."""
        held = self.need(name).resource
        if not len(held):
            raise unprocessable("MISSING_VALUE", f"{name}/resource is missing")
        return held

    def identifier(self, name: str) -> str:
        """A needed parameter's identifier."""
        held = self.need(name).value_identifier
        return needed(held.value if held else None, f"{name}/valueIdentifier/value")

    def text(self, name: str) -> str | None:
        """A parameter's text."""
        found = self.find(name)
        return found.value_string if found else None

    def code(self, name: str) -> str | None:
        """A parameter's code, given as a coding or as a concept."""
        found = self.find(name)
        if found is None:
            return None
        codings = many(found.value_codeable_concept.coding) if found.value_codeable_concept else []
        held = found.value_coding or (codings[0] if codings else None)
        return held.code if held else None


class ListEntry(msgspec.Struct, frozen=True):
    """An entry of a FHIR list."""

    item: Reference | None = None


class ServiceList(msgspec.Struct, frozen=True):
    """A shortlist of services, with the criteria that found them."""

    entry: list[ListEntry] | ListEntry | None = None
    contained: list[Parameters] | Parameters | None = None


class FileContent(msgspec.Struct, frozen=True):
    """Where an attached file is."""

    attachment: "FileAddress | None" = None


class FileAddress(msgspec.Struct, frozen=True):
    """The address that an upload was given."""

    url: str | None = None


class Document(msgspec.Struct, frozen=True):
    """A document to attach."""

    content: list[FileContent] | FileContent | None = None


class Participant(msgspec.Struct, frozen=True):
    """Somebody or something that takes part in an appointment."""

    actor: Reference | None = None


class AppointmentRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A wish to book a slot or to defer to the provider."""

    status: str | None = None
    slot: list[Reference] | Reference | None = None
    reason: list[Concept] | Concept | None = None
    incoming_referral: list[Reference] | Reference | None = None
    participant: list[Participant] | Participant | None = None
    id: str | None = None
    comment: str | None = None

    def participant_value(self, system: str) -> str | None:
        """The identifier of the participant of one kind."""
        for participant in many(self.participant):
            held = participant.actor.identifier if participant.actor else None
            if held is not None and held.system == system:
                return held.value
        return None


class LogOn(msgspec.Struct, frozen=True):
    """A smartcard token."""

    token: str | None = None


class ChosenPermission(msgspec.Struct, frozen=True, rename="camel"):
    """The role to act in."""

    business_function: str
    org_identifier: str


class RoleChoice(msgspec.Struct, frozen=True):
    """A session with the role that its user chose."""

    permission: ChosenPermission | None = None
    token: str | None = None


PARAMETERS: Final = msgspec.json.Decoder(Parameters)
SERVICE_LIST: Final = msgspec.json.Decoder(ServiceList)
DOCUMENT: Final = msgspec.json.Decoder(Document)
APPOINTMENT: Final = msgspec.json.Decoder(AppointmentRequest)
LOG_ON: Final = msgspec.json.Decoder(LogOn)
ROLE_CHOICE: Final = msgspec.json.Decoder(RoleChoice)


def decode(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T:
    """A body as what the operation expects. Raises `Refusal` when it is something else.

    FHIR's strings have no NUL, and not every database could keep one.
    """
    if isinstance(body, bytes) and b"\\u0000" in body and _NUL.search(body):
        raise unprocessable("INVALID_VALUE", "a text has the character NUL")
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise unprocessable("INVALID_FHIR_STRUCTURE", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, "BAD_REQUEST", f"the body is no JSON: {error}") from None


def many(held: list[T] | T | None) -> list[T]:
    """What FHIR calls a list, whether it came as one, as a single object, or not at all."""
    if held is None:
        return []
    return held if isinstance(held, list) else [held]


def needed(value: T | None, where: str) -> T:
    """A value that must be there. Raises `Refusal` when it is not."""
    if value is None or value == "":
        raise unprocessable("MISSING_VALUE", f"{where} is missing")
    return value
