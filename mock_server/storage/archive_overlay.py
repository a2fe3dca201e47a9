"""Archived referrals laid over what is stored: what is not stored is worked out.

The first change of an archived referral stores it; from then on the stored one is the one, and only the versions
before it are still worked out. None of this knows how storage keeps what it keeps.
"""

from dataclasses import replace

from mock_server.domain.referral import Referral
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.errors import stale
from mock_server.storage.archive import ArchivedReferrals
from mock_server.storage.repositories import (
    AppointmentReader,
    AppointmentWriter,
    CommittedState,
    KeptVersion,
    ReferralReader,
    ReferralWriter,
    Transaction,
    WorklistEntry,
)


def reader_with(archive: ArchivedReferrals | None, stored: CommittedState) -> CommittedState:
    """What may be read of both."""
    if archive is None:
        return stored
    return replace(
        stored,
        referrals=_ReferralsRead(archive, stored.referrals),
        appointments=_AppointmentsRead(archive, stored.appointments),
    )


def transaction_with(archive: ArchivedReferrals | None, stored: Transaction) -> Transaction:
    """What a write may do with both."""
    if archive is None:
        return stored
    return replace(
        stored,
        referrals=_ReferralsWritten(archive, stored.referrals),
        appointments=_AppointmentsWritten(archive, stored.appointments),
    )


class _ReferralsRead:
    def __init__(self, archive: ArchivedReferrals, stored: ReferralReader) -> None:
        self._archive, self._stored = archive, stored
        self.list_stored = stored.list_stored
        self.stored_among = stored.stored_among

    def current(self, ubrn: int) -> KeptVersion | None:
        kept = self._stored.current(ubrn)
        if kept is not None or (referral := self._archive.find(ubrn)) is None:
            return kept
        return KeptVersion(referral.version, referral.organisations, self._archive.body(referral))

    def earlier(self, ubrn: int, version: int) -> bytes | None:
        body = self._stored.earlier(ubrn, version)
        if body is not None or (referral := self._archive.find_version(ubrn, version)) is None:
            return body
        return self._archive.body(referral)

    def find(self, ubrn: int) -> Referral | None:
        return self._stored.find(ubrn) or self._archive.find(ubrn)

    def worklist(self, organisation: str, name: str, service: str | None, most: int) -> list[WorklistEntry]:
        entries = self._stored.worklist(organisation, name, service, most)
        standing = self._archive.standing_on(organisation, name, service)
        if not standing:
            return entries
        stored = self._stored.stored_among([referral.ubrn for referral in standing])
        entries += [self._archive.entry(referral, name) for referral in standing if referral.ubrn not in stored]
        return sorted(entries, key=_ubrn)[:most]


class _AppointmentsRead:
    def __init__(self, archive: ArchivedReferrals, stored: AppointmentReader) -> None:
        self._archive, self._stored = archive, stored

    def current(self, appointment_id: int) -> KeptVersion | None:
        return self._stored.current(appointment_id) or self._archive.appointment(appointment_id)

    def one_version(self, appointment_id: int, version: int) -> KeptVersion | None:
        kept = self._stored.one_version(appointment_id, version)
        if kept is None:
            archived = self._archive.appointment(appointment_id)
            return archived if archived is not None and archived.version == version else None
        return kept

    def ubrn_of(self, appointment_id: int) -> int | None:
        archived = self._archive.ubrn_of(appointment_id)
        return self._stored.ubrn_of(appointment_id) if archived is None else archived


class _ReferralsWritten:
    def __init__(self, archive: ArchivedReferrals, stored: ReferralWriter) -> None:
        self._archive, self._stored = archive, stored
        self.is_stored = stored.is_stored

    def find(self, ubrn: int) -> Referral | None:
        return self._stored.find(ubrn) or self._archive.find(ubrn)

    def add(self, referral: Referral, directory: SyntheticDirectory) -> bytes:
        if referral.ubrn <= self._archive.count:
            raise stale(referral.version, referral.version - 1)
        return self._stored.add(referral, directory)

    def replace(self, old: Referral, new: Referral, directory: SyntheticDirectory) -> bytes:
        """The first change of an archived referral enters the new version and none before it."""
        archived = self._archive.find(old.ubrn)
        if archived is None or self._stored.is_stored(old.ubrn):
            return self._stored.replace(old, new, directory)
        if archived.version != old.version:
            raise stale(new.version, new.version - 1)
        return self._stored.add(new, directory)


class _AppointmentsWritten:
    def __init__(self, archive: ArchivedReferrals, stored: AppointmentWriter) -> None:
        self._archive, self._stored = archive, stored
        self.add = stored.add
        self.keep = stored.keep

    def ubrn_of(self, appointment_id: int) -> int | None:
        archived = self._archive.ubrn_of(appointment_id)
        return self._stored.ubrn_of(appointment_id) if archived is None else archived


def _ubrn(entry: WorklistEntry) -> int:
    return entry[0]
