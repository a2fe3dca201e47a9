"""The audit against a server that has lost, repeated and rolled back what was planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.audit.audit import audit
from loadtests.audit.reconciliation import Listed, Seen, reconcile
from loadtests.ers.ledger import Entry, Ledger, read_ledger

SLOT = {"resourceType": "Appointment", "status": "booked", "slot": [{"reference": "Slot/7"}]}
LETTER = {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "Binary/a"}}]}


def referral(ubrn: str, patient: str = "p1", **more: Any) -> Entry:
    return Entry("referral", patient, 1.0, ubrn, 1, organisation="A81001", intent="first", **more)


def written(path: Path, *entries: Entry) -> list[Path]:
    ledger = Ledger(path, "run")
    for entry in entries:
        ledger.add(entry)
    ledger.close()
    return [path]


def listed(ubrn: str, patient: str, version: int = 1, run: str = "run") -> dict[str, Any]:
    return {"ubrn": ubrn, "patient": patient, "version": version, "correlation_id": f"{run}-0000000000000001"}


def test_what_was_planted_is_found(holding: Callable[[dict[str, Any]], str], tmp_path: Path) -> None:
    booking = Entry("booking", "p2", 2.0, "2", 2, slot="7", organisation="A81001")
    letter = Entry("letter", "p3", 2.0, "3", 2, organisation="A81001")
    unanswered = Entry("unknown", "p4", 2.0, intent="first")
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
    assert (found.acknowledged, found.lost, found.stale, found.never_read) == (5, 1, 1, 0)
    assert (found.duplicated, found.unknown, found.unknown_present) == (1, 1, 1)
    assert found.examples["lost"] == ["referral 1 version 1 p1"]
    assert found.examples["duplicated"] == ["p3: 3, 4"]
    assert json.loads((tmp_path / "audit.json").read_text())["by_kind"]["booking"] == {"stable": 1}


def test_a_service_that_never_answers_is_never_read(tmp_path: Path) -> None:
    found = audit("http://127.0.0.1:9", written(tmp_path / "ledger-0.jsonl", referral("1")), patience_s=0.2)
    assert (found.acknowledged, found.lost, found.never_read, found.was_listed) == (1, 0, 1, False)


@pytest.mark.parametrize(
    ("kind", "seen", "verdict"),
    [
        ("referral", Seen(2), "stable"),
        ("referral", Seen(1), "stale"),
        ("referral", None, "lost"),
        ("booking", Seen(2, slots=("7",)), "stable"),
        ("booking", Seen(3, slots=("8",)), "lost"),
        ("booking", Seen(1, slots=("7",)), "stale"),
        ("deferral", Seen(2, is_deferred=True), "stable"),
        ("deferral", Seen(2), "lost"),
        ("letter", Seen(2, letters=1), "stable"),
        ("letter", Seen(2), "lost"),
        ("accept", Seen(2), "stable"),
    ],
)
def test_each_write_has_one_verdict(kind: Any, seen: Seen | None, verdict: str) -> None:
    found = reconcile([Entry(kind, "p", 1.0, "1", 2, slot="7")], {"1": seen}, None)
    assert found.by_kind == {kind: {verdict: 1}}


def test_a_retry_whose_first_try_was_done_after_all_is_a_duplicate() -> None:
    entries = [Entry("unknown", "p", 1.0, intent="i", run="r"), referral("2", "p", run="r")]
    entries[1].intent = "i"
    there = [Listed(ubrn, "p", 1, correlation_id="r-01") for ubrn in ("1", "2")]
    found = reconcile(entries, {"2": Seen(1)}, there)
    assert (found.duplicated, found.unknown, found.lost) == (1, 0, 0)


def test_two_wishes_for_one_patient_are_no_duplicate() -> None:
    entries = [referral("1", "p", run="r"), referral("2", "p", run="r")]
    entries[1].intent = "second"
    there = [Listed(ubrn, "p", 1, correlation_id="r-01") for ubrn in ("1", "2")]
    assert reconcile(entries, {"1": Seen(1), "2": Seen(1)}, there).duplicated == 0


def test_what_was_refused_and_is_there_is_told() -> None:
    entries = [referral("1", "p", run="r")]
    there = [Listed("1", "p", 1, correlation_id="r-01"), Listed("9", "q", 1, correlation_id="r-02")]
    assert reconcile(entries, {"1": Seen(1)}, there).refused_present == 1


def test_a_ledger_cut_off_in_a_line_is_read_up_to_it(tmp_path: Path) -> None:
    (path,) = written(tmp_path / "ledger-0.jsonl", referral("1"), referral("2"))
    path.write_bytes(path.read_bytes() + b'{"kind":"refer')
    assert [entry.ubrn for entry in read_ledger(path)] == ["1", "2"]
