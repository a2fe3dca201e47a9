"""Every fault and every defence really acts in both clocks, and they agree on what it does.

The long suite tries all of them and leaves a row of each in `runs/faults-on-both-clocks/`, from which
`python -m tests.faults.table` makes docs/faults-on-both-clocks.md; the quick one tries three.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scenarios.language import registry
from tests.fixtures.faults.both_clocks import (
    HITS_WITHIN,
    RECOVERY_WITHIN,
    THROUGHPUT_WITHIN,
    Row,
    keep,
    rehearsed,
    swayed_hits,
)
from tests.fixtures.faults.fault_scenarios import DEFENCES, FAULTS, OF_DEMAND, PRECAUTIONS, Case
from tests.fixtures.places import ROOT

ROWS = ROOT / "runs/faults-on-both-clocks"
QUICK = {"dependency_down", "cut_answers", "session_loss"}
AUDITED = {"lost_writes": "lost", "doubled_writes": "duplicated"}

SECTIONS = {"faults": FAULTS, "defences": (*DEFENCES, *OF_DEMAND), "precautions": PRECAUTIONS}
CASES = [pytest.param(section, case, id=case.name) for section, cases in SECTIONS.items() for case in cases]
BRIEF = [pytest.param(case.brief(), id=case.kind) for case in FAULTS if case.kind in QUICK]


def test_every_kind_of_the_language_is_here() -> None:
    assert {case.kind for case in FAULTS} == set(registry.FAULTS)
    assert {case.kind for case in (*DEFENCES, *OF_DEMAND)} == set(registry.DEFENCES)
    orders = {case.settings["order"] for case in DEFENCES if case.kind == "discipline"}
    assert orders == {"lifo", "adaptive_lifo", "codel", "priority"}


@pytest.mark.parametrize("case", BRIEF)
def test_three_faults_act_in_both_clocks_and_they_agree(case: Case, tmp_path: Path) -> None:
    _agree(case, "faults", rehearsed(case, "faults", tmp_path))


@pytest.mark.long
@pytest.mark.real_time
@pytest.mark.parametrize(("section", "case"), CASES)
def test_it_acts_in_both_clocks_and_they_agree(section: str, case: Case, tmp_path: Path) -> None:
    row = rehearsed(case, section, tmp_path)
    keep(row, ROWS)
    _agree(case, section, row)


def _agree(case: Case, section: str, row: Row) -> None:
    assert row.is_valid, "neither generator nor mock kept its time on this machine, three times"
    assert row.forecast.hits > 0 and row.replay.hits > 0, "it was really hit"
    if row.replay.hits != pytest.approx(row.forecast.hits, rel=HITS_WITHIN, abs=3):
        forecasts = [row.forecast.hits, *swayed_hits(case, section)]
        assert (1 - HITS_WITHIN) * min(forecasts) <= row.replay.hits <= (1 + HITS_WITHIN) * max(forecasts), forecasts
    assert row.throughput_gap <= THROUGHPUT_WITHIN, row.line()
    expected_s = row.forecast.recovered_s
    assert row.recovery_gap_s <= (RECOVERY_WITHIN * expected_s if math.isfinite(expected_s) else 0.0), row.line()
    _audit_finds(case, row)


def _audit_finds(case: Case, row: Row) -> None:
    """Acknowledged writes are there, once, but for what the fault took or doubled: just as many as it says."""
    audit = row.audit
    assert audit is not None
    expected = {"lost": 0, "duplicated": 0, "stale": 0}
    if case.kind in AUDITED:
        expected[AUDITED[case.kind]] = row.replay.hits
    found = {name: getattr(audit, name) for name in expected}
    if case.kind == "lost_writes":  # a lost referral takes the bookings on it along
        assert found.pop("lost") >= expected.pop("lost")
    assert found == expected
