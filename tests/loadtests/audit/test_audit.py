"""The audit against a server that has lost, repeated and rolled back what was planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.audit.audit import audit
from loadtests.audit.reconciliation import reconcile
from loadtests.audit.seen import AuditedReferral, Seen
from loadtests.ers.ledger import Ledger, LedgerEntry, read_ledger
from recordings.audit_result import AuditResult
from scenarios.language.safety import Target

SLOT = {"resourceType": "Appointment", "status": "booked", "slot": [{"reference": "Slot/7"}]}
LETTER = {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "Binary/a"}}]}


def referral(ubrn: str, patient: str = "p1", **more: Any) -> LedgerEntry:
    return LedgerEntry("referral", patient, 1.0, ubrn, 1, organisation="A81001", intent="first", **more)


def written(path: Path, *entries: LedgerEntry) -> list[Path]:
    ledger = Ledger(path, "run")
    for entry in entries:
        ledger.add(entry)
    ledger.close()
    return [path]


def listed(ubrn: str, patient: str, version: int = 1, run: str = "run") -> dict[str, Any]:
    return {"ubrn": ubrn, "patient": patient, "version": version, "correlation_id": f"{run}-0000000000000001"}


def test_what_was_planted_is_found(holding: Callable[[dict[str, Any]], str], tmp_path: Path) -> None:
    booking = LedgerEntry("booking", "p2", 2.0, "2", 2, slot="7", organisation="A81001")
    letter = LedgerEntry("letter", "p3", 2.0, "3", 2, organisation="A81001")
    unanswered = LedgerEntry("unknown", "p4", 2.0, intent="first")
    ledgers = written(
        tmp_path / "ledger-0.jsonl",
        *[referral("1", "p1"), referral("2", "p2"), booking, referral("3", "p3"), letter, unanswered],
    )
    host = holding(
        {
            "referrals": {
                "2": {"version": 2, "contained": [SLOT]},
                "3": {"version": 1, "contained": []},
            },
            "listed": [
                listed("2", "p2", 2),
                listed("3", "p3"),
                listed("4", "p3"),
                listed("5", "p4"),
                listed("6", "p1", run="other"),
            ],
        }
    )
    found = audit(host, ledgers, tmp_path / "audit.json", patience_s=10)
    assert found.result == AuditResult(acknowledged=5, lost=1, duplicated=1, stale=1, unknown=1)
    assert (found.unknown_present, found.result.refused_present) == (1, 0)
    assert found.examples["lost"] == ["referral 1 version 1 p1"]
    assert found.examples["duplicated"] == ["p3: 3, 4"]
    written_down = json.loads((tmp_path / "audit.json").read_text())
    assert written_down["by_kind"]["booking"] == {"stable": 1}
    assert [written_down[name] for name in AuditResult.__struct_fields__] == [5, 1, 1, 1, 1, 0, True, 0, 0, 0, {}, ""]


def test_without_the_targets_own_log_on_nothing_can_be_read(tmp_path: Path) -> None:
    target = Target.model_validate({"log_on": {"bearer": {"token": {"env": "NO_SUCH_TOKEN"}}}})
    ledgers = written(tmp_path / "ledger-0.jsonl", referral("1"))
    found = audit("http://127.0.0.1:9", ledgers, target=target).result
    missing = "a secret is missing: the environment variable NO_SUCH_TOKEN is not set"
    assert (found.never_read, found.why_unread, found.why_unlisted) == (1, {missing: 1}, missing)


def test_a_service_that_never_answers_is_never_read(tmp_path: Path) -> None:
    ledgers = written(tmp_path / "ledger-0.jsonl", referral("1"))
    found = audit("http://127.0.0.1:9", ledgers, patience_s=0.2).result
    assert (found.acknowledged, found.lost, found.never_read, found.was_listed) == (1, 0, 1, False)


@pytest.mark.parametrize(
    ("kind", "seen", "outcome"),
    [
        ("referral", Seen(2), "stable"),
        ("referral", Seen(1), "stale"),
        ("referral", None, "lost"),
        ("booking", Seen(2, slots=("7",)), "stable"),
        ("booking", Seen(3, slots=("8",)), "changed"),
        ("booking", Seen(1, slots=("7",)), "stale"),
        ("deferral", Seen(2, is_deferred=True), "stable"),
        ("deferral", Seen(2), "lost"),
        ("letter", Seen(2, letters=1), "stable"),
        ("letter", Seen(2), "lost"),
        ("accept", Seen(2), "stable"),
    ],
)
def test_each_write_has_one_outcome(kind: Any, seen: Seen | None, outcome: str) -> None:
    found = reconcile([LedgerEntry(kind, "p", 1.0, "1", 2, slot="7")], {"1": seen}, None)
    assert found.by_kind == {kind: {outcome: 1}}


def test_a_retry_whose_first_try_was_done_after_all_is_a_duplicate() -> None:
    entries = [LedgerEntry("unknown", "p", 1.0, intent="i", run="r"), referral("2", "p", run="r")]
    entries[1].intent = "i"
    there = [AuditedReferral(ubrn, "p", 1, correlation_id="r-01") for ubrn in ("1", "2")]
    found = reconcile(entries, {"2": Seen(1)}, there).result
    assert (found.duplicated, found.unknown, found.lost) == (1, 0, 0)


def test_two_wishes_for_one_patient_are_no_duplicate() -> None:
    entries = [referral("1", "p", run="r"), referral("2", "p", run="r")]
    entries[1].intent = "second"
    there = [AuditedReferral(ubrn, "p", 1, correlation_id="r-01") for ubrn in ("1", "2")]
    assert reconcile(entries, {"1": Seen(1), "2": Seen(1)}, there).result.duplicated == 0


def test_what_was_refused_and_is_there_is_told() -> None:
    entries = [referral("1", "p", run="r")]
    there = [AuditedReferral("1", "p", 1, correlation_id="r-01"), AuditedReferral("9", "q", 1, correlation_id="r-02")]
    assert reconcile(entries, {"1": Seen(1)}, there).result.refused_present == 1


def test_a_ledger_cut_off_in_a_line_is_read_up_to_it(tmp_path: Path) -> None:
    (path,) = written(tmp_path / "ledger-0.jsonl", referral("1"), referral("2"))
    path.write_bytes(path.read_bytes() + b'{"kind":"refer')
    assert [entry.ubrn for entry in read_ledger(path)] == ["1", "2"]
