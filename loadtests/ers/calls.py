"""The e-RS calls: what each sends, and what its user learns from a good answer.

A row of `CALLS` is `build(user)`, which makes the request out of what the user knows, and `read(user,
reply)`, which takes in the answer and returns the ledger's entry when the call was a write. Adding a call
is adding its row. A016 has two rows, for a scenario's operation says which of its two uses it is.
Source: e-RS FHIR API, NHS England; A001 to A003: nhsconnect/digital-referrals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

import msgspec

from loadtests.ers import bodies as ers_bodies
from loadtests.ers.answered_values import is_id, is_key, version_in
from loadtests.ers.bodies import (
    LETTER,
    LETTER_CHECKSUM,
    AppointmentAnswer,
    ListAnswer,
    LogOnAnswer,
    ReferralAnswer,
    SlotsAnswer,
)
from loadtests.ers.ledger import LedgerEntry, WriteKind
from loadtests.ers.referral_content import ReferralContent
from loadtests.ers.session import NOTHING, ErsSession
from loadtests.http.replies import Reply
from loadtests.http.texts import json_of

_STU3: Final = "/referrals/FHIR/STU3"
_R4: Final = "/referrals/FHIR/R4"
_REFERRAL: Final = f"{_STU3}/ReferralRequest"
_SESSION: Final = "/v1/ProfessionalSession"
_FHIR: Final = b"Content-Type: application/fhir+json\r\n"
_JSON: Final = b"Content-Type: application/json\r\n"
_SLOTS_SHOWN: Final = 20

T = TypeVar("T")


class ErsRequest(NamedTuple):
    """A request; `headers` are whole lines."""

    method: str
    path: str
    headers: bytes = b""
    body: bytes = b""


@dataclass(frozen=True)
class ErsCall:
    """One row: how to ask, and what to take from a good answer.

    `about` names what of the user's knowledge the call is about; `creates`: each one makes a referral more.
    """

    build: Callable[[ErsSession], ErsRequest]
    read: Callable[[ErsSession, Reply], LedgerEntry | None]
    about: str = ""
    creates: bool = False


def _log_on(user: ErsSession) -> ErsRequest:
    return ErsRequest("POST", _SESSION, _JSON, ers_bodies.log_on_body(user))


def _logged_on(user: ErsSession, reply: Reply) -> None:
    answer = _decoded(reply, LogOnAnswer)
    if not is_key(answer.id):
        raise ValueError("no session key")
    user.key = answer.id
    held = [p for p in answer.user.permissions if p.business_function == user.function and is_id(p.org_identifier)]
    organisation = held[0].org_identifier if held else user.organisation
    user.act_as(user.function, organisation)


def _choose_role(user: ErsSession) -> ErsRequest:
    headers = _JSON + user.headers + _session_key(user)
    return ErsRequest("PUT", f"{_SESSION}/{user.key}", headers, ers_bodies.role_body(user))


def _log_off(user: ErsSession) -> ErsRequest:
    return ErsRequest("DELETE", f"{_SESSION}/{user.key}", user.headers + _session_key(user))


def _session_key(user: ErsSession) -> bytes:
    return f"HTTP_X_SESSION_KEY: {user.key}\r\n".encode()


def _search(user: ErsSession) -> ErsRequest:
    path = f"{_STU3}/HealthcareService/$ers.searchHealthcareServicesForPatient"
    return ErsRequest("POST", path, _FHIR + user.headers, ers_bodies.search_body(user))


def _found(user: ErsSession, reply: Reply) -> None:
    user.service = user.pick(_decoded(reply, ListAnswer).services()) or user.service


def _create(user: ErsSession) -> ErsRequest:
    path = f"{_REFERRAL}/$ers.createReferral"
    return ErsRequest("POST", path, _FHIR + user.headers, ers_bodies.create_body(user))


def _created(user: ErsSession, reply: Reply) -> LedgerEntry:
    made = _decoded(reply, ReferralContent)
    if not is_id(made.id):
        raise ValueError("no UBRN")
    user.ubrn, user.version = made.id, _version(reply, 1)
    kept = made.written()
    said = {name: kept[name] for name in ("priority", "specialty") if kept[name]}
    return _entry("referral", user, shortlist=user.service, **said)


def _referral_read(user: ErsSession, reply: Reply) -> None:
    user.version = _version(reply, user.version)
    if user.role == "provider":
        files = _decoded(reply, ReferralAnswer).attachments()
        user.attachment = files[0] if files else user.attachment


def _slots(user: ErsSession) -> ErsRequest:
    query = f"schedule.actor:HealthcareService={user.service}&appointmentType=ROUTINE&status=free"
    headers = user.headers + f"NHSD-eRS-Comm-Rule-Org: {user.organisation}\r\n".encode()
    return ErsRequest("GET", f"{_STU3}/Slot?{query}&_count={_SLOTS_SHOWN}&page=1", headers)


def _slots_shown(user: ErsSession, reply: Reply) -> None:
    user.slot = user.pick(_decoded(reply, SlotsAnswer).slots()) or user.slot


def _book(user: ErsSession) -> ErsRequest:
    return ErsRequest("POST", f"{_STU3}/Appointment", _FHIR + user.headers, ers_bodies.booking_body(user))


def _booked(user: ErsSession, reply: Reply) -> LedgerEntry:
    user.version = _decoded(reply, AppointmentAnswer).version(user.version + 1)
    entry = _entry("booking", user, **{"appointment at": user.service})
    entry.slot = user.slot
    return entry


def _defer(user: ErsSession) -> ErsRequest:
    return ErsRequest("POST", f"{_STU3}/Appointment", _FHIR + user.headers, ers_bodies.deferral_body(user))


def _deferred(user: ErsSession, reply: Reply) -> LedgerEntry:
    user.version = _decoded(reply, AppointmentAnswer).version(user.version + 1)
    return _entry("deferral", user, **{"appointment at": user.service})


def _upload(user: ErsSession) -> ErsRequest:
    about = f"NHSD-eRS-File-Name: referral-letter.txt\r\nNHSD-eRS-Referral-ID: {user.ubrn}\r\n".encode()
    headers = b"Content-Type: text/plain\r\n" + about + user.headers
    return ErsRequest("POST", f"{_STU3}/Binary", headers, LETTER)


def _uploaded(user: ErsSession, reply: Reply) -> None:
    found = reply.headers.get(b"location", b"").decode("latin-1").rpartition("/")[2]
    user.attachment = found if is_id(found) else NOTHING


def _attach(user: ErsSession) -> ErsRequest:
    path = f"{_REFERRAL}/{user.ubrn}/$ers.maintainReferralLetter"
    return ErsRequest("POST", path, _FHIR + user.headers + _if_match(user), ers_bodies.letter_body(user))


def _attached(user: ErsSession, reply: Reply) -> LedgerEntry:
    user.version = _version(reply, user.version + 1)
    return _entry("letter", user, file=user.attachment, letter=LETTER_CHECKSUM)


def _worklist(user: ErsSession) -> ErsRequest:
    name = "REFERRALS_FOR_REVIEW" if user.role == "provider" else "LETTERS_OUTSTANDING"
    return ErsRequest("POST", f"{_REFERRAL}/$ers.fetchworklist", _FHIR + user.headers, ers_bodies.worklist_body(name))


def _worklist_read(user: ErsSession, reply: Reply) -> None:
    if user.role == "provider":
        user.ubrn = user.pick(_decoded(reply, ListAnswer).ubrns()) or user.ubrn


def _actions(user: ErsSession) -> ErsRequest:
    query = f"focus=ReferralRequest/{user.ubrn}/_history/{user.version}&intent=proposal&status=ready"
    return ErsRequest("GET", f"{_STU3}/Task?{query}", user.headers)


def _accept(user: ErsSession) -> ErsRequest:
    path = f"{_REFERRAL}/{user.ubrn}/$ers.acceptReferral"
    return ErsRequest("POST", path, user.headers + _if_match(user))


def _accepted(user: ErsSession, reply: Reply) -> LedgerEntry:
    user.version = _version(reply, user.version + 1)
    return _entry("accept", user)


def _get(path: str) -> Callable[[ErsSession], ErsRequest]:
    return lambda user: ErsRequest("GET", path.format(user=user), user.headers)


def _post(path: str) -> Callable[[ErsSession], ErsRequest]:
    return lambda user: ErsRequest("POST", path.format(user=user), user.headers)


def _nothing(user: ErsSession, reply: Reply) -> None:
    """The user reads it and is none the wiser."""


def _if_match(user: ErsSession) -> bytes:
    return f'If-Match: W/"{user.version}"\r\n'.encode()


def _entry(kind: WriteKind, user: ErsSession, **content: str) -> LedgerEntry:
    key = "" if user.role == "provider" else user.patient
    return LedgerEntry(kind, key, 0.0, user.ubrn, user.version, organisation=user.organisation, content=content)


def _version(reply: Reply, otherwise: int) -> int:
    return version_in(reply.headers.get(b"etag", b""), otherwise)


def _decoded(reply: Reply, kind: type[T]) -> T:
    return msgspec.json.decode(json_of(reply), type=kind)


CALLS: Final = {
    "A001": ErsCall(_log_on, _logged_on),
    "A002": ErsCall(_choose_role, _nothing),
    "A003": ErsCall(_log_off, _nothing),
    "A030": ErsCall(_get(f"{_R4}/PractitionerRole"), _nothing),
    "A004": ErsCall(_get(f"{_STU3}/CodeSystem/SPECIALTY"), _nothing),
    "A010": ErsCall(_search, _found),
    "A033": ErsCall(_get(_R4 + "/HealthcareService/{user.service}"), _nothing),
    "A011": ErsCall(_create, _created, creates=True),
    "A005": ErsCall(_get(_REFERRAL + "/{user.ubrn}"), _referral_read, "ubrn"),
    "A015": ErsCall(_slots, _slots_shown),
    "A016 book": ErsCall(_book, _booked),
    "A016 defer": ErsCall(_defer, _deferred),
    "A020": ErsCall(_upload, _uploaded),
    "A012": ErsCall(_attach, _attached),
    "A019": ErsCall(_post(_REFERRAL + "/{user.ubrn}/$ers.generatePatientLetter"), _nothing),
    "A008": ErsCall(_worklist, _worklist_read),
    "A007": ErsCall(_post(_REFERRAL + "/{user.ubrn}/$ers.generateCRI"), _nothing, "ubrn"),
    "A042": ErsCall(_get(_R4 + "/Binary/{user.attachment}"), _nothing, "attachment"),
    "A029": ErsCall(_actions, _nothing, "ubrn"),
    "A013": ErsCall(_accept, _accepted, "ubrn"),
}
