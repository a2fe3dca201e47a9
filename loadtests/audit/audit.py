"""The audit: reads back over HTTP everything that the service acknowledged during a run.

Each referral is read (A005) by a user of the organisation that referred it, who logs on for that (A001,
A002). A service that is still busy with what the run left behind is waited for: the audit gives up when
nothing at all has been answered for `patience_s`. A target that lists what it holds (`GET /mock/referrals`)
is asked for the list too: it shows duplicates, and stands in for what could not be read one by one.
`reconciliation` judges.

Runs in a process of its own sockets: nothing here needs gevent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Final

import httpx
import msgspec

from loadtests.audit.reconciliation import AuditedReferral, AuditRecord, Seen, reconcile
from loadtests.ers import bodies as ers_bodies
from loadtests.ers.ledger import LedgerEntry, read_ledger
from loadtests.ers.session import FUNCTIONS
from recordings.run_folder import write_json
from scenarios.protocol.requests import APART

CONCURRENCY: Final = 8
PATIENCE_S: Final = 60.0
_PAGE: Final = 1000
_SESSION: Final = "/v1/ProfessionalSession"
_REFERRAL: Final = "/referrals/FHIR/STU3/ReferralRequest"
_TRY_AGAIN: Final = frozenset({429, 502, 503, 504})

Reader = tuple[str, str]  # role and organisation


class _Page(msgspec.Struct):
    referrals: list[AuditedReferral]
    next: str | None = None


def audit(
    host: str,
    ledgers: Iterable[Path],
    to: Path | None = None,
    per_s: float | None = None,
    *,
    patience_s: float = PATIENCE_S,
) -> AuditRecord:
    """Read back what the ledgers say was acknowledged by `host`; also written to `to` as JSON.

    With `per_s`, no more requests than that are sent in a second. Raises `OSError` when a ledger cannot be read or `to`
    not be written.
    """
    entries = [entry for path in ledgers for entry in read_ledger(path)]
    found = asyncio.run(_audit(host.rstrip("/"), entries, per_s, patience_s))
    if to is not None:
        write_json(to, found.to_json())
    return found


async def _audit(host: str, entries: Sequence[LedgerEntry], per_s: float | None, patience_s: float) -> AuditRecord:
    transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=CONCURRENCY))  # as the load: no proxy
    async with httpx.AsyncClient(base_url=host, timeout=patience_s, transport=transport, headers=APART) as http:
        service = _Service(http, per_s, patience_s)
        listed = await _list(service) if entries else []
        seen = await _read_all(service, _readers(entries))
    if listed is not None:
        held = {referral.ubrn: referral.seen() for referral in listed}
        unread = {entry.ubrn for entry in entries if entry.ubrn} - seen.keys()
        seen |= {ubrn: held.get(ubrn) for ubrn in unread}
    return reconcile(entries, seen, listed)


class _Service:
    """Asks again while the service is busy, until it has said nothing for too long."""

    def __init__(self, http: httpx.AsyncClient, per_s: float | None, patience_s: float) -> None:
        self._http, self._patience_s = http, patience_s
        self._apart_s, self._next_s = 1 / per_s if per_s else 0.0, 0.0
        self._heard_s = monotonic()
        self._sessions: dict[Reader, asyncio.Task[dict[str, str]]] = {}

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """The answer; None when patience has run out."""
        while True:
            await self._turn()
            left_s = self._heard_s + self._patience_s - monotonic()
            if left_s <= 0:
                return None
            try:
                answer = await self._http.request(method, path, timeout=left_s, **more)
            except httpx.TransportError:
                await asyncio.sleep(min(0.5, left_s))
                continue
            if answer.status_code not in _TRY_AGAIN:
                self._heard_s = monotonic()
                return answer
            await asyncio.sleep(min(1.0, left_s))

    async def _turn(self) -> None:
        """Wait until the next request may be sent."""
        now_s = monotonic()
        at_s = max(now_s, self._next_s)
        self._next_s = at_s + self._apart_s
        if at_s > now_s:
            await asyncio.sleep(at_s - now_s)

    async def headers(self, reader: Reader) -> dict[str, str]:
        """What a reader's requests carry; each logs on once."""
        if reader not in self._sessions:
            self._sessions[reader] = asyncio.create_task(self._log_on(*reader))
        return await self._sessions[reader]

    async def _log_on(self, role: str, organisation: str) -> dict[str, str]:
        function = FUNCTIONS[role]
        token = f"{role}-{organisation}-audit"
        answer = await self.ask("POST", _SESSION, json={"token": token})
        if answer is None or not answer.is_success:
            return {}
        key = msgspec.json.decode(answer.content, type=ers_bodies.LogOnAnswer).id
        permission = {"businessFunction": function, "orgIdentifier": organisation}
        headers = {"Authorization": f"Bearer {key}", "HTTP_X_SESSION_KEY": key}
        body = {"id": key, "token": token, "permission": permission}
        await self.ask("PUT", f"{_SESSION}/{key}", headers=headers, json=body)
        named = {"NHSD-End-User-Organisation-ODS": organisation, "NHSD-eRS-Business-Function": function}
        return {**headers, **named}


def _readers(entries: Sequence[LedgerEntry]) -> dict[str, Reader]:
    """Who may read each UBRN: the practice that referred, else the provider that accepted."""
    readers: dict[str, Reader] = {}
    for entry in entries:
        if entry.kind == "accept":
            readers.setdefault(entry.ubrn, ("provider", entry.organisation))
        elif entry.kind != "unknown":
            readers[entry.ubrn] = ("clinician", entry.organisation)
    return readers


async def _read_all(service: _Service, readers: dict[str, Reader]) -> dict[str, Seen | None]:
    seen: dict[str, Seen | None] = {}
    waiting = iter(readers.items())

    async def read_some() -> None:
        for ubrn, reader in waiting:
            headers = await service.headers(reader)
            answer = await service.ask("GET", f"{_REFERRAL}/{ubrn}", headers=headers)
            if answer is None:
                return
            if answer.status_code == 404:
                seen[ubrn] = None
            elif answer.is_success:
                seen[ubrn] = _seen(answer)

    await asyncio.gather(*(read_some() for _ in range(CONCURRENCY)))
    return seen


def _seen(answer: httpx.Response) -> Seen:
    referral = msgspec.json.decode(answer.content, type=ers_bodies.ReferralAnswer)
    digits = answer.headers.get("etag", "").removeprefix("W/").strip('"')
    return Seen(
        version=int(digits) if digits.isdigit() else 0,
        slots=tuple(referral.slots()),
        letters=len(referral.attachments()),
        is_deferred=referral.is_deferred(),
    )


async def _list(service: _Service) -> list[AuditedReferral] | None:
    """Everything that the server holds; None when it has no such list."""
    found: list[AuditedReferral] = []
    after: str | None = "0"
    while after is not None:
        answer = await service.ask("GET", "/mock/referrals", params={"after": after, "count": _PAGE})
        if answer is None or not answer.is_success:
            return None
        page = msgspec.json.decode(answer.content, type=_Page)
        found += page.referrals
        after = page.next
    return found
