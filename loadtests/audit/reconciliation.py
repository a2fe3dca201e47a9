"""What was acknowledged against what is there: pure, after Jepsen's `set-full` checker.

The elements are the acknowledged writes in the ledgers: each referral created, slot booked, referral
deferred, letter attached and referral accepted. Every one of them is exactly one of

    stable      its referral is there, at the acknowledged version or a later one, and shows its effect
    lost        its referral is not there; or it is, at that version or later, and the effect is missing
                (the slot of a booking, the deferral, the letter)
    stale       its referral is there in a version older than the acknowledged one
    never read  nobody could find out; it counts neither as kept nor as lost

Referrals are also counted by patient, the identifier that the client made:

    duplicated       referrals on the server beyond those that the person wanted, where a create and its
                     retries are one wish; a retry shows here when the first try had been done after all
    unknown          wishes whose creates were all sent and never answered: never lost, whatever became
    unknown present  those of them that are on the server
    refused present  referrals of patients for whom every create was refused

Source: K. Kingsbury, Jepsen, `jepsen.checker/set-full`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from loadtests.ers.ledger import LedgerEntry
from recordings.audit_result import AuditResult

EXAMPLES: Final = 20
WriteOutcome = Literal["stable", "lost", "stale", "never_read"]


class Seen(msgspec.Struct, frozen=True):
    """A referral as it was read back."""

    version: int
    slots: tuple[str, ...] = ()
    letters: int = 0
    is_deferred: bool = False


class AuditedReferral(msgspec.Struct, frozen=True):
    """A referral in the server's list of all that it holds."""

    ubrn: str
    patient: str
    version: int
    state: str = ""
    slot: str | None = None
    attachments: int = 0
    correlation_id: str = ""

    def seen(self) -> Seen:
        """The referral as if it had been read."""
        slots = () if self.slot is None else (self.slot,)
        return Seen(self.version, slots, self.attachments, self.state == "DEFERRED_TO_PROVIDER")


class AuditRecord(msgspec.Struct, frozen=True):
    """The audit's result, and what explains it: creates that were never answered or refused and are there all the same,
    what became of each kind of write, and some examples."""

    result: AuditResult
    unknown_present: int
    refused_present: int
    by_kind: dict[str, dict[WriteOutcome, int]]
    examples: dict[str, list[str]]

    def to_json(self) -> dict[str, Any]:
        """All of it on one level, as `audit.json` has it."""
        details: dict[str, Any] = msgspec.to_builtins(self)
        return {**details.pop("result"), **details}


def reconcile(
    entries: Sequence[LedgerEntry], seen: Mapping[str, Seen | None], listed: Sequence[AuditedReferral] | None
) -> AuditRecord:
    """What became of every acknowledged write.

    `seen` has what was read by UBRN: None is a referral that is not there, no key one that could not be read.
    """
    examples: dict[str, list[str]] = defaultdict(list)
    by_kind: dict[str, Counter[WriteOutcome]] = defaultdict(Counter)
    writes = [entry for entry in entries if entry.kind != "unknown"]
    for entry in writes:
        outcome = write_outcome(entry, seen)
        by_kind[entry.kind][outcome] += 1
        if outcome != "stable":
            examples[outcome].append(f"{entry.kind} {entry.ubrn} version {entry.version} {entry.key}".strip())
    wanted, unanswered = _wishes(entries)
    there = _by_patient(entries, listed or [])
    of_patients = Counter[str]()
    for patient, ubrns in there.items():
        wishes = wanted.get(patient, set())
        name = "duplicated" if wishes else "refused_present"
        if more := len(ubrns) - len(wishes):
            of_patients[name] += max(0, more)
        if more > 0:
            examples[name].append(f"{patient}: {', '.join(sorted(ubrns))}")
    acknowledged = _acknowledged(entries)
    for patient, wishes in unanswered.items():
        beyond = len(there.get(patient, set()) - acknowledged.get(patient, set()))
        of_patients["unknown_present"] += min(len(wishes), beyond)
    outcomes: Counter[WriteOutcome] = sum(by_kind.values(), Counter())
    result = AuditResult(
        acknowledged=len(writes),
        lost=outcomes["lost"],
        duplicated=of_patients["duplicated"],
        stale=outcomes["stale"],
        unknown=sum(map(len, unanswered.values())),
        never_read=outcomes["never_read"],
        was_listed=listed is not None,
    )
    return AuditRecord(
        result=result,
        unknown_present=of_patients["unknown_present"],
        refused_present=of_patients["refused_present"],
        by_kind={kind: dict(counts) for kind, counts in by_kind.items()},
        examples={name: found[:EXAMPLES] for name, found in examples.items()},
    )


def write_outcome(entry: LedgerEntry, seen: Mapping[str, Seen | None]) -> WriteOutcome:
    """What became of one acknowledged write."""
    if entry.ubrn not in seen:
        return "never_read"
    referral = seen[entry.ubrn]
    if referral is None:
        return "lost"
    if referral.version < entry.version:
        return "stale"
    return "stable" if _shows(entry, referral) else "lost"


def _shows(entry: LedgerEntry, referral: Seen) -> bool:
    if entry.kind == "booking":
        return entry.slot in referral.slots
    if entry.kind == "deferral":
        return referral.is_deferred
    return referral.letters > 0 if entry.kind == "letter" else True


def _wishes(entries: Sequence[LedgerEntry]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The referrals that each patient's person wanted, and those of them of which nothing was heard."""
    wanted: dict[str, set[str]] = defaultdict(set)
    answered: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.kind in ("referral", "unknown"):
            wanted[entry.key].add(entry.intent)
            if entry.kind == "referral":
                answered[entry.key].add(entry.intent)
    unanswered = {patient: wishes - answered[patient] for patient, wishes in wanted.items()}
    return wanted, {patient: wishes for patient, wishes in unanswered.items() if wishes}


def _acknowledged(entries: Sequence[LedgerEntry]) -> dict[str, set[str]]:
    ubrns: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.kind == "referral":
            ubrns[entry.key].add(entry.ubrn)
    return ubrns


def _by_patient(entries: Sequence[LedgerEntry], listed: Sequence[AuditedReferral]) -> dict[str, set[str]]:
    """The UBRNs on the server of each patient of this run: other runs used the same patients."""
    runs = {entry.run for entry in entries if entry.run}
    found: dict[str, set[str]] = defaultdict(set)
    patients = {entry.key for entry in entries}
    for referral in listed:
        run, dash, _ = referral.correlation_id.rpartition("-")
        ours = run in runs if dash and runs else referral.patient in patients
        if ours:
            found[referral.patient].add(referral.ubrn)
    return found
