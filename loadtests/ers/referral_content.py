"""A referral's body (A005, and the answer to A011) as the audit compares it: whose it is, and what its session wrote.

Source: e-RS FHIR API, NHS England, eRS-ReferralRequest-1.
"""

from __future__ import annotations

from typing import Final

import msgspec

from loadtests.ers.answered_values import fingerprint

_SERVICE: Final = "http://fhir.nhs.net/Id/ers-service"


class _Identifier(msgspec.Struct):
    system: str = ""
    value: str = ""


class _Identified(msgspec.Struct):
    identifier: _Identifier = msgspec.field(default_factory=_Identifier)


class _Listed(msgspec.Struct):
    item: _Identified = msgspec.field(default_factory=_Identified)


class _Code(msgspec.Struct):
    code: str = ""


class _Parameter(msgspec.Struct, rename="camel"):
    name: str = ""
    value_coding: _Code = msgspec.field(default_factory=_Code)


class _Participant(msgspec.Struct):
    actor: _Identified = msgspec.field(default_factory=_Identified)


class _Link(msgspec.Struct):
    reference: str = ""


class _Address(msgspec.Struct):
    url: str = ""


class _Content(msgspec.Struct):
    attachment: _Address = msgspec.field(default_factory=_Address)


class _Contained(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    id: str = ""
    status: str = ""
    entry: list[_Listed] = []
    parameter: list[_Parameter] = []
    participant: list[_Participant] = []
    slot: list[_Link] = []
    content: list[_Content] = []


class _Meta(msgspec.Struct, rename="camel"):
    version_id: str = ""


class ReferralContent(msgspec.Struct):
    """As much of a referral as its content is."""

    id: str = ""
    meta: _Meta = msgspec.field(default_factory=_Meta)
    subject: _Identified = msgspec.field(default_factory=_Identified)
    contained: list[_Contained] = []

    @property
    def patient(self) -> str:
        """The NHS number; empty where the answer does not say."""
        return self.subject.identifier.value

    def slots(self) -> tuple[str, ...]:
        """The ids of the slots that its appointment takes."""
        return tuple(link.reference.rpartition("/")[2] for held in self._of("Appointment") for link in held.slot)

    def files(self) -> tuple[str, ...]:
        """The ids of the attached files."""
        documents = self._of("DocumentReference")
        return tuple(part.attachment.url.rpartition("/")[2] for one in documents for part in one.content)

    def is_deferred(self) -> bool:
        """Whether the provider was asked to find a slot."""
        return any(held.status == "proposed" for held in self._of("Appointment"))

    def written(self) -> dict[str, str]:
        """What its sessions wrote, by name: the services of the shortlist, what was looked for, the appointment's
        service. Each is there, be it empty."""
        listed = [each.item.identifier.value for one in self._of("List") for each in one.entry]
        sought = {one.name: one.value_coding.code for held in self._of("Parameters") for one in held.parameter}
        actors = [each.actor.identifier for held in self._of("Appointment") for each in held.participant]
        found = {
            "shortlist": ",".join(listed),
            "priority": sought.get("priority", ""),
            "specialty": sought.get("specialty", ""),
            "appointment at": ",".join(actor.value for actor in actors if actor.system == _SERVICE),
        }
        return {name: fingerprint(text) for name, text in found.items()}

    def _of(self, kind: str) -> list[_Contained]:
        return [one for one in self.contained if one.resource_type == kind]
