"""The table of operations: one row says what, where, by whom, and who does the work.

Adding an operation of the contract is adding its row and its handler. `Needs` is what a caller
must have before the operation begins: nothing, a session, or a session and a role out of
`roles`. Where one API code stands for two kinds of work, `actions` names them and `action_of`
tells from the body which one is asked for. A row without an API code is the server's own and
takes no modelled time.
Source: e-RS FHIR API, NHS England (paths and roles); nhsconnect/digital-referrals (A001 to A003).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from mock_server import attachments, booking, directory, inspection, log_on, referring, reviewing, slots
from mock_server.calls import Answer, Call
from mock_server.desk import Desk
from mock_server.sessions import EVERY_ROLE, PROVIDERS, REFERRERS

Handler = Callable[[Desk, Call], Awaitable[Answer]]


def _has_no_actions(body: bytes) -> None:
    return None


class Needs(Enum):
    """What a caller must have."""

    NOTHING = auto()
    SESSION = auto()
    ROLE = auto()


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table."""

    api: str
    method: str
    path: str
    handler: Handler
    needs: Needs = Needs.ROLE
    roles: frozenset[str] = EVERY_ROLE
    actions: tuple[str, ...] = ()
    action_of: Callable[[bytes], str | None] = _has_no_actions


_STU3: Final = "/referrals/FHIR/STU3"
_R4: Final = "/referrals/FHIR/R4"
_REFERRAL: Final = f"{_STU3}/ReferralRequest"
_SEARCH: Final = f"{_STU3}/HealthcareService/$ers.searchHealthcareServicesForPatient"
_SESSION: Final = "/v1/ProfessionalSession"

OPERATIONS: Final = (
    Operation("A001", "POST", _SESSION, log_on.open_session, Needs.NOTHING),
    Operation("A002", "PUT", f"{_SESSION}/{{id}}", log_on.choose_role, Needs.SESSION),
    Operation("A003", "DELETE", f"{_SESSION}/{{id}}", log_on.close_session, Needs.SESSION),
    Operation("A030", "GET", f"{_R4}/PractitionerRole", log_on.list_roles, Needs.SESSION),
    Operation("A004", "GET", f"{_STU3}/CodeSystem/{{type}}", directory.retrieve_reference_data),
    Operation("A010", "POST", _SEARCH, directory.search_services, roles=REFERRERS),
    Operation("A033", "GET", f"{_R4}/HealthcareService/{{id}}", directory.retrieve_service, roles=REFERRERS),
    Operation("A011", "POST", f"{_REFERRAL}/$ers.createReferral", referring.create_referral, roles=REFERRERS),
    Operation("A005", "GET", f"{_REFERRAL}/{{ubrn}}", referring.retrieve_referral),
    Operation(
        "A005", "GET", f"{_REFERRAL}/{{ubrn}}/_history/{{version}}", referring.retrieve_referral_version
    ),
    Operation("A015", "GET", f"{_STU3}/Slot", slots.retrieve_slots, roles=REFERRERS),
    Operation(
        "A016",
        "POST",
        f"{_STU3}/Appointment",
        booking.book_or_defer,
        roles=REFERRERS,
        actions=booking.ACTIONS,
        action_of=booking.action_of,
    ),
    Operation("A020", "POST", f"{_STU3}/Binary", attachments.upload_file),
    Operation("A006", "GET", f"{_STU3}/Binary/{{id}}", attachments.retrieve_file),
    Operation("A042", "GET", f"{_R4}/Binary/{{id}}", attachments.redirect_to_file),
    Operation(
        "A012",
        "POST",
        f"{_REFERRAL}/{{ubrn}}/$ers.maintainReferralLetter",
        referring.maintain_letter,
        roles=REFERRERS,
    ),
    Operation(
        "A019",
        "POST",
        f"{_REFERRAL}/{{ubrn}}/$ers.generatePatientLetter",
        referring.print_patient_letter,
        roles=REFERRERS,
    ),
    Operation("A008", "POST", f"{_REFERRAL}/$ers.fetchworklist", reviewing.retrieve_worklist),
    Operation(
        "A007", "POST", f"{_REFERRAL}/{{ubrn}}/$ers.generateCRI", reviewing.summarise_clinical_information
    ),
    Operation("A029", "GET", f"{_STU3}/Task", reviewing.list_available_actions),
    Operation(
        "A013",
        "POST",
        f"{_REFERRAL}/{{ubrn}}/$ers.acceptReferral",
        reviewing.accept_referral,
        roles=PROVIDERS,
    ),
)
OWN_ENDPOINTS: Final = (
    Operation("", "GET", "/mock/referrals", inspection.list_referrals, Needs.NOTHING),
    Operation("", "GET", "/mock/organisations", inspection.list_organisations, Needs.NOTHING),
    Operation("", "GET", "/mock/attachments/{id}", inspection.fetch_stored_file, Needs.NOTHING),
)
