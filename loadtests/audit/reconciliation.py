"""What was acknowledged against what is there: pure, after Jepsen's `set-full` checker.

The elements are the acknowledged writes in the ledgers: each referral created, slot booked, referral
deferred, letter attached and referral accepted. Every one of them is exactly one of

    stable         its referral is there, at the acknowledged version or a later one, and shows what was written
    lost           its referral is not there; or it is, at that version or later, and what was written is missing
                   (the appointment of a booking or deferral, the letter or its file)
    changed        it is there, and says something else than was written: another shortlist, slot or service,
                   another priority or specialty, other bytes of the letter
    wrong patient  under its UBRN there is another patient's referral
    stale          its referral is there in a version older than the acknowledged one
    never read     nobody could find out; it counts neither as kept nor as lost

What a later acknowledged write put in place of an earlier one (an appointment, a letter) is looked for once, as the
later one has it. Referrals are also counted by patient, the identifier that the client made:

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

from loadtests.audit.by_patient import patients
from loadtests.audit.seen import NO_CONTENT, AuditedReferral, Seen
from loadtests.ers.ledger import LedgerEntry
from recordings.audit_result import AuditResult

EXAMPLES: Final = 20
WriteOutcome = Literal["stable", "lost", "changed", "wrong_patient", "stale", "never_read"]
# what puts itself in place of an earlier one of its group
_REPLACES: Final = {"booking": "appointment", "deferral": "appointment", "letter": "letter"}


class AuditRecord(msgspec.Struct, frozen=True):
    """The audit's result, and what explains it: creates that were never answered and are there all the same, what
    became of each kind of write, and some examples."""

    result: AuditResult
    unknown_present: int
    by_kind: dict[str, dict[WriteOutcome, int]]
    examples: dict[str, list[str]]

    def to_json(self) -> dict[str, Any]:
        """All of it on one level, as `audit.json` has it."""
        details: dict[str, Any] = msgspec.to_builtins(self)
        return {**details.pop("result"), **details}


def reconcile(
    entries: Sequence[LedgerEntry],
    seen: Mapping[str, Seen | None],
    listed: Sequence[AuditedReferral] | None,
    why_unread: Mapping[str, int] | None = None,
    why_unlisted: str = "",
) -> AuditRecord:
    """What became of every acknowledged write.

    `seen` has what was read by UBRN: None is a referral that is not there, no key one that could not be read.
    """
    examples: dict[str, list[str]] = defaultdict(list)
    by_kind: dict[str, Counter[WriteOutcome]] = defaultdict(Counter)
    writes = [entry for entry in entries if entry.kind != "unknown"]
    last, listed_patients = _last(writes), {referral.ubrn: referral.patient for referral in listed or []}
    for entry in writes:
        is_last = entry.version >= last.get((entry.ubrn, _REPLACES.get(entry.kind, "")), 0)
        outcome, why = write_outcome(entry, seen, listed_patients.get(entry.ubrn, ""), compare=is_last)
        by_kind[entry.kind][outcome] += 1
        if outcome != "stable":
            named = f"{entry.kind} {entry.ubrn} version {entry.version} {entry.key}".strip()
            examples[outcome].append(f"{named}: {why}" if why else named)
    found = patients(entries, listed or [])
    outcomes: Counter[WriteOutcome] = sum(by_kind.values(), Counter())
    result = AuditResult(
        acknowledged=len(writes),
        lost=outcomes["lost"],
        duplicated=found.duplicated,
        stale=outcomes["stale"],
        changed=outcomes["changed"],
        wrong_patient=outcomes["wrong_patient"],
        refused_present=found.refused_present,
        unknown=found.unknown,
        never_read=outcomes["never_read"],
        was_listed=listed is not None,
        why_unread=dict(why_unread or {}),
        why_unlisted=why_unlisted,
    )
    return AuditRecord(
        result=result,
        unknown_present=found.unknown_present,
        by_kind={kind: dict(counts) for kind, counts in by_kind.items()},
        examples={name: each[:EXAMPLES] for name, each in {**examples, **found.examples}.items()},
    )


def write_outcome(
    entry: LedgerEntry, seen: Mapping[str, Seen | None], listed_patient: str = "", *, compare: bool = True
) -> tuple[WriteOutcome, str]:
    """What became of one acknowledged write, and why. Without `compare` a later write took its place."""
    if entry.ubrn not in seen:
        return "never_read", ""
    referral = seen[entry.ubrn]
    if referral is None:
        return "lost", ""
    for patient in (referral.patient, listed_patient):
        if entry.key and patient and patient != entry.key:
            return "wrong_patient", f"there is {patient}'s referral"
    if referral.version < entry.version:
        return "stale", ""
    return _shown(entry, referral) if compare else ("stable", "")


def _shown(entry: LedgerEntry, referral: Seen) -> tuple[WriteOutcome, str]:
    """Whether a referral shows what was written."""
    if entry.kind == "letter":
        return _letter(entry, referral)
    if entry.kind in ("booking", "deferral"):
        is_there = entry.slot in referral.slots if entry.kind == "booking" else referral.is_deferred
        if not is_there:
            return ("changed", f"slot: {', '.join(referral.slots)}") if referral.slots else ("lost", "")
    return _compared(entry.content, referral.content)


def _letter(entry: LedgerEntry, referral: Seen) -> tuple[WriteOutcome, str]:
    """A letter is the file that was attached, byte for byte, as far as the ledger knows of it."""
    file = entry.content.get("file")
    if referral.letters == 0 or (file and referral.attached is not None and file not in referral.attached):
        return "lost", ""
    if not file or referral.attached is None:  # a list only counts them
        return "stable", ""
    if file not in referral.files:
        return "never_read", "its letter could not be read"
    if referral.files[file] == NO_CONTENT:
        return "lost", "its letter has no content"
    return _compared({"letter": entry.content.get("letter", "")}, {"letter": referral.files[file]})


def _compared(written: Mapping[str, str], found: Mapping[str, str]) -> tuple[WriteOutcome, str]:
    """What is said of a thing must be what was written; where nothing is said of it, nobody knows."""
    others = {name: found[name] for name, text in written.items() if name in found and found[name] != text}
    lines = [f"{name} was {written[name]}, is {other or 'missing'}" for name, other in others.items()]
    return ("changed", "; ".join(lines)) if others else ("stable", "")


def _last(writes: Sequence[LedgerEntry]) -> dict[tuple[str, str], int]:
    """The version of the last write of each group that replaces, by UBRN."""
    found: dict[tuple[str, str], int] = {}
    for entry in writes:
        if entry.kind in _REPLACES:
            place = (entry.ubrn, _REPLACES[entry.kind])
            found[place] = max(found.get(place, 0), entry.version)
    return found
