"""The shapes of the answers, for the OpenAPI document: what a client may rely on in each resource.

A resource's shape names the fields that are always there and how they look; what FHIR allows besides is
left open. Bodies are rendered as plain dictionaries, so a test holds every answer of the suite to
these. Source: e-RS FHIR API, NHS England; FHIR STU3 and R4; RFC 6749, section 5.1.
"""

from typing import Any, Final

Shape = dict[str, Any]

_TEXT: Final[Shape] = {"type": "string"}
_FULL: Final[Shape] = {"type": "string", "minLength": 1}
_COUNT: Final[Shape] = {"type": "integer", "minimum": 0}
_UBRN: Final[Shape] = {"type": "string", "pattern": "^[0-9]{12}$"}
_ANY: Final[Shape] = {"type": "object"}


def thing(required: dict[str, Shape], **optional: Shape) -> Shape:
    """An object with these fields."""
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def some(item: Shape, **limits: int) -> Shape:
    """A list of these."""
    return {"type": "array", "items": item, **limits}


def one_of(*values: str) -> Shape:
    """One of a few words."""
    return {"type": "string", "enum": list(values)}


def _resource(kind: str, required: dict[str, Shape], **optional: Shape) -> Shape:
    return thing({"resourceType": one_of(kind), **required}, **optional)


_META: Final = thing({"profile": some(_FULL, minItems=1)}, versionId=_FULL)
_CODING: Final = thing({"system": _FULL, "code": _FULL}, display=_TEXT)
_CONCEPT: Final = thing({"coding": some(_CODING, minItems=1)})
_NAMED: Final = thing({"identifier": thing({"system": _FULL, "value": _FULL})})
_LINK: Final = some(thing({"relation": one_of("self"), "url": _FULL}), minItems=1)
_ISSUE: Final = thing(
    {"severity": one_of("error"), "code": _FULL, "details": _CONCEPT},
    diagnostics=_TEXT,
)

SHAPES: Final[dict[str, Shape]] = {
    "OperationOutcome": _resource("OperationOutcome", {"meta": _ANY, "issue": some(_ISSUE, minItems=1)}),
    "ReferralRequest": _resource(
        "ReferralRequest",
        {
            "id": _UBRN,
            "meta": _META,
            "contained": some(thing({"resourceType": _FULL})),
            "extension": some(thing({"url": _FULL}), minItems=4),
            "status": one_of("active", "cancelled", "completed"),
            "subject": _NAMED,
            "supportingInfo": some(thing({"reference": _FULL})),
            "intent": one_of("plan"),
            "identifier": some(thing({"system": _FULL, "value": _UBRN}), minItems=1),
        },
        specialty=_CONCEPT,
    ),
    "Appointment": _resource(
        "Appointment",
        {
            "id": _FULL,
            "meta": _META,
            "status": one_of("proposed", "booked", "cancelled"),
            "description": _FULL,
            "created": _FULL,
            "incomingReferral": some(thing({"reference": _FULL}), minItems=1),
            "participant": some(thing({"actor": _NAMED}), minItems=2),
        },
        slot=some(thing({"reference": _FULL}), maxItems=1),
        start=_FULL,
        end=_FULL,
        reason=some(_CONCEPT, maxItems=1),
    ),
    "CommunicationRequest": _resource(
        "CommunicationRequest",
        {
            "id": _UBRN,
            "meta": _META,
            "status": one_of("active", "completed"),
            "category": some(_CONCEPT, minItems=1),
            "subject": _NAMED,
            "recipient": some(_ANY, minItems=1),
            "sender": _ANY,
            "requester": _ANY,
        },
    ),
    "Parameters": _resource(
        "Parameters",
        {"meta": _META, "parameter": some(thing({"name": _FULL, "resource": _ANY}), minItems=1)},
    ),
    "List": _resource(
        "List",
        {"meta": _META, "status": one_of("current"), "mode": one_of("snapshot"), "entry": some(_ANY)},
        contained=some(_ANY),
    ),
    "Bundle": _resource(
        "Bundle",
        {
            "id": _FULL,
            "meta": thing({"lastUpdated": _FULL}),
            "type": one_of("searchset"),
            "link": _LINK,
            "entry": some(
                thing(
                    {
                        "fullUrl": _FULL,
                        "resource": thing({"resourceType": _FULL, "id": _FULL}),
                        "search": _ANY,
                    }
                )
            ),
        },
        total=_COUNT,
    ),
    "CodeSystem": _resource(
        "CodeSystem",
        {
            "id": _FULL,
            "status": one_of("active"),
            "concept": some(thing({"code": _FULL, "display": _FULL, "property": some(_ANY)}), minItems=1),
        },
    ),
    "HealthcareService": _resource(
        "HealthcareService",
        {"id": _FULL, "meta": thing({"versionId": _FULL}), "name": _FULL, "location": some(_ANY)},
    ),
    "ProfessionalSession": thing(
        {
            "typeInfo": _FULL,
            "id": _FULL,
            "token": _FULL,
            "user": _ANY,
            "permission": {"type": ["object", "null"]},
        }
    ),
    "Token": thing(
        {
            "access_token": _FULL,
            "token_type": one_of("Bearer"),
            "expires_in": _COUNT,
            "refresh_token": _FULL,
            "refresh_token_expires_in": _COUNT,
        }
    ),
    "TokenRefusal": thing({"error": _FULL, "error_description": _TEXT}),
}
