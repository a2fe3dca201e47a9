"""A real mock whose storage is changed under it: what was acknowledged is there, and says something else.

The load test's own calls write the ledger, so that what is compared is what a replay notes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loadtests.audit.audit import audit
from loadtests.audit.reconciliation import AuditRecord
from loadtests.ers.calls import CALLS
from loadtests.ers.ledger import Ledger, LedgerEntry
from loadtests.ers.session import ErsSession
from loadtests.http.connections import Connections
from loadtests.target.wire import Wire
from tests.fixtures.loadtests.asking import answer_to
from tests.fixtures.mock_server.served_mock import served

RUN = "run"
REFERRING = ("A001", "A002", "A010", "A011", "A020", "A012", "A015", "A016 book")
PEOPLE = 3
TABLES = ("referral", "attachment")
WRITES = 3 * PEOPLE  # each refers, attaches a letter and books

Change = Callable[[sqlite3.Connection, str, ErsSession, ErsSession], object]


class Rehearsed:
    """Three people have referred a patient each; the server is still there, and so is its file."""

    def __init__(self, folder: Path, url: str) -> None:
        self.ledger, self._url, self._file = folder / "ledger-0.jsonl", url, folder / "data" / "referrals.sqlite3"
        self.users = [ErsSession.of(number, "clinician") for number in range(PEOPLE)]
        connections, ledger = Connections(url), Ledger(self.ledger, RUN)
        wire = Wire(connections, RUN)
        for user in self.users:
            for step, call in enumerate(REFERRING):
                asked = CALLS[call].build(user)
                key = user.number * 100 + step
                message = wire.message(asked.method, asked.path, asked.headers, asked.body, key)
                entry = CALLS[call].read(user, answer_to(connections, message, patience_s=60))
                if entry is not None:
                    ledger.add(entry)
        ledger.close()
        connections.close()

    def audit_after(self, change: Change | None = None) -> AuditRecord:
        """What the audit says once the first person's referral was changed in the file, as it can be here."""
        with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as kept:
            before = {table: kept.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
            if change is not None:
                change(kept, str(int(self.users[0].ubrn)), self.users[0], self.users[1])
            try:
                return audit(self._url, [self.ledger], patience_s=60)
            finally:
                for table, rows in before.items():
                    kept.execute(f"DELETE FROM {table}")
                    kept.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    folder = tmp_path_factory.mktemp("changed")
    with served(folder / "data") as server:
        yield Rehearsed(folder, server.url)


def in_body(old: str, new: str) -> Change:
    """Another text in the body that readers get; `{0.…}` is of the first person, `{1.…}` of the second."""

    def change(kept: sqlite3.Connection, ubrn: str, mine: ErsSession, theirs: ErsSession) -> None:
        (body,) = kept.execute("SELECT body FROM referral WHERE ubrn = ?", (ubrn,)).fetchone()
        changed = body.decode().replace(old.format(mine, theirs), new.format(mine, theirs))
        assert changed.encode() != body
        json.loads(changed)
        kept.execute("UPDATE referral SET body = ? WHERE ubrn = ?", (changed.encode(), ubrn))

    return change


def other_letter(kept: sqlite3.Connection, ubrn: str, mine: ErsSession, _: ErsSession) -> None:
    kept.execute("UPDATE attachment SET content = CAST(content || 'x' AS BLOB) WHERE id = ?", (mine.attachment,))


def no_letter(kept: sqlite3.Connection, ubrn: str, mine: ErsSession, _: ErsSession) -> None:
    kept.execute("DELETE FROM attachment WHERE id = ?", (mine.attachment,))


def listed_for_another(kept: sqlite3.Connection, ubrn: str, _: ErsSession, theirs: ErsSession) -> None:
    kept.execute("UPDATE referral SET patient = ? WHERE ubrn = ?", (theirs.patient, ubrn))


def a_second_one(kept: sqlite3.Connection, ubrn: str, *_: ErsSession) -> None:
    kept.execute("DROP TABLE IF EXISTS temp.one")
    kept.execute("CREATE TEMP TABLE one AS SELECT * FROM referral WHERE ubrn = ?", (ubrn,))
    kept.execute("UPDATE one SET ubrn = 999999999")
    kept.execute("INSERT INTO referral SELECT * FROM one")


def one_that_was_refused(kept: sqlite3.Connection, ubrn: str, *_: ErsSession) -> None:
    a_second_one(kept, ubrn)
    kept.execute("UPDATE referral SET patient = '9990009999' WHERE ubrn = 999999999")


SHORTLISTED = '"entry":[{{"item":{{"identifier":{{"system":"http://fhir.nhs.net/Id/ers-service","value":"{0}"'
CASES: dict[str, tuple[Change, dict[str, int], str]] = {
    "another shortlist": (
        in_body(SHORTLISTED.replace("{0}", "{0.service}"), SHORTLISTED.replace("{0}", "79999")),
        {"changed": 1},
        "shortlist was {0.service}, is 79999",
    ),
    "another priority": (
        in_body('"code":"ROUTINE"', '"code":"URGENT"'),
        {"changed": 1},
        "priority was ROUTINE, is URGENT",
    ),
    "another specialty": (in_body("{0.specialty}", "{1.specialty}"), {"changed": 1}, "specialty was {0.specialty}, is"),
    "another slot": (in_body("Slot/{0.slot}", "Slot/9"), {"changed": 1}, "slot: 9"),
    "no appointment": (in_body('"Appointment"', '"Basic"'), {"lost": 1}, "booking {0.ubrn}"),
    "other bytes of the letter": (other_letter, {"changed": 1}, "letter was"),
    "no bytes of the letter": (no_letter, {"lost": 1}, "its letter has no content"),
    "another letter": (in_body("Binary/{0.attachment}", "Binary/x"), {"lost": 1}, "letter {0.ubrn}"),
    "another patient": (
        in_body("{0.patient}", "{1.patient}"),
        {"wrong_patient": 3},
        "there is {1.patient}'s referral",
    ),
    "another patient's in the list": (listed_for_another, {"wrong_patient": 3}, "there is {1.patient}'s referral"),
    "one too many": (a_second_one, {"duplicated": 1}, "{0.patient}: "),
    "one that was refused": (one_that_was_refused, {"refused_present": 1}, "9990009999: 000999999999"),
}
FAULTS = ("lost", "duplicated", "stale", "changed", "wrong_patient", "refused_present", "never_read")


def test_an_ordinary_run_has_no_fault(rehearsed: Rehearsed) -> None:
    found = rehearsed.audit_after()
    assert found.result.acknowledged == WRITES
    assert {name: getattr(found.result, name) for name in FAULTS} == dict.fromkeys(FAULTS, 0)
    assert found.by_kind == {kind: {"stable": PEOPLE} for kind in ("referral", "letter", "booking")}
    assert found.examples == {}


@pytest.mark.parametrize("case", CASES)
def test_what_was_changed_is_found_and_nothing_else(case: str, rehearsed: Rehearsed) -> None:
    change, wrong, example = CASES[case]
    found = rehearsed.audit_after(change)
    assert {name: getattr(found.result, name) for name in FAULTS} == dict.fromkeys(FAULTS, 0) | wrong
    ((name, samples),) = found.examples.items()
    assert name in wrong and len(samples) == wrong[name]
    assert example.format(*rehearsed.users) in samples[0]


def test_a_ledger_notes_what_was_written_and_not_only_that_something_was(rehearsed: Rehearsed) -> None:
    lines = [LedgerEntry(**json.loads(line)) for line in rehearsed.ledger.read_text().splitlines()]
    mine = {entry.kind: entry.content for entry in lines if entry.key == rehearsed.users[0].patient}
    assert mine["referral"] == {
        "shortlist": rehearsed.users[0].service,
        "priority": "ROUTINE",
        "specialty": rehearsed.users[0].specialty,
    }
    assert mine["booking"] == {"appointment at": rehearsed.users[0].service}
    assert len(mine["letter"]["letter"]) == 16
