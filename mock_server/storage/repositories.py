"""What is kept, in the domain's terms: protocols that every way of keeping it implements.

`CommittedState` is what may be read. A `Transaction` is what a write may do: it sees what it has done itself, and all
of it is kept or nothing. Both are a handful of repositories, one for each kind of thing, so that whoever keeps one of
them otherwise (archived referrals, a fault) wraps that one and passes on the rest. SQLite and PostgreSQL share an
implementation (`sql_repositories`); nobody outside this folder knows of SQL.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from mock_server.domain.advice import Advice
from mock_server.domain.referral import Appointment, Attachment, Referral
from mock_server.domain.synthetic_directory import SyntheticDirectory

T = TypeVar("T")

WorklistEntry = tuple[int, str, bytes]  # UBRN, the patient's NHS number, the finished entry


class KeptVersion(NamedTuple):
    """A version as its reader gets it: who takes part, and the finished body."""

    version: int
    organisations: tuple[str, ...]
    body: bytes


class ListedReferral(NamedTuple):
    """A referral as the full list shows it to an audit; `attachments` is their number."""

    ubrn: int
    patient: str
    version: int
    state: str
    slot: str | None
    attachments: int
    correlation_id: str


class ReferralReader(Protocol):
    """Referrals as they are committed."""

    def current(self, ubrn: int) -> KeptVersion | None:
        """The current version."""

    def earlier(self, ubrn: int, version: int) -> bytes | None:
        """The body of a version before the current one."""

    def find(self, ubrn: int) -> Referral | None:
        """The current version as a value."""

    def worklist(self, organisation: str, name: str, service: str | None, most: int) -> list[WorklistEntry]:
        """The first entries of a worklist in order of UBRN, at most so many; None: of every service."""

    def list_stored(self, after: int, most: int) -> list[ListedReferral]:
        """What is stored with a UBRN above `after`, in order, at most so many; no archived referral is."""

    def stored_among(self, ubrns: Sequence[int]) -> set[int]:
        """Which of these are stored."""


class AppointmentReader(Protocol):
    """The versions of appointments."""

    def current(self, appointment_id: int) -> KeptVersion | None:
        """The newest version."""

    def one_version(self, appointment_id: int, version: int) -> KeptVersion | None:
        """A version, the newest or an earlier one."""

    def ubrn_of(self, appointment_id: int) -> int | None:
        """The referral that an appointment belongs to."""


class AdviceReader(Protocol):
    """Requests for advice as they are committed."""

    def current(self, ubrn: int) -> KeptVersion | None:
        """The current version."""

    def earlier(self, ubrn: int, version: int) -> bytes | None:
        """The body of a version before the current one."""

    def find(self, ubrn: int) -> Advice | None:
        """The current version as a value."""


class FileReader(Protocol):
    """Files that were uploaded."""

    def find(self, file_id: str) -> tuple[Attachment, bytes] | None:
        """What is known of a file, and its content."""

    def organisations(self, file_id: str) -> set[str]:
        """Who takes part in the requests that the file is attached to."""


class SlotReader(Protocol):
    """Which slots are taken."""

    def taken_from(self, service: str, number: int) -> set[int]:
        """The numbers of a service's taken slots, from this one on."""


@dataclass(frozen=True, slots=True)
class CommittedState:
    """What may be read."""

    referrals: ReferralReader
    appointments: AppointmentReader
    advice: AdviceReader
    files: FileReader
    slots: SlotReader


class ReferralWriter(Protocol):
    """Referrals within one transaction."""

    def find(self, ubrn: int) -> Referral | None:
        """The current version, for a change to start from; nobody else changes it meanwhile."""

    def is_stored(self, ubrn: int) -> bool:
        """Whether there is one with this UBRN that is not worked out."""

    def add(self, referral: Referral, directory: SyntheticDirectory) -> bytes:
        """Enter a new referral; returns its body. Raises `Refusal` when its UBRN has just been taken."""

    def replace(self, old: Referral, new: Referral, directory: SyntheticDirectory) -> bytes:
        """Put the next version in place of the current one; returns its body. Raises `Refusal` when `old` is not it."""


class AppointmentWriter(Protocol):
    """Appointments within one transaction."""

    def add(self, ubrn: int, appointment: Appointment) -> Appointment:
        """Enter an appointment and give it the next number."""

    def keep(self, appointment: Appointment, ubrn: int, body: bytes) -> None:
        """Keep one version of an appointment as its finished body."""

    def ubrn_of(self, appointment_id: int) -> int | None:
        """The referral that an appointment belongs to."""


class AdviceWriter(Protocol):
    """Requests for advice within one transaction; body and worklist entry are rendered by the caller."""

    def find(self, ubrn: int) -> Advice | None:
        """The current version, for a change to start from; nobody else changes it meanwhile."""

    def add(self, advice: Advice, body: bytes, entry: bytes) -> None:
        """Enter a new request."""

    def replace(self, advice: Advice, body: bytes, entry: bytes) -> None:
        """Put the next version in place of the current one."""


class FileWriter(Protocol):
    """Uploaded files within one transaction."""

    def add(self, about: Attachment, content: bytes) -> None:
        """Keep an uploaded file."""

    def find(self, file_id: str) -> Attachment | None:
        """What is known of a file."""

    def attach(self, files: Iterable[Attachment], ubrn: int) -> None:
        """Note that these files are attached to a request; some may be already."""


class SlotWriter(Protocol):
    """Slots within one transaction."""

    def take(self, service: str, number: int, ubrn: int) -> bool:
        """Take a slot for a referral; False when somebody has it."""

    def free(self, service: str, number: int) -> None:
        """Give a slot back."""

    def is_taken(self, service: str, number: int) -> bool:
        """Whether somebody has this slot."""

    def count_taken(self, service: str) -> int:
        """How many of a service's slots are gone."""


class UbrnSequence(Protocol):
    """The numbers of new requests."""

    def next_ubrn(self) -> int:
        """A number that no request has."""

    def use_up(self, ubrn: int) -> None:
        """Never give this number, nor one below it, to anybody."""


class KeyWriter(Protocol):
    """Idempotency keys within one transaction."""

    def lock(self, caller: str, key: str) -> None:
        """Wait until no other transaction works under this key."""

    def find(self, caller: str, key: str) -> tuple[bytes, bytes] | None:
        """The fingerprint of the first request with this key, and its result."""

    def add(self, caller: str, key: str, fingerprint: bytes, result: bytes) -> None:
        """Enter a key with what its request came to."""


class Savepoint(Protocol):
    """A place in a transaction to go back to."""

    def undone(self, work: Callable[[], T]) -> T:
        """Run it and take back what it changed; its result. What it raises is passed on."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a write may do."""

    referrals: ReferralWriter
    appointments: AppointmentWriter
    advice: AdviceWriter
    files: FileWriter
    slots: SlotWriter
    ubrns: UbrnSequence
    keys: KeyWriter
    savepoint: Savepoint


Write = Callable[[Transaction], T]


class StateStore(Protocol):
    """What keeps the state: the store, or the store as one request sees it."""

    @property
    def read(self) -> CommittedState:
        """What is committed."""

    async def write(self, write: Write[T]) -> T:
        """Run a write; returns once it is as durable as promised. What it raises is passed on, and nothing is kept."""
