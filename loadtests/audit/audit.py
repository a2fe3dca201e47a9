"""The audit: reads back over HTTP everything that the service acknowledged during a run.

Each referral is read (A005) by a user of the organisation that referred it, who logs on for that (A001, A002), and so
are the bytes of its letter (A006). A target that lists what it holds (`GET /mock/referrals`) is asked for the list too:
it shows duplicates, and stands in for what could not be read one by one. Where it goes, `loadtests.safety` decides, and
looks the host up once. Whatever it is answered it ends (`bounds`), and tells what it could not read and why.
`reconciliation` judges.

Runs in a process of its own sockets: nothing here needs gevent.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from loadtests.audit.audited_service import AuditedService, AuditedTarget, Reader
from loadtests.audit.bounds import PATIENCE_S, AuditBounds, UnreadError
from loadtests.audit.by_patient import Ours
from loadtests.audit.reading import read_back, read_whole_list
from loadtests.audit.reconciliation import AuditRecord, reconcile
from loadtests.audit.seen import AuditedReferral, Seen
from loadtests.audit.speaking import spoken_to
from loadtests.ers.ledger import LedgerEntry, read_ledger
from loadtests.http.direct import AsyncDirectTransport
from loadtests.safety.refused import RefusedError
from loadtests.safety.targets import FoundHost, Terms, cleared
from loadtests.target.refusal import TargetNotUsableError
from recordings.run_folder import write_json
from scenarios.language.safety import Target

CONCURRENCY: Final = 8


def audit(
    host: str,
    ledgers: Iterable[Path],
    to: Path | None = None,
    terms: Terms | None = None,
    target: Target | None = None,
    *,
    patience_s: float = PATIENCE_S,
) -> AuditRecord:
    """Read back what the ledgers say was acknowledged by `host`; also written to `to` as JSON.

    No more requests than the rate ceiling of `terms` are sent in a second; without terms only this machine is asked.
    `target` says what goes with each request, as in the replay: headers, a log-on, other beginnings of paths.
    Raises `OSError` when a ledger cannot be read or `to` not be written, `ValueError` when a line of one is no entry.
    """
    entries = [entry for path in ledgers for entry in read_ledger(path)]
    back, terms = _ReadBack(entries, patience_s), terms or Terms()
    if entries:
        try:
            found_host = cleared(host, terms)
            with spoken_to(target, terms) as settings:
                asyncio.run(back.ask(host, found_host, terms, settings))
        except (RefusedError, TargetNotUsableError) as refusal:
            back.refused(str(refusal))
    found = back.judged()
    if to is not None:
        write_json(to, found.to_json())
    return found


class _ReadBack:
    """What was read back of these entries so far."""

    def __init__(self, entries: Sequence[LedgerEntry], patience_s: float) -> None:
        self._entries, self._patience_s = entries, patience_s
        self._readers = _readers(entries)
        self._letters = _letters(entries)
        self._seen: dict[str, Seen | None] = {}
        self._listed: list[AuditedReferral] | None = []
        self._why: dict[str, str] = {}
        self._why_unlisted = ""

    async def ask(self, host: str, found: FoundHost, terms: Terms, settings: AuditedTarget) -> None:
        """Ask for the list, and for each referral."""
        letters = sum(map(len, self._letters.values()))
        planned = 2 * len(set(self._readers.values())) + len(self._readers) + letters
        bounds = AuditBounds(planned, terms.rate_ceiling, self._patience_s)
        transport = AsyncDirectTransport(found, CONCURRENCY)
        try:
            service = AuditedService(host, transport, bounds, terms.rate_ceiling, settings)
            try:
                self._listed = await read_whole_list(service, Ours(self._entries).is_about)
            except UnreadError as why:
                self._listed, self._why_unlisted = None, str(why)
            waiting = iter(self._readers.items())
            await asyncio.gather(*(self._read_some(service, waiting) for _ in range(CONCURRENCY)))
        finally:
            await transport.aclose()

    async def _read_some(self, service: AuditedService, waiting: Iterator[tuple[str, Reader]]) -> None:
        for ubrn, reader in waiting:
            logged_on = await service.logged_on(reader)
            try:
                self._seen[ubrn] = await read_back(service, logged_on, ubrn, self._letters.get(ubrn, ()))
            except UnreadError as why:
                also = logged_on.trouble and logged_on.trouble != str(why)
                self._why[ubrn] = f"{why}; log-on: {logged_on.trouble}" if also else str(why)

    def refused(self, why: str) -> None:
        """The host may not be asked at all."""
        self._listed, self._why_unlisted = None, why
        self._why = dict.fromkeys(self._readers, why)

    def judged(self) -> AuditRecord:
        """What became of every write; the list stands in for what could not be read one by one."""
        listed = {referral.ubrn: referral.seen() for referral in self._listed or []}
        if self._listed is not None:
            self._seen |= {ubrn: listed.get(ubrn) for ubrn in self._readers.keys() - self._seen.keys()}
        why = Counter(why for ubrn, why in self._why.items() if ubrn not in self._seen)
        why.update(seen.why_unread for seen in self._seen.values() if seen and seen.why_unread)
        return reconcile(self._entries, self._seen, self._listed, why, self._why_unlisted)


def _readers(entries: Sequence[LedgerEntry]) -> dict[str, Reader]:
    """Who may read each UBRN: the practice that referred, else the provider that accepted."""
    readers: dict[str, Reader] = {}
    for entry in entries:
        if entry.kind == "accept":
            readers.setdefault(entry.ubrn, ("provider", entry.organisation))
        elif entry.kind != "unknown":
            readers[entry.ubrn] = ("clinician", entry.organisation)
    return readers


def _letters(entries: Sequence[LedgerEntry]) -> dict[str, set[str]]:
    """The files of each UBRN's letters that were acknowledged."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.kind == "letter" and entry.content.get("file"):
            found[entry.ubrn].add(entry.content["file"])
    return found
