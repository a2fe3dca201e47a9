"""Referrals counted by patient: what each person wanted, against what the server's list has of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from loadtests.audit.seen import AuditedReferral
from loadtests.ers.ledger import LedgerEntry


class ByPatient(msgspec.Struct, frozen=True):
    """How many referrals there are that nobody wanted, of those that somebody did and was not told of; see
    `reconciliation`."""

    duplicated: int
    refused_present: int
    unknown: int
    unknown_present: int
    examples: dict[str, list[str]]


class Ours:
    """Which of the referrals of a list are of these runs: other runs used the same patients."""

    def __init__(self, entries: Sequence[LedgerEntry]) -> None:
        self._runs = {entry.run for entry in entries if entry.run}
        self._patients = {entry.key for entry in entries}
        self._ubrns = {entry.ubrn for entry in entries if entry.ubrn}

    def was_made(self, referral: AuditedReferral) -> bool:
        """Whether a create of these runs made it."""
        run, dash, _ = referral.correlation_id.rpartition("-")
        return run in self._runs if dash and self._runs else referral.patient in self._patients

    def is_about(self, referral: AuditedReferral) -> bool:
        """Whether it was made in these runs, or stands under a UBRN that was acknowledged."""
        return referral.ubrn in self._ubrns or self.was_made(referral)


def patients(entries: Sequence[LedgerEntry], listed: Sequence[AuditedReferral]) -> ByPatient:
    """The referrals of a list by patient, against the wishes in the ledgers."""
    wanted, unanswered = _wishes(entries)
    there = _there(entries, listed)
    counts, examples = Counter[str](), defaultdict[str, list[str]](list)
    for patient, ubrns in there.items():
        wishes = wanted.get(patient, set())
        if (more := len(ubrns) - len(wishes)) > 0:
            name = "duplicated" if wishes else "refused_present"
            counts[name] += more
            examples[name].append(f"{patient}: {', '.join(sorted(ubrns))}")
    acknowledged = _acknowledged(entries)
    for patient, wishes in unanswered.items():
        beyond = len(there.get(patient, set()) - acknowledged.get(patient, set()))
        counts["unknown_present"] += min(len(wishes), beyond)
    return ByPatient(
        duplicated=counts["duplicated"],
        refused_present=counts["refused_present"],
        unknown=sum(map(len, unanswered.values())),
        unknown_present=counts["unknown_present"],
        examples=dict(examples),
    )


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


def _there(entries: Sequence[LedgerEntry], listed: Sequence[AuditedReferral]) -> dict[str, set[str]]:
    """The UBRNs on the server of each patient of this run; one that was acknowledged for somebody else is the wrong
    patient's, and nobody's referral more."""
    ours, found = Ours(entries), defaultdict[str, set[str]](set)
    made_for = {entry.ubrn: entry.key for entry in entries if entry.kind == "referral"}
    for referral in listed:
        if ours.was_made(referral) and made_for.get(referral.ubrn, referral.patient) == referral.patient:
            found[referral.patient].add(referral.ubrn)
    return found
